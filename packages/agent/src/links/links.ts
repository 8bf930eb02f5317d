/** What of a machine's links the agent must know at once: MACs of neighbours, and that routes have changed. */
import { coalesced } from '../coalesced.ts';
import { monitorLinks } from './ip-monitor.ts';
import { neighbourOf, Prober, readNeighbours } from './neighbours.ts';

export interface Links {
  /** Address → MAC of the addresses asked for. A MAC once known stays until another one is: whether its owner lives is for health to say. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Replaces the addresses to resolve and keep fresh. Resolves once what the kernel knows of them was read. */
  resolve(addresses: readonly string[]): Promise<void>;
  /** A MAC became known or changed. Returns what ends it. */
  onNeighbours(listener: () => void): () => void;
  /** Routes may have changed; bursts are told as one. Returns what ends it. */
  onRoutes(listener: () => void): () => void;
  close(): void;
}

/** Entries go stale after 15–45 s (base_reachable_time): asked for this often, a changed MAC is seen within seconds. */
const refreshMs = 5_000;
/** Until all are known it is asked this often. */
const retryMs = 200;
/** A burst of events is answered once this long after its first: the FIB is read within 50 ms of its change. */
const settleMs = 5;

/** Follows this machine's links (needs iproute2; reads only, but for the datagrams that make the kernel resolve). */
export function openLinks(): Links {
  return new KernelLinks();
}

class KernelLinks implements Links {
  readonly #prober = new Prober();
  readonly #neighbourListeners = new Set<() => void>();
  readonly #routeListeners = new Set<() => void>();
  readonly #end: () => void;
  readonly #read: () => Promise<void> = coalesced(() => this.#readOnce());
  #wanted: readonly string[] = [];
  #known: Readonly<Record<string, string>> = {};
  #probeTimer: ReturnType<typeof setTimeout> | undefined;
  #routeTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor() {
    this.#end = monitorLinks((event, line) => {
      // A neighbour's line says all of it: reading the table each time would cost a process for every entry that is confirmed.
      if (event === 'neighbour') return this.#take(neighbourOf(line));
      this.#routesChanged();
      void this.#read();
    });
  }

  get neighbours(): Readonly<Record<string, string>> {
    return this.#known;
  }

  resolve(addresses: readonly string[]): Promise<void> {
    this.#wanted = addresses;
    this.#known = Object.fromEntries(
      Object.entries(this.#known).filter(([address]) => addresses.includes(address)),
    );
    this.#probe();
    return this.#read();
  }

  onNeighbours(listener: () => void): () => void {
    this.#neighbourListeners.add(listener);
    return () => void this.#neighbourListeners.delete(listener);
  }

  onRoutes(listener: () => void): () => void {
    this.#routeListeners.add(listener);
    return () => void this.#routeListeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#end();
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#routeTimer);
    this.#prober.close();
  }

  #routesChanged(): void {
    this.#routeTimer ??= setTimeout(() => {
      this.#routeTimer = undefined;
      for (const listener of [...this.#routeListeners]) listener();
    }, settleMs);
  }

  #probe(): void {
    clearTimeout(this.#probeTimer);
    if (this.#closed || this.#wanted.length === 0) return;
    this.#prober.probe(this.#wanted);
    const all = this.#wanted.every((address) => this.#known[address] !== undefined);
    this.#probeTimer = setTimeout(() => this.#probe(), all ? refreshMs : retryMs);
  }

  async #readOnce(): Promise<void> {
    if (this.#closed || this.#wanted.length === 0) return;
    this.#take((await readNeighbours()) ?? {});
  }

  #take(found: Readonly<Record<string, string>>): void {
    const news = this.#wanted.filter(
      (address) => found[address] !== undefined && found[address] !== this.#known[address],
    );
    if (news.length === 0 || this.#closed) return;
    this.#known = {
      ...this.#known,
      ...Object.fromEntries(news.map((address) => [address, found[address] as string])),
    };
    for (const listener of [...this.#neighbourListeners]) listener();
  }
}
