/** For tests: the promises of the driver port, stated once; every driver runs them. */
export type { DriverCase, Ground, Removal } from './driver-case.ts';
export { driverContract } from './driver-contract.ts';
