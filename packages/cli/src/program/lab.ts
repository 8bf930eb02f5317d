import { type ArgumentRow, type CommandRow, clusterFile } from './command-row.ts';

const host: ArgumentRow = { name: '<host>', text: 'node, or client' };

/** Commands of `tricade lab`. */
export const lab: readonly CommandRow[] = [
  {
    name: 'up',
    text: 'Bring the hosts up; they are empty until apply.',
    arguments: [clusterFile],
    options: [
      { flags: '--timeout <duration>', text: 'for all hosts to answer SSH', fallback: '30s' },
      {
        flags: '--cold',
        text: 'without the runtime in the hosts: the first apply carries it over',
      },
    ],
    examples: ['cluster.yaml'],
    load: async () => (await import('../commands/lab.ts')).up,
  },
  {
    name: 'down',
    text: 'Take everything down and leave nothing.',
    arguments: [clusterFile],
    examples: ['cluster.yaml'],
    load: async () => (await import('../commands/lab.ts')).down,
  },
  {
    name: 'status',
    text: 'Which hosts are on, and where.',
    arguments: [clusterFile],
    prints: true,
    examples: ['cluster.yaml'],
    load: async () => (await import('../commands/lab.ts')).labState,
  },
  {
    name: 'exec',
    text: 'Run a command in a host.',
    arguments: [clusterFile, host, { name: '<command...>', text: 'with its own options' }],
    passesOn: true,
    examples: ['cluster.yaml p1 ip -brief address'],
    load: async () => (await import('../commands/lab.ts')).exec,
  },
  {
    name: 'capture',
    text: 'Capture packets at hosts: a pcap each, and one table.',
    arguments: [clusterFile],
    options: [
      { flags: '--host <name...>', text: 'only these hosts' },
      { flags: '--filter <expression>', text: 'pcap filter', fallback: '' },
      { flags: '--seconds <n>', text: 'how long', fallback: '5' },
      { flags: '--write <directory>', text: 'where the pcap files go', fallback: '.' },
    ],
    prints: true,
    examples: ['cluster.yaml --host l4a p1 --filter "tcp port 80"'],
    load: async () => (await import('../commands/lab.ts')).capture,
  },
  {
    name: 'fault',
    text: 'Deal a fault: off, on, cut, join, kill, pause, resume.',
    arguments: [
      clusterFile,
      { name: '<kind>', text: 'which' },
      host,
      { name: '[what]', text: 'network of cut and join, unit of kill' },
    ],
    examples: ['cluster.yaml off l4a', 'cluster.yaml cut p1 edge'],
    load: async () => {
      const { fault } = await import('../commands/lab.ts');
      return (file: string, kind: string, ...rest: [host: string, what: string | undefined]) =>
        fault(file, { kind, host: rest[0], what: rest[1] });
    },
  },
  {
    name: 'prove',
    text: 'One real request per service, captured at every hop and held against trace.',
    arguments: [clusterFile],
    prints: true,
    examples: ['cluster.yaml'],
    load: async () => (await import('../commands/prove.ts')).prove,
  },
];
