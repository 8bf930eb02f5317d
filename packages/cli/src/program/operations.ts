import { type ArgumentRow, type CommandRow, clusterFile } from './command-row.ts';

const target: ArgumentRow = { name: '<target>', text: 'node, or member like web/w1' };

/** Commands for a cluster that runs. */
export const operations: readonly CommandRow[] = [
  {
    name: 'status',
    text: 'Tiers, members and services: want, told, seen, age; causes; the verdict. With a service: its traffic.',
    arguments: [clusterFile, { name: '[service]', text: 'what the directors count of this one' }],
    options: [
      { flags: '-w, --watch', text: 'again every second' },
      { flags: '--wait <state>', text: 'wait until it is so', choices: ['healthy'] },
      { flags: '--timeout <duration>', text: 'for --wait', fallback: '60s' },
    ],
    prints: true,
    examples: [
      'cluster.yaml',
      'cluster.yaml -o wide',
      'cluster.yaml shop --watch',
      'cluster.yaml --wait healthy --timeout 2m',
    ],
    load: async () => (await import('../commands/status.ts')).statusCommand,
  },
  {
    name: 'top',
    text: 'Live traffic: services, reals, directors, drops and top sources, again and again.',
    arguments: [clusterFile, { name: '[service]', text: 'of this one alone' }],
    options: [
      { flags: '--every <duration>', text: 'how often; agents sample every 2 s', fallback: '2s' },
      { flags: '--most <n>', text: 'rows of each table', fallback: '10' },
      { flags: '--rounds <n>', text: 'end after so many; default: when interrupted' },
    ],
    prints: true,
    examples: ['cluster.yaml', 'cluster.yaml shop', 'cluster.yaml --rounds 1 -o json'],
    load: async () => (await import('../commands/top.ts')).top,
  },
  {
    name: 'drain',
    text: 'Take a node or member out without breaking a flow; says what it waits for.',
    arguments: [clusterFile, target],
    options: [
      { flags: '--why <text>', text: 'reason, shown everywhere', fallback: 'no reason given' },
      { flags: '--until <duration>', text: 'lift it by itself after this' },
      { flags: '--maintenance', text: 'also expect it to be down' },
      { flags: '--force', text: 'now, although connections break; also the last one' },
      { flags: '--no-wait', text: 'do not wait until it is empty' },
      { flags: '--timeout <duration>', text: 'stop waiting after', fallback: '5m' },
    ],
    prints: true,
    examples: ['cluster.yaml p1 --why "kernel update"', 'cluster.yaml web/w1 --until 1h'],
    load: async () => (await import('../commands/drain.ts')).drain,
  },
  {
    name: 'undrain',
    text: 'Put a node or member back into service.',
    arguments: [clusterFile, target],
    prints: true,
    examples: ['cluster.yaml p1'],
    load: async () => (await import('../commands/drain.ts')).undrain,
  },
  {
    name: 'events',
    text: 'What happened and why.',
    arguments: [clusterFile],
    options: [
      { flags: '-f, --follow', text: 'go on' },
      { flags: '-n, --count <n>', text: 'how many', fallback: '50' },
    ],
    prints: true,
    examples: ['cluster.yaml --count 10', 'cluster.yaml --follow -o json'],
    load: async () => (await import('../commands/events.ts')).events,
  },
  {
    name: 'doctor',
    text: 'Is this machine ready for a lab; with a file, are its hosts ready.',
    arguments: [{ name: '[file]', text: 'cluster file' }],
    prints: true,
    examples: ['', 'cluster.yaml'],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
];
