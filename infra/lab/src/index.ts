/** The lab: the networks and machines of a cluster on this machine, with real hosts, real packets and real faults. */
export * from './access.ts';
export { codes } from './codes.ts';
export * from './exec.ts';
export * from './fault.ts';
export * from './mac.ts';
export * from './model.ts';
export { hostInit, labDirectory, labInit, labsUp, readTopology, requireInit } from './state.ts';
export * from './topology.ts';
export { hostConsole, type LabUpOptions, labDown, labStatus, labUp } from './up.ts';
