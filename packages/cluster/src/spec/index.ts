/** The cluster file: text → Cluster, every fault at once. */
export * from './defaults.ts';
export type { Provenance } from './effective.ts';
export { fileCodes } from './file-codes.ts';
export * from './format-finding.ts';
export * from './intent-digest-text.ts';
export * from './read-spec.ts';
export { type Schema, specSchema } from './schema.ts';
export * from './yaml-text.ts';
