/**
 * A network of three hops on this machine: client – r1 (BIRD) – l4a, l4b (BIRD, nft) – p1, p2 (receivers with a small server). Directors and
 * receivers share r1's network; replies go from the receivers through r1 straight to the client.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  DirectorLive,
  DirectorState,
  ReceiverLive,
  ReceiverState,
  RouterState,
  SpeakerState,
} from '../../packages/cluster/src/index.ts';
import { vxlanMac, wordOf } from '../../packages/cluster/src/index.ts';
import { l4Drivers } from '../../packages/l4-tier/src/index.ts';
import { routerDrivers } from '../../packages/router-config/src/index.ts';
import { install } from './install.ts';
import { NamespaceNode, plug } from './namespace-node.ts';

const traffic = fileURLToPath(new URL('traffic.ts', import.meta.url));
export const vip4 = '203.0.113.10';
export const vip6 = '2001:db8:ffff::10';
export const prefixes: readonly string[] = [`${vip4}/32`, `${vip6}/128`];
export const size = 4096;
export const hashKey = '9f3c0a17e2b45d688899aabbccddeeff';

type Name = 'client' | 'r1' | 'l4a' | 'l4b' | 'p1' | 'p2';
/** Last byte of a node's addresses and MAC on the shared network. */
const hosts = { r1: 1, l4a: 11, l4b: 12, p1: 21, p2: 22 } as const;
export const reals = { p1: 1, p2: 2 } as const;

export function addressOf(name: keyof typeof hosts, family: 4 | 6 = 4): string {
  return family === 4 ? `198.51.100.${hosts[name]}` : `2001:db8:1::${hosts[name]}`;
}
export function macOf(name: keyof typeof hosts): string {
  return `02:00:00:00:00:${String(hosts[name]).padStart(2, '0')}`;
}

export const router = routerDrivers.router.bird as NonNullable<typeof routerDrivers.router.bird>;
export const speaker = routerDrivers.speaker.bird as NonNullable<typeof routerDrivers.speaker.bird>;
export const director = l4Drivers.director.nft as NonNullable<typeof l4Drivers.director.nft>;
export const receiver = l4Drivers.receiver.linux as NonNullable<typeof l4Drivers.receiver.linux>;

export const routerState: RouterState = {
  node: 'r1',
  routerId: addressOf('r1'),
  asn: 65_000,
  directorAsn: 65_010,
  listenRanges: [
    { cidr: '198.51.100.0/24', localAddress: addressOf('r1'), device: 'edge' },
    { cidr: '2001:db8:1::/64', localAddress: addressOf('r1', 6), device: 'edge' },
  ],
  bfd: { intervalMs: 100, multiplier: 3 },
  holdTimeMs: 9_000,
  maxPaths: 16,
  hash: 'l4',
  vipPrefixes: prefixes,
  devices: ['edge', 'core'],
};

export function speakerState(name: 'l4a' | 'l4b'): SpeakerState {
  return {
    node: name,
    routerId: addressOf(name),
    asn: 65_010,
    peers: ([4, 6] as const).map((family) => ({
      name: 'r1',
      address: addressOf('r1', family),
      localAddress: addressOf(name, family),
      asn: 65_000,
      device: 'edge',
    })),
    bfd: { intervalMs: 100, multiplier: 3 },
    holdTimeMs: 9_000,
    prefixes,
  };
}

export type Mode = DirectorState['services'][number]['mode'];

export function directorState(name: 'l4a' | 'l4b', mode: Mode = 'dsr'): DirectorState {
  const ports = [{ protocol: 'tcp', port: 80 } as const];
  const service = {
    mode,
    listen: 'configured',
    affinity: 'flow',
    group: 'l7',
  } as const;
  return {
    node: name,
    self: name === 'l4a' ? 0 : 1,
    device: 'edge',
    addresses: [addressOf(name), addressOf(name, 6)],
    legs: [{ device: 'edge', addresses: [addressOf(name), addressOf(name, 6)] }],
    services: [
      { service: 'web', vip: vip4, ports: [...ports, { protocol: 'udp', port: 53 }], ...service },
      { service: 'web', vip: vip6, ports, ...service },
    ],
    groups: [
      {
        group: 'l7',
        size,
        hashKey,
        reals: (['p1', 'p2'] as const).map((real) => ({
          id: reals[real],
          name: real,
          address: addressOf(real),
          addresses: [addressOf(real), addressOf(real, 6)],
        })),
      },
    ],
  };
}

function returnPath(director: 'l4a' | 'l4b'): ReceiverState['returnPaths'][number] {
  const addresses = [addressOf(director), addressOf(director, 6)];
  return { director, number: hosts[director], addresses };
}

export const receiverState = (name: 'p1' | 'p2', mode: Mode = 'dsr'): ReceiverState => ({
  node: name,
  device: 'edge',
  vips: mode === 'dsr' || mode === 'tunnel' ? [vip4, vip6] : [],
  modes: [mode],
  directors: (['l4a', 'l4b'] as const).flatMap((each) => [addressOf(each), addressOf(each, 6)]),
  tables: [],
  returnPaths: mode === 'dnat' ? [returnPath('l4a'), returnPath('l4b')] : [],
  ...(mode === 'tunnel'
    ? {
        vxlan: {
          mac: vxlanMac(addressOf(name)),
          addresses: [addressOf(name), addressOf(name, 6)],
        },
      }
    : {}),
});

/** MACs of both directors, as a receiver's agent finds them. */
export const receiverLive: ReceiverLive = {
  directors: Object.fromEntries(
    (['l4a', 'l4b'] as const).map((name) => [addressOf(name), macOf(name)]),
  ),
  reals: {},
};

/** What differs from two healthy reals whose rows alternate. */
export interface LiveOptions {
  readonly rows?: Uint32Array;
  readonly down?: 'p1' | 'p2';
  readonly dead?: 'p1' | 'p2';
}

export function alternating(): Uint32Array {
  return Uint32Array.from({ length: size }, (_, slot) => wordOf(slot % 2 === 0 ? 1 : 2));
}

export function directorLive(options: LiveOptions = {}): DirectorLive {
  const { rows = alternating(), down, dead } = options;
  return {
    tables: {
      l7: {
        step: 1,
        digest: '',
        rows,
        reals: (['p1', 'p2'] as const).map((name) => ({
          id: reals[name],
          name,
          address: addressOf(name),
          mac: macOf(name),
          admin: 'active',
          health: name === down || name === dead ? 'down' : 'up',
          dead: name === dead,
        })),
      },
    },
  };
}

/** One echo request from a ping socket, with what every Debian has. */
export function ping(vip: string): string {
  const wide = vip.includes(':');
  const perl = `use Socket qw(:all); alarm 2;
    socket(S, ${wide ? 'PF_INET6' : 'PF_INET'}, SOCK_DGRAM, ${wide ? 58 : 1}) or die $!;
    my $to = ${wide ? `pack_sockaddr_in6(0, inet_pton(AF_INET6, "${vip}"))` : `sockaddr_in(0, inet_aton("${vip}"))`};
    send(S, pack("CCnnn", ${wide ? 128 : 8}, 0, 0, 0, 1), 0, $to) or die $!;
    recv(S, my $answer, 100, 0) // die $!; print "answered";`;
  return `sysctl -qw net.ipv4.ping_group_range="0 0"; perl -e '${perl}'`;
}

/** Answers of the client's traffic process. */
export interface Drive {
  (
    command: 'open' | 'short' | 'udp' | 'big' | 'upload',
    host: string,
    port: number,
    count: number,
  ): Promise<{ servers: Record<string, number>; failed: number }>;
  (command: 'ping'): Promise<{ alive: number; broken: number }>;
  (command: 'close'): Promise<object>;
}

/** Starts a traffic process on a node. */
export function driver(node: NamespaceNode): Drive {
  const client = node.spawn(process.execPath, [traffic, 'drive']);
  const lines = createInterface({ input: client.stdout as NodeJS.ReadableStream });
  const answers = lines[Symbol.asyncIterator]();
  return (async (command: string, ...[host, port, count]: (string | number)[]) => {
    client.stdin?.write(`${JSON.stringify({ command, host, port, count })}\n`);
    const { value } = await answers.next();
    return JSON.parse(value as string);
  }) as Drive;
}

export class ThreeHop {
  readonly nodes: Readonly<Record<Name | 'lan' | 'wan', NamespaceNode>>;
  readonly drive: Drive;

  private constructor(nodes: ThreeHop['nodes']) {
    this.nodes = nodes;
    this.drive = driver(nodes.client);
  }

  /** Nodes, cables, drivers and servers; nobody announces yet. */
  static async up(mode: Mode = 'dsr'): Promise<ThreeHop> {
    const names = ['client', 'r1', 'l4a', 'l4b', 'p1', 'p2', 'lan', 'wan'] as const;
    const started = await Promise.all(names.map((name) => NamespaceNode.start(name)));
    const nodes = Object.fromEntries(started.map((node) => [node.name, node])) as ThreeHop['nodes'];
    await wire(nodes);
    await Promise.all([
      install(nodes.r1, router.render(routerState)),
      ...(['l4a', 'l4b'] as const).map(async (name) => {
        await install(nodes[name], director.render(directorState(name, mode)));
        await install(nodes[name], speaker.render(speakerState(name)));
      }),
      ...(['p1', 'p2'] as const).map(async (name) => {
        await install(nodes[name], receiver.render(receiverState(name, mode)));
        const server = nodes[name].spawn(process.execPath, [
          traffic,
          'serve',
          name,
          'tcp:80',
          `udp:${mode === 'dnat' || mode === 'full-nat' ? addressOf(name) : vip4}:53`,
        ]);
        await once(server.stdout as NodeJS.ReadableStream, 'data');
      }),
    ]);
    return new ThreeHop(nodes);
  }

  async down(): Promise<void> {
    await Promise.all(Object.values(this.nodes).map((node) => node.close()));
  }
}

async function wire(nodes: ThreeHop['nodes']): Promise<void> {
  for (const name of Object.keys(hosts) as (keyof typeof hosts)[]) {
    const addresses = [`${addressOf(name)}/24`, `${addressOf(name, 6)}/64`];
    await plug(nodes[name], nodes.lan, { device: 'edge', mac: macOf(name), addresses });
    if (name === 'r1') continue;
    await nodes[name].must(
      `ip route add default via ${addressOf('r1')}; ip -6 route add default via ${addressOf('r1', 6)}`,
    );
  }
  await wireClient(nodes);
}

/** The client behind r1, on a wire of their own. */
export async function wireClient(
  nodes: Readonly<Record<'client' | 'r1' | 'wan', NamespaceNode>>,
): Promise<void> {
  const wan = {
    device: 'core',
    mac: '02:00:00:00:01:01',
    addresses: ['192.0.2.1/24', '2001:db8:2::1/64'],
  };
  await plug(nodes.r1, nodes.wan, wan);
  const client = {
    device: 'eth0',
    mac: '02:00:00:00:01:02',
    addresses: ['192.0.2.2/24', '2001:db8:2::2/64'],
  };
  await plug(nodes.client, nodes.wan, client);
  await nodes.client.must(
    'ip route add default via 192.0.2.1; ip -6 route add default via 2001:db8:2::1',
  );
}
