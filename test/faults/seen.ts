/** What the monitor of a lab knows, asked as anybody on its machine may: by the API on its Unix socket. */
import type { ConductorWait, Snapshot } from '@tricade/cluster';
import { labExec } from '@tricade/lab';

export interface Seen extends Snapshot {
  readonly waits: readonly ConductorWait[];
}

/** `GET /state`; rows of tables are packed. Takes some ten milliseconds. Throws where the monitor does not answer. */
export async function seen(lab: string): Promise<Seen> {
  const argv = [
    'curl',
    '-sS',
    '--unix-socket',
    '/run/tricade/monitor.sock',
    'http://monitor/state',
  ];
  const { code, stdout, stderr } = await labExec(lab, 'm1', argv);
  if (code !== 0) throw new Error(`the monitor does not answer: ${stderr.trim()}`);
  return JSON.parse(stdout) as Seen;
}
