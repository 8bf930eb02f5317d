/** Monitor → store → nodes, and back: state, acks, observations, leadership, the one change lock. */
export * from './acl.ts';
export * from './codes.ts';
export * from './feed.ts';
export * from './keys.ts';
export * from './leadership.ts';
export { MemoryHub } from './memory-feed.ts';
export { plausibleState } from './plausible.ts';
export * from './protocol.ts';
export { openFeed } from './redis/open-feed.ts';
export { parseState, stringifyState } from './text.ts';
