/** Cluster → what is to be probed. One attempt per server however many pools and services name it with the same check. */
import {
  type Check,
  type Cluster,
  type ClusterNode,
  healthPort,
  nodesOf,
  sharedLeg,
} from '@tricade/cluster';
import type { Attempt, Endpoint } from './attempt.ts';
import { probeDns } from './dns.ts';
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
      const check: Check = {
        ...cluster.monitor.check,
        kind: 'http',
        target: '/healthz',
        statuses: [[200, 299]],
      };
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

function target(name: string, check: Check, endpoint: Endpoint): ProbeTarget {
  return { target: name, check, attempt: () => attemptOf(check, endpoint) };
}

function attemptOf(check: Check, endpoint: Endpoint): Promise<Attempt> {
  const { kind, target, host, statuses, timeoutMs } = check;
  switch (kind) {
    case 'http': {
      const probe = { path: target, statuses, ...(host === undefined ? {} : { host }) };
      return probeHttp(endpoint, probe, timeoutMs);
    }
    case 'dns':
      return probeDns(endpoint, { name: target, random: Math.random }, timeoutMs);
    case 'tcp':
    case 'none':
      return probeTcp(endpoint, timeoutMs);
  }
}
