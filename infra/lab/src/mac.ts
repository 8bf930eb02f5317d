/** MAC addresses of lab hosts: they follow from the names, so packet tables are the same in every run. Pure. */

/**
 * The MAC of `node` on `network`: locally administered unicast (`02:…`, IEEE 802 clause 8.2), the other five bytes a hash (FNV-1a, 64 bit) of
 * `node/network`. The same on every machine.
 */
export function macOf(node: string, network: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(`${node}/${network}`))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  const hex = hash.toString(16).padStart(16, '0').slice(0, 10);
  return ['02', ...(hex.match(/../g) ?? [])].join(':');
}
