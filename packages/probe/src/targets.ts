/** Cluster → what is to be probed. One attempt per server however many pools and services name it with the same check. */
import {
  type Check,
  type Cluster,
  type ClusterNode,
  healthPort,
  nodesOf,
  sharedLeg,
} from '@tricade/cluster';
import type { Attempt } from './attempt.ts';
import { probeHttp } from './http.ts';
import type { ProbeTarget } from './scheduler.ts';
import { probeTcp } from './tcp.ts';

/** Every target as seen from `vantage` (a monitor's node name). Pools with `check: none` have none. */
export function probeTargets(cluster: Cluster, vantage: string): readonly ProbeTarget[] {
  const monitor = cluster.nodes.find((node) => node.name === vantage);
  return [
    ...cluster.pools.flatMap((pool) =>
      pool.check.kind === 'none'
        ? []
        : pool.servers.map((server) =>
            target(`${pool.name}/${server.name}`, pool.check, {
              address: server.address,
              port: pool.check.port ?? server.port,
            }),
          ),
    ),
    ...nodesOf(cluster, 'l7').map((node) => {
      const check: Check = { ...cluster.monitor.check, kind: 'http', target: '/healthz' };
      return target(`l7/${node.name}`, check, {
        address: addressFrom(node, monitor),
        port: healthPort,
      });
    }),
    ...[...nodesOf(cluster, 'l4'), ...nodesOf(cluster, 'routers')].map((node) => {
      const check: Check = { ...cluster.monitor.check, kind: 'tcp' };
      return target(`${node.tier}/${node.name}`, check, {
        address: addressFrom(node, monitor),
        port: node.management.port,
      });
    }),
  ];
}

/** The node's address on a network shared with the vantage point, else its first. */
function addressFrom(node: ClusterNode, monitor: ClusterNode | undefined): string {
  return (
    ((monitor && sharedLeg(node, [monitor])) ?? node.legs[0])?.addresses[0] ??
    node.management.address
  );
}

function target(
  name: string,
  check: Check,
  endpoint: { readonly address: string; readonly port: number },
): ProbeTarget {
  const attempt = (): Promise<Attempt> => {
    if (check.kind !== 'http') return probeTcp(endpoint, check.timeoutMs);
    const { target: path, host, statuses } = check;
    return probeHttp(
      endpoint,
      { path, statuses, ...(host === undefined ? {} : { host }) },
      check.timeoutMs,
    );
  };
  return { target: name, check, attempt };
}
