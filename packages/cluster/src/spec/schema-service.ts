/** Schema of services. */

import { schedulers } from '../schedulers.ts';
import { choice, flag, mapping, type Schema, text } from './schema-parts.ts';
import { patterns } from './units.ts';

const vip = {
  description:
    'Service address, or a list of one IPv4 and one IPv6 address; prefixes with `listen: transparent`.',
  expects: 'an address, or a list of one IPv4 and one IPv6 address',
  type: ['string', 'array'],
  items: { type: 'string', expects: 'an address' },
  minItems: 1,
  maxItems: 2,
};

const port = {
  expects: 'a port (1–65535) such as 80, 53/udp, all/tcp or all',
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 65_535,
  pattern: patterns.port,
};

const ports = {
  description: 'One port or a list: 80, 443/tcp, 53/udp, all/udp; all: every packet (layer 3).',
  ...port,
  expects: 'a port (1–65535) such as 80, 53/udp or all, or a list of them',
  type: ['integer', 'string', 'array'],
  items: port,
  minItems: 1,
};

const poolName = { ...text('Name of a pool.'), expects: 'the name of a pool' };

const l4 = mapping('What directors do with packets.', {
  mode: choice(
    'How packets reach proxies or servers.',
    ['dnat', 'full-nat', 'dsr', 'tunnel'],
    'services.*.l4.mode',
  ),
  pool: { ...poolName, description: 'Pool that directors feed themselves; only without l7.' },
  scheduler: choice(
    'How the kernel of an ipvs director picks a real; default: that of l4.scheduler.',
    schedulers,
  ),
  onePacket: flag(
    'ipvs directors remember no datagram: each is scheduled anew. UDP by dsr or tunnel.',
    'services.*.l4.onePacket',
  ),
  quic: flag(
    'Servers put their number into QUIC connection ids: while rows change, xdp directors and receivers find them by it.',
    'services.*.l4.quic',
  ),
});

const l7 = mapping('What proxies do with connections.', {
  mode: choice(
    'Whose address servers see.',
    ['reverse-proxy', 'transparent-proxy'],
    'services.*.l7.mode',
  ),
  pool: poolName,
  protocol: choice('HTTP, or bytes as they come.', ['http', 'tcp'], 'services.*.l7.protocol'),
  stickiness: {
    description: 'Keeps a client on a server: none, source (its address), or { cookie: NAME }.',
    expects: 'none, source, or { cookie: NAME }',
    type: ['string', 'object'],
    pattern: '^(none|source)$',
    default: 'none',
    properties: {
      cookie: {
        ...text('Name of the cookie that the proxy sets.'),
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        expects: 'a cookie name of letters, digits, _ and -',
      },
    },
    required: ['cookie'],
    additionalProperties: false,
  },
  tls: {
    ...mapping('Ends TLS on the proxy.', {
      certificate: {
        ...text('Certificate with key, as a reference.'),
        expects: 'a reference such as file:shop.pem or env:NAME',
      },
    }),
    required: ['certificate'],
  },
});

/** A service: addresses, ports, and what each tier does for it. */
export const service: Schema = {
  ...mapping('One service: addresses, ports, and what each tier does for it.', {
    vip,
    ports,
    listen: choice(
      'configured: proxies and servers hold the VIP; transparent: it is only routed (VIPless).',
      ['configured', 'transparent'],
      'services.*.listen',
    ),
    affinity: choice(
      'What keeps packets together: the flow, the client, or its network.',
      ['flow', 'source', 'source-network'],
      'services.*.affinity',
    ),
    l4,
    l7,
  }),
  required: ['vip', 'ports'],
};
