/** A machine, and what is installed on it. */
export { codes } from './codes.ts';
export * from './digest.ts';
export * from './facts.ts';
export * from './install/install.ts';
export * from './install/survey.ts';
export * from './local-host.ts';
export * from './memory-host.ts';
export * from './roles/base.ts';
export { generationPath, nodeConfigPath, programPath, runtimePath } from './roles/installed.ts';
export * from './roles/monitor.ts';
export * from './roles/redis.ts';
export type { HostKey } from './ssh/known-hosts.ts';
export type { SshTarget } from './ssh/session.ts';
export { sshHost } from './ssh/ssh-host.ts';
