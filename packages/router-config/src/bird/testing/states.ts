/** States of routers and speakers that the tests render, one golden file each. */
import type { RouterState, SpeakerState } from '@tricade/cluster';

const plain: RouterState = {
  node: 'r1',
  routerId: '198.51.100.1',
  asn: 65_000,
  directorAsn: 65_010,
  listenRanges: [{ cidr: '198.51.100.0/24', localAddress: '198.51.100.1', device: 'edge' }],
  holdTimeMs: 9_000,
  maxPaths: 16,
  hash: 'l4',
  vipPrefixes: ['203.0.113.10/32'],
  devices: ['edge', 'core'],
};

export const routers: Readonly<Record<string, RouterState>> = {
  'router-one-family': plain,
  'router-two-families': {
    ...plain,
    bfd: { intervalMs: 50, multiplier: 3 },
    listenRanges: [
      ...plain.listenRanges,
      { cidr: '2001:db8:1::/64', localAddress: '2001:db8:1::1', device: 'edge' },
      { cidr: '192.0.2.0/24', localAddress: '192.0.2.1', device: 'eth0.100' },
    ],
    vipPrefixes: ['203.0.113.10/32', '203.0.113.64/28', '2001:db8:ffff::10/128'],
    maxPaths: 64,
    hash: 'l3',
    devices: ['edge', 'eth0.100'],
  },
  'router-without-vips': { ...plain, vipPrefixes: [] },
};

const speaker: SpeakerState = {
  node: 'l4a',
  routerId: '198.51.100.11',
  asn: 65_010,
  peers: [
    {
      name: 'r1',
      address: '198.51.100.1',
      localAddress: '198.51.100.11',
      asn: 65_000,
      device: 'edge',
    },
  ],
  holdTimeMs: 9_000,
  prefixes: ['203.0.113.10/32'],
};

export const speakers: Readonly<Record<string, SpeakerState>> = {
  'speaker-one-router': speaker,
  'speaker-two-families': {
    ...speaker,
    bfd: { intervalMs: 50, multiplier: 3 },
    peers: [
      ...speaker.peers,
      {
        name: 'router-2',
        address: '2001:db8:1::2',
        localAddress: '2001:db8:1::11',
        asn: 65_001,
        device: 'edge',
      },
    ],
    prefixes: ['203.0.113.10/32', '2001:db8:ffff::10/128'],
  },
  'speaker-without-routers': { ...speaker, peers: [] },
};
