/** What the modes of directors need: ways to reals and back. */
import type { ClusterNode, L4Tier } from '../model/intent.ts';
import {
  encapsulationOf,
  guePort,
  vxlanAnyAddress,
  vxlanDevices,
  vxlanLink,
  vxlanMac,
} from '../roles.ts';
import type { Demand, Ground } from './ground.ts';
import { have, mode, names, others, type Problem } from './problem.ts';

/** Every pair of director and real that `fails`, as the reals of each director. */
function pairs(
  { directors }: Ground,
  { reals }: Demand,
  fails: (director: ClusterNode, real: ClusterNode) => boolean,
): { directors: ClusterNode[]; reals: ClusterNode[] } {
  const found = { directors: new Set<ClusterNode>(), reals: new Set<ClusterNode>() };
  for (const director of directors) {
    for (const real of reals) {
      if (!fails(director, real)) continue;
      found.directors.add(director);
      found.reals.add(real);
    }
  }
  return { directors: [...found.directors], reals: [...found.reals] };
}

/** DSR rewrites the destination MAC only, so the real must be a neighbour on a wire of the director. */
export function dsrOnOneWire(ground: Ground, demand: Demand): Problem[] {
  if (demand.service.l4.mode !== 'dsr') return [];
  const far = pairs(
    ground,
    demand,
    (director, real) => ground.shared(director, real) === undefined,
  );
  if (far.directors.length === 0) return [];
  const message =
    `"${demand.service.name}"${others(demand)} is DSR, which changes nothing but the destination MAC: ` +
    `${names(far.directors)} ${have(far.directors)} no interface in a network of ${names(far.reals)}`;
  return [{ code: 'TRI-T001', severity: 'error', path: mode(demand), message }];
}

/** All other modes send packets addressed to the real: a route must lead there; DNAT wants a wire (below). */
export function wayToReals(ground: Ground, demand: Demand): Problem[] {
  const { mode: l4Mode } = demand.service.l4;
  if (l4Mode === 'dsr' || l4Mode === 'dnat') return [];
  const cut = pairs(ground, demand, (director, real) => !ground.connected(director, real));
  if (cut.directors.length === 0) return [];
  const message =
    `${names(cut.directors)} ${have(cut.directors)} no way to ${names(cut.reals)}, ` +
    `which "${demand.service.name}"${others(demand)} needs (${l4Mode}): no network in common, and no router joins theirs`;
  return [{ code: 'TRI-T002', severity: 'error', path: mode(demand), message }];
}

/** DNAT: replies must pass the director that changed the request, else the client gets them from an address it does not know. */
export function dnatReturnsThroughDirector(ground: Ground, demand: Demand): Problem[] {
  if (demand.service.l4.mode !== 'dnat') return [];
  const path = mode(demand);
  const far = pairs(
    ground,
    demand,
    (director, real) => ground.shared(director, real) === undefined,
  );
  if (far.directors.length > 0) {
    const message =
      `"${demand.service.name}"${others(demand)} is DNAT, so replies must return through the director: ` +
      `${names(far.reals)} cannot have ${names(far.directors)} as gateway, being in no network with it`;
    return [{ code: 'TRI-T003', severity: 'error', path, message }];
  }
  const alone = demand.reals.filter(({ managed }) => !managed);
  if (alone.length === 0) return [];
  const count = ground.directors.length;
  const message =
    `"${demand.service.name}"${others(demand)} is DNAT, so replies must return through the director, and ` +
    `${names(alone)} ${have(alone)} to be set up for that by hand${count > 1 ? ` (for ${count} directors: one routing table each)` : ''}`;
  const [director] = ground.directors;
  const gateway = director?.legs[0]?.addresses[0] ?? 'DIRECTOR';
  const fix =
    count > 1
      ? 'set `managed: true` on the servers, or take mode full-nat, dsr or tunnel'
      : `set \`managed: true\`, or on each server: ip route replace default via ${gateway}`;
  return [{ code: 'TRI-T003', severity: 'warning', path, message, fix }];
}

/** A reply to a client in the real's own subnet goes straight there, not through the director. */
export function clientsElsewhere(ground: Ground, demand: Demand): Problem[] {
  const { l4, l7, name } = demand.service;
  const isProxy = l7?.mode === 'transparent-proxy';
  if (l4.mode !== 'dnat' && !isProxy) return [];
  if (ground.routers.length > 0) return [];
  const near = new Set(
    (isProxy ? demand.servers : demand.reals).flatMap(({ legs }) =>
      legs.map(({ network }) => network),
    ),
  );
  const entries = ground.directors.flatMap(({ legs }) => legs.map(({ network }) => network));
  if (entries.length === 0 || entries.some((network) => !near.has(network))) return [];
  const what = isProxy ? 'transparent-proxy' : 'dnat';
  const message =
    `"${name}"${others(demand)} is ${what}, and without routers its clients stand in network ` +
    `"${entries[0]}" like its servers: these would answer them directly, from an address no client asked`;
  const path = isProxy ? ['services', name, 'l7', 'mode'] : mode(demand);
  return [{ code: 'TRI-T004', severity: 'error', path, message }];
}

/** DSR and tunnel: reals hold the VIP and take tunnels apart; on machines that Tricade does not manage somebody else must see to it. */
export function vipOnReals({ cluster }: Ground, demand: Demand): Problem[] {
  const { l4, listen, vips, name } = demand.service;
  if (l4.mode !== 'dsr' && l4.mode !== 'tunnel') return [];
  const alone = demand.reals.filter(({ managed }) => !managed);
  if (alone.length === 0) return [];
  const isTunnel = l4.mode === 'tunnel';
  const does =
    listen === 'configured'
      ? 'hold the VIP on a loopback that answers no ARP'
      : 'take the VIP’s packets as theirs';
  const message =
    `${names(alone)} must ${does}${isTunnel ? ' and take packets out of the tunnel' : ''} for "${name}"${others(demand)}, ` +
    `and Tricade does not manage ${alone.length === 1 ? 'it' : 'them'}`;
  const ends = isTunnel ? tunnelEnd(cluster.l4, vips[0] ?? '', alone[0]) : [];
  const by = [...handWork(vips[0] ?? ''), ...ends];
  const fix = `set \`managed: true\` on the servers, or on each: ${by.join('; ')}`;
  const path = ['pools', l4.pool ?? cluster.pools[0]?.name ?? '', 'servers'];
  return [{ code: 'TRI-T006', severity: 'warning', path, part: 'key', message, fix }];
}

/** What an administrator types on a server that is to take packets for a VIP (Linux; ND never answers for addresses of lo, ARP does). */
function handWork(vip: string): string[] {
  const is6 = vip.includes(':');
  const local = vip.includes('/')
    ? `ip route add local ${vip} dev lo`
    : `ip addr add ${vip}/${is6 ? 128 : 32} dev lo`;
  const arp = 'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2';
  return [local, ...(is6 ? [] : [arp])];
}

/** What takes the tunnel's packets apart there; of VXLAN, as the first of the servers has to type it. */
function tunnelEnd(l4: L4Tier, vip: string, server: ClusterNode | undefined): string[] {
  const is6 = vip.includes(':');
  if (encapsulationOf(l4) === 'vxlan') {
    const addresses = server?.legs.flatMap((leg) => leg.addresses) ?? [];
    const local = addresses.find((each) => each.includes(':') === is6) ?? addresses[0] ?? '';
    const { device } = vxlanDevices[is6 ? 6 : 4];
    return [
      `ip link ${vxlanLink(local, vxlanMac(addresses[0] ?? ''))}`,
      `ip link set ${device} up`,
      ...(is6 ? [] : [`ip addr add ${vxlanAnyAddress} dev ${device} scope host`]),
    ];
  }
  const gue = [
    `modprobe ${is6 ? 'fou6' : 'fou'}`,
    `ip ${is6 ? '-6 ' : ''}fou add port ${guePort} gue`,
  ];
  return [...(encapsulationOf(l4) === 'gue' ? gue : []), ...ipInIpEnd(is6)];
}

function ipInIpEnd(is6: boolean): string[] {
  return is6
    ? ['modprobe ip6_tunnel', 'ip link set ip6tnl0 up']
    : ['modprobe ipip', 'ip link set tunl0 up', 'sysctl -w net.ipv4.conf.tunl0.rp_filter=0'];
}

/** DSR and tunnel: replies leave past the director, through a router in a network of the real. */
export function repliesLeave(ground: Ground, demand: Demand): Problem[] {
  const { l4, name } = demand.service;
  if ((l4.mode !== 'dsr' && l4.mode !== 'tunnel') || ground.routers.length === 0) return [];
  const stuck = demand.reals.filter(
    (real) => !ground.routers.some((router) => ground.shared(router, real)),
  );
  if (stuck.length === 0) return [];
  const message =
    `replies of "${name}"${others(demand)} go from ${names(stuck)} straight to the client (${l4.mode}), ` +
    `and no router has a leg in a network of ${stuck.length === 1 ? 'it' : 'theirs'}`;
  return [{ code: 'TRI-T012', severity: 'error', path: mode(demand), message }];
}
