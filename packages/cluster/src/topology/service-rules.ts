/** What services and proxies need: ports and addresses that can be told apart, families, ways from proxies to servers. */
import { ipFamily, parsePrefix } from '../ip.ts';
import type { ClusterNode, Service } from '../model/intent.ts';
import { healthPort } from '../roles.ts';
import { type Demand, type Ground, meets, speaks } from './ground.ts';
import { have, mode, names, others, type Problem } from './problem.ts';

/** Modes that rewrite the destination: proxies see their own address and port, and nothing of the VIP. */
function hidesVip({ l4 }: Service): boolean {
  return l4.mode === 'dnat' || l4.mode === 'full-nat';
}

/** Behind NAT a proxy knows a service by its port alone. */
export function vipsToldApart({ cluster }: Ground): Problem[] {
  const byPort = new Map<number, Service>();
  const problems: Problem[] = [];
  for (const service of cluster.services) {
    if (!service.l7 || !hidesVip(service)) continue;
    for (const { port } of service.ports) {
      const path = ['services', service.name, 'ports'];
      const other = byPort.get(port);
      if (port === healthPort) {
        const message = `"${service.name}" takes port ${port} on the proxies’ own addresses, where they tell of their health`;
        problems.push({ code: 'TRI-T009', severity: 'error', path, message });
      } else if (other) {
        const message =
          `"${other.name}" and "${service.name}" both arrive on port ${port} of the proxies’ own addresses ` +
          `(${service.l4.mode}), which do not see what VIP was asked`;
        problems.push({ code: 'TRI-T008', severity: 'error', path, message });
      } else byPort.set(port, service);
    }
  }
  return problems;
}

/** The proxy cannot pass on a client address that the director has replaced. */
export function clientAddressKept(_: Ground, demand: Demand): Problem[] {
  const { l4, l7, name } = demand.service;
  if (l7?.mode !== 'transparent-proxy' || l4.mode !== 'full-nat') return [];
  const message =
    `"${name}"${others(demand)} shows servers the client’s address (transparent-proxy), ` +
    'but full-nat has put the director’s in its place before';
  return [{ code: 'TRI-T010', severity: 'error', path: mode(demand), message }];
}

/** In no mode a director changes ports. */
export function portsKept({ cluster }: Ground, { service, services }: Demand): Problem[] {
  if (service.l7) return [];
  const pool = cluster.pools.find(({ name }) => name === service.l4.pool);
  return services.flatMap((each) => {
    const ports = [...new Set(each.ports.map(({ port }) => port))];
    if (ports.includes(0)) return [];
    const wrong = pool?.servers.find(({ port }) => !ports.includes(port));
    if (!wrong) return [];
    const count = ports.length === 1 ? 'port' : 'ports';
    const message =
      `"${each.name}" is for ${count} ${ports.join(', ')}, and directors change no ports: ` +
      `server "${wrong.name}" on port ${wrong.port} would not be asked there`;
    const path = ['pools', pool?.name ?? '', 'servers', wrong.name];
    return [{ code: 'TRI-T020', severity: 'error', path, message } as const];
  });
}

/** Fragments, ESP, ICMP carry no ports: a hash over ports takes them to another real than the rest of their flow. */
export function portsInEveryPacket(_: Ground, { services }: Demand): Problem[] {
  return services.flatMap(({ name, ports, affinity }) => {
    const all = ports.find(({ port, protocol }) => port === 0 && protocol !== 'tcp');
    if (!all || affinity !== 'flow') return [];
    const message = `"${name}" takes packets without ports too, and spreads by ports (affinity: flow)`;
    const path = ['services', name, 'ports'];
    return [{ code: 'TRI-T014', severity: 'warning', path, message } as const];
  });
}

/** Every node that a VIP’s packets or replies pass must have an address of its family where they pass; nodes that meet nobody are told of by other rules. */
export function familiesPresent(ground: Ground, demand: Demand): Problem[] {
  const { routers, directors } = ground;
  const { vips, name, l4 } = demand.service;
  return vips.flatMap((vip) => {
    const family = vip.includes(':') ? 6 : 4;
    const lacks = (nodes: readonly ClusterNode[], peers: readonly ClusterNode[]) =>
      nodes.filter((node) => meets(node, peers) && !speaks(node, family, peers));
    const around = routers.length > 0 ? routers : demand.reals;
    const isDirect = l4.mode === 'dsr' || l4.mode === 'tunnel';
    const realPeers = isDirect && routers.length > 0 ? routers : [...directors, ...routers];
    const mute = [
      ...lacks(routers, directors),
      ...lacks(directors, around),
      ...lacks(demand.reals, realPeers),
    ];
    if (mute.length === 0) return [];
    const message =
      `VIP ${vip} of "${name}"${others(demand)} is IPv${family}, and ${names(mute)} ${have(mute)} ` +
      `no IPv${family} address where its packets pass`;
    const path = ['services', name, 'vip'];
    return [{ code: 'TRI-T017', severity: 'error', path, message } as const];
  });
}

/** Proxies open connections to servers: a way, and an address of the server’s family to come from. */
export function proxiesReachServers(ground: Ground, demand: Demand): Problem[] {
  if (!demand.service.l7) return [];
  const path = ['services', demand.service.name, 'l7', 'pool'];
  const cut = new Set<ClusterNode>();
  const unreached = new Set<ClusterNode>();
  for (const proxy of ground.proxies) {
    for (const server of demand.servers) {
      if (ground.connected(proxy, server) && haveFamily(proxy, server)) continue;
      cut.add(proxy);
      unreached.add(server);
    }
  }
  if (cut.size === 0) return [];
  const message =
    `${names([...cut])} cannot reach ${names([...unreached])}: no network in common, ` +
    `no router that joins theirs, or no address of the same family`;
  return [{ code: 'TRI-T013', severity: 'error', path, message }];
}

function familiesOf(node: ClusterNode): Set<0 | 4 | 6> {
  return new Set(node.legs.flatMap(({ addresses }) => addresses.map(ipFamily)));
}

function haveFamily(one: ClusterNode, other: ClusterNode): boolean {
  const families = familiesOf(other);
  return [...familiesOf(one)].some((family) => families.has(family));
}

/** Transparent proxy: servers answer the client’s address, and that must come back to the very proxy. */
export function serversReturnToProxy(ground: Ground, demand: Demand): Problem[] {
  if (demand.service.l7?.mode !== 'transparent-proxy') return [];
  const { name } = demand.service;
  const path = ['services', name, 'l7', 'mode'];
  const far = demand.servers.filter((server) =>
    ground.proxies.some((proxy) => !ground.shared(proxy, server)),
  );
  if (far.length > 0) {
    const message =
      `"${name}"${others(demand)} lends its proxies the client’s address, so servers must route replies to the proxy: ` +
      `${names(far)} ${far.length === 1 ? 'stands' : 'stand'} in no network with every proxy`;
    return [{ code: 'TRI-T005', severity: 'error', path, message }];
  }
  const alone = demand.servers.filter(({ managed }) => !managed);
  if (alone.length === 0) return [];
  const message =
    `replies of ${names(alone)} to clients must return to the proxy that asked ("${name}"${others(demand)} is ` +
    `transparent-proxy), and Tricade does not manage ${alone.length === 1 ? 'it' : 'them'}`;
  const [proxy] = ground.proxies;
  const gateway = proxy?.legs.find(({ network }) =>
    alone[0]?.legs.some((leg) => leg.network === network),
  );
  const fix =
    ground.proxies.length > 1
      ? 'set `managed: true` on the servers; by hand: one routing table a proxy, chosen by the mark of the connection'
      : `set \`managed: true\`, or on each server: ip route replace default via ${gateway?.addresses[0] ?? 'PROXY'}`;
  return [{ code: 'TRI-T005', severity: 'warning', path, message, fix }];
}

/** A proxy cannot come from an IPv6 client’s address to an IPv4 server. */
export function clientFamilyAtServers({ cluster }: Ground, demand: Demand): Problem[] {
  const { l7, vips, name } = demand.service;
  if (l7?.mode !== 'transparent-proxy') return [];
  const servers = cluster.pools.find((pool) => pool.name === l7.pool)?.servers ?? [];
  return vips.flatMap((vip) => {
    const family = parsePrefix(vip)?.family;
    const other = servers.filter(({ address }) => ipFamily(address) !== family);
    if (other.length === 0) return [];
    const message =
      `clients of VIP ${vip} have IPv${family} addresses, which a transparent proxy cannot use towards ` +
      `${names(other)} (IPv${family === 4 ? 6 : 4})`;
    return [
      {
        code: 'TRI-T018',
        severity: 'error',
        path: ['services', name, 'l7', 'mode'],
        message,
      } as const,
    ];
  });
}
