/** Probes: one attempt at a target per file, and when to make it. */
export { type Attempt, type Endpoint, failed, timedOut } from './attempt.ts';
export { type HttpProbe, judgeStatus, probeHttp } from './http.ts';
export { type Pace, type ProbeTarget, Scheduler, type SchedulerOptions } from './scheduler.ts';
export { probeTargets } from './targets.ts';
export { probeTcp } from './tcp.ts';
export { codes } from './codes.ts';
