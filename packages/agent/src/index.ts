/** The daemon of a node: feed → drivers → ack. Drivers are handed to it. */
export { Agent, type AgentOptions } from './agent.ts';
export { codes } from './codes.ts';
export { lastGoodPath } from './last-good.ts';
export { type Links, openLinks } from './links/links.ts';
export { feedAccess, type NodeFiles, readNodeFiles } from './node-files.ts';
export { type Notifier, type NotifierOptions, systemdNotifier } from './notify.ts';
export { type ServeOptions, serveAgent } from './serve.ts';
export type { AgentDrivers, AnyDriver } from './steering.ts';
export { withdraw } from './withdraw.ts';
