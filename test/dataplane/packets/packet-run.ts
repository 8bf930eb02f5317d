/** Packets through a BPF program, beside real sockets: packages/l4-tier/bpf/testing/run.c in a network namespace of its own. Needs root. */
import { buildObject, buildProgramOfC } from '../../../infra/packaging/bpf-objects.ts';
import { AskedProgram } from './asked-program.ts';
import { hex, unhex } from './frames.ts';

/** Verdicts of XDP. */
export const verdicts = ['aborted', 'drop', 'pass', 'tx', 'redirect'] as const;
export type Verdict = (typeof verdicts)[number];

export interface Outcome {
  readonly verdict: Verdict;
  readonly frame: Uint8Array;
}

/** `tun` is there when the first command was answered. */
export class PacketRun extends AskedProgram {
  /** `prepare`: a script that runs in the namespace first; it must not read standard input. */
  static async start(prepare: string): Promise<PacketRun> {
    const { path } = await buildProgramOfC('testing/run.c');
    const script = `set -e; ip link set lo up; ${prepare}; exec ${path}`;
    return new PacketRun('unshare', ['--net', '--mount', 'sh', '-c', script]);
  }

  /** Builds and loads `source` (relative to packages/l4-tier/bpf) and takes the program of that name. */
  async load(
    source: string,
    program: string,
    sizes: Readonly<Record<string, number>> = {},
  ): Promise<void> {
    const { path } = await buildObject(source);
    await this.ask('load', path, program, ...Object.entries(sizes).flat());
  }

  /** Value of an element. Rejects where there is none. */
  async get(map: string, key: Uint8Array): Promise<Uint8Array> {
    return unhex(await this.ask('get', map, hex(key)));
  }

  /** How many entries a map of keys has. */
  async count(map: string): Promise<number> {
    return Number(await this.ask('count', map));
  }

  async clear(map: string): Promise<void> {
    await this.ask('clear', map);
  }

  /** Rejects where there is no such element. */
  async delete(map: string, key: Uint8Array): Promise<void> {
    await this.ask('delete', map, hex(key));
  }

  /** The first `count` counters of a map, each the sum over all CPUs. */
  async counters(map: string, count: number): Promise<readonly number[]> {
    return (await this.ask('sums', map, count)).split(' ').map(Number);
  }

  async run(frame: Uint8Array): Promise<Outcome> {
    const [verdict, out = ''] = (await this.ask('run', hex(frame))).split(' ');
    return { verdict: verdicts[Number(verdict)] as Verdict, frame: unhex(out) };
  }

  /** A packet from outside; the TCP packet that the kernel answers with, if any. */
  async in(packet: Uint8Array): Promise<Uint8Array | undefined> {
    const reply = await this.ask('in', hex(packet));
    return reply === 'none' ? undefined : unhex(reply);
  }
}
