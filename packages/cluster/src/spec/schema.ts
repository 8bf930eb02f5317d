/** The cluster file as a draft-07 JSON Schema, with descriptions and defaults for editors. */

import { schedulers } from '../schedulers.ts';
import { nodes, pool } from './schema-nodes.ts';
import {
  choice,
  duration,
  flag,
  integer,
  keyed,
  mapping,
  percent,
  type Schema,
  text,
} from './schema-parts.ts';
import { service } from './schema-service.ts';
import { patterns } from './units.ts';

export type { Schema } from './schema-parts.ts';

const networks = keyed('Subnets that tiers share, by name.', {
  ...mapping('One network: one IPv4 subnet, one IPv6 subnet, or both.', {
    cidr: {
      description: 'Subnet, or a list of one IPv4 and one IPv6 subnet.',
      expects: 'a subnet such as 192.0.2.0/24, or a list of one IPv4 and one IPv6 subnet',
      type: ['string', 'array'],
      items: { type: 'string', expects: 'a subnet such as 192.0.2.0/24' },
      minItems: 1,
      maxItems: 2,
    },
    mtu: integer('Largest packet in bytes.', { minimum: 576, maximum: 65_535 }, 'networks.*.mtu'),
  }),
  required: ['cidr'],
});

const ecmp = mapping('How routers spread flows over directors.', {
  hash: choice('l3: addresses; l4: addresses and ports.', ['l3', 'l4'], 'routers.ecmp.hash'),
  maxPaths: integer(
    'Next hops per VIP at most.',
    { minimum: 1, maximum: 1024 },
    'routers.ecmp.maxPaths',
  ),
  resilient: flag('Keep flows on their next hop when others come or go.', 'routers.ecmp.resilient'),
});

const routers = mapping('First tier: routers spread flows over directors by ECMP.', {
  driver: choice(
    'Program that runs on the routers.',
    ['bird', 'frr', 'linux', 'eos', 'junos', 'nxos', 'iosxr', 'template'],
    'routers.driver',
  ),
  asn: integer('AS number of the routers.', { minimum: 1, maximum: 4_294_967_294 }, 'routers.asn'),
  ecmp,
  nodes: nodes('The routers.'),
});

const l4 = mapping('Second tier: directors spread packets over proxies or servers.', {
  driver: choice('Data plane of the directors.', ['xdp', 'nft', 'ipvs'], 'l4.driver'),
  asn: integer('AS number of the directors.', { minimum: 1, maximum: 4_294_967_294 }, 'l4.asn'),
  scheduler: choice(
    'How the kernels of ipvs directors pick a real: Maglev hash, weighted round robin, weighted least connections, source hash.',
    schedulers,
    'l4.scheduler',
  ),
  trackedFlows: integer(
    'Flows that there is room for: on directors (nft, xdp) in dnat and full-nat, and in the kernels of what stands behind dnat.',
    { minimum: 65_536, maximum: 100_000_000 },
    'l4.trackedFlows',
  ),
  deny: {
    description:
      'Sources whose packets to any VIP are dropped: an address, a prefix, or a list of them.',
    expects: 'an address, a prefix such as 192.0.2.0/24, or a list of them',
    type: ['string', 'array'],
    items: { type: 'string', expects: 'an address or a prefix such as 192.0.2.0/24' },
    minItems: 1,
  },
  limit: {
    ...mapping('New flows that one source may open: an IPv4 address, or an IPv6 /64.', {
      newFlows: {
        ...text('TCP connections begun in a second or a minute.'),
        pattern: patterns.rate,
        expects: 'a rate such as 100/s or 30/m',
      },
      burst: integer('Of them at once.', { minimum: 1, maximum: 1_000_000 }, 'l4.limit.burst'),
    }),
    required: ['newFlows'],
  },
  sample: integer(
    'One packet in so many of each service and each reason to drop is told of, with who sent it (status, top); rounded up to a power of two, xdp takes 4096 where nothing is said. 0: none.',
    { minimum: 0, maximum: 16_777_216 },
  ),
  tunnel: mapping('How tunnels of directors look.', {
    encapsulation: choice(
      'ipip: IP in IP; gue: IP in GUE in UDP; vxlan: whole frames in UDP.',
      ['ipip', 'gue', 'vxlan'],
      'l4.tunnel.encapsulation',
    ),
    sources: {
      ...text(
        'IPv4 prefix: each flow has one of its addresses as the outer source, so that receivers spread flows over queues.',
      ),
      expects: 'an IPv4 prefix such as 198.51.100.192/26',
    },
    accept: {
      ...text('IPv4 prefix that receivers take besides: the sources of before, while they change.'),
      expects: 'an IPv4 prefix such as 198.51.100.192/26',
    },
  }),
  announce: mapping('How others learn which directors carry a VIP.', {
    via: choice(
      'bgp: sessions with the routers; static: routes on the routers; vrrp: one director at a time; arp: no routers, one director at a time answers for the VIPs.',
      ['bgp', 'static', 'vrrp', 'arp'],
      'l4.announce.via',
    ),
    bfd: {
      ...text('Transmit interval and multiplier (RFC 5880), or off.', 'l4.announce.bfd'),
      expects: 'an interval and a multiplier such as `50ms x 3`, or off',
      pattern: patterns.bfd,
    },
    holdTime: duration('BGP hold time (RFC 4271), 3s or more.', 'l4.announce.holdTime'),
  }),
  nodes: nodes('The directors.'),
});

const timeouts = mapping('How long proxies wait.', {
  connect: duration('For a server to take a connection.', 'l7.timeouts.connect'),
  queue: duration('For a server to have room.', 'l7.timeouts.queue'),
  request: duration('For a whole request head.', 'l7.timeouts.request'),
  keepAlive: duration('For the next request on a connection.', 'l7.timeouts.keepAlive'),
  client: duration('For a client to send or take something.', 'l7.timeouts.client'),
  server: duration('For a server to answer or send something.', 'l7.timeouts.server'),
  tunnel: duration(
    'For either side, where bytes pass as they come: TCP services, WebSocket.',
    'l7.timeouts.tunnel',
  ),
  close: duration(
    'For the other half of a connection that one side has ended.',
    'l7.timeouts.close',
  ),
});

const l7 = mapping('Third tier: proxies spread requests over servers.', {
  driver: choice('Program that runs on the proxies.', ['haproxy', 'nginx'], 'l7.driver'),
  maxConnections: integer(
    'Client connections that a proxy takes at most; two descriptors each.',
    { minimum: 100, maximum: 1_000_000 },
    'l7.maxConnections',
  ),
  timeouts,
  nodes: nodes('The proxies.'),
});

const check = mapping('Check of routers, directors and proxies.', {
  every: duration('Between two attempts.', 'monitor.check.every'),
  fastEvery: duration('The same while unknown or in transition.', 'monitor.check.fastEvery'),
  downEvery: duration('The same while down.', 'monitor.check.downEvery'),
  timeout: duration('Until an attempt has failed.', 'monitor.check.timeout'),
  rise: integer(
    'Successes in a row that mark up.',
    { minimum: 1, maximum: 100 },
    'monitor.check.rise',
  ),
  fall: integer(
    'Failures in a row that mark down.',
    { minimum: 1, maximum: 100 },
    'monitor.check.fall',
  ),
});

const monitor = mapping('Who watches, and what counts as down.', {
  nodes: nodes('The monitors.'),
  agree: integer('Vantage points that must agree.', { minimum: 1, maximum: 1000 }, 'monitor.agree'),
  floor: percent('Share of a group below which health is ignored for it.', 'monitor.floor'),
  check,
});

const secret = (description: string): Schema => ({
  description,
  type: 'string',
  minLength: 1,
  expects: 'a reference such as file:key.pem or env:NAME',
});

const state = mapping('Where the live state is kept.', {
  redis: {
    description:
      'managed: a redis-server on the first monitor; or a URL (single, Sentinel, Cluster; TLS).',
    expects: 'managed, a URL such as rediss://192.0.2.1:6379, or { url, password }',
    type: ['string', 'object'],
    default: 'managed',
    properties: {
      url: { ...text('URL without a password.') },
      password: secret('Its password, as a reference.'),
    },
    required: ['url'],
    additionalProperties: false,
  },
});

const ssh = mapping('How Tricade logs in to nodes.', {
  user: {
    ...text('Login name.', 'ssh.user'),
    pattern: '^[a-z_][a-z0-9_-]{0,31}$',
    expects: 'a login name',
  },
  key: { ...secret('Private key, as a reference.'), default: 'file:~/.ssh/id_ed25519' },
  knownHosts: {
    ...text('File of known host keys; others are refused.', 'ssh.knownHosts'),
    pattern: '^[^-\\s"\'\\\\][^"\'\\\\]*$',
    expects: 'the path of a file, without quotes',
  },
});

const rollout = mapping('How changes reach the nodes.', {
  canary: integer('Nodes that are changed first.', { minimum: 0, maximum: 1000 }, 'rollout.canary'),
  maxUnavailable: integer(
    'Nodes of a tier that may be out of service at once.',
    { minimum: 1, maximum: 1000 },
    'rollout.maxUnavailable',
  ),
  drain: duration('Time for old flows to end.', 'rollout.drain'),
  gates: mapping('What is to stop a rollout; not judged yet.', {
    errorRate: percent('Share of failed requests.', 'rollout.gates.errorRate'),
    wait: duration('How long a wave is watched.', 'rollout.gates.wait'),
  }),
});

/** Draft-07 schema of the cluster file (`tricade schema`). `expects` is Tricade's own annotation: what a value must look like, in words. */
export const specSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Tricade cluster file',
  ...mapping('A load-balancing cluster of three tiers.', {
    version: { description: 'Version of this format.', const: 1, expects: '1' },
    cluster: {
      ...text('Name of the cluster.'),
      pattern: patterns.name,
      expects: 'a name: a small letter, then at most 31 small letters, digits or hyphens',
    },
    networks,
    routers,
    l4,
    l7,
    pools: keyed('Groups of servers that answer alike.', pool),
    services: keyed('What clients ask for.', service),
    monitor,
    state,
    ssh,
    rollout,
  }),
  required: ['version', 'cluster', 'networks', 'l4', 'services', 'monitor'],
};
