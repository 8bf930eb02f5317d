import type { Finding } from '../model/plan.ts';

/** Place of a key or value in the cluster file by its path, such as ['services', 'shop', 'vip']; the value unless the key is asked for. */
export type Locate = (
  path: readonly (string | number)[],
  part?: 'key' | 'value',
) => Finding['span'];
