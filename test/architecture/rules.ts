/** The arrows of the house as data; `faults.ts` judges the sources by them. */

/** Packages that a package may import, by short name (`@tricade/` left out). A package that is not listed here is a fault. */
export const packageArrows: Readonly<Record<string, readonly string[]>> = {
  cluster: [],
  'router-config': ['cluster'],
  'l4-tier': ['cluster'],
  'l7-tier': ['cluster'],
  host: ['cluster'],
  probe: ['cluster'],
  feed: ['cluster'],
  agent: ['cluster', 'feed', 'host', 'probe'],
  monitor: ['cluster', 'feed', 'host', 'probe'],
  rollout: ['cluster', 'feed', 'host', 'probe'],
  lab: ['cluster'],
  cli: [
    'cluster',
    'router-config',
    'l4-tier',
    'l7-tier',
    'host',
    'probe',
    'feed',
    'agent',
    'monitor',
    'rollout',
    'lab',
  ],
};

/** The packages of concrete drivers, and the one file that names them: handed to everybody else, loaded when needed. */
export const driverPackages: readonly string[] = ['router-config', 'l4-tier', 'l7-tier'];
export const wiringFile = 'packages/cli/src/wire.ts';

/** The one folder (or file) that imports an outside library. A library that is not listed here is a fault. */
export const libraryFolders: Readonly<Record<string, string>> = {
  'ipaddr.js': 'packages/cluster/src/',
  ajv: 'packages/cluster/src/spec/',
  yaml: 'packages/cluster/src/spec/',
  handlebars: 'packages/cluster/src/template/',
  ssh2: 'packages/host/src/ssh/',
  ioredis: 'packages/feed/src/redis/',
  netlink: 'packages/agent/src/links/',
  express: 'packages/monitor/src/api/',
  bullmq: 'packages/rollout/src/queue/',
  commander: 'packages/cli/src/',
  esbuild: 'infra/packaging/',
};

/** Libraries that tests, and what a package offers to tests (`src/testing/`), may import besides. */
export const testLibraries: readonly string[] = ['vitest', 'fast-check'];

/** What the pure package may take from Node: module → names. Types count too. */
export const purePackage = 'packages/cluster/src/';
export const pureNodeImports: Readonly<Record<string, readonly string[]>> = {
  'node:net': ['isIP'],
};

/** Lines of a file: more than `hard` is a fault; more than `budget` needs an entry below, unless it is a test (its tables grow by rows). */
export const fileLines: { readonly budget: number; readonly hard: number } = {
  budget: 300,
  hard: 500,
};

/** Sources above the budget, each with the reason why it is better whole. An entry that is no longer needed is a fault. */
export const longFiles: Readonly<Record<string, string>> = {};

/**
 * Files of packages that look beside themselves, each with the reason. Hosts get the program as one file: there is no
 * folder beside a module, so data are modules and a child process is the program with another argument.
 */
export const besideItself: Readonly<Record<string, string>> = {
  'packages/cli/src/payload.ts':
    'asks whether it is the one file: then it is itself what hosts get, otherwise packaging builds it',
  'packages/cli/src/examples.ts':
    'examples lie in the checkout; the one file has their texts in it (infra/packaging/program.ts)',
  'packages/cli/src/links-program.ts':
    'what the child process runs lies in the checkout; the one file has its text in it (infra/packaging/program.ts)',
};
