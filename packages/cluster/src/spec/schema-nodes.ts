/** Schema of nodes, their legs, pools and servers. */
import { choice, duration, flag, integer, keyed, type Schema, text } from './schema-parts.ts';
import { patterns } from './units.ts';

const device = {
  description: 'Interface on the machine; default: the name of the network.',
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$',
  expects: 'an interface name of at most 15 letters, digits, dots, hyphens',
};

const address = {
  description: 'Address, or a list of one IPv4 and one IPv6 address.',
  expects: 'an address, or a list of one IPv4 and one IPv6 address',
  type: ['string', 'array'],
  items: { type: 'string', expects: 'an address' },
  minItems: 1,
  maxItems: 2,
};

const leg = {
  description:
    'Address in this network, a list of one IPv4 and one IPv6 address, or both with a device.',
  expects: 'an address, a list of one IPv4 and one IPv6 address, or { address, device }',
  type: ['string', 'array', 'object'],
  items: address.items,
  minItems: 1,
  maxItems: 2,
  properties: { address, device },
  required: ['address'],
  additionalProperties: false,
};

const management = {
  description: 'Where SSH goes: an address, or with port and jump host.',
  expects: 'an address, or { address, port, jump }',
  type: ['string', 'object'],
  properties: {
    address: { ...text('Address.'), expects: 'an address' },
    port: integer('Port of SSH.', { minimum: 1, maximum: 65_535 }, '*.nodes.*.management.port'),
    jump: {
      ...text('Jump host: [user@]host[:port].'),
      expects: 'a jump host such as admin@192.0.2.9:22',
      pattern:
        '^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$',
    },
  },
  additionalProperties: false,
};

/** Nodes of a tier: the address of each in each network it stands in. */
export function nodes(description: string): Schema {
  return keyed(description, {
    description: 'Network → address; `management` where SSH goes elsewhere.',
    type: 'object',
    properties: { management },
    additionalProperties: leg,
    minProperties: 1,
    expects: 'a mapping from networks to addresses',
  });
}

const server = {
  description: 'address, address:port, or both with settings.',
  expects:
    'an address, address:port (IPv6: "[address]:port"), or { address, port, weight, managed }',
  type: ['string', 'object'],
  minLength: 1,
  properties: {
    address,
    port: integer('Port it listens on.', { minimum: 1, maximum: 65_535 }),
    weight: integer(
      'Share of new flows; 0: none.',
      { minimum: 0, maximum: 256 },
      'pools.*.servers.*.weight',
    ),
    managed: flag(
      'Tricade sets up VIPs, return routes and tunnels on it over SSH.',
      'pools.*.servers.*.managed',
    ),
    device,
    management,
  },
  required: ['address'],
  additionalProperties: false,
};

const status = {
  description: 'Good answers: a status, a range, or a list of them.',
  expects: 'a status such as 200, a range such as 200-399, or a list of them',
  type: ['integer', 'string', 'array'],
  minimum: 100,
  maximum: 599,
  pattern: patterns.status,
  minItems: 1,
  items: {
    type: ['integer', 'string'],
    minimum: 100,
    maximum: 599,
    pattern: patterns.status,
    expects: 'a status such as 200 or a range such as 200-399',
  },
  default: '200-399',
};

const checkProperties = {
  tcp: { description: 'A connection is enough.', type: 'boolean', enum: [true], expects: 'true' },
  http: {
    ...text('Path asked for.'),
    pattern: '^/[A-Za-z0-9._~&+,=:@%/?-]{0,1023}$',
    expects: 'a path such as /healthz',
  },
  dns: {
    ...text('Name asked for.'),
    pattern: '^[A-Za-z0-9_.-]{1,253}$',
    expects: 'a name such as example.net',
  },
  host: {
    ...text('Host header.'),
    pattern: '^[A-Za-z0-9_.:[\\]-]{1,253}$',
    expects: 'a host name',
  },
  status,
  port: integer('Port that is checked.', { minimum: 1, maximum: 65_535 }),
  every: duration('Between two attempts.', 'pools.*.check.every'),
  fastEvery: duration('The same while unknown or in transition.', 'pools.*.check.fastEvery'),
  downEvery: duration('The same while down.', 'pools.*.check.downEvery'),
  timeout: duration('Until an attempt has failed.', 'pools.*.check.timeout'),
  rise: integer(
    'Successes in a row that mark up.',
    { minimum: 1, maximum: 100 },
    'pools.*.check.rise',
  ),
  fall: integer(
    'Failures in a row that mark down.',
    { minimum: 1, maximum: 100 },
    'pools.*.check.fall',
  ),
};

/** A pool: its servers and how they are checked. */
export const pool: Schema = {
  description: 'A group of servers that answer alike.',
  expects: 'a mapping with servers, check, balance, port',
  type: 'object',
  properties: {
    servers: keyed('The servers.', server),
    check: {
      description:
        'How a server is proved good: http, dns or tcp with their settings; tcp; or none.',
      expects: 'none, tcp, or a mapping such as { http: /healthz, every: 2s }',
      type: ['string', 'object'],
      pattern: '^(none|tcp)$',
      properties: checkProperties,
      additionalProperties: false,
    },
    balance: choice(
      'How a proxy picks a server.',
      ['roundrobin', 'leastconn', 'source', 'random'],
      'pools.*.balance',
    ),
    port: integer('Port of servers that name none.', { minimum: 1, maximum: 65_535 }),
  },
  required: ['servers'],
  additionalProperties: false,
};
