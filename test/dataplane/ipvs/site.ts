/**
 * A site whose directors run in a real kernel with IPVS: client – r1 – l4a, l4b (in the virtual machine) – p1, p2 (receivers with a small server, which
 * take tunnels off by their program) and p3 (in the virtual machine too: there the kernel's own devices do). All but the client stand on one wire.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bpfFiles } from '../../../infra/packaging/bpf-objects.ts';
import {
  type DirectorLive,
  type DirectorService,
  type DirectorState,
  type RealLive,
  type ReceiverLive,
  type ReceiverState,
  wordOf,
} from '../../../packages/cluster/src/index.ts';
import { l4Drivers } from '../../../packages/l4-tier/src/index.ts';
import { type Blobs, install } from '../install.ts';
import { NamespaceNode, plug } from '../namespace-node.ts';
import { type Drive, driver, wireClient } from '../three-hop.ts';
import { type Guest, type GuestNode, startGuest } from './guest.ts';

const traffic = fileURLToPath(new URL('../traffic.ts', import.meta.url));
type L4 = typeof l4Drivers;
export const director = l4Drivers.director.ipvs as NonNullable<L4['director']['ipvs']>;
const receiver = l4Drivers.receiver.linux as NonNullable<L4['receiver']['linux']>;

/** Last byte of a node's addresses and MAC on the wire. */
const hosts = { r1: 1, l4a: 11, l4b: 12, p1: 21, p2: 22, p3: 23, one: 99 } as const;
export type Name = keyof typeof hosts;
export const addressOf = (name: Name, family: 4 | 6 = 4): string =>
  family === 4 ? `198.51.100.${hosts[name]}` : `2001:db8:1::${hosts[name]}`;
export const macOf = (name: Name): string =>
  `02:00:00:00:00:${String(hosts[name]).padStart(2, '0')}`;

const vip = (low: number, family: 4 | 6) =>
  family === 4 ? `203.0.113.${low}` : `2001:db8:ffff::${low}`;
/** VIPs by what is done for them: their low byte or group. */
export const vips = { dsr: 10, dnat: 20, tunnel: 30, taken: 31, kept: 40, single: 53 } as const;
export const vipOf = (what: keyof typeof vips, family: 4 | 6 = 4): string =>
  vip(vips[what], family);
/** A prefix that no node has, and an address in it. */
export const wide = { prefix: '203.0.113.128/28', address: '203.0.113.130' } as const;

const reals = (['p1', 'p2', 'p3'] as const).map((name, index) => ({
  id: index + 1,
  name,
  address: addressOf(name),
  addresses: [addressOf(name), addressOf(name, 6)],
}));
const table = { size: 64, hashKey: '2a0102030405060708090a0b0c0d0e0f' };
const tcp = { protocol: 'tcp', port: 80 } as const;

function service(what: keyof typeof vips, change: Partial<DirectorService>): DirectorService[] {
  return ([4, 6] as const).map((family) => ({
    service: what,
    vip: vipOf(what, family),
    ports: [tcp],
    mode: 'dsr',
    listen: 'configured',
    affinity: 'flow',
    group: 'near',
    scheduler: 'mh',
    ...change,
  }));
}

const services: readonly DirectorService[] = [
  ...service('dsr', { ports: [tcp, { protocol: 'udp', port: 53 }] }),
  ...service('dnat', { mode: 'dnat' }),
  ...service('tunnel', { mode: 'tunnel', group: 'far' }),
  ...service('taken', { mode: 'tunnel' }),
  ...service('kept', { affinity: 'source' }),
  ...service('single', { ports: [{ protocol: 'udp', port: 53 }], onePacket: true }),
  {
    ...(service('dsr', {})[0] as DirectorService),
    service: 'wide',
    vip: wide.prefix,
    listen: 'transparent',
    ports: [{ protocol: 'tcp', port: 0 }],
  },
];

export const directorState = (node: 'l4a' | 'l4b'): DirectorState => ({
  node,
  self: node === 'l4a' ? 0 : 1,
  device: 'edge',
  addresses: [addressOf(node), addressOf(node, 6)],
  legs: [{ device: 'edge', addresses: [addressOf(node), addressOf(node, 6)] }],
  services,
  groups: [
    { group: 'near', ...table, reals: reals.slice(0, 2) },
    { group: 'far', ...table, reals: reals.slice(2) },
  ],
});

/** What differs from reals that are up and all take new flows. */
export interface LiveOptions {
  /** Takes no new flows and keeps old ones. */
  readonly drained?: 'p1' | 'p2';
  readonly dead?: 'p1' | 'p2';
}

export function liveOf({ drained, dead }: LiveOptions = {}): DirectorLive {
  const tables = directorState('l4a').groups.map((group) => {
    const taking = group.reals.filter(({ name }) => name !== drained && name !== dead);
    const rows = Uint32Array.from({ length: group.size }, (_, row) =>
      wordOf(taking[row % taking.length]?.id ?? 0),
    );
    const live = group.reals.map(
      ({ id, name, address }): RealLive => ({
        id,
        name,
        address,
        admin: name === drained ? 'draining' : 'active',
        health: name === dead ? 'down' : 'up',
        dead: name === dead,
      }),
    );
    return [group.group, { step: 1, digest: '', rows, reals: live }] as const;
  });
  return { tables: Object.fromEntries(tables) };
}

type Near = 'client' | 'r1' | 'p1' | 'p2' | 'lan' | 'wan';

export class Site {
  readonly nodes: Readonly<Record<Near, NamespaceNode>>;
  readonly guest: Guest;
  readonly drive: Drive;

  private constructor({ nodes, guest }: Pick<Site, 'nodes' | 'guest'>) {
    this.nodes = nodes;
    this.guest = guest;
    this.drive = driver(nodes.client);
  }

  /** Everything wired, servers answering; nothing is installed on directors yet. */
  static async up(): Promise<Site> {
    const names = ['client', 'r1', 'p1', 'p2', 'lan', 'wan'] as const;
    const started = await Promise.all(names.map((name) => NamespaceNode.start(name)));
    const nodes = Object.fromEntries(started.map((node) => [node.name, node])) as Site['nodes'];
    await wire(nodes);
    const cards = (['l4a', 'l4b', 'p3', 'one'] as const).map((name) => ({
      name,
      mac: macOf(name),
    }));
    const [guest] = await Promise.all([startGuest(nodes.lan, cards), serve(nodes)]);
    return new Site({ nodes, guest });
  }

  director(name: 'l4a' | 'l4b' | 'p3' | 'one'): GuestNode {
    return this.guest.directors.find((node) => node.name === name) as GuestNode;
  }

  /** Addresses everywhere, the generation and all reals on both directors, a web server behind the tunnel. */
  async configure(): Promise<void> {
    await connectGuest(this.director('one'), 'one');
    await connectGuest(this.director('p3'), 'p3');
    await this.director('p3').must(tunnelEnd);
    for (const name of ['l4a', 'l4b'] as const) {
      await connectGuest(this.director(name), name);
      await install(this.director(name), director.render(directorState(name)));
    }
    await this.steer(liveOf());
    await this.route('l4a');
  }

  /** What a web server behind a VIP says; '' where none answers. */
  async fetch(vip: string): Promise<string> {
    const host = vip.includes(':') ? `[${vip}]` : vip;
    return (await this.nodes.client.run(`curl -sg --noproxy '*' -m 5 http://${host}/`)).stdout;
  }

  /** The router sends what is for VIPs to this director. */
  async route(to: 'l4a' | 'l4b'): Promise<void> {
    await this.nodes.r1.must(
      `ip route replace 203.0.113.0/24 via ${addressOf(to)}; ip -6 route replace 2001:db8:ffff::/64 via ${addressOf(to, 6)}`,
    );
  }

  async steer(
    live: DirectorLive,
    names: readonly ('l4a' | 'l4b')[] = ['l4a', 'l4b'],
  ): Promise<void> {
    const at = { generation: 1, epoch: 1, revision: 1 };
    for (const name of names) {
      const state = directorState(name);
      const read = await director.steer(this.director(name), state, live, at);
      if (read !== director.liveDigest(state, live))
        throw new Error(`${name} holds something else`);
    }
  }

  async down(): Promise<void> {
    await this.guest.close();
    await Promise.all(Object.values(this.nodes).map((node) => node.close()));
  }
}

/** p3 takes IP over IP of both kinds apart, holds the VIPs, and says its name. */
const tunnelEnd = `set -e
ip link set tunl0 up; ip link set ip6tnl0 up
sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.tunl0.rp_filter=0 net.ipv4.conf.all.arp_ignore=1
ip addr add ${vipOf('tunnel')}/32 dev lo; ip addr add ${vipOf('tunnel', 6)}/128 dev lo nodad
mkdir -p /run/www; echo p3 >/run/www/index.html
httpd -h /run/www`;

/** Addresses and ways of a director, or of p3. */
async function connectGuest(node: GuestNode, name: Name): Promise<void> {
  await node.must(
    `ip link set edge up && ip addr add ${addressOf(name)}/24 dev edge && ip addr add ${addressOf(name, 6)}/64 dev edge nodad
     ip route add default via ${addressOf('r1')}; ip -6 route add default via ${addressOf('r1', 6)}`,
  );
}

async function wire(nodes: Site['nodes']): Promise<void> {
  for (const name of ['r1', 'p1', 'p2'] as const) {
    const addresses = [`${addressOf(name)}/24`, `${addressOf(name, 6)}/64`];
    await plug(nodes[name], nodes.lan, { device: 'edge', mac: macOf(name), addresses });
  }
  for (const name of ['p1', 'p2'] as const) {
    await nodes[name].must(
      `ip route add default via ${addressOf('r1')}; ip -6 route add default via ${addressOf('r1', 6)}`,
    );
  }
  await wireClient(nodes);
  // Sums that the kernel leaves to a card are not made good where a program takes a tunnel off.
  await nodes.client.must('ethtool -K eth0 tx off >/dev/null');
  await nodes.r1.must('sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1');
}

type Receiver = 'p1' | 'p2';
const directors = ['l4a', 'l4b'] as const;
const bothOf = (name: Name) => [addressOf(name), addressOf(name, 6)];

/** VIPs that a real near has itself. */
const held = (['dsr', 'taken', 'kept', 'single'] as const).flatMap((what) => [
  vipOf(what),
  vipOf(what, 6),
]);

export const receiverState = (node: Receiver): ReceiverState => ({
  node,
  device: 'edge',
  vips: [...held, wide.prefix],
  modes: ['dsr', 'tunnel', 'dnat'],
  directors: directors.flatMap(bothOf),
  returnPaths: directors.map((name) => {
    return { director: name, number: hosts[name], addresses: bothOf(name) };
  }),
  tables: [],
  socketCheck: {
    self: hosts[node],
    addresses: bothOf(node),
    takesTunnels: true,
    namesSecond: false,
    reals: reals.slice(0, 2),
  },
});

const receiverLive: ReceiverLive = {
  directors: Object.fromEntries(
    directors.flatMap((name) => bothOf(name).map((address) => [address, macOf(name)])),
  ),
  reals: {},
};

/** What a real's program counted, by its words. */
export async function countedBy(
  node: NamespaceNode,
  name: Receiver,
): Promise<Readonly<Record<string, number>>> {
  return (await receiver.sample(node, receiverState(name))).counters ?? {};
}

async function serve(nodes: Site['nodes']): Promise<void> {
  const { helper, proxy: object } = await bpfFiles();
  const blobs: Blobs = new Map([helper, object].map((file) => [file.sha256, file.path]));
  for (const name of ['p1', 'p2'] as const) {
    const state = { ...receiverState(name), bpf: { helper, object } };
    await install(nodes[name], receiver.render(state), blobs);
    const at = { generation: 1, epoch: 1, revision: 1 };
    const read = await receiver.steer(nodes[name], state, receiverLive, at);
    if (read !== receiver.liveDigest(state, receiverLive)) throw new Error(`${name}: ${read}`);
    const udp = (['dsr', 'single'] as const).map((what) => `udp:${vipOf(what)}:53`);
    const server = nodes[name].spawn(process.execPath, [traffic, 'serve', name, 'tcp:80', ...udp]);
    await once(server.stdout as NodeJS.ReadableStream, 'data');
  }
}
