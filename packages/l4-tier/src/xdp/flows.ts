/** The director's memory of translated flows: how much room it has, and whom it counts. Pure. */
import { type DirectorState, type Sample, TricadeError } from '@tricade/cluster';
import { translates } from '../forwarding.ts';
import type { ConfigValue } from './abi.ts';
import { servicesByFlow } from './replies.ts';

/** Flows for which there is room where the state names no number. */
const defaultFlows = 65_536;
/** Flows that are opening: where there are more, the oldest ones are pushed out. At 10,000 SYNs a second a client has 6 s for its answer. */
const openings = 65_536;

/** Whether packets of some service are translated. */
export function remembers({ services }: Pick<DirectorState, 'services'>): boolean {
  return services.some(translates);
}

/** Capacities of the maps that hold flows; next to nothing where none are remembered. */
export function memoryRoom(
  state: Pick<DirectorState, 'services' | 'groups' | 'trackedFlows'>,
): Readonly<Record<'flows' | 'openings' | 'returns' | 'opening_returns', number>> {
  const none = { flows: 1, openings: 1, returns: 1, opening_returns: 1 };
  if (!remembers(state)) return none;
  const flows = state.trackedFlows ?? defaultFlows;
  if (!hasReturns(state)) return { ...none, flows, openings };
  return { flows, openings, returns: flows, opening_returns: openings };
}

/** Whether flows of some service have ways back of their own. */
export function hasReturns(state: Pick<DirectorState, 'services' | 'groups'>): boolean {
  return state.services.some(({ mode }) => mode === 'full-nat') || servicesByFlow(state).size > 0;
}

/**
 * Source ports of full NAT: below those from which Linux takes its own (`ip_local_port_range`, 32768 on), so that none of the director's own connections
 * has one; where that range was widened they are kept out of it (`ip_local_reserved_ports`).
 */
export const natPorts = { first: 1_024, count: 31_744 } as const;

/** What stands in the client's place in full NAT; nothing where no service is in that mode. */
export function natOf({ services, addresses }: DirectorState): Pick<ConfigValue, 'nat'> {
  return services.some(({ mode }) => mode === 'full-nat')
    ? { nat: { addresses, ...natPorts } }
    : {};
}

/** Keeps the kernel's own connections off those ports. */
export function portSysctls(state: DirectorState): Readonly<Record<string, string>> {
  const { first, count } = natPorts;
  return natOf(state).nat === undefined
    ? {}
    : { 'net.ipv4.ip_local_reserved_ports': `${first}-${first + count - 1}` };
}

/** Flows of datagrams that may be remembered: half of all, since datagrams do not prove who sent them. */
export function mostDatagrams(
  state: Pick<DirectorState, 'services' | 'groups' | 'trackedFlows'>,
): number {
  return remembers(state) ? memoryRoom(state).flows >> 1 : 0;
}

/** The helper's answer to `flows` → flows by id of the real; undefined where none were counted yet. Throws TRI-D21 for what is no such answer. */
export function parseFlowCounts(words: string): ReadonlyMap<number, number> | undefined {
  const [age, pairs = ''] = words.trim().split(' ');
  if (age === '-1') return undefined;
  const bytes = Buffer.from(pairs, 'base64');
  if (age === undefined || !/^\d+$/.test(age) || bytes.length % 8 !== 0)
    throw new TricadeError('TRI-D21', `the helper counts flows as ${JSON.stringify(words)}`);
  const counts = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += 8)
    counts.set(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
  return counts;
}

/** Flows by member (`group/name`) of every group that a service with remembered flows uses. */
export function flowsIn(
  counts: ReadonlyMap<number, number>,
  { services, groups }: Pick<DirectorState, 'services' | 'groups'>,
): NonNullable<Sample['flows']> {
  const counted = new Set(services.filter(translates).map(({ group }) => group));
  return Object.fromEntries(
    groups
      .filter(({ group }) => counted.has(group))
      .flatMap(({ group, reals }) =>
        reals.map(({ id, name }) => [`${group}/${name}`, counts.get(id) ?? 0]),
      ),
  );
}
