/** The site of the tests as a cluster file, and what `trace` is to be asked about it. */
import type { Cluster, L4Mode, TraceInput } from '../../../packages/cluster/src/index.ts';
import { readSpec } from '../../../packages/cluster/src/spec/index.ts';
import { ipvsDirectorCan } from '../../../packages/l4-tier/src/capabilities.ts';
import { addressOf, macOf, type Name, vipOf } from './site.ts';

const file = (mode: L4Mode, real: Name) => `
version: 1
cluster: site
networks: { outside: { cidr: 192.0.2.0/24 }, edge: { cidr: 198.51.100.0/24 } }
routers: { nodes: { r1: { outside: 192.0.2.1, edge: ${addressOf('r1')} } } }
l4: { driver: ipvs, nodes: { l4a: { edge: ${addressOf('l4a')} } } }
pools:
  near: { check: tcp, servers: { ${real}: { address: ${addressOf(real)}, managed: true } } }
services:
  web: { vip: ${vipOf(mode as 'dsr')}, ports: 80, l4: { mode: ${mode}, pool: near } }
monitor: { nodes: { m1: { edge: 198.51.100.31 } } }
`;

/** A request of the client for the VIP of a mode, which one real takes. */
export function traceInput(mode: L4Mode, real: Name): TraceInput {
  const { cluster, findings } = readSpec(file(mode, real), 'site.yaml');
  if (cluster === undefined) throw new Error(findings.map(({ message }) => message).join('; '));
  return {
    cluster: cluster as Cluster,
    generation: { number: 1, digest: '', ids: { [`near/${real}`]: 1 }, hashKey: '00'.repeat(16) },
    nowMs: 0,
    macOf: (name, network) => (network === 'edge' ? macOf(name as Name) : undefined),
    director: ipvsDirectorCan,
    client: { name: 'client', network: 'outside' },
    flow: {
      protocol: 'tcp',
      sourceAddress: '192.0.2.2',
      sourcePort: 40_000,
      destinationAddress: vipOf(mode as 'dsr'),
      destinationPort: 80,
    },
  };
}
