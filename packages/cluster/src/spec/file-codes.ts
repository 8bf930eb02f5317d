import type { CodeTable } from '../error.ts';

const nothing = 'None yet: nothing is planned or changed while the file has errors.';

/** Faults of the cluster file's text: what cannot be read as YAML. */
const textCodes: CodeTable = {
  'TRI-C001': {
    title: 'The file is larger than 8 MB',
    effect: nothing,
    fix: 'split the cluster, or give services a prefix: 10,000 services fit in 3 MB',
  },
  'TRI-C002': {
    title: 'The file is not plain UTF-8',
    effect: nothing,
    fix: 'save it as UTF-8 without a byte order mark',
  },
  'TRI-C003': {
    title: 'A control character, which no value may hold',
    effect: 'Written to a generated file it could end a line and begin a directive of its own.',
    fix: 'take it out',
  },
  'TRI-C004': { title: 'A tab', effect: nothing, fix: 'indent and align with spaces' },
  'TRI-C005': {
    title: 'The file is not valid YAML',
    effect: nothing,
    fix: 'mend the place; quote values that hold `: `, ` #`, or begin with one of `[ { * & ! | > % @`',
  },
  'TRI-C006': {
    title: 'Mappings and lists nest too deep',
    effect: nothing,
    fix: 'a cluster file needs 7 levels; 32 are the most',
  },
  'TRI-C007': {
    title: 'The file is empty, or holds more than one document',
    effect: nothing,
    fix: 'one cluster, one file, one document: take out `---` and what belongs elsewhere',
  },
  'TRI-C008': {
    title: 'A key stands twice in one mapping',
    effect: 'One of the two would silently not count.',
    fix: 'keep one of them',
  },
  'TRI-C009': {
    title: 'An alias that names nothing, or makes too much',
    effect: nothing,
    fix: 'set the anchor (&name) above its first alias (*name), and write large values once',
  },
  'TRI-C010': {
    title: 'A part of YAML that cluster files do not use',
    effect: nothing,
    fix: 'tags (!x), merge keys (<<) and composed keys are refused: write the value out, or use an anchor for the whole of it',
  },
};

/** Faults of single keys and values. */
const valueCodes: CodeTable = {
  'TRI-C011': {
    title: 'An unknown key',
    effect: 'It would change nothing, silently.',
    fix: 'correct it or take it out; `tricade schema` lists all keys',
  },
  'TRI-C012': {
    title: 'A pool without a health check',
    effect: 'A dead server would keep its share of the requests until it is drained by hand.',
    fix: 'add `check: { http: / }` to the pool, or `check: none` to accept it',
  },
  'TRI-C013': {
    title: 'A value of the wrong form',
    effect: nothing,
    fix: 'write it in the form that the message names',
  },
  'TRI-C014': {
    title: 'A word that is none of the choices',
    effect: nothing,
    fix: 'take one of the words that the message names',
  },
  'TRI-C015': {
    title: 'A key is missing that has no default',
    effect: nothing,
    fix: 'add it',
  },
  'TRI-C016': {
    title: 'Not a name',
    effect: nothing,
    fix: 'names begin with a small letter, then at most 31 small letters, digits or hyphens',
  },
  'TRI-C017': {
    title: 'A name of a node or server is used twice',
    effect: 'A drain of that name would hit the wrong machine.',
    fix: 'rename one; a server may be in several pools only with the same addresses',
  },
  'TRI-C018': {
    title: 'A name that means something else',
    effect: 'Commands could not tell the two apart.',
    fix: 'rename it; l4, l7, routers, monitor, servers and (for networks) management are taken',
  },
  'TRI-C019': {
    title: 'An unknown network',
    effect: nothing,
    fix: 'declare it under `networks:`',
  },
  'TRI-C020': {
    title: 'An unknown pool',
    effect: 'The service would have no servers.',
    fix: 'declare it under `pools:`',
  },
  'TRI-C021': {
    title: 'A secret where a reference belongs',
    effect: 'Whoever reads the file, its history or a plan would have the secret.',
    fix: 'put it into a file or the environment and write `file:PATH` or `env:NAME`; change the secret if it was committed',
  },
  'TRI-C022': {
    title: 'Not an address, or not a subnet',
    effect: nothing,
    fix: 'write an address such as 192.0.2.1 or 2001:db8::1, without leading zeros',
  },
  'TRI-C023': {
    title: 'Two addresses of one family',
    effect: 'It would be left to chance which one is used.',
    fix: 'give one IPv4 address, one IPv6 address, or one of each',
  },
  'TRI-C024': {
    title: 'A prefix with bits set behind its length',
    effect: 'The prefix meant may be another one.',
    fix: 'write the first address of the prefix',
  },
};

/** Faults that show only when parts of the file are held against each other. */
const crossCodes: CodeTable = {
  'TRI-C025': {
    title: 'Two networks overlap',
    effect: 'Hosts would send packets for one of them into the other.',
    fix: 'give each network a subnet of its own',
  },
  'TRI-C026': {
    title: 'An address outside of its network',
    effect: 'Neighbours would not find it: packets to it leave by the default route.',
    fix: 'give an address inside the subnet of the network',
  },
  'TRI-C027': {
    title: 'A server outside of all networks',
    effect: 'Neither the way to it nor its way back can be checked.',
    fix: 'declare its subnet under `networks:`, with a router leg in it',
  },
  'TRI-C028': {
    title: 'An address is used twice, or is no host address',
    effect: 'Packets would reach one of the two by chance.',
    fix: 'give each leg an address of its own',
  },
  'TRI-C030': {
    title: 'Two services claim the same packets',
    effect: 'It would be left to chance which of the two gets them.',
    fix: 'give one of them another VIP or port',
  },
  'TRI-C031': {
    title: 'A VIP inside the subnet of a network',
    effect:
      'Hosts of that network ask for it by ARP or ND, and nobody answers; all others reach it through the routers.',
    fix: 'take a VIP outside of all networks; on one segment without routers use `announce: { via: static }`',
  },
  'TRI-C032': {
    title: 'A VIP that is the address of a node',
    effect: 'The node would answer in place of the cluster.',
    fix: 'take another VIP',
  },
  'TRI-C048': {
    title: 'An address of a kind that no host or VIP can have',
    effect: 'No packet for it would arrive.',
    fix: 'take a unicast address: not 0.0.0.0/8, loopback, link-local, multicast or broadcast',
  },
  'TRI-C029': {
    title: 'A prefix as VIP without transparent listening',
    effect: 'A whole prefix cannot be configured on loopback one by one.',
    fix: 'add `listen: transparent`, or name one address',
  },
  'TRI-C033': {
    title: 'AS numbers that do not work',
    effect: 'BGP sessions would not come up, and no VIP be announced.',
    fix: 'take two different private ones (RFC 6996): 64512–65534 or 4200000000–4294967294',
  },
  'TRI-C034': {
    title: 'A node that shares no network with any other',
    effect: 'No packet of the cluster can reach it.',
    fix: 'give it a leg in a network that others stand in as well',
  },
  'TRI-C035': {
    title: 'A service without a pool',
    effect: 'There is no server for its requests.',
    fix: 'name a pool: `l7: { pool: NAME }`, or `l4: { pool: NAME }` where directors feed servers themselves',
  },
  'TRI-C036': {
    title: 'A service with two pools',
    effect: 'Directors feed proxies or servers, not both.',
    fix: 'take `pool` out of `l4:`, or take out `l7:`',
  },
  'TRI-C037': {
    title: 'A pool that no service uses',
    effect: 'None: its servers get no traffic; they are checked all the same.',
    fix: 'use it in a service, or take it out',
  },
};

/** Faults of what the parts can do, and of numbers that do not fit. */
const fitCodes: CodeTable = {
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
  'TRI-C099': {
    title: 'More faults that are not shown',
    effect: nothing,
    fix: 'mend those above and validate again',
  },
};

/** Faults of the cluster file. */
export const fileCodes: CodeTable = {
  ...textCodes,
  ...valueCodes,
  ...crossCodes,
  ...fitCodes,
};
