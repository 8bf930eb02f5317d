/** The truth about health, its history, its API; the leader conducts. */

export { lockMs } from './api/locks.ts';
export { openApi } from './api/open-api.ts';
export { snapshotJson } from './api/routes.ts';
export { type ApiOptions, serveApi } from './api/server.ts';
export { codes } from './codes.ts';
export { type Changed, Monitor, type MonitorOptions } from './monitor.ts';
export { Verdicts, verdictRules } from './verdicts.ts';
