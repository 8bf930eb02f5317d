/** A cable with a program at each end, and packets of many flows through it: packages/l4-tier/bpf/testing/wire.c in a network namespace of its own. Needs root. */
import { buildObject, buildProgramOfC } from '../../../infra/packaging/bpf-objects.ts';
import { AskedProgram } from './asked-program.ts';
import { hex } from './frames.ts';

/** The director's device, with the generator and the sink at the cable's other end. */
export const edge = { device: 'edge', end: 'edge-end', mac: '02:00:00:00:00:11' } as const;

/** Nobody speaks here but who is asked to, and checksums are not left to a card that is not there. */
const cable = `sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add ${edge.device} address ${edge.mac} type veth peer name ${edge.end}
ip link set ${edge.device} up; ip link set ${edge.end} up
ethtool -K ${edge.device} tx off >/dev/null; ethtool -K ${edge.end} tx off >/dev/null`;

export interface Sending {
  readonly frame: Uint8Array;
  readonly count: number;
  readonly flows: number;
}

export interface Arrivals {
  /** Until the last one. */
  readonly elapsedNs: number;
  readonly packets: number;
  /** Headers or checksums do not hold. */
  readonly wrong: number;
}

export class Wire extends AskedProgram {
  /** `more`: a script that runs in the namespace once the cable lies there; it must not read standard input. */
  static async start(more = ':'): Promise<Wire> {
    const [program, director, ends] = await Promise.all([
      buildProgramOfC('testing/wire.c'),
      buildObject('director.bpf.c'),
      buildObject('testing/wire.bpf.c'),
    ]);
    const run = `exec ${program.path} ${director.path} ${ends.path}`;
    const script = `set -e; ip link set lo up\n${cable}\n${more}\n${run}`;
    return new Wire('unshare', ['--net', 'sh', '-c', script]);
  }

  /** The first `count` rows, `words` over and over. */
  async rows(count: number, words: readonly number[]): Promise<void> {
    await this.ask('rows', 0, count, ...words);
  }

  async index(device: string): Promise<number> {
    return Number(await this.ask('index', device));
  }

  /** `director`, `check` (counts and looks), `sink` (counts), `pass`: instead of what was there. */
  async attach(program: 'director' | 'check' | 'sink' | 'pass', device: string): Promise<void> {
    await this.ask('attach', program, device);
  }

  /** Into the cable at its end. The frame: 62 bytes, IPv4 and TCP; its source is each flow's own. */
  async send({ frame, count, flows }: Sending): Promise<Arrivals> {
    const answer = await this.ask('send', edge.end, hex(frame), count, flows);
    const [elapsedNs = 0, packets = 0, wrong = 0] = answer.split(' ').map(Number);
    return { elapsedNs, packets, wrong };
  }
}
