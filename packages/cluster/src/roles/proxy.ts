/** Proxies: what they listen on, and the pools behind. */
import type { Address, Cluster, ClusterNode, ProxyTimeouts, Service } from '../model/intent.ts';
import type { ProxyFrontend, ProxyPool, ProxyState } from '../model/role-proxy.ts';
import { nodesOf, sharedLeg } from './nodes.ts';
import { arrivesForVip } from './vips.ts';

/** Of clusters whose file says nothing: HAProxy needs two descriptors for each, and 16,240 fit under the hard limit of 20,000 that small hosts and containers have. */
export const maxConnections = 8_000;
/** Likewise; `defaults` of the cluster file says why they are so. */
export const proxyTimeouts: ProxyTimeouts = {
  connectMs: 500,
  queueMs: 5_000,
  requestMs: 10_000,
  keepAliveMs: 60_000,
  clientMs: 60_000,
  serverMs: 60_000,
  tunnelMs: 3_600_000,
  closeMs: 10_000,
};
/** Port on a proxy's own address where its program answers `GET /healthz` while it works; never on a VIP. */
export const healthPort = 8404;

type Proxied = Service & { readonly l7: NonNullable<Service['l7']> };

function isProxied(service: Service): service is Proxied {
  return service.l7 !== undefined;
}

/** Binds are the VIPs where packets arrive for them, else the proxy's own addresses; `own` holds those. UDP is not for proxies. */
function frontendOf(service: Proxied, own: readonly Address[]): ProxyFrontend {
  const { l7, name, listen } = service;
  const vips = arrivesForVip(service) ? service.vips : own;
  return {
    service: name,
    mode: l7.mode,
    protocol: l7.protocol,
    listen,
    binds: service.ports
      .filter((port) => port.protocol === 'tcp')
      .flatMap(({ port }) => vips.map((vip) => ({ vip, port }))),
    pool: l7.pool,
    ...(l7.tls === undefined ? {} : { tls: l7.tls }),
  };
}

/** Pools that a proxied service names, in the order of the file; where several name one, the last one's layer 7 settings count. */
function poolsOf(cluster: Cluster, proxied: readonly Proxied[]): readonly ProxyPool[] {
  const used = new Map(proxied.map(({ l7 }) => [l7.pool, l7]));
  return cluster.pools.flatMap(({ name, balance, servers, check }) => {
    const l7 = used.get(name);
    if (l7 === undefined) return [];
    const { protocol, stickiness } = l7;
    return [{ pool: name, balance, protocol, servers, check, stickiness }];
  });
}

export function proxyState(cluster: Cluster, node: ClusterNode): ProxyState {
  const own = (sharedLeg(node, nodesOf(cluster, 'l4')) ?? node.legs[0])?.addresses ?? [];
  const proxied = cluster.services.filter(isProxied);
  return {
    node: node.name,
    health: { addresses: node.legs.flatMap((leg) => leg.addresses), port: healthPort },
    frontends: proxied.map((service) => frontendOf(service, own)),
    pools: poolsOf(cluster, proxied),
    maxConnections: cluster.l7.maxConnections ?? maxConnections,
    timeouts: cluster.l7.timeouts ?? proxyTimeouts,
  };
}
