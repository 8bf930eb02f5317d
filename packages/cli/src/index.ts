/** The command line as a library: for tests and the demo. */
export { codes } from './codes.ts';
export { proveServices } from './commands/prove.ts';
export { describe, runAtEdge } from './edge.ts';
export { loadCluster } from './files.ts';
export { MonitorClient } from './monitor-client.ts';
export { offlineGeneration } from './offline.ts';
export { payload } from './payload.ts';
export { program } from './program.ts';
export { referenceFiles } from './reference.ts';
export { tableLines } from './view/table.ts';
export { allCodes, catalog, hostsOf, wantedOf } from './wire.ts';
