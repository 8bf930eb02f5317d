/** What of a machine's links the agent must know at once: MACs of neighbours, and that routes have changed. */
import { followChild } from './child.ts';
import type { News } from './news.ts';
import { Prober } from './prober.ts';

export interface Links {
  /** Address → MAC of the addresses asked for. A MAC once known stays until another one is: whether its owner lives is for health to say. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Of those watched, the ones that had a MAC and do not answer the kernel now. */
  readonly silent: ReadonlySet<string>;
  /**
   * Replaces the addresses to resolve and keep fresh, and those of them to watch: how soon the kernel finds one silent is a setting of the device. Resolves once what the
   * kernel knows of them was read, or cannot be read in time.
   */
  resolve(addresses: readonly string[], watched?: readonly string[]): Promise<void>;
  /** A MAC became known or changed, or one that is watched became silent or spoke again. Returns what ends it. */
  onNeighbours(listener: () => void): () => void;
  /** Routes may have changed; bursts are told as one. Returns what ends it. */
  onRoutes(listener: () => void): () => void;
  close(): void;
}

export interface LinksOptions {
  /** The program of the child process (`ChildOptions`). */
  readonly program: string;
  /** One line for the journal. */
  log?(line: string): void;
}

/** Entries go stale after 15–45 s (base_reachable_time): asked for this often, a changed MAC is seen within seconds. */
const refreshMs = 5_000;
/** The same for those watched. */
const watchMs = 500;
/** Until all are known it is asked this often. */
const retryMs = 200;
/** The first table is waited for so long: a node whose links cannot be read serves all the same. */
const tableWithinMs = 2_000;

/** Follows this machine's links by a child process (reads only, but for the datagrams that make the kernel resolve). */
export function openLinks(options: LinksOptions): Links {
  return new KernelLinks(options);
}

class KernelLinks implements Links {
  readonly #prober = new Prober();
  readonly #neighbourListeners = new Set<() => void>();
  readonly #routeListeners = new Set<() => void>();
  readonly #end: () => void;
  readonly #first = Promise.withResolvers<void>();
  /** The kernel's neighbours as last told. */
  #table = new Map<string, string>();
  #wanted: readonly string[] = [];
  #watched: readonly string[] = [];
  /** Of those watched, the ones that ever had a MAC. */
  readonly #heard = new Set<string>();
  #known: Readonly<Record<string, string>> = {};
  #silent: ReadonlySet<string> = new Set();
  #probeTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #watchTimer = setInterval(() => this.#prober.probe(this.#watched), watchMs);
  #closed = false;

  constructor(options: LinksOptions) {
    this.#end = followChild({ ...options, tell: (news) => this.#hear(news) });
    const timer = setTimeout(() => this.#first.resolve(), tableWithinMs);
    void this.#first.promise.then(() => clearTimeout(timer));
  }

  get neighbours(): Readonly<Record<string, string>> {
    return this.#known;
  }

  get silent(): ReadonlySet<string> {
    return this.#silent;
  }

  async resolve(addresses: readonly string[], watched: readonly string[] = []): Promise<void> {
    this.#wanted = addresses;
    this.#watched = watched;
    this.#known = Object.fromEntries(
      Object.entries(this.#known).filter(([address]) => addresses.includes(address)),
    );
    this.#probe();
    await this.#first.promise;
    this.#take();
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
    this.#first.resolve();
    clearTimeout(this.#probeTimer);
    clearInterval(this.#watchTimer);
    this.#prober.close();
  }

  #hear(news: News): void {
    if ('neighbour' in news) {
      const [address, mac] = news.neighbour;
      if (mac === null) this.#table.delete(address);
      else this.#table.set(address, mac);
    }
    if ('table' in news) {
      this.#table = new Map(Object.entries(news.table));
      this.#first.resolve();
    }
    this.#take();
    // A table of its own comes after a gap: routes may have changed in it too.
    if (!('neighbour' in news)) for (const listener of [...this.#routeListeners]) listener();
  }

  #probe(): void {
    clearTimeout(this.#probeTimer);
    if (this.#closed || this.#wanted.length === 0) return;
    this.#prober.probe(this.#wanted);
    const all = this.#wanted.every((address) => this.#known[address] !== undefined);
    this.#probeTimer = setTimeout(() => this.#probe(), all ? refreshMs : retryMs);
  }

  /** Takes over what the table has of the addresses asked for. */
  #take(): void {
    const news = this.#wanted.flatMap((address) => {
      const mac = this.#table.get(address);
      return mac === undefined || mac === this.#known[address] ? [] : [[address, mac] as const];
    });
    for (const address of this.#watched) if (this.#table.has(address)) this.#heard.add(address);
    const silent = this.#watched.filter(
      (address) => this.#heard.has(address) && !this.#table.has(address),
    );
    const isSame =
      silent.length === this.#silent.size && silent.every((each) => this.#silent.has(each));
    if ((news.length === 0 && isSame) || this.#closed) return;
    this.#known = { ...this.#known, ...Object.fromEntries(news) };
    this.#silent = new Set(silent);
    for (const listener of [...this.#neighbourListeners]) listener();
  }
}
