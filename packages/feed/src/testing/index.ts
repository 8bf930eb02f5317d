/** For tests of whoever uses the feed: the promises of the port, and a real Redis to keep them on. */
export { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts';
export { type UntilOptions, until } from './until.ts';
