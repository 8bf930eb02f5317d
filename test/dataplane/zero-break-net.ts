/**
 * Zero-break on this machine: client – r1 (ECMP) – l4a, l4b (xdp) – p1, p2, p3 (receivers with the socket check, and a small server). Replies go from the
 * proxies through r1 straight to the client.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { passProgram } from '../../infra/lab/src/pass-program.ts';
import { bpfFiles } from '../../infra/packaging/bpf-objects.ts';
import type {
  DirectorLive,
  DirectorState,
  Guard,
  ReceiverLive,
  ReceiverState,
  SegmentCap,
  TunnelOptions,
} from '../../packages/cluster/src/index.ts';
import { l4Drivers } from '../../packages/l4-tier/src/index.ts';
import { type Blobs, install } from './install.ts';
import { NamespaceNode, plug } from './namespace-node.ts';

const traffic = fileURLToPath(new URL('traffic.ts', import.meta.url));
export const vip = { 4: '203.0.113.10', 6: '2001:db8:ffff::10' } as const;
export const size = 4096;

export const directors = ['l4a', 'l4b'] as const;
export const proxies = ['p1', 'p2', 'p3'] as const;
export type Director = (typeof directors)[number];
export type Proxy = (typeof proxies)[number];
export const ids: Readonly<Record<Proxy, number>> = { p1: 1, p2: 2, p3: 3 };
type Name = 'client' | 'r1' | 'lan' | 'wan' | Director | Proxy;

/** Last byte of a node's addresses and MAC on the shared network. */
const hosts = { r1: 1, l4a: 11, l4b: 12, p1: 21, p2: 22, p3: 23 } as const;
const addressOf = (name: keyof typeof hosts, family: 4 | 6 = 4): string =>
  family === 4 ? `198.51.100.${hosts[name]}` : `2001:db8:1::${hosts[name]}`;
const macOf = (name: keyof typeof hosts): string => `02:00:00:00:00:${hosts[name]}`.padEnd(17, '0');
const bothOf = (name: keyof typeof hosts) => [addressOf(name), addressOf(name, 6)];

const director = l4Drivers.director['xdp'] as NonNullable<(typeof l4Drivers.director)[string]>;
const receiver = l4Drivers.receiver['linux'] as NonNullable<(typeof l4Drivers.receiver)[string]>;
const at = { generation: 1, epoch: 1, revision: 1 };

const reals = proxies.map((name) => ({
  id: ids[name],
  name,
  address: addressOf(name),
  addresses: bothOf(name),
}));

/** How directors bring packets to proxies: by MAC, in IP in IP whose outer source varies, in GUE. */
export type Way = 'dsr' | 'tunnel' | 'gue';

const modeOf = (way: Way) => (way === 'dsr' ? 'dsr' : 'tunnel');
const tunnels: Readonly<Partial<Record<Way, TunnelOptions>>> = {
  tunnel: { sources: '198.51.100.192/26' },
  gue: { encapsulation: 'gue' },
};

/** What the directors of a net do besides; a new generation brings another. */
export interface NetOptions {
  readonly guard?: Guard;
}

function directorState(name: Director, way: Way, { guard }: NetOptions = {}): DirectorState {
  const mode = modeOf(way);
  const tunnel = tunnels[way];
  const service = { mode, listen: 'configured', affinity: 'flow', group: 'l7' } as const;
  const ports = [{ protocol: 'tcp', port: 80 } as const];
  return {
    node: name,
    self: directors.indexOf(name),
    device: 'edge',
    addresses: bothOf(name),
    legs: [{ device: 'edge', addresses: bothOf(name) }],
    services: [
      ...([4, 6] as const).map((family) => ({
        service: 'web',
        vip: vip[family],
        ports,
        ...service,
      })),
      { service: 'names', vip: vip[4], ports: [{ protocol: 'udp', port: 53 }], ...service },
      {
        service: 'h3',
        vip: vip[4],
        ports: [{ protocol: 'udp', port: 443 }],
        quic: true,
        ...service,
      },
    ],
    groups: [{ group: 'l7', size, hashKey: '9f3c0a17e2b45d688899aabbccddeeff', reals }],
    ...(tunnel === undefined ? {} : { tunnel }),
    ...(guard === undefined ? {} : { guard }),
  };
}

function receiverState(name: Proxy, way: Way): ReceiverState {
  return {
    node: name,
    device: 'edge',
    vips: [vip[4], vip[6]],
    modes: [modeOf(way)],
    directors: directors.flatMap(bothOf),
    returnPaths: [],
    tables: [],
    socketCheck: {
      self: ids[name],
      addresses: bothOf(name),
      takesTunnels: way !== 'dsr',
      ...(way === 'tunnel' ? { sources: ['198.51.100.192/26'] } : {}),
      namesSecond: true,
      reals,
    },
  };
}

const receiverLive = (name: Proxy): ReceiverLive => ({
  directors: {},
  reals: Object.fromEntries(
    proxies.filter((other) => other !== name).map((other) => [addressOf(other), macOf(other)]),
  ),
});

function directorLive(rows: Uint32Array): DirectorLive {
  const all = reals.map((real) => ({
    ...real,
    mac: macOf(real.name),
    admin: 'active' as const,
    health: 'up' as const,
    dead: false,
  }));
  return { tables: { l7: { step: 1, digest: '', rows, reals: all } } };
}

/** What each proxy's server takes: datagrams are answered from the address that they came to. */
const listens = ['tcp:80', `udp:${vip[4]}:53`, `udp:${vip[4]}:443`];

/** What the client's traffic process is asked for: so many; `server`: the number in connection ids. */
interface Asked {
  readonly count?: number;
  readonly port?: number;
  readonly server?: number;
}

/** Answers of the client's traffic process. */
interface Answer {
  readonly servers: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly alive: number;
  readonly broken: number;
}

/** Built where their sources changed. */
async function bpf() {
  const { helper, director: object, proxy } = await bpfFiles();
  const blobs: Blobs = new Map([helper, object, proxy].map((file) => [file.sha256, file.path]));
  return { blobs, helper, object, proxy };
}

export class ZeroBreakNet {
  readonly nodes: Readonly<Record<Name, NamespaceNode>>;
  readonly #mode: Way;
  #options: NetOptions = {};
  readonly #answers: AsyncIterator<string>;
  readonly #input: NodeJS.WritableStream;

  private constructor(nodes: ZeroBreakNet['nodes'], mode: Way) {
    this.nodes = nodes;
    this.#mode = mode;
    const client = nodes.client.spawn(process.execPath, [traffic, 'drive']);
    const output = createInterface({ input: client.stdout as NodeJS.ReadableStream });
    this.#answers = output[Symbol.asyncIterator]();
    this.#input = client.stdin as NodeJS.WritableStream;
  }

  static async up(mode: Way): Promise<ZeroBreakNet> {
    const names: readonly Name[] = ['client', 'r1', 'lan', 'wan', ...directors, ...proxies];
    const started = await Promise.all(names.map((name) => NamespaceNode.start(name)));
    const nodes = Object.fromEntries(
      started.map((node) => [node.name, node]),
    ) as ZeroBreakNet['nodes'];
    await wire(nodes);
    const { blobs, helper, object, proxy } = await bpf();
    await Promise.all([
      ...directors.map((name) => {
        const state = { ...directorState(name, mode), bpf: { helper, object } };
        return install(nodes[name], director.render(state), blobs);
      }),
      ...proxies.map(async (name) => {
        const state = { ...receiverState(name, mode), bpf: { helper, object: proxy } };
        await install(nodes[name], receiver.render(state), blobs);
        const server = nodes[name].spawn(process.execPath, [traffic, 'serve', name, ...listens]);
        await once(server.stdout as NodeJS.ReadableStream, 'data');
      }),
    ]);
    const net = new ZeroBreakNet(nodes, mode);
    await Promise.all(proxies.map((name) => net.steerProxy(name)));
    return net;
  }

  /** Proxies offer segments that are no larger, on top of what they had. */
  async offer(segmentCaps: readonly SegmentCap[]): Promise<void> {
    const { blobs, helper, proxy } = await bpf();
    for (const name of proxies) {
      const state = { ...receiverState(name, this.#mode), bpf: { helper, object: proxy } };
      const bundle = receiver.render({ ...state, segmentCaps });
      await install(this.nodes[name], bundle, blobs);
      await this.nodes[name].must('systemctl start tricade-receiver-segments.service');
    }
  }

  /** The ack of a proxy's driver equals what it was to be. */
  async steerProxy(name: Proxy): Promise<void> {
    const [state, live] = [receiverState(name, this.#mode), receiverLive(name)];
    const read = await receiver.steer(this.nodes[name], state, live, at);
    if (read !== receiver.liveDigest(state, live)) throw new Error(`${name}: ${read}`);
  }

  /** Rows of one director. */
  async steer(name: Director, rows: Uint32Array): Promise<void> {
    const state = directorState(name, this.#mode, this.#options);
    const live = directorLive(rows);
    const read = await director.steer(this.nodes[name], state, live, at);
    if (read !== director.liveDigest(state, live)) throw new Error(`${name}: ${read}`);
  }

  /** As of the next generation: directors are steered by other options from now on. */
  become(options: NetOptions): void {
    this.#options = options;
  }

  /** Packets that a director dropped, by reason. */
  async drops(name: Director): Promise<Readonly<Record<string, number>>> {
    const state = directorState(name, this.#mode, this.#options);
    return (await director.sample(this.nodes[name], state)).drops ?? {};
  }

  /** Packets that a director has sent to proxies. */
  async forwarded(name: Director): Promise<number> {
    const state = directorState(name, this.#mode, this.#options);
    const { traffic } = await director.sample(this.nodes[name], state);
    return traffic?.services['web']?.packets ?? 0;
  }

  async steerBoth(rows: Uint32Array): Promise<void> {
    await Promise.all(directors.map((name) => this.steer(name, rows)));
  }

  /** The router's next hops from now on, both families. */
  async route(...hops: readonly Director[]): Promise<void> {
    for (const family of [4, 6] as const) {
      const via = hops.map((hop) => `nexthop via ${addressOf(hop, family)} dev edge`).join(' ');
      await this.nodes.r1.must(`ip -${family} route replace ${vip[family]} ${via}`);
    }
  }

  async drive(
    command: string,
    host = '',
    { count = 0, port = 80, server = 0 }: Asked = {},
  ): Promise<Answer> {
    this.#input.write(`${JSON.stringify({ command, host, port, count, server })}\n`);
    const { value } = await this.#answers.next();
    return JSON.parse(value as string) as Answer;
  }

  /** Packets by what the socket checks of all proxies made of them, since the beginning. */
  async counters(): Promise<Readonly<Record<string, number>>> {
    const sum: Record<string, number> = {};
    for (const name of proxies) {
      const { counters } = await receiver.sample(this.nodes[name], receiverState(name, this.#mode));
      for (const [word, count] of Object.entries(counters ?? {}))
        sum[word.replace('socket-check/', '')] =
          (sum[word.replace('socket-check/', '')] ?? 0) + count;
    }
    return sum;
  }

  async down(): Promise<void> {
    await Promise.all(Object.values(this.nodes).map((node) => node.close()));
  }
}

async function wire(nodes: ZeroBreakNet['nodes']): Promise<void> {
  for (const name of Object.keys(hosts) as (keyof typeof hosts)[]) {
    const addresses = [`${addressOf(name)}/24`, `${addressOf(name, 6)}/64`];
    await plug(nodes[name], nodes.lan, { device: 'edge', mac: macOf(name), addresses });
    // Sums that the kernel leaves to a card are not made good at the XDP hook.
    await nodes[name].must('ethtool -K edge tx off >/dev/null');
    if (name === 'r1') continue;
    // Namespaces share the secret of SYN cookies: every proxy would take every cookie for its own.
    await nodes[name].must(
      `ip route add default via ${addressOf('r1')}; ip -6 route add default via ${addressOf('r1', 6)}; sysctl -qw net.ipv4.tcp_syncookies=0 net.core.somaxconn=4096`,
    );
  }
  await letPortsPass(nodes.lan);
  const ends = [
    ['r1', 'core', '01'],
    ['client', 'eth0', '02'],
  ] as const;
  for (const [name, device, last] of ends) {
    const addresses = [`192.0.2.${Number(last)}/24`, `2001:db8:2::${Number(last)}/64`];
    await plug(nodes[name], nodes.wan, { device, mac: `02:00:00:00:01:${last}`, addresses });
    await nodes[name].must(`ethtool -K ${device} tx off >/dev/null`);
  }
  await nodes.client.must(
    'ip route add default via 192.0.2.1; ip -6 route add default via 2001:db8:2::1',
  );
  // Layer 4 without what a retransmission changes; policy 1 would move a flow that waits.
  await nodes.r1.must(
    `sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.edge.send_redirects=0 net.ipv4.fib_multipath_hash_policy=3 net.ipv4.fib_multipath_hash_fields=0x37 net.ipv6.fib_multipath_hash_policy=3 net.ipv6.fib_multipath_hash_fields=0x37 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.core.rp_filter=0 net.ipv4.conf.edge.rp_filter=0`,
  );
}

/** What an XDP program sends back by a veth arrives only where the other end has a program too. */
async function letPortsPass(lan: NamespaceNode): Promise<void> {
  await lan.write([{ path: '/run/pass.o', content: passProgram(), mode: 0o644 }]);
  for (const name of [...directors, ...proxies])
    await lan.must(`ip link set dev ${name}-edge xdpdrv obj /run/pass.o sec xdp`);
}
