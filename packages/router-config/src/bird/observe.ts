/** Reads back what BIRD and the kernel hold. Parsing is pure; the functions that take a host change nothing. */
import {
  canonicalPrefix,
  type Host,
  type Observed,
  type RunResult,
  type SpeakerLive,
  TricadeError,
} from '@tricade/cluster';
import { announcementOf } from '../routing.ts';
import { controlSocket } from './render.ts';

/** Installed next hops per prefix: addresses, without those whose link is down. */
export type NextHops = Readonly<Record<string, readonly string[]>>;

interface KernelHop {
  readonly gateway?: string;
  readonly flags?: readonly string[];
}
interface KernelRoute extends KernelHop {
  readonly dst: string;
  readonly nexthops?: readonly KernelHop[];
}

/** `ip -j route show` → next hops, each once and sorted. Throws SyntaxError where it is no JSON. */
export function parseNextHops(...outputs: readonly string[]): NextHops {
  const found = new Map<string, Set<string>>();
  for (const output of outputs) {
    for (const route of JSON.parse(output.trim() || '[]') as readonly KernelRoute[]) {
      const prefix = canonicalPrefix(route.dst);
      if (prefix === undefined) continue;
      const hops = found.get(prefix) ?? new Set();
      found.set(prefix, hops);
      for (const hop of route.nexthops ?? [route]) {
        const usable = !hop.flags?.some((flag) => flag === 'linkdown' || flag === 'dead');
        if (hop.gateway !== undefined && usable) hops.add(hop.gateway);
      }
    }
  }
  return Object.fromEntries([...found].map(([prefix, hops]) => [prefix, [...hops].sort()]));
}

/** `show route … all` of the static protocols → announcements. Routes without a MED of ours are left out. */
export function parseAnnouncements(output: string): SpeakerLive['announcements'] {
  const found: Record<string, SpeakerLive['announcements'][string]> = {};
  let prefix: string | undefined;
  for (const line of output.split('\n')) {
    const start = /^([0-9a-f.:]+\/\d+)\s/.exec(line);
    if (start !== null) prefix = canonicalPrefix(start[1] as string);
    const med = /^\s+BGP\.med: (\d+)/.exec(line);
    const how = med === null ? undefined : announcementOf(Number(med[1]));
    if (prefix !== undefined && how !== undefined) found[prefix] = how;
  }
  return found;
}

/** `show protocols` → BGP session → `up` once established. A protocol that only waits for dynamic neighbours (`Passive`) is none. */
export function parseSessions(output: string): Readonly<Record<string, 'up' | 'down'>> {
  const sessions: Record<string, 'up' | 'down'> = {};
  for (const line of output.split('\n')) {
    const [name, protocol, table, , , info] = line.trim().split(/\s+/);
    if (name === undefined || protocol !== 'BGP' || table === undefined) continue;
    if (info === 'Passive') continue;
    sessions[name] = info === 'Established' ? 'up' : 'down';
  }
  return sessions;
}

/** What `birdc COMMAND` answers. Throws TRI-B01 where BIRD refuses its configuration, TRI-B02 where it does not answer. */
export async function birdc(host: Host, command: string): Promise<string> {
  const result = await host.run(`birdc -s ${controlSocket} ${command}`, { timeoutMs: 10_000 });
  if (result.code === 0) return result.stdout;
  if (command === 'configure' && result.stdout.includes('Reading configuration')) {
    throw refused(host, result.stdout);
  }
  throw unanswered(host, command, result);
}

function unanswered(host: Host, command: string, { stderr, stdout }: RunResult): TricadeError {
  return new TricadeError('TRI-B02', `birdc ${command}: ${firstLine(stderr, stdout)}`, {
    node: host.name,
    hint: 'Look at `journalctl -u tricade-bird` on the node.',
  });
}

/** BIRD's own words, `FILE:LINE:COLUMN what`, stand in the last line of its answer. */
export function refused(host: Host, answer: string): TricadeError {
  const message = firstLine(...answer.split('\n').reverse());
  return new TricadeError('TRI-B01', `BIRD refuses its configuration: ${message}`, {
    node: host.name,
  });
}

const routesScript =
  'ip -j -4 route show proto bird; echo; echo ---; ip -j -6 route show proto bird';
const sessionsScript = `birdc -s ${controlSocket} show protocols`;

/** The next hops in the kernel's FIB. Throws TRI-B04. */
export async function readNextHops(host: Host): Promise<NextHops> {
  return nextHopsOf(host, await host.run(routesScript));
}

/** Answers apart; three dashes within a line are BIRD's own. */
function parts(stdout: string): readonly string[] {
  return stdout.split(/^---$/m);
}

/** Next hops and sessions in one go: a process less is a tenth of what a sample costs. Throws TRI-B02, TRI-B04. */
export async function readRouter(
  host: Host,
): Promise<{ readonly nextHops: NextHops; readonly sessions: ReturnType<typeof parseSessions> }> {
  const script = `${routesScript} || exit 99; echo ---; ${sessionsScript}`;
  const result = await host.run(script, { timeoutMs: 10_000 });
  const [four = '', six = '', protocols = ''] = parts(result.stdout);
  const nextHops = nextHopsOf(host, {
    ...result,
    code: result.code === 99 ? 1 : 0,
    stdout: `${four}---${six}`,
  });
  if (result.code !== 0) throw unanswered(host, 'show protocols', result);
  return { nextHops, sessions: parseSessions(protocols) };
}

/** Announcements and sessions in one go. Throws TRI-B02. */
export async function readSpeaker(host: Host): Promise<{
  readonly announcements: SpeakerLive['announcements'];
  readonly sessions: ReturnType<typeof parseSessions>;
}> {
  const script = `birdc -s ${controlSocket} ${announcementsCommand} || exit; echo ---; ${sessionsScript}`;
  const result = await host.run(script, { timeoutMs: 10_000 });
  if (result.code !== 0) throw unanswered(host, announcementsCommand, result);
  const [routes = '', protocols = ''] = parts(result.stdout);
  return { announcements: parseAnnouncements(routes), sessions: parseSessions(protocols) };
}

function nextHopsOf(host: Host, result: RunResult): NextHops {
  try {
    if (result.code !== 0) throw new Error(firstLine(result.stderr, result.stdout));
    const [four = '', six = ''] = result.stdout.split('---');
    return parseNextHops(four, six);
  } catch (cause) {
    throw new TricadeError('TRI-B04', 'the routes in the kernel cannot be read', {
      node: host.name,
      cause,
    });
  }
}

const announcementsCommand = 'show route where source = RTS_STATIC all';

/** What BIRD would announce to any established peer, read from its tables. */
export async function readAnnouncements(host: Host): Promise<SpeakerLive['announcements']> {
  return parseAnnouncements(await birdc(host, announcementsCommand));
}

/** Whether BIRD runs, and the state of its sessions. */
export async function observeBird(host: Host): Promise<Observed> {
  const result = await host.run(`birdc -s ${controlSocket} show protocols`, { timeoutMs: 10_000 });
  const running = result.code === 0 && result.stdout.includes('Name');
  const sessions = running ? Object.entries(parseSessions(result.stdout)) : [];
  return { running, notes: sessions.map(([name, state]) => `session ${name} ${state}`) };
}

function firstLine(...texts: readonly string[]): string {
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => line.trim());
  return lines.find((line) => line !== '') ?? 'no message';
}
