/**
 * Operator's sessions as text. A session file is a transcript: lines that begin with `$ ` are shell commands, what follows each is what it
 * printed (stdout behind two spaces, then stderr behind `! `) and `(exit N)` where that is not 0. Between them stand remarks behind `# `.
 * `tricade` is the real program, a process each.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** The transcript with every command's output replaced by what it printed now. `folder`: where it runs; `cleaned` makes output stable. */
export function replay(session: string, folder: string, cleaned: (text: string) => string): string {
  const kept = session.split('\n').flatMap((line) => {
    if (line.startsWith('# ')) return [line];
    if (!line.startsWith('$ ')) return [];
    return [line, ...run(line.slice(2), folder).map(cleaned), ''];
  });
  return `${kept.join('\n').trimEnd()}\n`;
}

function run(command: string, folder: string): readonly string[] {
  const script = `tricade() { "$NODE" --conditions=source "$PROGRAM" "$@"; }\n${command}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      NODE: process.execPath,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PROGRAM: program,
      NO_COLOR: '1',
    },
  });
  return [
    ...linesOf(stdout, '  '),
    ...linesOf(stderr, '! '),
    ...(status === 0 ? [] : [`(exit ${status})`]),
  ];
}

function linesOf(text: string, mark: string): readonly string[] {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `${mark}${line}`.trimEnd());
}
