/** The operator's side: what is so, the next wave, and its execution. */
export { codes } from './codes.ts';
export * from './converge.ts';
export * from './events.ts';
export * from './execute.ts';
export * from './generation.ts';
export * from './journal.ts';
export { type HostOf, observe } from './observe.ts';
export * from './plan-file.ts';
export * from './secrets.ts';
