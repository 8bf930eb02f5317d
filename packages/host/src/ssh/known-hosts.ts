/** Host keys as OpenSSH's `known_hosts` writes them (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"); pure. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whom to trust: one public key (`ssh-ed25519 AAAA…`), or the text of a known_hosts file. */
export type HostKey = { readonly pinned: string } | { readonly knownHosts: string };

/** One key that is expected, and where that is written. */
export interface ExpectedKey {
  readonly type: string;
  /** Wire form (RFC 4253 §6.6). */
  readonly blob: Buffer;
  readonly source: string;
  readonly revoked: boolean;
}

export type KeyVerdict = 'trusted' | 'unknown' | 'changed';

/** Keys expected of `address:port`. Lines that cannot be read and certificate authorities are passed over. */
export function expectedKeys(
  hostKey: HostKey,
  at: { address: string; port: number },
): ExpectedKey[] {
  if ('pinned' in hostKey) {
    const [type = '', base64 = ''] = hostKey.pinned.trim().split(/\s+/);
    return [{ type, blob: Buffer.from(base64, 'base64'), source: 'pinned', revoked: false }];
  }
  const names =
    at.port === 22 ? [at.address, `[${at.address}]:22`] : [`[${at.address}]:${at.port}`];
  return hostKey.knownHosts.split('\n').flatMap((line, index) => {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
    const [hosts, type, base64] = fields;
    if (hosts === undefined || hosts.startsWith('#') || marker === '@cert-authority') return [];
    if (type === undefined || base64 === undefined) return [];
    if (!names.some((name) => listNames(hosts, name))) return [];
    const source = `known hosts, line ${index + 1}`;
    return [{ type, blob: Buffer.from(base64, 'base64'), source, revoked: marker === '@revoked' }];
  });
}

/** Judges the key that a host shows. A revoked one is never trusted. */
export function judgeKey(expected: readonly ExpectedKey[], shown: Buffer): KeyVerdict {
  const same = expected.filter(({ blob }) => blob.equals(shown));
  if (same.some(({ revoked }) => revoked)) return 'changed';
  if (same.length > 0) return 'trusted';
  return expected.some(({ revoked }) => !revoked) ? 'changed' : 'unknown';
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Type of a key in wire form: its first string. */
export function keyType(blob: Buffer): string {
  if (blob.length < 4) return 'unreadable';
  return blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
}

/** Does a host field (patterns with `*` and `?`, negated by `!`, or one hashed name) name this host? */
function listNames(field: string, name: string): boolean {
  if (field.startsWith('|1|')) return hashedNames(field, name);
  const patterns = field.split(',');
  const hit = (pattern: string) => globToRegExp(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith('!') && hit(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && hit(pattern));
}

/** `|1|salt|HMAC-SHA1(salt, name)`, base64 (HashKnownHosts of ssh_config(5)). */
function hashedNames(field: string, name: string): boolean {
  const [, , salt = '', hash = ''] = field.split('|');
  const want = Buffer.from(hash, 'base64');
  const got = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return want.length === got.length && timingSafeEqual(want, got);
}

function globToRegExp(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${body}$`, 'i');
}
