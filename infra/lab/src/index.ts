/** The lab: the networks and machines of a cluster on this machine, with real hosts, real packets and real faults. */
export * from './access.ts';
export * from './capture/capture.ts';
export { describeFrame } from './capture/describe.ts';
export { type Arp, type Frame, type Packet, parseFrame, type Transport } from './capture/frame.ts';
export type { IpHeader } from './capture/ip-header.ts';
export { type PcapRecord, parsePcap } from './capture/pcap.ts';
export { checkTopology, topologyFaults } from './check-topology.ts';
export { codes } from './codes.ts';
export { labDown } from './down.ts';
export {
  enterHost,
  enterLab,
  enterNetwork,
  inLab,
  type LabExecOptions,
  type LabExecResult,
  labExec,
  labHosts,
  labSpawn,
} from './exec.ts';
export * from './fault.ts';
export * from './mac.ts';
export { checkMachine, machineFaults } from './machine.ts';
export * from './model.ts';
export { hostConsole } from './readiness.ts';
export {
  type Bind,
  hostInit,
  labDirectory,
  labInit,
  labsUp,
  readTopology,
  requireInit,
} from './state.ts';
export * from './status.ts';
export * from './topology.ts';
export { type LabUpOptions, labUp } from './up.ts';
