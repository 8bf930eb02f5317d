/** For tests of whoever uses the feed: the promises of the port, samples, and a real Redis to keep them on. */
export type { StoreUnderTest } from './bench.ts';
export { feedContract } from './feed-contract.ts';
export { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts';
export * from './samples.ts';
export { type UntilOptions, until } from './until.ts';
