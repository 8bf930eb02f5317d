/** A director that translates as packets meet it: ways to clients in the kernel, and both ends of a flow before and behind. */
import * as maps from './director-maps.ts';
import {
  client,
  DirectorSide,
  type Given,
  macs,
  outer,
  realOf,
  type StartOptions,
  vip,
} from './director-side.ts';
import { type Endpoints, ethernet, protocols } from './frames.ts';

export type Family = 4 | 6;
export const families: readonly Family[] = [4, 6];
/** The device by which answers leave, and the router there. */
export const out = { device: 42, mac: '02:00:00:00:00:12', router: '02:00:00:00:00:02' } as const;
/** Behind a narrow route. */
export const narrow = { 4: '192.0.2.200', 6: '2001:db8:c::200' } as const;
export const realPort = 8080;
/** A router between client and director. */
export const routerOf = { 4: '192.0.2.254', 6: '2001:db8:9::1' } as const;

const prepare = `
sysctl -qw net.ipv4.conf.all.forwarding=1 net.ipv6.conf.all.forwarding=1
ip addr add ${outer[4]}/32 dev lo; ip addr add ${outer[6]}/128 dev lo nodad
ip link add nat0 index ${out.device} address ${out.mac} type veth peer name nat1; ip link set nat0 up; ip link set nat1 up
ip route add 192.0.2.0/24 dev nat0; ip route add 2001:db8:c::/64 dev nat0
ip route add ${narrow[4]}/32 dev nat0 mtu lock 1300; ip route add ${narrow[6]}/128 dev nat0 mtu lock 1300
ip neigh add ${client[4]} lladdr ${out.router} dev nat0 nud permanent
ip neigh add ${client[6]} lladdr ${out.router} dev nat0 nud permanent`;

/** Address of a real that has both families. */
export function addressOf(family: Family, id = 1): string {
  return realOf(id).addresses[family === 4 ? 0 : 1] as string;
}

/** Answers of the port of the first three reals become the VIP's, of its port 80. */
export async function natSide(options: StartOptions = {}): Promise<DirectorSide> {
  const side = await DirectorSide.start(prepare, options);
  await side.run.set('egress', maps.numbers(4, 1), maps.numbers(4, out.device));
  for (const family of families) {
    for (const id of [1, 2, 3]) {
      for (const protocol of [protocols.tcp, protocols.udp]) {
        const address = maps.wideAddress(addressOf(family, id));
        const key = maps.serviceKey(address, realPort, protocol);
        await side.run.set('replies', key, maps.reply(vip[family], 80));
      }
    }
  }
  return side;
}

/** Nothing is remembered any more. */
export async function forgetAll({ run }: DirectorSide): Promise<void> {
  for (const map of ['flows', 'openings', 'returns', 'opening_returns']) await run.clear(map);
}

export const arms: readonly maps.ArmFields[] = [
  { ifindex: 1, mac: macs.self },
  { ifindex: out.device, mac: out.mac },
];

/** A service in destination NAT. */
export function translated(protocol: number, more: Partial<Given> = {}): Given {
  const config = { flags: maps.configFlags.replies, arms };
  return { mode: 'dnat', protocol, realPort, config, ...more };
}

/** From the client to the VIP, and to the real once it is translated. */
export const asked = (family: Family, sourcePort = 40_001): Endpoints => ({
  source: client[family],
  sourcePort,
  destination: vip[family],
  destinationPort: 80,
});
export const passed = (family: Family): Endpoints => ({
  ...asked(family),
  destination: addressOf(family),
  destinationPort: realPort,
});
/** From the real to the client, and from the VIP. */
export const answered = (family: Family, to: string = client[family]): Endpoints => ({
  source: addressOf(family),
  sourcePort: realPort,
  destination: to,
  destinationPort: 40_001,
});
export const givenBack = (family: Family, to: string = client[family]): Endpoints => ({
  ...answered(family, to),
  source: vip[family],
  sourcePort: 80,
});

const tag = (vlan?: number) => (vlan === undefined ? {} : { vlan });
export const toReal = (packet: Uint8Array, vlan?: number): Uint8Array =>
  ethernet({ destination: realOf(1).mac, source: macs.self, ...tag(vlan) }, packet);
export const fromReal = (packet: Uint8Array, vlan?: number): Uint8Array =>
  ethernet({ destination: macs.self, source: realOf(1).mac, ...tag(vlan) }, packet);
export const toClient = (packet: Uint8Array): Uint8Array =>
  ethernet({ destination: out.router, source: out.mac }, packet);

/** What goes the other way. */
export const turned = ({
  source,
  sourcePort,
  destination,
  destinationPort,
}: Endpoints): Endpoints => {
  return {
    ...{ source: destination, sourcePort: destinationPort },
    ...{ destination: source, destinationPort: sourcePort },
  };
};
