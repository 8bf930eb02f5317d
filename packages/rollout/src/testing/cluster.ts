/** A small cluster on machines in folders, for this package's tests. */
import { createHash } from 'node:crypto';
import type {
  Bundle,
  ClusterNode,
  Generation,
  Host,
  Name,
  Rollout,
  Tier,
  Wanted,
} from '@tricade/cluster';
import { type BlobStore, packedBlobs } from '@tricade/host';
import { type SandboxHost, sandboxHost } from '@tricade/host/testing';
import type { Clock } from '../execute.ts';

export const tiers: Readonly<Record<Name, Tier>> = {
  m1: 'monitor',
  p1: 'l7',
  p2: 'l7',
  p3: 'l7',
  d1: 'l4',
  r1: 'routers',
};

export const policy: Rollout = {
  canary: 1,
  maxUnavailable: 1,
  drainMs: 5_000,
  gates: { errorRate: 0.01, waitMs: 0 },
};

export const nodes: readonly ClusterNode[] = Object.entries(tiers).map(([name, tier], index) => ({
  name,
  tier,
  legs: [{ network: 'edge', addresses: [`192.0.2.${index + 1}`], device: 'edge' }],
  management: { address: `192.0.2.${index + 1}`, port: 22 },
  managed: true,
}));

/** The machines, by node name. */
export interface Machines {
  readonly hosts: Readonly<Record<Name, SandboxHost>>;
  hostOf(node: Name): Host;
  /** Takes this host instead from now on. */
  replace(node: Name, host: Host): void;
  dispose(): void;
}

export function machines(): Machines {
  const hosts = Object.fromEntries(Object.keys(tiers).map((name) => [name, sandboxHost(name)]));
  const others = new Map<Name, Host>();
  return {
    hosts,
    hostOf: (node) => {
      const host = others.get(node) ?? hosts[node];
      if (!host) throw new RangeError(`no machine ${node}`);
      return host;
    },
    replace: (node, host) => void others.set(node, host),
    dispose: () => {
      for (const host of Object.values(hosts)) host.dispose();
    },
  };
}

export function generation(number: number, word: string): Generation {
  const digest = createHash('sha256').update(word).digest('hex');
  return { number, digest, ids: {}, hashKey: '00'.repeat(16) };
}

export const confPath = '/etc/tricade/role.conf';
export const secretPath = '/etc/tricade/secret/role';

/** A role with one text, one secret and one unit on every node. */
export function wantedAll(
  of: Generation,
  change: (bundle: Bundle, node: Name) => Bundle = (bundle) => bundle,
): Wanted[] {
  const { owner } = sandbox;
  return Object.keys(tiers).map((node) => ({
    node,
    generation: of,
    bundles: [
      change(
        {
          role: 'base',
          packages: [],
          files: [
            { path: confPath, mode: 0o644, owner, content: { text: `digest ${of.digest}\n` } },
            { path: secretPath, mode: 0o600, owner, content: { secret: 'env:KEY' } },
          ],
          sysctls: {},
          checks: [`grep -q digest "$STAGE${confPath}"`],
          units: ['tricade-role.service'],
          activate: ['systemctl reload tricade-role.service'],
          hitless: true,
        },
        node,
      ),
    ],
  }));
}

const sandbox = (() => {
  const host = sandboxHost();
  host.dispose();
  return { owner: host.owner };
})();

export const plantedSecret = 'planted-secret-value';
export const secrets = async (): Promise<string> => `key = ${plantedSecret}\n`;

export const noBlobs: BlobStore = packedBlobs((sha256) => {
  throw new RangeError(`no blob ${sha256}`);
});

/** A clock that a sleeper moves: no test waits for real time. */
export function quickClock(): Clock {
  let nowMs = 1_700_000_000_000;
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
}
