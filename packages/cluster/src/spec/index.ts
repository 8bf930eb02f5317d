/** The cluster file: text → Cluster, every fault at once. */
export * from './defaults.ts';
export * from './read-spec.ts';
export { specSchema } from './schema.ts';
