import { type CommandRow, clusterFile } from './command-row.ts';

/** Commands that install. */
export const rollouts: readonly CommandRow[] = [
  {
    name: 'plan',
    text: 'What would change on which node, the next wave, what waits and why.',
    arguments: [clusterFile],
    options: [
      { flags: '--detailed-exitcode', text: '0 nothing to do, 1 error, 2 changes' },
      { flags: '--all', text: 'also unchanged nodes' },
    ],
    prints: true,
    examples: ['cluster.yaml'],
    load: async () => (await import('../commands/plan.ts')).planCommand,
  },
  {
    name: 'apply',
    text: 'Roll out: canary, then waves; a failing check changes nothing.',
    arguments: [clusterFile],
    options: [
      { flags: '-y, --yes', text: 'do not ask' },
      { flags: '--no-input', text: 'never ask' },
      { flags: '--dry-run', text: 'plan only' },
      {
        flags: '--timeout <duration>',
        text: 'for waiting on drains and daemons',
        fallback: '10m',
      },
    ],
    prints: true,
    examples: ['cluster.yaml', 'cluster.yaml --yes'],
    load: async () => (await import('../commands/apply.ts')).apply,
  },
];
