/** The last good state on the node's own disk: what a node acts on at boot before any feed. Written whole, atomically, or not at all. */
import type { FeedState, Host } from '@tricade/cluster';
import { parseState, stringifyState } from '@tricade/feed';
import { coalesced } from './coalesced.ts';

export const lastGoodPath = '/var/lib/tricade/last-good.json';
const bootIdPath = '/proc/sys/kernel/random/boot_id';

export interface Kept {
  readonly state: FeedState;
  /** It was written since this kernel started: the data plane still runs what was steered then. */
  readonly sameBoot: boolean;
}

/** Undefined where there is none or it cannot be read: a node without it waits for the feed. */
export async function readLastGood(host: Host): Promise<Kept | undefined> {
  const bytes = await host.read(lastGoodPath).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    const { bootId, state: text } = JSON.parse(new TextDecoder().decode(bytes)) as Record<
      string,
      unknown
    >;
    const state = typeof text === 'string' ? parseState(text) : undefined;
    return state && { state, sameBoot: bootId !== '' && bootId === (await readBootId(host)) };
  } catch {
    return undefined;
  }
}

/** Changes with each boot; '' where the host does not say. */
async function readBootId(host: Host): Promise<string> {
  const bytes = await host.read(bootIdPath).catch(() => undefined);
  return bytes === undefined ? '' : new TextDecoder().decode(bytes).trim();
}

/** Writes the newest state in the background, when told to: states that came since the last write are left out but for the last. */
export class LastGood {
  readonly #host: Host;
  readonly #write: () => Promise<void> = coalesced(() => this.#writeOnce());
  #wanted: FeedState | undefined;
  #bootId: string | undefined;
  #fault: string | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Why the last write failed; undefined: it did not. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** The state to be written with the next `flush`. */
  keep(state: FeedState): void {
    this.#wanted = state;
  }

  /** Resolves when what was kept is on disk, or failed to get there. */
  async flush(): Promise<void> {
    if (this.#wanted !== undefined) await this.#write();
  }

  async #writeOnce(): Promise<void> {
    const state = this.#wanted;
    if (state === undefined) return;
    try {
      this.#bootId ??= await readBootId(this.#host);
      const kept = { format: 1, bootId: this.#bootId, state: stringifyState(state) };
      await this.#host.write([
        { path: lastGoodPath, content: `${JSON.stringify(kept)}\n`, mode: 0o600 },
      ]);
      this.#fault = undefined;
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : String(error);
    }
    if (this.#wanted === state) this.#wanted = undefined;
  }
}
