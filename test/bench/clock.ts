/** Times a program by packages/l4-tier/bpf/testing/clock.c. Needs root. */
import { buildObject, buildProgramOfC } from '../../infra/packaging/bpf-objects.ts';
import { AskedProgram } from '../dataplane/packets/asked-program.ts';
import { hex } from '../dataplane/packets/frames.ts';

/** Nanoseconds a packet. */
export interface Timing {
  /** Of the wrapper around nothing. */
  readonly nothing: number;
  /** Of the program alone: the wrapper's own time is taken off. */
  readonly program: number;
}

export interface Timed {
  readonly frame: Uint8Array;
  readonly flows: number;
  /** Of as many packets as `repeat` says, nothing and the program in turn. */
  readonly rounds: number;
  readonly repeat: number;
}

export class Clock extends AskedProgram {
  /** SHA-256 of the object that is timed. */
  readonly sha256: string;

  private constructor(program: string, args: readonly string[], sha256: string) {
    super(program, args);
    this.sha256 = sha256;
  }

  /** Loads the object of a source, relative to packages/l4-tier/bpf. */
  static async start(source: string): Promise<Clock> {
    const [clock, object, wrapper] = await Promise.all([
      buildProgramOfC('testing/clock.c'),
      buildObject(source),
      buildObject('testing/wrap.bpf.c'),
    ]);
    return new Clock(clock.path, [object.path, wrapper.path], object.sha256);
  }

  /** The first `count` rows, `words` over and over. */
  async rows(count: number, words: readonly number[]): Promise<void> {
    await this.ask('rows', 0, count, ...words);
  }

  /** Throws where the program does not send the packet on. */
  async time({ frame, flows, rounds, repeat }: Timed): Promise<Timing> {
    const answer = await this.ask('time', hex(frame), flows, rounds, repeat);
    const [nothing = 0, whole = 0, verdict] = answer.split(' ').map(Number);
    if (verdict !== 3) throw new Error(`the program gave verdict ${verdict}, not XDP_TX`);
    return { nothing, program: whole - nothing };
  }
}
