import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['source'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

/** Tests without root that start real programs, wait for real times, or search large spaces. */
const slow = [
  'packages/cluster/src/conduct.property.test.ts',
  'packages/cluster/src/spec/{hostile,limits,plain-yaml}.test.ts',
  'packages/agent/src/agent-without-feed.test.ts',
  'packages/feed/src/redis/*.test.ts',
  'packages/host/src/install/*.test.ts',
  'packages/l4-tier/src/ipvs/table.test.ts',
  'packages/l4-tier/src/xdp/abi.test.ts',
  'packages/monitor/src/{monitor,redis,conduct}.test.ts',
  'packages/monitor/src/api/api.test.ts',
  'packages/probe/src/scheduler.test.ts',
  'packages/rollout/src/{converge,drain}.test.ts',
  'infra/lab/src/guest/guest.test.ts',
  'test/{bundle,checks,objects,outputs,size}.test.ts',
  'test/scenarios/**/*.test.ts',
];

/** Whole clusters under load, and what is judged by its time. */
const lab = [
  'test/{lab,faults}/**/*.test.ts',
  'test/dataplane/{flood,zero-break}.test.ts',
  'packages/agent/src/links/links.root.test.ts',
  'packages/l7-tier/src/{haproxy,nginx}/traffic.root.test.ts',
];

/**
 * unit: seconds, no root. system: no root either, real programs and long searches. kernel: root, namespaces and small labs of their own, nothing under
 * load. lab: root, one at a time. A file is in exactly one of them. `npm test` runs what is not lab beside it: clusters mostly wait for their own deadlines.
 */
export default defineConfig({
  resolve,
  ssr,
  test: {
    // Programs that tests start load from what Node kept of the last start: half their start-up time (`tricade` does the same).
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'infra/lab/src/**/*.test.ts', 'test/*.test.ts'],
          exclude: [...slow, '**/*.root.test.ts', '**/node_modules/**', '**/dist/**'],
          maxWorkers: 2,
          // One load of the sources a worker, not a file: nothing here changes what another file sees, and half the time is loading.
          isolate: false,
          // Nothing here takes a second on a quiet machine; a busy one is no fault.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: slow,
          exclude: ['**/node_modules/**'],
          maxWorkers: 2,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: [
            'packages/*/src/**/*.root.test.ts',
            'infra/lab/src/**/*.root.test.ts',
            'test/dataplane/**/*.test.ts',
          ],
          exclude: [...lab, '**/node_modules/**'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: lab,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
