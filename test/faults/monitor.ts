/** The monitor of a lab, asked as the command does it: by its API on the Unix socket of its machine, but without the start of a program and an SSH session. */
import type { ConductorWait, Snapshot } from '@tricade/cluster';
import { labExec } from '@tricade/lab';

/** What it knows; rows of tables are packed. */
export interface Seen extends Snapshot {
  readonly waits: readonly ConductorWait[];
}

/** `GET /state`. Takes some ten milliseconds. Throws where the monitor does not answer. */
export async function seen(lab: string): Promise<Seen> {
  return (await ask(lab, [], 'state')) as Seen;
}

/** As `tricade drain --no-wait` and `tricade undrain` of a node. Throws where the monitor refuses. */
export async function latch(lab: string, verb: 'drain' | 'undrain', node: string): Promise<void> {
  const body = { target: node, kind: 'drain', by: 'test', why: 'held connections' };
  if (verb === 'undrain') await ask(lab, ['-X', 'DELETE'], `latches/${node}`);
  else await ask(lab, ['--json', JSON.stringify(body)], 'latches');
}

async function ask(lab: string, words: readonly string[], path: string): Promise<unknown> {
  const options = ['-sS', '--fail-with-body', '--unix-socket', '/run/tricade/monitor.sock'];
  const argv = ['curl', ...options, ...words, `http://monitor/${path}`];
  const { code, stdout, stderr } = await labExec(lab, 'm1', argv);
  if (code !== 0) throw new Error(`the monitor does not do ${path}: ${stdout}${stderr}`);
  return JSON.parse(stdout === '' ? 'null' : stdout);
}
