/** For tests: the promises of the driver port, stated once, which every driver runs; snapshots of a small cluster. */
export type { DriverCase, Ground, Removal } from './driver-case.ts';
export { driverContract } from './driver-contract.ts';
export { frontNode, type ShopParts, shopCluster } from './shop-cluster.ts';
export { nowMs, verdict, wellSnapshot, withFeed, withReports } from './snapshots.ts';
