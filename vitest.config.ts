import { defineConfig } from 'vitest/config';

const conditions = ['source'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

/** unit: seconds, no root. lab: real hosts in network namespaces, root, one at a time. */
export default defineConfig({
  resolve,
  ssr,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'infra/lab/src/**/*.test.ts', 'test/*.test.ts', 'test/scenarios/**/*.test.ts'],
          exclude: ['**/*.root.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['packages/*/src/**/*.root.test.ts', 'infra/lab/src/**/*.root.test.ts', 'test/{lab,faults,dataplane}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
