/** Brings the whole live state into the running proxy and onto its disk. */
import { type Host, type ProxyLive, type ProxyState, TricadeError } from '@tricade/cluster';
import {
  deadServers,
  type Found,
  foundDigest,
  type Wanted,
  wantedServers,
} from '../wanted-servers.ts';
import { liveStatePath } from './paths.ts';
import { askRuntime, dropRuntime, runtimeOf } from './runtime.ts';
import { type Difference, difference, liveFile, parseServers } from './servers.ts';
import { connectedSessions } from './show.ts';

/** What was read back last, over which connection: the first commands go out without reading first, and reading back tells whether it was so. */
const known = new WeakMap<object, Found>();

/** Rounds of setting and reading back: one, and one more for each reload that comes in between. */
const rounds = 4;

/**
 * Level-triggered: pushes what differs, rewrites the live file, reads back; again until nothing differs in a worker that no reload has replaced.
 * The file is written between push and reading back: a reload before that is seen there, one after it reads the file. Where the proxy does not
 * answer, the file is written all the same, for its next start. Throws TRI-H010, TRI-H011, TRI-H012.
 */
export async function steerProxy(host: Host, state: ProxyState, live: ProxyLive): Promise<string> {
  const wanted = wantedServers(state, live);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const found = await settle(host, wanted);
      if (found) return foundDigest(wanted, found);
    }
  } catch (error) {
    await writeLive(host, wanted);
    throw error;
  }
  throw new TricadeError(
    'TRI-H012',
    'the proxy was reloaded again and again while its state was set',
    {
      node: host.name,
    },
  );
}

/** What was read back, where nothing differs any more; undefined: try again. */
async function settle(host: Host, wanted: Wanted): Promise<Found | undefined> {
  const before = known.get(await runtimeOf(host)) ?? (await readServers(host));
  if (!before) return undefined;
  const first = difference(wanted, before);
  const answers = await askRuntime(host, first.commands);
  await endSessions(host, deadServers(wanted));
  await writeLive(host, wanted);
  const after = await readServers(host);
  if (!after) return undefined;
  const left = difference(wanted, after);
  if (left.commands.length === 0 && left.missing.length === 0) return after;
  if (left.missing.length > 0) throw absent(host, left.missing);
  refuseAnswers(host, first, answers);
  return undefined;
}

/**
 * Ends what waits for the dead, after they were set to maintenance: HAProxy would wait as long as its timeouts last. `shutdown sessions server`
 * would also end attempts to connect, which go to another server by themselves when their time is over.
 */
async function endSessions(host: Host, dead: ReadonlySet<string>): Promise<void> {
  if (dead.size === 0) return;
  const [sessions = ''] = await askRuntime(host, ['show sess']);
  // One that is gone by now is answered with a word; there is nothing to mend.
  await askRuntime(
    host,
    connectedSessions(sessions, dead).map((id) => `shutdown session ${id}`),
  );
}

/** undefined: the worker at the other end has been replaced. */
async function readServers(host: Host): Promise<Found | undefined> {
  const runtime = await runtimeOf(host);
  const [info = '', servers = ''] = await askRuntime(host, ['show info', 'show servers state']);
  if (/^Stopping: 1$/m.test(info)) {
    await dropRuntime(host);
    return undefined;
  }
  const found = parseServers(servers);
  if (!found)
    throw new TricadeError('TRI-H011', 'the answer to `show servers state` cannot be read', {
      node: host.name,
    });
  known.set(runtime, found);
  return found;
}

async function writeLive(host: Host, wanted: Wanted): Promise<void> {
  const content = liveFile(wanted);
  const present = await host.read(liveStatePath);
  if (present && new TextDecoder().decode(present) === content) return;
  await host.write([{ path: liveStatePath, mode: 0o644, content }]);
}

/** HAProxy says nothing when it did as it was told. */
function refuseAnswers(host: Host, { commands }: Difference, answers: readonly string[]): void {
  const at = answers.findIndex((answer) => answer.trim() !== '');
  if (at < 0) return;
  throw new TricadeError('TRI-H011', `\`${commands[at]}\` was answered: ${answers[at]?.trim()}`, {
    node: host.name,
  });
}

function absent(host: Host, missing: readonly string[]): TricadeError {
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  return new TricadeError('TRI-H011', `the running proxy does not have ${missing[0]}${more}`, {
    hint: 'It runs another generation: apply the one that is wanted.',
    node: host.name,
  });
}
