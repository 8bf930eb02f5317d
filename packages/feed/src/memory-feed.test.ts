import { MemoryHub } from './memory-feed.ts';
import { feedContract } from './testing/feed-contract.ts';

feedContract(() => {
  const hub = new MemoryHub();
  return Promise.resolve({
    open: () => hub.store(),
    flush: async () => hub.flush(),
    crash: async () => hub.setUp(false),
    restart: async () => {
      hub.flush();
      hub.setUp(true);
    },
    close: async () => hub.flush(),
  });
});
