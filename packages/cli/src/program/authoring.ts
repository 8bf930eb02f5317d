import { type CommandRow, clusterFile } from './command-row.ts';

/** Commands that need a file at most, and no cluster. */
export const authoring: readonly CommandRow[] = [
  {
    name: 'init',
    text: 'Write a commented cluster file.',
    arguments: [{ name: '[file]', text: 'where to', fallback: 'cluster.yaml' }],
    options: [
      { flags: '--example <name>', text: 'shop, dns, or a mode', fallback: 'shop' },
      { flags: '--force', text: 'replace the file' },
    ],
    examples: ['', '--example dns dns.yaml'],
    load: async () => (await import('../commands/init.ts')).init,
  },
  {
    name: 'validate',
    text: 'Judge a cluster file: every fault at once.',
    arguments: [clusterFile],
    prints: true,
    examples: ['cluster.yaml', 'cluster.yaml -o json'],
    load: async () => (await import('../commands/validate.ts')).validate,
  },
  {
    name: 'config',
    text: 'Show every value in force, and which line or default set it.',
    arguments: [clusterFile],
    options: [
      { flags: '--effective', text: 'with defaults filled in (always)' },
      { flags: '--why <key>', text: 'only this key' },
    ],
    prints: true,
    examples: ['cluster.yaml', 'cluster.yaml --why pools.web.check.every'],
    load: async () => (await import('../commands/config.ts')).config,
  },
  {
    name: 'render',
    text: 'Print the artifacts of a node, exactly as they would be installed.',
    arguments: [clusterFile, { name: '[node]', text: 'one node; default all' }],
    prints: true,
    examples: ['cluster.yaml p1'],
    load: async () => (await import('../commands/render.ts')).render,
  },
  {
    name: 'modes',
    text: 'The seven modes: flow, packet table, pros, cons, needs.',
    arguments: [{ name: '[mode]', text: 'one mode, by any of its names' }],
    prints: true,
    examples: ['', 'dsr'],
    load: async () => (await import('../commands/modes.ts')).modes,
  },
  {
    name: 'trace',
    text: 'Where a flow goes, hop by hop, and why.',
    arguments: [clusterFile],
    options: [
      { flags: '--from <ip:port>', text: 'the client' },
      { flags: '--to <vip:port>', text: 'the service', required: true },
      { flags: '--udp', text: 'UDP instead of TCP' },
      { flags: '--offline', text: 'from the file alone' },
      {
        flags: '--live',
        text: 'packets that xdp directors sample, where each was sent, and whether that is what trace says; --from and --to may leave out the port or be prefixes; with both ports every packet of that flow',
      },
      { flags: '--count <n>', text: 'of --live: end after so many packets' },
      {
        flags: '--after <change>',
        text: 'also what a change would move and break: drain, undrain, off (it dies) or on, and a node or member',
      },
    ],
    prints: true,
    examples: [
      'cluster.yaml --from 192.0.2.200:40000 --to 203.0.113.10:80',
      'cluster.yaml --from 192.0.2.200:40000 --to 203.0.113.10:80 --after "drain p1"',
      'cluster.yaml --from 192.0.2.200:40000 --to 203.0.113.10:80 --after "off l4a" --offline',
      'cluster.yaml --live --to 203.0.113.10:80 --from 192.0.2.0/24',
    ],
    load: async () => (await import('../commands/trace.ts')).traceFlow,
  },
  {
    name: 'schema',
    text: 'Print the JSON Schema of the cluster file (draft-07), for editors.',
    examples: ['> cluster.schema.json'],
    load: async () => (await import('../commands/schema.ts')).schema,
  },
  {
    name: 'explain',
    text: 'What a code means and what to do; offline.',
    arguments: [{ name: '[code]', text: 'e.g. TRI-C012; default all' }],
    prints: true,
    examples: ['TRI-T004', ''],
    load: async () => (await import('../commands/explain.ts')).explain,
  },
  {
    name: 'completion',
    text: 'Print a completion script.',
    arguments: [{ name: '<shell>', text: 'bash, zsh or fish' }],
    examples: [
      'bash > /etc/bash_completion.d/tricade',
      'zsh > ~/.zfunc/_tricade',
      'fish > ~/.config/fish/completions/tricade.fish',
    ],
    load: async () => (await import('../commands/completion.ts')).completion,
  },
  {
    name: 'version',
    text: 'Print the version of the program and its runtime.',
    prints: true,
    examples: [''],
    load: async () => (await import('../commands/version.ts')).version,
  },
];
