/** A program that is asked by lines: one command on its standard input, one line of answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { hex } from './frames.ts';

export class AskedProgram {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
  }

  /** Answer of one command. Rejects where it is an error. */
  async ask(...words: readonly (string | number)[]): Promise<string> {
    this.#child.stdin?.write(`${words.join(' ')}\n`);
    const { value, done } = await this.#lines.next();
    if (done || value.startsWith('error')) throw new Error(`${words[0]}: ${value ?? 'no answer'}`);
    return value;
  }

  /** One element of a map. */
  async set(map: string, key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.ask('set', map, hex(key), hex(value));
  }

  /** Resolves when the program has ended. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await closed;
  }
}
