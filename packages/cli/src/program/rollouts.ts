import { type CommandRow, clusterFile } from './command-row.ts';

/** Commands that install. */
export const rollouts: readonly CommandRow[] = [
  {
    name: 'plan',
    text: 'What would change on which node, the next wave, what waits and why.',
    arguments: [clusterFile],
    options: [
      { flags: '--out <plan>', text: 'write the plan down, for apply to carry out exactly it' },
      { flags: '--detailed-exitcode', text: '0 nothing to do, 1 error, 2 changes' },
      { flags: '--all', text: 'also unchanged nodes' },
    ],
    prints: true,
    begins: 'reading',
    examples: ['cluster.yaml', 'cluster.yaml --out next.plan', 'cluster.yaml --detailed-exitcode'],
    load: async () => (await import('../commands/plan.ts')).planCommand,
  },
  {
    name: 'apply',
    text: 'Roll out: canary, then waves; a failing check changes nothing.',
    arguments: [{ name: '<file>', text: 'cluster file, or a plan that was written down' }],
    options: [
      { flags: '-y, --yes', text: 'do not ask' },
      { flags: '--no-input', text: 'never ask' },
      { flags: '--dry-run', text: 'plan only' },
      {
        flags: '--force',
        text: 'also what takes away more than half of a group (TRI-P018), or a node that carries traffic (TRI-P020)',
      },
      { flags: '--timeout <duration>', text: 'begin no further step after this; default none' },
    ],
    prints: true,
    begins: 'reading',
    examples: ['cluster.yaml', 'cluster.yaml --dry-run', 'next.plan --yes'],
    load: async () => (await import('../commands/apply.ts')).apply,
  },
];
