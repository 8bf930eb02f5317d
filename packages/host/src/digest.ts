import { createHash } from 'node:crypto';
import type { Bundle } from '@tricade/cluster';

/** SHA-256, hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** JSON with sorted keys and without white space: equal values, equal text. `undefined` fields are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Digest of all that a bundle says: SHA-256 (hex) of its canonical JSON. Secrets count by reference, never by value. */
export function bundleDigest(bundle: Bundle): string {
  return sha256(canonicalJson(bundle));
}
