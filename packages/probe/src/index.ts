/** Probes: one attempt at a target per file, and when to make it. */
export { type Attempt, type Endpoint, failed } from './attempt.ts';
export { codes } from './codes.ts';
export { type DnsProbe, probeDns } from './dns.ts';
export { type HttpProbe, probeHttp } from './http.ts';
export {
  type Counters,
  type Pace,
  type ProbeTarget,
  Scheduler,
  type SchedulerOptions,
} from './scheduler.ts';
export { probeTargets } from './targets.ts';
export { probeTcp } from './tcp.ts';
