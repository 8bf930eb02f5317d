/** The xdp driver and its helper on a machine of their own, against this kernel. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, tableDigest } from '../../packages/cluster/src/index.ts';
import { driverContract, type Ground } from '../../packages/cluster/src/testing/index.ts';
import { install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import { alternating, directorLive, directorState } from './three-hop.ts';
import { until } from './waiting.ts';
import { xdpDirector, xdpFiles, xdpNode, xdpState } from './xdp-node.ts';

const { bpf, blobs } = await xdpFiles();
const state = xdpState(bpf);
const installed = (node: NamespaceNode, bundle: Bundle) => install(node, bundle, blobs);

async function ground(): Promise<Ground> {
  const node = await xdpNode();
  return {
    host: node,
    install: (_host, bundle) => installed(node, bundle),
    async files() {
      const folders = '/etc/tricade /etc/systemd/system /var/lib/tricade';
      const found = await node.run(`find ${folders} -type f -exec sha256sum {} + 2>/dev/null`);
      const lines = found.stdout.split('\n').filter((line) => line !== '');
      return Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
    },
    close: () => node.close(),
  };
}

driverContract(
  xdpDirector,
  [
    {
      name: 'director',
      state,
      live: directorLive(),
      changed: directorLive({ dead: 'p1' }),
    },
  ],
  ground,
);
