/** What `render` promises. Each function returns its faults as sentences; none means the promise is kept. */
import type { Driver } from '../driver.ts';
import type { Artifact, Bundle } from '../model/plan.ts';
import type { DriverCase } from './driver-case.ts';

/** Where `steer` and running programs write, and nobody's generation. */
export const liveFolders: readonly string[] = ['/var/lib/tricade/live/', '/run/'];

/** Same state, same bundle; the state is left alone; each file once, at an absolute path outside the live folders. */
export function bundleFaults<State, Live>(driver: Driver<State, Live>, state: State): string[] {
  const before = JSON.stringify(state);
  const bundle = driver.render(state);
  const faults = bundle.files.flatMap(artifactFaults);
  if (JSON.stringify(state) !== before) faults.push('render changes the state');
  if (JSON.stringify(driver.render(structuredClone(state))) !== JSON.stringify(bundle))
    faults.push('render twice gives two bundles');
  if (bundle.role !== driver.role) faults.push(`role ${bundle.role}, not ${driver.role}`);
  const paths = new Set(bundle.files.map(({ path }) => path));
  if (paths.size !== bundle.files.length) faults.push('a path twice');
  return faults;
}

function artifactFaults({ path, mode, content }: Artifact): string[] {
  const faults: string[] = [];
  if (!/^(\/[\w.@+-]+)+$/.test(path) || /\/\.\.?(\/|$)/.test(path))
    faults.push(`${path} is not an absolute, plain path`);
  if (liveFolders.some((folder) => path.startsWith(folder))) faults.push(`${path} is a live path`);
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) faults.push(`${path}: mode ${mode}`);
  if ('secret' in content && (mode & 0o077) !== 0) faults.push(`${path}: others can read a secret`);
  return faults;
}

/** Only lines that name the member go, none comes; afterwards nothing names it. */
export function removalFaults<State, Live>(
  driver: Driver<State, Live>,
  { state, without }: DriverCase<State, Live>,
): string[] {
  if (!without) return [];
  const { words, follows } = without;
  const naming = (text: string) => words.find((word) => text.includes(word));
  const counted = (lines: readonly string[]) => lines.filter((line) => !follows?.test(line));
  const before = counted(linesOf(driver.render(state)));
  const after = counted(linesOf(driver.render(without.state)));
  const gone = difference(before, after);
  return [
    ...(gone.length === 0 ? ['nothing goes with the member'] : []),
    ...gone.filter((line) => !naming(line)).map((line) => `goes, though not the member's: ${line}`),
    ...difference(after, before).map((line) => `comes: ${line}`),
    ...after.filter(naming).map((line) => `still names the member: ${line}`),
  ];
}

/** All that a bundle says, a line each, with the file before it. */
function linesOf(bundle: Bundle): string[] {
  const { files, ...rest } = bundle;
  const said = Object.entries(rest).flatMap(([key, value]) =>
    [value].flat().map((item) => `${key}: ${JSON.stringify(item)}`),
  );
  const lines = files.flatMap(({ path, content, ...file }) => [
    `${path}: ${JSON.stringify(file)}`,
    ...('text' in content ? content.text.split('\n') : [JSON.stringify(content)]).map(
      (line) => `${path}: ${line}`,
    ),
  ]);
  return [...said, ...lines];
}

/** Lines of `a` beyond those of `b`, with how often each occurs. */
function difference(a: readonly string[], b: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of b) left.set(line, (left.get(line) ?? 0) + 1);
  return a.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}
