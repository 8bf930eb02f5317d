/** Addresses that no host can have. */
import { bitsContain, prefixBits } from '../ip.ts';
import type { Report } from './report.ts';
import type { KeyPath } from './source-tree.ts';

/** Not for hosts: this network, loopback, link-local, multicast, reserved (RFC 6890), and their IPv6 kin (RFC 4291). */
const noHost = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  '::ffff:0:0/96',
  'fe80::/10',
  'ff00::/8',
].map((cidr) => ({ cidr, bits: prefixBits(cidr) }));

/** False, and an error is noted, for an address or prefix of which no host can have a part. */
export function checkKind(address: string, path: KeyPath, report: Report): boolean {
  const own = prefixBits(address);
  const kind = own && noHost.find(({ bits }) => bits && bitsContain(bits, own));
  if (kind === undefined) return true;
  report.error('TRI-C048', { path }, `${address} lies in ${kind.cidr}, which no host can have`);
  return false;
}
