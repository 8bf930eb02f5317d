/** By what flows are spread. */
export type Unit = 'rows' | 'reals' | 'next hops' | 'servers' | 'routers';

/** How the figures of each were come by. */
export const methods: Readonly<Record<Unit, string>> = {
  rows: 'rows: exact, all of them, by the conductor’s own steps on the table as it stands; the keyed hash spreads flows evenly over rows',
  reals: 'reals: by weight; the directors’ kernels pick, and their choice is not predicted',
  'next hops':
    'next hops: bounds over every place of the one that comes or goes (hash-threshold, RFC 2992); routers do not tell theirs',
  servers: 'servers: by weight; a proxy’s own choice is not predicted',
  routers: 'routers: not predicted',
};
