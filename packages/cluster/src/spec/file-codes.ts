import type { CodeTable } from '../error.ts';
import { fitCodes } from './fit-codes.ts';

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
    fix: 'take a VIP outside of all networks; on one segment without routers use `announce: { via: arp }`',
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

/** Faults of the cluster file. */
export const fileCodes: CodeTable = {
  ...textCodes,
  ...valueCodes,
  ...crossCodes,
  ...fitCodes,
};
