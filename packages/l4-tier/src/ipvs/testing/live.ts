/** Live states for the states of the tests. */
import { type DirectorLive, type DirectorState, type RealLive, wordOf } from '@tricade/cluster';

/** What differs from an active real that is up and takes new flows. */
export interface Standing {
  /** False: no row names it. */
  readonly takes?: boolean;
  readonly admin?: RealLive['admin'];
  readonly health?: RealLive['health'];
  readonly dead?: boolean;
}

/** Rows of every group shared alike by the reals that take new flows. */
export function liveOf(
  state: DirectorState,
  standings: Readonly<Record<string, Standing>> = {},
): DirectorLive {
  const tables = state.groups.map(({ group, reals, size }) => {
    const taking = reals.filter(({ name }) => standings[name]?.takes !== false);
    const rows = Uint32Array.from({ length: size }, (_, row) =>
      wordOf(taking[row % taking.length]?.id ?? 0),
    );
    const live = reals.map(({ id, name, address }): RealLive => {
      const { admin = 'active', health = 'up', dead = false } = standings[name] ?? {};
      return { id, name, address, admin, health, dead };
    });
    return [group, { step: 1, digest: '', rows, reals: live }] as const;
  });
  return { tables: Object.fromEntries(tables) };
}
