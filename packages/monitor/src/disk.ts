/** The monitor's own copy of the last state: what survives the loss of the feed. Latches are restored from here first of all. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeedState } from '@tricade/cluster';
import { parseState, stringifyState } from '@tricade/feed';

/** One file, replaced atomically; writes are coalesced: the newest state wins. */
export class Disk {
  readonly #path: string;
  #next: FeedState | undefined;
  #writing: Promise<void> | undefined;

  constructor(directory: string) {
    this.#path = join(directory, 'state.json');
  }

  /** The last state, undefined where there is none or it cannot be read: then the nodes' acks are all there is. */
  async load(): Promise<FeedState | undefined> {
    try {
      return parseState(await readFile(this.#path, 'utf8'));
    } catch {
      return undefined;
    }
  }

  save(state: FeedState): void {
    this.#next = state;
    this.#writing ??= this.#run().finally(() => {
      this.#writing = undefined;
    });
  }

  async flush(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    await mkdir(join(this.#path, '..'), { recursive: true, mode: 0o700 });
    while (this.#next !== undefined) {
      const text = stringifyState(this.#next);
      this.#next = undefined;
      const file = await open(`${this.#path}.new`, 'w', 0o600);
      await file.writeFile(text);
      await file.sync();
      await file.close();
      await rename(`${this.#path}.new`, this.#path);
    }
  }
}
