import type { Catalog } from './driver.ts';
import type { Cluster } from './model/intent.ts';
import type { Finding } from './model/plan.ts';
import type { Locate } from './topology/locate.ts';

export type { Locate } from './topology/locate.ts';

/** Holds what each mode needs against the networks of the cluster; empty where everything fits. */
export function checkTopology(_cluster: Cluster, _catalog?: Catalog, _locate?: Locate): Finding[] {
  return [];
}
