/** One cluster with a service for every mode that a director's driver can do: whether its VIP is an address or a prefix, in front of servers or of proxies. */
import type { L4Mode, L7Driver } from '@tricade/cluster';

export interface Row {
  readonly service: string;
  readonly mode: L4Mode;
  readonly listen: 'configured' | 'transparent';
  /** Who takes what the directors hand on. */
  readonly behind: 'servers' | 'proxies';
  readonly vip: string;
  readonly family: 4 | 6;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

const order: readonly L4Mode[] = ['dsr', 'dnat', 'full-nat', 'tunnel'];

interface Served extends Pick<Row, 'service' | 'mode' | 'listen' | 'behind'> {
  readonly vips: Readonly<Record<4 | 6, string>>;
  readonly ports: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[];
}

/** Proxies see no VIP where it is translated: there each service has a port of its own. */
function servedIn(mode: L4Mode): readonly Served[] {
  const at = order.indexOf(mode) + 1;
  const direct = [
    { port: 80, protocol: 'tcp' },
    { port: 53, protocol: 'udp' },
  ] as const;
  return [
    {
      service: mode,
      mode,
      listen: 'configured',
      behind: 'servers',
      vips: { 4: `203.0.113.${at}`, 6: `2001:db8:cafe::${at}` },
      ports: direct,
    },
    {
      service: `${mode}-vipless`,
      mode,
      listen: 'transparent',
      behind: 'servers',
      vips: { 4: `203.0.113.${at * 16}/28`, 6: `2001:db8:cafe:${at}::/64` },
      ports: direct,
    },
    {
      service: `${mode}-proxied`,
      mode,
      listen: 'configured',
      behind: 'proxies',
      vips: { 4: `203.0.113.${128 + at}`, 6: `2001:db8:cafe::80${at}` },
      ports: [{ port: 8080 + at, protocol: 'tcp' }],
    },
  ];
}

/** Every packet table of the cluster, one a service, family and protocol. */
export function rowsOf({ modes }: Pick<Column, 'modes'>): readonly Row[] {
  return modes.flatMap(servedIn).flatMap(({ vips, ports, ...rest }) =>
    ([4, 6] as const).flatMap((family) =>
      ports.map((port) => ({
        ...rest,
        ...port,
        family,
        vip: vips[family].split('/')[0] as string,
      })),
    ),
  );
}

/** A column of the matrix: a driver, and what its tunnels are asked to look like. */
export interface Column {
  readonly name: string;
  readonly driver: string;
  readonly modes: readonly L4Mode[];
  readonly tunnel?: string;
  /** What runs on the proxies. */
  readonly proxies: L7Driver;
  /** Packets come to directors by a network of its own, and leave by that of the reals. */
  readonly twoArms?: boolean;
}

/** The cluster file, named `modes-COLUMN`. Room on the wire for any tunnel. */
export function clusterFile(column: Column): string {
  const { name, driver, modes, tunnel, proxies, twoArms = false } = column;
  const front = (v4: string, v6: string) =>
    twoArms ? `front: [198.51.100.${v4}, 2001:db8:0:4::${v6}], ` : '';
  const services = modes.flatMap(servedIn).map(({ service, mode, listen, behind, vips, ports }) => {
    const words = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ');
    const l4 = behind === 'servers' ? `{ mode: ${mode}, pool: both }` : `{ mode: ${mode} }`;
    const l7 = behind === 'servers' ? '' : ', l7: { mode: reverse-proxy, pool: web }';
    return `  ${service}: { vip: [${vips[4]}, "${vips[6]}"], ports: [${words}], listen: ${listen}, l4: ${l4}${l7} }`;
  });
  return `version: 1
cluster: modes-${name}
networks:
  outside: { cidr: [192.0.2.0/24, 2001:db8:0:1::/64] }
  edge: { cidr: [198.51.100.0/26, 2001:db8:0:2::/64], mtu: 1600 }
${twoArms ? '  front: { cidr: [198.51.100.128/26, 2001:db8:0:4::/64] }\n' : ''}  inside: { cidr: [198.51.100.64/26, 2001:db8:0:3::/64] }
routers:
  driver: bird
  asn: 64512
  nodes:
    r1: { outside: [192.0.2.1, 2001:db8:0:1::1], ${front('129', '1')}edge: [198.51.100.1, 2001:db8:0:2::1], inside: [198.51.100.65, 2001:db8:0:3::1] }
l4:
  driver: ${driver}${tunnel === undefined ? '' : `\n  tunnel: ${tunnel}`}
  asn: 64513
  announce: { via: bgp, bfd: 50ms x 3 }
  nodes:
    l4a: { ${front('131', '11')}edge: [198.51.100.11, 2001:db8:0:2::11] }
    l4b: { ${front('132', '12')}edge: [198.51.100.12, 2001:db8:0:2::12] }
l7:
  driver: ${proxies}
  nodes:
    p1: { edge: [198.51.100.21, 2001:db8:0:2::21], inside: [198.51.100.81, 2001:db8:0:3::81] }
    p2: { edge: [198.51.100.22, 2001:db8:0:2::22], inside: [198.51.100.82, 2001:db8:0:3::82] }
pools:
  both:
    check: { http: /healthz, every: 500ms, timeout: 300ms }
    servers:
      s1: { address: [198.51.100.41, 2001:db8:0:2::41], managed: true }
      s2: { address: [198.51.100.42, 2001:db8:0:2::42], managed: true }
  web:
    check: { http: /healthz, every: 500ms, timeout: 300ms }
    servers: { w1: "198.51.100.101:8080" }
services:
${services.join('\n')}
monitor:
  nodes: { m1: { edge: [198.51.100.31, 2001:db8:0:2::31], inside: [198.51.100.91, 2001:db8:0:3::91] } }
  check: { every: 500ms, timeout: 300ms }
`;
}
