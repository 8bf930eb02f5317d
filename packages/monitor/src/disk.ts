/** The monitor's own copy of the last state: what survives the loss of the feed. Latches are restored from here first of all. */
import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FeedState } from '@tricade/cluster';
import { parseState, stringifyState } from '@tricade/feed';

/** One file, replaced atomically; writes are coalesced: the newest state wins. */
export class Disk {
  readonly #path: string;
  readonly #onTrouble: (error: Error) => void;
  #next: FeedState | undefined;
  #writing: Promise<void> | undefined;

  /** `onTrouble` hears of each write that failed; the next one tries again. */
  constructor(directory: string, onTrouble: (error: Error) => void) {
    this.#path = join(directory, 'state.json');
    this.#onTrouble = onTrouble;
  }

  /** The last state, undefined where there is none or it cannot be read: then the nodes' acks are all there is. */
  load(): FeedState | undefined {
    try {
      return parseState(readFileSync(this.#path, 'utf8'));
    } catch {
      return undefined;
    }
  }

  save(state: FeedState): void {
    this.#next = state;
    this.#writing ??= this.#run();
  }

  /** Resolves when the newest state given lies on the disk, or could not be written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    // Whatever else comes in this turn of the event loop travels in the same write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#next !== undefined) {
      const state = this.#next;
      this.#next = undefined;
      await this.#write(stringifyState(state)).catch(this.#onTrouble);
    }
    this.#writing = undefined;
  }

  async #write(text: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(`${this.#path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.#path}.new`, this.#path);
  }
}
