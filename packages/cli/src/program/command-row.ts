/** Commands as data: a row each, turned into commander's commands here and into docs/reference by reference.ts. */
import type { CodeTable } from '@tricade/cluster';
import { type Command, Option } from 'commander';
import { type ExitCode, runAtEdge } from '../edge.ts';
import { say } from '../view/print.ts';

export interface ArgumentRow {
  /** `<file>` must be given, `[node]` may be, `<command...>` takes the rest. */
  readonly name: string;
  readonly text: string;
  readonly fallback?: string;
}

export interface OptionRow {
  readonly flags: string;
  readonly text: string;
  readonly fallback?: string;
  readonly choices?: readonly string[];
  readonly required?: true;
}

/** What a command runs: its arguments one by one, then its options, then the command itself. */
type Handler = (...given: never[]) => Promise<ExitCode>;

export interface CommandRow {
  readonly name: string;
  /** One line, with a full stop. */
  readonly text: string;
  readonly arguments?: readonly ArgumentRow[];
  readonly options?: readonly OptionRow[];
  /** It prints data: takes `-o`. */
  readonly prints?: true;
  /** It takes long before it can say anything of its own: this is said first, before anything is loaded, and names the first argument. */
  readonly begins?: string;
  /** What follows belongs to another program: options after the first argument are not ours. */
  readonly passesOn?: true;
  /** Command lines to paste, without `tricade`. */
  readonly examples: readonly string[];
  /** Loads the command when it runs, so that `--help` is quick. */
  readonly load: () => Promise<Handler>;
}

export const clusterFile: ArgumentRow = { name: '<file>', text: 'cluster file' };

const output: OptionRow = {
  flags: '-o, --output <format>',
  text: 'how to print data',
  fallback: 'table',
  choices: ['table', 'wide', 'json', 'yaml'],
};

/** Every option of a row, the shared ones last. */
export function optionsOf(row: CommandRow): readonly OptionRow[] {
  return [...(row.options ?? []), ...(row.prints ? [output] : [])];
}

/** Adds a row to `parent`. */
export function addCommand(parent: Command, row: CommandRow): void {
  const command = parent.command(row.name).description(row.text);
  for (const { name, text, fallback } of row.arguments ?? [])
    command.argument(name, text, fallback);
  for (const option of optionsOf(row)) command.addOption(optionOf(option));
  command.addOption(new Option('--debug', 'print causes and stack traces').hideHelp());
  const from = parent.parent === null ? '' : `${parent.name()} `;
  const examples = row.examples.map((each) => `  tricade ${from}${row.name} ${each}`.trimEnd());
  command.addHelpText(
    'after',
    ['', `Example${examples.length === 1 ? '' : 's'}:`, ...examples].join('\n'),
  );
  if (row.passesOn) command.passThroughOptions();
  const takesFile = /^[<[]file[>\]]$/.test(row.arguments?.[0]?.name ?? '');
  command.action((...given: unknown[]) => {
    const [first] = given;
    const run = async (): Promise<ExitCode> => {
      if (row.begins !== undefined && !insideLab()) say(`${row.begins} ${first}`);
      return (await row.load())(...(given as never[]));
    };
    return runAtEdge(run, {
      fixOf,
      ...(takesFile && typeof first === 'string' ? { file: first } : {}),
    });
  });
}

/** Loaded for an error only. */
async function fixOf(code: string): Promise<string | undefined> {
  const { allCodes } = await import('../wire.ts');
  return (await allCodes())[code as keyof CodeTable]?.fix;
}

/** A command that was run again inside a lab has said its first line outside. */
function insideLab(): boolean {
  return process.env['TRICADE_LAB'] !== undefined;
}

function optionOf(row: OptionRow): Option {
  const option = new Option(row.flags, row.text);
  if (row.choices !== undefined) option.choices(row.choices);
  if (row.fallback !== undefined) option.default(row.fallback);
  return row.required ? option.makeOptionMandatory() : option;
}
