/**
 * Operator's sessions as text. A session file is a transcript: lines that begin with `$ ` are commands, what follows each is what it printed
 * (stdout, then stderr behind `! `) and `(exit N)` where that is not 0. Between them: `# ` remarks, and files to write (`-- NAME --`, content,
 * `-- end --`). Known commands: `tricade …` (the real program, a process each), `sed` and `cat` on files of the session.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** The transcript with every command's output replaced by what it printed now. `folder`: where it runs; `cleaned` makes output stable. */
export function replay(session: string, folder: string, cleaned: (text: string) => string): string {
  const kept: string[] = [];
  const lines = session.trimEnd().split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const file = /^-- (\S+) --$/.exec(line)?.[1];
    if (line.startsWith('$ ')) kept.push(line, ...run(line.slice(2), folder).map(cleaned), '');
    else if (line.startsWith('# ')) kept.push(line);
    else if (file !== undefined) {
      const end = lines.indexOf('-- end --', at);
      writeFileSync(join(folder, file), `${lines.slice(at + 1, end).join('\n')}\n`);
      kept.push(...lines.slice(at, end + 1), '');
      at = end;
    }
  }
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
      PROGRAM: program,
      NO_COLOR: '1',
    },
  });
  return [
    ...linesOf(stdout),
    ...linesOf(stderr).map((line) => `! ${line}`.trimEnd()),
    ...(status === 0 ? [] : [`(exit ${status})`]),
  ];
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
