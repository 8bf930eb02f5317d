import type { ClusterNode } from '../model/intent.ts';
import type { Demand } from './ground.ts';

/** What a rule has found; `topology.ts` makes a Finding of it. */
export interface Problem {
  readonly code: `TRI-T${number}`;
  readonly severity: 'error' | 'warning';
  readonly path: readonly (string | number)[];
  readonly part?: 'key' | 'value';
  readonly message: string;
  /** Instead of the general words of the code table, where it can be said more exactly. */
  readonly effect?: string;
  readonly fix?: string;
}

/** `p1`, `p1 and p2`, `p1, p2, p3 and 4 more`. */
export function names(nodes: readonly Pick<ClusterNode, 'name'>[], most = 4): string {
  const all = [...new Set(nodes.map(({ name }) => name))];
  const some = all.slice(0, most);
  if (all.length > most) return `${some.join(', ')} and ${all.length - most} more`;
  return some.length < 2 ? some.join('') : `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;
}

/** `has` or `have`, after `names`. */
export function have(nodes: readonly unknown[]): string {
  return nodes.length === 1 ? 'has' : 'have';
}

/** The service at which a finding points, and how many others have the same. */
export function others({ services }: Demand): string {
  return services.length > 1 ? ` (and ${services.length - 1} more services)` : '';
}

export function mode({ service }: Demand): (string | number)[] {
  return ['services', service.name, 'l4', 'mode'];
}
