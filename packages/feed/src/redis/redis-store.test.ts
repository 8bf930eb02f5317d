import { feedContract } from '../testing/feed-contract.ts';
import { startRedis } from '../testing/redis-server.ts';
import { RedisStore } from './redis-store.ts';

feedContract(async () => {
  const server = await startRedis();
  return {
    open: () => new RedisStore('shop', { url: server.url }),
    flush: async () => void (await server.command('FLUSHALL')),
    crash: () => server.kill(),
    restart: () => server.restart(),
    close: () => server.close(),
  };
});
