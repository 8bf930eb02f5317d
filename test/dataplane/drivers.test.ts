/** The driver contract for BIRD and nft, each on a machine of its own with the real programs. */

import type { RouterState } from '../../packages/cluster/src/index.ts';
import { driverContract, type Ground } from '../../packages/cluster/src/testing/index.ts';
import { generationFiles, install } from './install.ts';
import { NamespaceNode } from './namespace-node.ts';
import {
  addressOf,
  director,
  directorLive,
  directorState,
  macOf,
  prefixes,
  receiver,
  receiverLive,
  receiverState,
  router,
  routerState,
  speaker,
  speakerState,
} from './three-hop.ts';

type Named = Parameters<typeof addressOf>[0];

/** A node with the devices and addresses of those named, and nobody else on the cable. */
async function groundOf(names: readonly Named[]): Promise<Ground> {
  const node = await NamespaceNode.start('one');
  for (const device of ['edge', 'core']) {
    await node.must(
      `ip link add ${device} type veth peer name ${device}-end && ip link set ${device} up`,
    );
  }
  for (const name of names) {
    const six = `ip addr add ${addressOf(name, 6)}/64 dev edge nodad`;
    await node.must(`ip addr add ${addressOf(name)}/24 dev edge; ${six}`);
  }
  return {
    host: node,
    install: (_host, bundle) => install(node, bundle),
    files: () => generationFiles(node),
    close: () => node.close(),
  };
}

const ground = () => groundOf(['r1', 'l4a']);

const { vipPrefixes } = routerState;
const fewer: RouterState = { ...routerState, vipPrefixes: [...vipPrefixes, '203.0.113.77/32'] };

driverContract(
  router,
  [
    {
      name: 'router',
      state: fewer,
      live: { fenced: [] },
      changed: { fenced: [addressOf('l4a')] },
      without: { state: routerState, live: { fenced: [] }, words: ['203.0.113.77'] },
    },
  ],
  ground,
);

const announcing = (how: 'up' | 'drained') => ({
  announcements: Object.fromEntries(prefixes.map((prefix) => [prefix, how])),
});
driverContract(
  speaker,
  [
    {
      name: 'speaker',
      state: speakerState('l4a'),
      live: announcing('up'),
      changed: announcing('drained'),
    },
  ],
  ground,
);

driverContract(
  director,
  [
    {
      name: 'director',
      state: directorState('l4a'),
      live: directorLive(),
      changed: directorLive({ dead: 'p1' }),
    },
    ...(['dnat', 'full-nat', 'tunnel'] as const).map((mode) => ({
      name: `director in ${mode}`,
      state: directorState('l4a', mode),
      live: directorLive(),
      changed: directorLive({ dead: 'p1' }),
    })),
  ],
  ground,
);

driverContract(
  receiver,
  [
    {
      name: 'receiver with ways back',
      state: { ...receiverState('p1', 'dnat'), vips: ['203.0.113.10'] },
      live: receiverLive,
      changed: { directors: { [addressOf('l4a')]: macOf('l4b') }, reals: {} },
    },
  ],
  () => groundOf(['p1']),
);
