/** Brings the whole live state onto the proxy's disk and from there into the running nginx. */
import { type Host, type ProxyLive, type ProxyState, TricadeError } from '@tricade/cluster';
import {
  foundDigest,
  selfKey,
  type Wanted,
  type WantedServer,
  wantedServers,
} from '../wanted-servers.ts';
import { askControl, parseState, type Running } from './control.ts';
import { liveStatePath } from './paths.ts';

/** Rounds of loading and reading back: one, and one more for each reload that comes in between. */
const rounds = 4;

/**
 * Level-triggered: writes the live file, has it read into the memory that all workers share, and reads back. A worker that starts meanwhile reads the
 * same file. Where the proxy does not answer, the file is there for its next start. Throws TRI-H010, TRI-H011, TRI-H012.
 */
export async function steerProxy(host: Host, state: ProxyState, live: ProxyLive): Promise<string> {
  const wanted = wantedServers(state, live);
  await writeLive(host, wanted);
  for (let round = 0; round < rounds; round += 1) {
    const running = parseState(await askControl(host, 'load'));
    if (!running)
      throw new TricadeError('TRI-H011', 'the answer to `load` cannot be read', {
        node: host.name,
      });
    if (running.exiting) continue;
    refuseDifference(host, wanted, running);
    await endConnections(host, wanted);
    return foundDigest(wanted, running.servers);
  }
  throw new TricadeError(
    'TRI-H012',
    'the proxy was reloaded again and again while its state was set',
    {
      node: host.name,
    },
  );
}

/** The live file: how the proxy itself stands, then a line a server: pool, name, state, weight. */
export function liveFile(wanted: Wanted): string {
  const proxy = wanted.get(selfKey)?.state === 'maint' ? 'draining' : 'serving';
  const lines = serversOf(wanted).map(
    ({ pool, server, state, weight }) => `server ${pool} ${server} ${state} ${weight}\n`,
  );
  return `proxy ${proxy}\n${lines.join('')}`;
}

function serversOf(wanted: Wanted): WantedServer[] {
  return [...wanted].flatMap(([key, server]) => (key === selfKey ? [] : [server]));
}

async function writeLive(host: Host, wanted: Wanted): Promise<void> {
  const content = liveFile(wanted);
  const present = await host.read(liveStatePath);
  if (present && new TextDecoder().decode(present) === content) return;
  await host.write([{ path: liveStatePath, mode: 0o644, content }]);
}

/** A server that runs otherwise than the file says: somebody else wrote the file, or nginx runs another generation. */
function refuseDifference(host: Host, wanted: Wanted, { servers }: Running): void {
  const missing = [...wanted.keys()].filter((key) => !servers.has(key));
  if (missing.length === 0) return;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  throw new TricadeError('TRI-H011', `the running proxy does not have ${missing[0]}${more}`, {
    hint: 'It runs another generation: apply the one that is wanted.',
    node: host.name,
  });
}

/**
 * Ends the connections to the dead, after they get nothing new: nginx would wait as long as its timeouts last. It sees each end as an error of the
 * server, and asks another one where the request may be sent again. `ss -K` needs the kernel's INET_DIAG_DESTROY; what is left says that it lacks it.
 */
async function endConnections(host: Host, wanted: Wanted): Promise<void> {
  const dead = serversOf(wanted).filter(({ state }) => state === 'dead');
  if (dead.length === 0) return;
  const filters = dead.map(({ address, port }) => `( dst = [${address}] and dport = :${port} )`);
  const { stdout } = await host.run(
    'while read -r filter; do ss -Ktn state connected "$filter" >/dev/null 2>&1; ss -Htn state connected "$filter"; done',
    { stdin: filters.map((filter) => `${filter}\n`).join('') },
  );
  const left = stdout.split('\n').filter((line) => /^(ESTAB|SYN-SENT)/.test(line)).length;
  if (left === 0) return;
  throw new TricadeError('TRI-H011', `${left} connections to dead servers cannot be ended`, {
    hint: 'The kernel of the node has no INET_DIAG_DESTROY: requests that wait end with the timeouts of nginx.',
    node: host.name,
  });
}
