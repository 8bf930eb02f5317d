/** The network of three hops with xdp directors that translate: bundles and maps as the driver makes them, the kernel's neighbours and routes. */
import assert from 'node:assert/strict';
import { passProgram } from '../../infra/lab/src/pass-program.ts';
import type { DirectorLive, DirectorState, Sample } from '../../packages/cluster/src/index.ts';
import { install } from './install.ts';
import {
  addressOf,
  directorLive,
  directorState,
  type Mode,
  receiver,
  receiverLive,
  receiverState,
  size,
  ThreeHop,
  vip4,
  vip6,
} from './three-hop.ts';
import { until } from './waiting.ts';
import { xdpDirector, xdpFiles } from './xdp-node.ts';

const version = { generation: 1, epoch: 1, revision: 1 };
export const directors = ['l4a', 'l4b'] as const;
export type Director = (typeof directors)[number];

interface Steered {
  readonly state: DirectorState;
  readonly live: DirectorLive;
}

export class Translating {
  readonly net: ThreeHop;
  readonly #mode: Mode;

  private constructor(net: ThreeHop, mode: Mode) {
    this.net = net;
    this.#mode = mode;
  }

  /** Everything goes through l4a, and is answered. */
  static async up(mode: Mode): Promise<Translating> {
    const cluster = new Translating(await ThreeHop.up(mode), mode);
    const { nodes, drive } = cluster.net;
    // Sums that the kernel leaves to a card are not made good at the XDP hook; what a program sends back by a veth arrives where the other end has one.
    for (const node of [nodes.r1, nodes.p1, nodes.p2])
      await node.must('ethtool -K edge tx off >/dev/null');
    await nodes.client.must('ethtool -K eth0 tx off >/dev/null');
    await nodes.lan.write([{ path: '/run/pass.o', content: passProgram(), mode: 0o644 }]);
    for (const name of directors) {
      await nodes.lan.must(`ip link set dev ${name}-edge xdpdrv obj /run/pass.o sec xdp`);
      await cluster.#becomeXdp(name);
    }
    for (const name of ['p1', 'p2'] as const)
      await receiver.steer(nodes[name], receiverState(name, mode), receiverLive, version);
    await cluster.through('l4a');
    for (const vip of [vip4, vip6])
      await until(
        () => drive('short', vip, 80, 1),
        ({ failed }) => failed === 0,
      );
    return cluster;
  }

  down(): Promise<void> {
    return this.net.down();
  }

  /** The director's program in the place of nft's rules. */
  async #becomeXdp(name: Director): Promise<void> {
    const node = this.net.nodes[name];
    await node.must(
      'nft flush ruleset; rm /run/active-director; ethtool -K edge tx off >/dev/null; sysctl -qw net.ipv4.conf.edge.forwarding=0 net.ipv6.conf.all.forwarding=0',
    );
    const { bpf, blobs } = await xdpFiles();
    const state = directorState(name, this.#mode);
    await install(node, xdpDirector.render({ ...state, bpf }), blobs);
    assert.equal(await this.steer(name), xdpDirector.liveDigest(state, directorLive()));
  }

  /** Both families of the VIP go to one director from now on. */
  through(name: Director): Promise<string> {
    return this.net.nodes.r1.must(
      `ip route replace ${vip4} via ${addressOf(name)}; ip -6 route replace ${vip6} via ${addressOf(name, 6)}`,
    );
  }

  steer(name: Director, steered: Partial<Steered> = {}): Promise<string> {
    const { state = directorState(name, this.#mode), live = directorLive() } = steered;
    return xdpDirector.steer(this.net.nodes[name], state, live, version);
  }

  /** Every row of both directors: the words of those that p1 has first, and of those that p2 has. */
  async turn(ofP1: number, ofP2: number): Promise<void> {
    const rows = Uint32Array.from({ length: size }, (_, row) => (row % 2 === 0 ? ofP1 : ofP2));
    await Promise.all(directors.map((name) => this.steer(name, { live: directorLive({ rows }) })));
  }

  sample(name: Director): Promise<Sample> {
    return xdpDirector.sample(this.net.nodes[name], directorState(name, this.#mode));
  }

  /** Until each real has so many flows of a director. */
  async counted(name: Director, isDone: (p1: number, p2: number) => boolean): Promise<void> {
    await until(
      async () => (await this.sample(name)).flows ?? {},
      ({ 'l7/p1': p1 = -1, 'l7/p2': p2 = -1 }) => isDone(p1, p2),
    );
  }
}
