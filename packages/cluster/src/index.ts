/** The model and every decision. Pure: no clock, no randomness, no input or output. */
export * from './check.ts';
export { type CheckedPlan, checkPlan } from './check-plan.ts';
export {
  type JudgedSteps,
  judgeSteps,
  type RefusedStep,
  refusedWait,
  refusedWord,
  type StepGround,
} from './check-steps.ts';
export * from './codes.ts';
export * from './conduct.ts';
export * from './device-key.ts';
export * from './drain.ts';
export * from './driver.ts';
export * from './error.ts';
export * from './foresee.ts';
export * from './hash.ts';
export * from './health/floor.ts';
export * from './health/verdict.ts';
export * from './ip.ts';
export * from './lifecycle.ts';
export * from './live.ts';
export * from './model/flow.ts';
export * from './model/intent.ts';
export * from './model/live.ts';
export * from './model/plan.ts';
export * from './model/role.ts';
export * from './model/seen.ts';
export * from './model/traffic.ts';
export * from './modes.ts';
export * from './plan.ts';
export * from './rates.ts';
export * from './reason.ts';
export * from './roles.ts';
export * from './schedulers.ts';
export { nearest } from './spec/did-you-mean.ts';
export * from './spec/intent-digest-text.ts';
export { dropsText } from './status/drops.ts';
export type { SourceRow } from './status/sources.ts';
export * from './status/traffic.ts';
export * from './status.ts';
export * from './table.ts';
export * from './topology.ts';
export { type Agreement, agreementOf } from './trace/agree.ts';
export { directorHash } from './trace/choose.ts';
export type { DirectorTraits, Taken, TraceClient, TraceInput } from './trace/input.ts';
export { type Trace, trace } from './trace/trace.ts';
