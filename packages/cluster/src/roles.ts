/** Intent → the wanted state of every role of every node. Pure; the one place that knows which node plays which role. */
import { contains, ipFamily, parsePrefix, sameFamily } from './ip.ts';
import type {
  Address,
  Cidr,
  Cluster,
  ClusterNode,
  Generation,
  L4Driver,
  Leg,
  Name,
  Service,
} from './model/intent.ts';
import type {
  BaseState,
  DirectorState,
  ProxyState,
  ReceiverState,
  RedisAccess,
  RedisState,
  RoleStates,
  RouterState,
  SpeakerState,
  TableGroup,
} from './model/role.ts';

/** The program and the Node runtime that travel to hosts as digest-named files. */
export type Payload = Pick<BaseState, 'program' | 'runtime'>;

export interface Intent {
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** Left out by agents, which do not install themselves: then there is no base state. */
  readonly payload?: Payload;
}

/** Group of the ECMP next hops; its members are the directors. */
export const ecmpGroup = 'l4';
/** Group of the forwarding table over proxies. */
export const proxyGroup = 'l7';
export const redisPort = 6379;
/** Client connections a proxy takes at most: HAProxy needs two descriptors for each, and 16,240 fit under the hard limit of 20,000 that small hosts and containers have. */
export const maxConnections = 8_000;
/** Port on a proxy's own address where its program answers `GET /healthz` while it works; never on a VIP. */
export const healthPort = 8404;

/**
 * Rows of a forwarding table by driver, fixed when a group is born. XDP: Maglev's 65,537 (NSDI 2016, section 3.4). nft: 4,096 slots load in
 * 41 ms and keep 3 proxies within 0.03 % of each other.
 */
export const tableRowsByDriver: Readonly<Record<L4Driver, number>> = {
  xdp: 65_537,
  nft: 4_096,
  ipvs: 4_096,
};

/** Nodes of one tier in the order of the file. */
export function nodesOf(cluster: Cluster, tier: ClusterNode['tier']): readonly ClusterNode[] {
  return cluster.nodes.filter((node) => node.tier === tier);
}

/** Throws RangeError for an unknown name: callers hold names of the same cluster. */
export function nodeNamed(cluster: Cluster, name: Name): ClusterNode {
  const node = cluster.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new RangeError(`no node ${name} in cluster ${cluster.name}`);
  return node;
}

/** The prefix under which a VIP is routed: /32, /128, or the VIPless prefix itself. */
export function vipPrefix(vip: Address | Cidr): Cidr {
  const prefix = parsePrefix(vip);
  return prefix === undefined ? vip : `${prefix.address}/${prefix.length}`;
}

/** The first leg of `node` on a network that one of `others` also has a leg on. */
export function sharedLeg(node: ClusterNode, others: readonly ClusterNode[]): Leg | undefined {
  const networks = new Set(others.flatMap((other) => other.legs.map((leg) => leg.network)));
  return node.legs.find((leg) => networks.has(leg.network));
}

/** The group whose table spreads a service: the proxies, or the pool that directors feed themselves. */
export function groupOf(service: Service): string {
  return service.l7 === undefined ? (service.l4.pool ?? proxyGroup) : proxyGroup;
}

/** Every forwarding table of the cluster with its reals; the same on all directors. Groups without a service have no table. */
export function tableGroups(cluster: Cluster, generation: Generation): readonly TableGroup[] {
  const size = tableRowsByDriver[cluster.l4.driver];
  const groups: TableGroup[] = [];
  const group = (
    name: string,
    reals: readonly { name: Name; addresses: readonly Address[] }[],
  ): TableGroup => ({
    group: name,
    size,
    hashKey: generation.hashKey,
    reals: reals.flatMap((real) => {
      const id = generation.ids[`${name}/${real.name}`];
      const address = real.addresses[0];
      return id === undefined || address === undefined
        ? []
        : [{ id, name: real.name, address, addresses: real.addresses }];
    }),
  });
  if (cluster.services.some((service) => service.l7 !== undefined)) {
    const directors = nodesOf(cluster, 'l4');
    groups.push(
      group(
        proxyGroup,
        nodesOf(cluster, 'l7').map((node) => ({
          name: node.name,
          addresses: (sharedLeg(node, directors) ?? node.legs[0])?.addresses ?? [],
        })),
      ),
    );
  }
  const fed = new Set(cluster.services.filter((service) => service.l7 === undefined).map(groupOf));
  for (const pool of cluster.pools) {
    if (fed.has(pool.name))
      groups.push(
        group(
          pool.name,
          pool.servers.map((server) => ({ name: server.name, addresses: [server.address] })),
        ),
      );
  }
  return groups;
}

/** Members (`group/name`) that need an id in a generation: the reals of every forwarding table. */
export function tableMembers(cluster: Cluster): readonly string[] {
  const members: string[] = [];
  if (cluster.services.some((service) => service.l7 !== undefined))
    members.push(...nodesOf(cluster, 'l7').map((node) => `${proxyGroup}/${node.name}`));
  const fed = new Set(cluster.services.filter((service) => service.l7 === undefined).map(groupOf));
  for (const pool of cluster.pools)
    if (fed.has(pool.name))
      members.push(...pool.servers.map((server) => `${pool.name}/${server.name}`));
  return members;
}

/** Every member of every group: directors, proxies, servers of all pools. What health and latches speak of. */
export function allMembers(
  cluster: Cluster,
): readonly { readonly member: string; readonly group: string; readonly node: Name }[] {
  const of = (
    group: string,
    names: readonly Name[],
  ): { member: string; group: string; node: Name }[] =>
    names.map((node) => ({ member: `${group}/${node}`, group, node }));
  return [
    ...of(
      'routers',
      nodesOf(cluster, 'routers').map((node) => node.name),
    ),
    ...of(
      ecmpGroup,
      nodesOf(cluster, 'l4').map((node) => node.name),
    ),
    ...of(
      proxyGroup,
      nodesOf(cluster, 'l7').map((node) => node.name),
    ),
    ...cluster.pools.flatMap((pool) =>
      of(
        pool.name,
        pool.servers.map((server) => server.name),
      ),
    ),
  ];
}

/** Nodes on which Tricade installs anything: all but unmanaged servers. */
export function managedNodes(cluster: Cluster): readonly ClusterNode[] {
  return cluster.nodes.filter((node) => node.managed);
}

/** The state of every role that `name` plays. An unmanaged node plays none. */
export function roleStates(intent: Intent, name: Name): RoleStates {
  const { cluster } = intent;
  const node = nodeNamed(cluster, name);
  if (!node.managed) return {};
  const base = baseState(intent, node);
  const common = base === undefined ? {} : { base };
  switch (node.tier) {
    case 'routers':
      return { ...common, router: routerState(cluster, node) };
    case 'l4':
      return {
        ...common,
        speaker: speakerState(cluster, node),
        director: directorState(intent, node),
      };
    case 'l7':
      return {
        ...common,
        receiver: receiverState(cluster, node),
        proxy: proxyState(cluster, node),
      };
    case 'monitor': {
      const redis = redisState(cluster, node);
      return {
        ...common,
        ...(redis === undefined ? {} : { redis }),
        monitor: { node: name, cluster: cluster.name },
      };
    }
    case 'servers':
      return { ...common, receiver: receiverState(cluster, node) };
  }
}

function baseState(intent: Intent, node: ClusterNode): BaseState | undefined {
  const { cluster, generation, payload } = intent;
  if (payload === undefined) return undefined;
  return {
    node: node.name,
    cluster,
    generation,
    program: payload.program,
    runtime: payload.runtime,
    redis: redisAccess(cluster, node.name),
  };
}

/** How node `name` reaches the feed: over a network shared with the first monitor where there is one. */
export function redisAccess(cluster: Cluster, name: Name): RedisAccess {
  const node = nodeNamed(cluster, name);
  const user = `${node.tier === 'monitor' ? 'monitor' : 'node'}-${name}`;
  const passwordFile = '/etc/tricade/secret/redis';
  if (cluster.state.redis !== 'managed')
    return { url: cluster.state.redis.url, user, passwordFile };
  const first = nodesOf(cluster, 'monitor')[0];
  const leg =
    first && ((first.name === name ? first.legs[0] : sharedLeg(first, [node])) ?? first.legs[0]);
  const address = leg?.addresses[0] ?? '127.0.0.1';
  return {
    url: `redis://${ipFamily(address) === 6 ? `[${address}]` : address}:${redisPort}`,
    user,
    passwordFile,
  };
}

function redisState(cluster: Cluster, node: ClusterNode): RedisState | undefined {
  const first = nodesOf(cluster, 'monitor')[0];
  if (cluster.state.redis !== 'managed' || first?.name !== node.name) return undefined;
  return {
    node: node.name,
    addresses: ['127.0.0.1', ...node.legs.flatMap((leg) => leg.addresses)],
    port: redisPort,
    users: managedNodes(cluster).map((each) => {
      const kind = each.tier === 'monitor' ? 'monitor' : 'node';
      return { user: `${kind}-${each.name}`, kind, node: each.name };
    }),
    keyPrefix: `tricade:{${cluster.name}}:`,
  };
}

/** The address by which others know this router in routing protocols: its first IPv4 address. */
function routerId(node: ClusterNode): Address {
  const all = node.legs.flatMap((leg) => leg.addresses);
  return all.find((address) => ipFamily(address) === 4) ?? '0.0.0.1';
}

function routerState(cluster: Cluster, node: ClusterNode): RouterState {
  const directors = nodesOf(cluster, 'l4');
  const networks = new Set(
    directors.flatMap((director) => director.legs.map((leg) => leg.network)),
  );
  const listenRanges = node.legs
    .filter((leg) => networks.has(leg.network))
    .flatMap((leg) =>
      (cluster.networks.find((network) => network.name === leg.network)?.cidrs ?? []).flatMap(
        (cidr) => {
          const localAddress = leg.addresses.find((address) => contains(cidr, address));
          return localAddress === undefined ? [] : [{ cidr, localAddress, device: leg.device }];
        },
      ),
    );
  const { bfd, holdTimeMs } = cluster.l4.announce;
  return {
    node: node.name,
    routerId: routerId(node),
    asn: cluster.routers.asn,
    directorAsn: cluster.l4.asn,
    listenRanges,
    ...(bfd === undefined ? {} : { bfd }),
    holdTimeMs,
    maxPaths: cluster.routers.ecmp.maxPaths,
    hash: cluster.routers.ecmp.hash,
    vipPrefixes: allVipPrefixes(cluster),
    devices: node.legs.map((leg) => leg.device),
  };
}

/** Every prefix that directors may announce, each once, in the order of the services. */
export function allVipPrefixes(cluster: Cluster): readonly Cidr[] {
  return [...new Set(cluster.services.flatMap((service) => service.vips.map(vipPrefix)))];
}

function speakerState(cluster: Cluster, node: ClusterNode): SpeakerState {
  const peers = nodesOf(cluster, 'routers').flatMap((router) => {
    const leg = sharedLeg(router, [node]);
    const own = node.legs.find((candidate) => candidate.network === leg?.network);
    if (leg === undefined || own === undefined) return [];
    return leg.addresses.flatMap((address) => {
      const localAddress = sameFamily(own.addresses, address);
      return localAddress === undefined
        ? []
        : [
            {
              name: router.name,
              address,
              localAddress,
              asn: cluster.routers.asn,
              device: own.device,
            },
          ];
    });
  });
  const { bfd, holdTimeMs } = cluster.l4.announce;
  return {
    node: node.name,
    routerId: routerId(node),
    asn: cluster.l4.asn,
    peers,
    ...(bfd === undefined ? {} : { bfd }),
    holdTimeMs,
    prefixes: allVipPrefixes(cluster),
  };
}

function directorState(intent: Intent, node: ClusterNode): DirectorState {
  const { cluster, generation } = intent;
  const reals = [...nodesOf(cluster, 'l7'), ...nodesOf(cluster, 'servers')];
  const leg =
    sharedLeg(node, nodesOf(cluster, 'routers')) ?? sharedLeg(node, reals) ?? node.legs[0];
  return {
    node: node.name,
    device: leg?.device ?? 'lo',
    addresses: leg?.addresses ?? [],
    services: cluster.services.flatMap((service) =>
      service.vips.map((vip) => ({
        service: service.name,
        vip,
        ports: service.ports,
        mode: service.l4.mode,
        listen: service.listen,
        affinity: service.affinity,
        group: groupOf(service),
      })),
    ),
    groups: tableGroups(cluster, generation),
  };
}

/** True where the receiver itself must carry the VIP: the packet arrives with the VIP as its destination. */
function arrivesForVip(service: Service): boolean {
  return service.l4.mode === 'dsr' || service.l4.mode === 'tunnel';
}

/** Services whose packets directors bring to this node. */
function receivedServices(cluster: Cluster, node: ClusterNode): readonly Service[] {
  if (node.tier === 'l7') return cluster.services.filter((service) => service.l7 !== undefined);
  const pools = new Set(
    cluster.pools
      .filter((pool) => pool.servers.some((server) => server.name === node.name))
      .map((pool) => pool.name),
  );
  return cluster.services.filter(
    (service) =>
      service.l7 === undefined && service.l4.pool !== undefined && pools.has(service.l4.pool),
  );
}

function receiverState(cluster: Cluster, node: ClusterNode): ReceiverState {
  const directors = nodesOf(cluster, 'l4');
  const services = receivedServices(cluster, node);
  const leg = sharedLeg(node, directors) ?? node.legs[0];
  return {
    node: node.name,
    device: leg?.device ?? 'lo',
    vips: [...new Set(services.filter(arrivesForVip).flatMap((service) => service.vips))],
    modes: [...new Set(services.map((service) => service.l4.mode))],
    directors: directors.flatMap((director) => director.legs.flatMap((each) => each.addresses)),
  };
}

function proxyState(cluster: Cluster, node: ClusterNode): ProxyState {
  const own = (sharedLeg(node, nodesOf(cluster, 'l4')) ?? node.legs[0])?.addresses ?? [];
  const proxied = cluster.services.flatMap((service) =>
    service.l7 === undefined ? [] : [{ service, l7: service.l7 }],
  );
  const frontends = proxied.map(({ service, l7 }) => ({
    service: service.name,
    mode: l7.mode,
    protocol: l7.protocol,
    listen: service.listen,
    binds: service.ports
      .filter((port) => port.protocol === 'tcp')
      .flatMap((port) =>
        (arrivesForVip(service) ? service.vips : own).map((vip) => ({ vip, port: port.port })),
      ),
    pool: l7.pool,
    ...(l7.tls === undefined ? {} : { tls: l7.tls }),
  }));
  const used = new Map(proxied.map(({ l7 }) => [l7.pool, l7] as const));
  const pools = cluster.pools.flatMap((pool) => {
    const l7 = used.get(pool.name);
    if (l7 === undefined) return [];
    return [
      {
        pool: pool.name,
        balance: pool.balance,
        protocol: l7.protocol,
        servers: pool.servers,
        check: pool.check,
        stickiness: l7.stickiness,
      },
    ];
  });
  const health = { addresses: node.legs.flatMap((leg) => leg.addresses), port: healthPort };
  return { node: node.name, health, frontends, pools, maxConnections };
}
