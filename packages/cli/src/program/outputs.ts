/**
 * What `-o json` and `-o yaml` print: by command, the keys at the top and what they hold. Version 1: keys are only ever added; `tricade version -o json`
 * names the version. What lies deeper is the model's own, by its types.
 */

/** One value, a list of such values, or a mapping from names to such values. */
export interface OutputShape {
  readonly is: 'object' | 'list' | 'mapping';
  /** A key that is not always there ends with `?`. */
  readonly keys: Readonly<Record<string, string>>;
  /** With these options a stream: one value a line (NDJSON), or one YAML document each. */
  readonly stream?: string;
}

/** Version of all shapes together. */
export const outputVersion = 1;

const finding =
  'findings, each with code, severity, span (file, line, column, length), message, effect, fix';
const why = '`{ word, text, source? }`: machines compare the word';

const plan: OutputShape = {
  is: 'object',
  keys: {
    id: 'short name of the plan',
    generation: '`{ number, digest, ids }`',
    wave: 'steps of the next wave: node, changes (role, path, add, change or remove), drainFirst, why',
    waits: `nodes that are not in it: node, why (${why})`,
    findings: finding,
  },
};

const progress: OutputShape = {
  is: 'object',
  keys: {
    target: 'node or member',
    latched: 'a latch says so',
    closed: 'no new flow can reach it',
    empty: 'it carries nothing: it may be stopped',
    'remaining?': 'flows still there, where somebody counts them',
    waits: `what must happen next (${why})`,
    'conductor?': 'what the conductor waits for: subject, why, etaMs?',
  },
};

/** By command, `lab` ones with their parent's name. */
export const outputs: Readonly<Record<string, OutputShape>> = {
  validate: {
    is: 'object',
    keys: {
      file: 'as given',
      valid: 'true where there is no error',
      errors: 'how many',
      warnings: 'how many',
      findings: finding,
    },
  },
  config: {
    is: 'mapping',
    keys: {
      value: 'in force',
      from: '`default`, or `{ file, line }`',
      'why?': 'of a default',
    },
  },
  render: {
    is: 'list',
    keys: {
      node: 'name',
      generation:
        '`{ number, digest, ids, hashKey }` as a first rollout would number it; the key is zeros',
      bundles:
        'a bundle a role: packages, files (content: text, or secret or blob by reference), sysctls, checks, units, activate, hitless',
    },
  },
  modes: {
    is: 'list',
    keys: {
      kind: '`l4`, `l7` or `listening`',
      name: 'as in the cluster file',
      title: 'in words',
      layer: 'of the OSI model',
      aliases: 'other names',
      presentation: 'what it does',
      connections: 'how many, and between whom',
      pros: 'for',
      cons: 'against',
      usage: 'when',
      needs: 'codes of the rules that it lays on the network',
      drivers: 'that can do it',
      'request?': 'whose addresses a request carries behind the hop',
      'reply?': 'the way of the reply, and whose addresses it carries',
      'seesClientAddress?': 'who answers knows the client by its address',
      'vipOnReal?': 'reals hold the VIP on a loopback',
      'combinesWith?': 'of listening: the modes',
      'packets?': 'of one mode: its packet table',
    },
  },
  trace: {
    is: 'object',
    stream: '--live',
    keys: {
      'service?': 'that the flow is for',
      hops: 'step, direction, from, to (exact, or one of), network, packet (addresses, MACs, outer), why',
      'ends?': `why the flow goes no further, where it does not come back (${why})`,
      'after?':
        'with `--after`: change, groups (moved and broken as least and most, 0 to 1; rowsMoved, of, why), waits, method, flow',
      'director?':
        'of a packet (`--live`), with atMs, sourceAddress, sourcePort, destinationAddress, destinationPort, protocol (number), bytes; then there are no hops',
      'sent?': 'of a packet: row, real, second? (the second candidate)',
      'reason?': 'of a packet: word of why it was not sent as it came',
      'traced?': 'of a packet: reals to which trace sends its flow',
      'tracedEnd?': 'of a packet: why trace sends its flow to none',
      'agrees?': 'of a packet: both are the same',
    },
  },
  explain: {
    is: 'mapping',
    keys: { title: 'of the code', effect: 'on traffic', fix: 'what to do' },
  },
  version: {
    is: 'object',
    keys: {
      tricade: 'version of the program',
      output: 'version of these shapes',
      node: 'version of the runtime',
      platform: 'system and processor',
    },
  },
  plan: {
    ...plan,
    keys: { ...plan.keys, files: 'text files that differ: node, path, before, after' },
  },
  apply: {
    is: 'object',
    keys: {
      ending:
        '`done`, `wave-done`, `incomplete`, `failed`, `refused`, `locked` or `interrupted`; with `--dry-run`, or nothing to do, the plan is printed in its place',
      'why?': why,
      waits: 'nodes left as they are: node, why',
      findings: finding,
      waves: 'how many were executed',
      failed: 'steps that did not end well: node, end',
    },
  },
  status: {
    is: 'object',
    stream: '--watch',
    keys: {
      cluster: 'name',
      generation: 'number',
      revision: 'of the feed',
      epoch: 'of the feed',
      'leader?': 'monitor that leads',
      atMs: 'wall clock, ms since 1970',
      rows: 'node, tier, want, told, seen, load, ageMs, state, why?',
      causes: 'subject, text, sinceMs, hides (the symptoms)',
      notes: 'sentences',
      held: 'groups whose health is ignored',
      lagging: 'nodes',
      'traffic?':
        'services, reals, directors (name, packets, bytes, newFlows?, rate? by second), drops (name, packets, perSecond?), sources (address, service?, reason?, perSecond, events), sampled?, leftOut; of one service where one was named',
      verdict: '`{ word, text, next }`: HEALTHY, DEGRADED, DOWN or UNKNOWN',
    },
  },
  top: {
    is: 'object',
    stream: '-o json',
    keys: {
      cluster: 'name',
      atMs: 'wall clock, ms since 1970',
      traffic: 'as in `status`; all rows, whatever `--most`',
    },
  },
  drain: progress,
  undrain: { is: 'object', keys: { revision: 'of the feed, at which the latch was lifted' } },
  events: {
    is: 'list',
    stream: '--follow',
    keys: {
      id: 'position in the stream',
      atMs: 'wall clock, ms since 1970',
      kind: 'health, latch, table, announce, leader, rollout, node or feed',
      subject: 'what it is about',
      text: 'what happened',
      'cause?': why,
      version: '`{ generation, epoch, revision }`',
    },
  },
  doctor: {
    is: 'list',
    keys: {
      subject: 'machine, or lab',
      state: 'ok, warn or fail',
      fact: 'what is so',
      fix: "what to do; '' where there is nothing",
      'unreachable?': 'true where it could not be asked',
    },
  },
  'lab status': {
    is: 'object',
    keys: {
      name: 'of the cluster',
      phase: 'up, or what is missing',
      hosts: 'host, kind, on, paused, address, legs',
    },
  },
  'lab capture': {
    is: 'object',
    keys: { files: 'pcap files', frames: 'one a packet: atMs, host, network, MACs, packet' },
  },
  'lab prove': {
    is: 'list',
    keys: {
      service: 'name',
      flow: 'as it was sent',
      trace: 'as predicted',
      hops: 'hop, seen, differs',
      unexplained: 'frames of the flow that no hop explains',
      answered: 'the client had an answer',
      holds: 'predicted and captured are the same',
    },
  },
};
