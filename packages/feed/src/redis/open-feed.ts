import type { Name } from '@tricade/cluster';
import type { Feed, FeedAccess } from '../feed.ts';
import { StoreFeed } from '../store-feed.ts';
import { RedisStore } from './redis-store.ts';

/**
 * Opens the feed of `cluster`. Does not wait for Redis: a node boots without it. Throws TRI-F101 for an address that is none, TRI-F103
 * for a cluster name that is none.
 */
export function openFeed(cluster: Name, access: FeedAccess): Promise<Feed> {
  return Promise.resolve().then(() => new StoreFeed(cluster, new RedisStore(cluster, access)));
}
