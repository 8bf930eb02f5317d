/** A store of which something is lost on the way. Everything else is the store's own. */
import type { Store } from '../store.ts';

/** Messages of changes for which `isLost` holds do not reach this client. */
export function lossyStore(store: Store, isLost: (text: string) => boolean): Store {
  return overridden(store, {
    onChange: (listener) => store.onChange((text) => void (isLost(text) || listener(text))),
  });
}

/** `before` runs ahead of a write, `after` behind it; each may throw: the write did not get there, or its answer did not come back. */
export function brittleStore(store: Store, before: () => void, after: () => void): Store {
  return overridden(store, {
    write: async (options) => {
      before();
      const answer = await store.write(options);
      after();
      return answer;
    },
  });
}

/** Private fields live on the store itself, so every other call must reach it. */
function overridden(store: Store, own: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
