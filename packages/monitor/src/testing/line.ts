/** A client's line to a feed in memory, which can be cut: the client is then as good as dead, or on the wrong side of a partition. */
import type { Feed, MemoryHub } from '@tricade/feed';

export interface Line {
  readonly feed: Feed;
  /** Nothing passes any more, in either direction. */
  cut(): void;
  mend(): void;
}

type Heard = 'changes' | 'reports' | 'appended';
type Listener = (...told: unknown[]) => void;

/** A new client of `hub` over a line of its own. */
export function line(hub: MemoryHub, cluster: string): Line {
  let up = true;
  const connections = new Set<(connected: boolean) => void>();
  const heard = (name: Heard) => ({
    add: (listener: Listener) =>
      hub[name].add((...told: unknown[]) => void (up && listener(...told))),
    call: (...told: unknown[]) => (hub[name].call as Listener)(...told),
  });
  const own: Readonly<Record<string, unknown>> = {
    changes: heard('changes'),
    reports: heard('reports'),
    appended: heard('appended'),
    connection: {
      add: (listener: (connected: boolean) => void) => {
        connections.add(listener);
        return () => connections.delete(listener);
      },
    },
  };
  const ownHub = new Proxy(hub, {
    get(target, name, receiver) {
      if (name === 'up') return up;
      if (typeof name === 'string' && name in own) return own[name];
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'nextId' || name === 'nowMs') return (value as () => unknown).bind(target);
      return typeof value === 'function' ? value.bind(receiver) : value;
    },
  });
  const set = (to: boolean): void => {
    up = to;
    for (const listener of connections) listener(to);
  };
  return { feed: ownHub.open(cluster), cut: () => set(false), mend: () => set(true) };
}
