/** A store whose messages of changes may be lost on their way to one reader. Everything else is the store's own. */
import type { Store } from '../store.ts';

export function lossyStore(store: Store, isLost: (text: string) => boolean): Store {
  const lossy: Store = Object.create(store, {
    onChange: {
      value: (listener: (text: string) => void) =>
        store.onChange((text) => void (isLost(text) || listener(text))),
    },
    connected: { get: () => store.connected },
  });
  // Private fields live on the store itself, so every call must reach it.
  return new Proxy(lossy, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name);
      const value: unknown = Reflect.get(store, name, store);
      return typeof value === 'function' ? value.bind(store) : value;
    },
  });
}
