/**
 * What the child process tells of the links. `table`: every neighbour that has a MAC, by address; told first, so it makes up for what was missed before.
 * `neighbour`: one of them has this MAC now, or (`null`) none. `routes`: links, routes or next hops have changed; a burst is told once.
 */
export type News =
  | { readonly table: Readonly<Record<string, string>> }
  | { readonly neighbour: readonly [address: string, mac: string | null] }
  | { readonly routes: true };
