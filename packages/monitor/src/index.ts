/** The truth about health, its API; the leader conducts. */

export { lockMs } from './api/locks.ts';
export { type OpenApi, openApi } from './api/open-api.ts';
export { type ApiOptions, serveApi } from './api/server.ts';
export { snapshotJson } from './api/views.ts';
export { codes } from './codes.ts';
export { Monitor } from './monitor.ts';
export type { Changed, MonitorOptions } from './options.ts';
export { Verdicts, verdictRules } from './verdicts.ts';
