import type { CodeTable } from '../error.ts';

const nothing = 'None yet: nothing is planned or changed while the file has errors.';

/** Faults of what the parts can do, and of numbers that do not fit. */
export const fitCodes: CodeTable = {
  'TRI-C038': {
    title: 'The driver cannot do this',
    effect: 'The service would not work.',
    fix: 'take another driver or another mode',
  },
  'TRI-C039': {
    title: 'A driver that is not part of this program',
    effect: nothing,
    fix: 'take one of those that the message names',
  },
  'TRI-C040': {
    title: 'Not a URL of Redis',
    effect: 'No node would get state.',
    fix: 'write managed, redis://HOST:6379, rediss://HOST:6379 (TLS), redis+sentinel://HOST,HOST/MASTER or redis+cluster://HOST,HOST',
  },
  'TRI-C041': {
    title: 'A tier without nodes',
    effect: 'Packets would end at the tier before.',
    fix: 'add a node under its `nodes:`',
  },
  'TRI-C042': {
    title: 'More vantage points must agree than there are',
    effect: 'Nothing would ever be marked down.',
    fix: 'add monitors, or lower `agree`',
  },
  'TRI-C043': {
    title: 'An interface that cannot be',
    effect: 'The address could not be set on the machine.',
    fix: 'name it: `{ address: …, device: eth1 }`, one device a network',
  },
  'TRI-C044': {
    title: 'Ports that do not fit the service',
    effect: 'Packets would reach nobody who listens.',
    fix: 'name each port once; proxies take TCP ports by number',
  },
  'TRI-C045': {
    title: 'A check of two kinds',
    effect: nothing,
    fix: 'keep the one that proves most: http or dns before tcp',
  },
  'TRI-C046': {
    title: 'A timeout longer than the interval',
    effect: 'Attempts are further apart than `every` says, so a fault is found later.',
    fix: 'lower `timeout` or raise `every`',
  },
  'TRI-C047': {
    title: 'A pool without servers',
    effect: 'Requests for it would be refused.',
    fix: 'add servers, or take the pool out',
  },
  'TRI-C049': {
    title: 'A rollout that may take a whole tier out',
    effect: 'While a wave runs nobody of the tier may be left to serve.',
    fix: 'lower `maxUnavailable` below the number of nodes of the smallest tier',
  },
  'TRI-C050': {
    title: 'A setting that has no effect here',
    effect: 'None: it is ignored.',
    fix: 'take it out',
  },
  'TRI-C051': {
    title: 'Two services use one pool in different ways',
    effect:
      'A proxy keeps one protocol and one stickiness a pool; one of the services would get the other’s.',
    fix: 'give both the same `protocol` and `stickiness`, or a pool each with the same servers',
  },
  'TRI-C052': {
    title: 'Packets that cannot be forwarded without a memory of their flow',
    effect: 'Replies, or later packets of a flow, would go astray.',
    fix: 'keep `onePacket` for UDP ports, mode dsr or tunnel, and `affinity: flow`',
  },
  'TRI-C053': {
    title: 'A store that nobody would set up',
    effect:
      'No node could log in: each has a user and a password of its own, and they exist only on a store that Tricade sets up.',
    fix: 'take `state:` out, or write `redis: managed`: a redis-server on the first monitor, set up by apply',
  },
  'TRI-C054': {
    title: 'A deny list that names everybody',
    effect: 'No client of that family would be served.',
    fix: 'name the sources that are meant; to stop a service, take it out',
  },
  'TRI-C055': {
    title: 'A deny list that does not fit',
    effect: 'A director could not hold the list and the one before it at once.',
    fix: 'join prefixes, or drop such sources on the routers',
  },
  'TRI-C056': {
    title: 'Outer sources that cannot be',
    effect: 'Tunnelled packets would come in the name of somebody else, or all by one queue.',
    fix: 'take an IPv4 prefix of 2 to 65,536 addresses that nobody has and that routers on the way let pass',
  },
  'TRI-C057': {
    title: 'QUIC whose connection ids nobody would look at',
    effect: 'While rows change its connections would move to a server that does not know them.',
    fix: 'keep `quic` for UDP ports, mode dsr or tunnel, and servers with `managed: true`',
  },
  'TRI-C099': {
    title: 'More faults that are not shown',
    effect: nothing,
    fix: 'mend those above and validate again',
  },
};
