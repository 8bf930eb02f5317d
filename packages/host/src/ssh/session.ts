/** One authenticated SSH connection: whom it trusts, and what goes wrong while it is made (RFC 4253, RFC 4252). */
import type { Duplex } from 'node:stream';
import { TricadeError } from '@tricade/cluster';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import {
  type ExpectedKey,
  expectedKeys,
  fingerprint,
  type HostKey,
  judgeKey,
  keyType,
} from './known-hosts.ts';

/** Where and as whom to log in. */
export interface SshTarget {
  /** Node name, for messages. */
  readonly name: string;
  readonly address: string;
  /** Default 22. */
  readonly port?: number;
  readonly user: string;
  /** OpenSSH or PEM text, unencrypted. */
  readonly privateKey?: string;
  /** Socket of an SSH agent, e.g. `$SSH_AUTH_SOCK`; used where there is no private key. */
  readonly agent?: string;
  readonly hostKey: HostKey;
  /** Goes through this host first (OpenSSH's ProxyJump). */
  readonly jump?: SshTarget;
  /** A byte stream to its sshd instead of TCP; called for every new connection. */
  readonly socket?: () => Promise<Duplex>;
  /** TCP and log-in together. Default 10,000. */
  readonly connectTimeoutMs?: number;
}

const keepalive = { keepaliveInterval: 5_000, keepaliveCountMax: 3 };

/** Connects and logs in. Throws TRI-S001 … S005, S011; in each of these cases no command has been run. */
export async function openSession(target: SshTarget): Promise<Client> {
  const { default: ssh2 } = await import('ssh2');
  const port = target.port ?? 22;
  const expected = expectedKeys(target.hostKey, { address: target.address, port });
  const client = new ssh2.Client();
  let keyFault: TricadeError | undefined;
  const config: ConnectConfig = {
    host: target.address,
    port,
    username: target.user,
    readyTimeout: target.connectTimeoutMs ?? 10_000,
    ...keepalive,
    ...credentials(target, ssh2.utils.parseKey),
    algorithms: {
      // The one that Node's own crypto does fastest; ssh2's first choice runs as WebAssembly.
      cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'],
      ...wantedKeyTypes(expected),
    },
    hostVerifier: (shown: Buffer): boolean => {
      keyFault = judge(target, expected, shown);
      return keyFault === undefined;
    },
  };
  const sock = await way(target, port);
  return new Promise<Client>((resolve, reject) => {
    client.once('ready', () => {
      client.setNoDelay(true);
      resolve(client);
    });
    // Stays on for good: ssh2 may report more than once, and an error without listener ends the process.
    client.on('error', (cause: Error & { level?: string }) => {
      reject(keyFault ?? explain(target, expected, cause));
      client.end();
    });
    client.once('close', () => reject(keyFault ?? lost(target)));
    client.connect(sock === undefined ? config : { ...config, sock });
  });
}

/** The connection went away: a value for whoever was waiting. */
export function lost(target: SshTarget, cause?: unknown): TricadeError {
  return new TricadeError('TRI-S006', `connection to ${target.name} was lost`, {
    node: target.name,
    hint: 'run the command again; what was begun is finished then',
    cause,
  });
}

async function way(target: SshTarget, port: number): Promise<Duplex | undefined> {
  if (target.socket) return target.socket();
  if (!target.jump) return undefined;
  const jump = await openSession(target.jump);
  return new Promise<Duplex>((resolve, reject) => {
    jump.forwardOut('127.0.0.1', 0, target.address, port, (cause, channel) => {
      if (!cause) {
        channel.once('close', () => jump.end());
        resolve(channel);
        return;
      }
      jump.end();
      const by = target.jump?.name ?? '';
      reject(unreachable(target, `${by} cannot reach ${target.address}:${port} for it`, cause));
    });
  });
}

type ParseKey = typeof import('ssh2').utils.parseKey;

function credentials(target: SshTarget, parseKey: ParseKey): Partial<ConnectConfig> {
  const { privateKey, agent, name } = target;
  if (privateKey !== undefined) {
    const parsed = parseKey(privateKey);
    if (!(parsed instanceof Error)) return { privateKey };
    const message = `the private key for ${target.user}@${name} cannot be read`;
    const hint = 'it must be an unencrypted private key; load an encrypted one into an SSH agent';
    throw new TricadeError('TRI-S011', message, { node: name, hint });
  }
  if (agent !== undefined) return { agent };
  throw new TricadeError('TRI-S011', `no key to log in at ${name}`, {
    node: name,
    hint: 'name one in ssh.key of the cluster file, or start an SSH agent',
  });
}

/** Asks for the types of key that are on record, so that a host with several shows the right one. */
function wantedKeyTypes(
  expected: readonly ExpectedKey[],
): { serverHostKey: ServerHostKeyAlgorithm[] } | undefined {
  const types = expected
    .filter(({ revoked }) => !revoked)
    .flatMap(({ type }) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
  const known = new Set<string>([
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ]);
  const usable = [...new Set(types)].filter((type) => known.has(type)) as ServerHostKeyAlgorithm[];
  return usable.length > 0 ? { serverHostKey: usable } : undefined;
}

function judge(
  target: SshTarget,
  expected: readonly ExpectedKey[],
  shown: Buffer,
): TricadeError | undefined {
  const verdict = judgeKey(expected, shown);
  if (verdict === 'trusted') return undefined;
  const at = `${target.name} (${target.address}:${target.port ?? 22})`;
  const key = `${keyType(shown)} ${fingerprint(shown)}`;
  if (verdict === 'unknown') {
    const message = `${at} shows the host key ${key}, and none is on record; no command was run`;
    const hint = 'compare it with the host’s own, then add it to the known hosts';
    return new TricadeError('TRI-S001', message, { node: target.name, hint });
  }
  return changedKey(target, expected, `${at} shows the host key ${key}`);
}

function changedKey(target: SshTarget, expected: readonly ExpectedKey[], fact: string) {
  const wanted = expected.map(
    ({ type, blob, source, revoked }) =>
      `${type} ${fingerprint(blob)} (${source}${revoked ? ', revoked' : ''})`,
  );
  const message = `${fact}, expected ${wanted.join(' or ')}; no command was run`;
  return new TricadeError('TRI-S002', message, {
    node: target.name,
    hint: 'find out why it changed before you replace the key on record',
  });
}

const socketFaults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no route to its network',
  ENOTFOUND: 'its name does not resolve',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
};

/** What ssh2 says, in our words; the cause stays attached. */
function explain(
  target: SshTarget,
  expected: readonly ExpectedKey[],
  cause: Error & { level?: string; code?: string },
): TricadeError {
  const options = { node: target.name, cause };
  const at = `${target.name} (${target.address}:${target.port ?? 22})`;
  if (cause.level === 'client-authentication') {
    return new TricadeError('TRI-S003', `${at} does not let ${target.user} in with this key`, {
      ...options,
      hint: `check ssh.user and ssh.key, and the authorized keys of ${target.user} there`,
    });
  }
  if (cause.level === 'client-timeout' || cause.code === 'ETIMEDOUT') {
    const seconds = (target.connectTimeoutMs ?? 10_000) / 1000;
    return new TricadeError('TRI-S005', `${at} did not answer within ${seconds} s`, options);
  }
  if (/no matching host key format/.test(cause.message)) {
    return changedKey(target, expected, `${at} has no host key of the type on record`);
  }
  const why = socketFaults[cause.code ?? ''] ?? 'the handshake failed';
  return unreachable(target, `${at} is not reachable: ${why}`, cause);
}

function unreachable(target: SshTarget, message: string, cause: unknown): TricadeError {
  const hint = 'check address, port and firewall';
  return new TricadeError('TRI-S004', message, { node: target.name, hint, cause });
}
