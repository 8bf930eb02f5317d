/** The model and every decision. Pure: no clock, no randomness, no input or output. */
export * from './driver.ts';
export * from './error.ts';
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
export * from './plan.ts';
export * from './reason.ts';
export * from './roles.ts';
