/** Pages against the program: links, headings, commands and codes that stand in them are there. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '@tricade/cli';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
/** Also pages that are new and not added yet. */
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && !path.includes('/testdata/') && existsSync(join(root, path)));

type Command = ReturnType<typeof program>;

/** Heading → the anchor that GitHub gives it. */
function anchors(page: string): ReadonlySet<string> {
  const headings = [...text(page).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function deadLinks(page: string): readonly string[] {
  return [...text(page).matchAll(/\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]+))?\)/g)]
    .filter(([, path = '', anchor]) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchors(target).has(anchor);
    })
    .map(([link]) => `${page}: ${link}`);
}

interface Typed {
  readonly page: string;
  readonly line: string;
  /** Stands in a block of its own, so it is whole; a span in a sentence may leave arguments out. */
  readonly whole: boolean;
}

/** Commands as a reader would type them: lines of blocks, and code spans. What commands print is none of it. */
function typedIn(page: string): readonly Typed[] {
  const parts = text(page).split(/^```.*$/m);
  return parts.flatMap((part, at) => {
    const whole = at % 2 === 1;
    const pattern = whole ? /^(?:\$ )?(?:\.\/)?(tricade .+)$/gm : /`(?:\.\/)?(tricade [^`]+)`/g;
    return [...part.matchAll(pattern)].map(([, line = '']) => ({ page, line, whole }));
  });
}

/** Words of a shell line up to a comment, a pipe or a file for the output. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  const end = words.findIndex((word) => ['|', '#', '&&', '>'].includes(word));
  return end < 0 ? words : words.slice(0, end);
}

/** Why the program would not take the line; undefined: it would. Nothing is run. */
function faultOf({ line, whole }: Omit<Typed, 'page'>): string | undefined {
  const [, ...words] = wordsOf(line);
  let command: Command = program();
  while (words.length > 0) {
    const next = command.commands.find((each) => each.name() === words[0]);
    if (next === undefined) break;
    command = next;
    words.shift();
  }
  if (command.commands.length > 0)
    return words.length > 0 || whole ? `no command ${words[0] ?? ''}` : undefined;
  // As the program itself takes `lab exec`: what follows the last argument is another program's.
  const variadic = command.registeredArguments.at(-1)?.variadic === true;
  const given: string[] = [];
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const passed = variadic && given.length >= command.registeredArguments.length;
    if (passed || !word.startsWith('-')) {
      given.push(word);
      continue;
    }
    const option = command.options.find(({ short, long }) => word === short || word === long);
    if (option === undefined) return `no option ${word}`;
    if (!option.required) continue;
    const value = words.shift();
    if (value === undefined) return `${word} without a value`;
    if (option.argChoices?.includes(value) === false) return `${word} is not ${value}`;
    while (option.variadic && words[0] !== undefined && !words[0].startsWith('-')) words.shift();
  }
  const needed = command.registeredArguments.filter((each) => each.required).length;
  if (whole && given.length < needed) return `${given.length} arguments of ${needed}`;
  if (!variadic && given.length > command.registeredArguments.length) return 'too many arguments';
  return undefined;
}

test('there are pages', () => expect(pages.length).toBeGreaterThan(15));

test('links lead to files and headings that are there', () => {
  expect(pages.flatMap(deadLinks)).toEqual([]);
});

test('the program takes the commands of the pages', () => {
  const typed = pages.flatMap(typedIn);
  expect(typed.length).toBeGreaterThan(20);
  const faults = typed.flatMap((each) => {
    const fault = faultOf(each);
    return fault === undefined ? [] : [`${each.page}: ${each.line}: ${fault}`];
  });
  expect(faults).toEqual([]);
});

test.for([
  ['tricade aply FILE', 'no command aply'],
  ['tricade drain FILE', '1 arguments of 2'],
  ['tricade drain FILE p1 --because x', 'no option --because'],
  ['tricade plan FILE -o xml', '-o is not xml'],
  ['tricade plan FILE more', 'too many arguments'],
] as const)('%s is found wrong', ([line, fault]) => {
  expect(faultOf({ line, whole: true })).toBe(fault);
});

test('codes of the pages are there', async () => {
  const modules = await Promise.all(
    globSync('{packages/*,infra/*}/src/codes.ts', { cwd: root }).map(
      (path) => import(join(root, path)) as Promise<{ readonly codes: object }>,
    ),
  );
  const known = new Set(modules.flatMap(({ codes }) => Object.keys(codes)));
  const unknown = pages.flatMap((page) =>
    [...text(page).matchAll(/\bTRI-[A-Z]\d+\b/g)]
      .filter(([code]) => !known.has(code))
      .map(([code]) => `${page}: ${code}`),
  );
  expect(unknown).toEqual([]);
});

/** For `design/`: code that moves takes its pages along. */
test('sources that pages name are there', () => {
  const gone = pages.flatMap((page) =>
    [...text(page).matchAll(/`((?:packages|infra|demo|test|examples)\/[\w./-]+)`/g)]
      .filter(([, path = '']) => !existsSync(join(root, path)))
      .map(([, path]) => `${page}: ${path}`),
  );
  expect(gone).toEqual([]);
});
