/** docs/reference, written from the program itself: a test holds the files against it. Pure but for loading. */
import type { CodeEntry } from '@tricade/cluster';
import { type CommandRow, optionsOf } from './program/command-row.ts';
import { type OutputShape, outputs } from './program/outputs.ts';
import { areas, labArea } from './program.ts';
import { allCodes } from './wire.ts';

/** File name under docs/reference → its text. */
export async function referenceFiles(): Promise<Readonly<Record<string, string>>> {
  const { specSchema } = await import('@tricade/cluster/spec');
  return {
    'spec.schema.json': `${JSON.stringify(specSchema, null, 2)}\n`,
    'codes.md': codesPage((await allCodes()) as Readonly<Record<string, CodeEntry>>),
    'commands.md': commandsPage(),
  };
}

function codesPage(codes: Readonly<Record<string, CodeEntry>>): string {
  const entries = Object.entries(codes).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = entries.map(([code, { title, effect, fix }]) =>
    [`## ${code}`, `${title}`, `- Effect: ${effect}\n- Fix: ${fix}`].join('\n\n'),
  );
  return `# Codes\n\nWhat every finding and error means; \`tricade explain CODE\` says the same offline.\n\n${page.join('\n\n')}\n`;
}

function commandsPage(): string {
  const parts = [
    '# Commands',
    'Data goes to stdout, progress and errors to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 unreachable, 130 interrupted. Every command takes `--help` and `--debug`.',
    'Commands that print data take `-o`: `table`; `wide`, the same with every column there is; `json`; `yaml`. Streams print one JSON object a line (NDJSON), or one YAML document each. The keys below are version 1 of the output (`tricade version -o json`): within a version keys are only ever added.',
    ...areas.flatMap(({ title, rows }) => [
      `## ${title}`,
      ...rows.map((row) => commandPart('tricade', row)),
    ]),
    '## Lab',
    labArea.title,
    ...labArea.rows.map((row) => commandPart('tricade lab', row)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const shapes: Readonly<Record<OutputShape['is'], string>> = {
  object: 'an object',
  list: 'a list of objects',
  mapping: 'objects by name',
};

/** What -o json prints, where the command prints data. */
function shapePart(name: string): readonly string[] {
  const shape = outputs[name.replace('tricade ', '')];
  if (shape === undefined) return [];
  const stream = shape.stream === undefined ? '' : `; with \`${shape.stream}\` one object a line`;
  const keys = Object.entries(shape.keys).map(([key, text]) => `- \`${key}\`: ${text}`);
  return [`\`-o json\`: ${shapes[shape.is]}${stream}.`, keys.join('\n')];
}

function commandPart(parent: string, row: CommandRow): string {
  const name = `${parent} ${row.name}`;
  const given = (row.arguments ?? []).map((argument) => argument.name);
  const taken = [
    ...(row.arguments ?? []).map(({ name: argument, text, fallback }) => [
      argument,
      text,
      fallback,
    ]),
    ...optionsOf(row).map(({ flags, text, fallback, choices, required }) => [
      flags,
      [text, ...(choices ? [choices.join(', ')] : []), ...(required ? ['required'] : [])].join(
        '; ',
      ),
      fallback,
    ]),
  ].map(
    ([what, text, fallback]) => `| \`${what}\` | ${text} | ${fallback ? `\`${fallback}\`` : ''} |`,
  );
  return [
    `### ${[name, ...given].join(' ').replaceAll(/[<>]/g, (mark) => `\\${mark}`)}`,
    row.text,
    ...(taken.length === 0 ? [] : [['| | | default |', '|---|---|---|', ...taken].join('\n')]),
    ...shapePart(name),
    ['```sh', ...row.examples.map((each) => `${name} ${each}`.trimEnd()), '```'].join('\n'),
  ].join('\n\n');
}
