/** Times a program by packages/l4-tier/bpf/testing/clock.c. Needs root. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildObject, buildProgramOfC } from '../../infra/packaging/bpf-objects.ts';
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

export class Clock {
  /** SHA-256 of the object that is timed. */
  readonly sha256: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, sha256: string) {
    this.sha256 = sha256;
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
  }

  /** Loads the object of a source, relative to packages/l4-tier/bpf. */
  static async start(source: string): Promise<Clock> {
    const [clock, object, wrapper] = await Promise.all([
      buildProgramOfC('testing/clock.c'),
      buildObject(source),
      buildObject('testing/wrap.bpf.c'),
    ]);
    const child = spawn(clock.path, [object.path, wrapper.path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new Clock(child, object.sha256);
  }

  async #ask(...words: readonly (string | number)[]): Promise<string> {
    this.#child.stdin?.write(`${words.join(' ')}\n`);
    const { value, done } = await this.#lines.next();
    if (done || value.startsWith('error')) throw new Error(`${words[0]}: ${value ?? 'no answer'}`);
    return value;
  }

  async set(map: string, key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.#ask('set', map, hex(key), hex(value));
  }

  /** The first `count` rows, `words` over and over. */
  async rows(count: number, words: readonly number[]): Promise<void> {
    await this.#ask('rows', 0, count, ...words);
  }

  /** Throws where the program does not send the packet on. */
  async time({ frame, flows, rounds, repeat }: Timed): Promise<Timing> {
    const answer = await this.#ask('time', hex(frame), flows, rounds, repeat);
    const [nothing = 0, whole = 0, verdict] = answer.split(' ').map(Number);
    if (verdict !== 3) throw new Error(`the program gave verdict ${verdict}, not XDP_TX`);
    return { nothing, program: whole - nothing };
  }

  async close(): Promise<void> {
    const closed = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await closed;
  }
}
