import type { CommandRow } from './command-row.ts';

/** What systemd starts on nodes. */
export const daemons: readonly CommandRow[] = [
  {
    name: 'agent',
    text: 'The daemon of every node (started by systemd).',
    options: [{ flags: '--withdraw', text: 'withdraw all announcements and end' }],
    examples: ['', '--withdraw'],
    load: async () => (await import('../commands/agent.ts')).agent,
  },
  {
    name: 'monitor',
    text: 'The monitor daemon (started by systemd).',
    examples: [''],
    load: async () => (await import('../commands/monitor.ts')).monitor,
  },
];
