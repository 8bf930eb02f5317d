/** The director's memory of translated flows: how much room it has, and whom it counts. Pure. */
import { type DirectorState, type Sample, TricadeError } from '@tricade/cluster';
import { translates } from '../forwarding.ts';

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
  state: Pick<DirectorState, 'services' | 'trackedFlows'>,
): Readonly<Record<'flows' | 'openings', number>> {
  if (!remembers(state)) return { flows: 1, openings: 1 };
  return { flows: state.trackedFlows ?? defaultFlows, openings };
}

/** Flows of datagrams that may be remembered: half of all, since datagrams do not prove who sent them. */
export function mostDatagrams(state: Pick<DirectorState, 'services' | 'trackedFlows'>): number {
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
