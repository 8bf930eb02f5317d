/** Who is not let in, with real directors and packets: deny lists and limits of new flows by xdp and by nft. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DirectorState, wordOf } from '../../packages/cluster/src/index.ts';
import { l4Drivers } from '../../packages/l4-tier/src/index.ts';
import { install } from './install.ts';
import { NamespaceNode, plug } from './namespace-node.ts';
import { directorLive, directorState } from './three-hop.ts';
import { ids, size, vip, ZeroBreakNet } from './zero-break-net.ts';

const figures: string[] = [];
afterAll(() => console.log(figures.join('\n')));

/** 10,000 sources that are nobody here (RFC 6598). */
const strangers = Array.from({ length: 10_000 }, (_, at) => `100.64.${at >> 8}.${at & 255}/32`);
const client = { 4: '192.0.2.2/32', 6: '2001:db8:2::/64' } as const;

describe('xdp', () => {
  const rows = new Uint32Array(size).fill(wordOf(ids.p1));
  let net: ZeroBreakNet;
  beforeAll(async () => {
    net = await ZeroBreakNet.up('dsr');
    await net.steerBoth(rows);
    await net.route('l4a');
  });
  afterAll(() => net?.down());

  /** Steers l4a as the agent of a new generation does; how long it took, ms. */
  async function given(guard: DirectorState['guard']): Promise<number> {
    net.become(guard === undefined ? {} : { guard });
    const began = performance.now();
    await net.steer('l4a', rows);
    return performance.now() - began;
  }

  test('10,000 sources are denied, and one more of them: no other connection notices', async () => {
    for (const family of [4, 6] as const)
      expect(await net.drive('open', vip[family], { count: 20 })).toMatchObject({ failed: 0 });
    const first = await given({ deny: strangers });
    expect(await net.drive('ping')).toEqual({ alive: 40, broken: 0 });
    const next = await given({ deny: [...strangers.slice(1), client[6]] });
    expect(await net.drive('ping')).toEqual({ alive: 20, broken: 20 });
    const { denied = 0 } = await net.drops('l4a');
    expect(denied).toBeGreaterThanOrEqual(20);
    await given({ deny: strangers });
    expect(await net.drive('short', vip[6], { count: 20 })).toMatchObject({ failed: 0 });
    await net.drive('abort');
    await given(undefined);
    figures.push(
      `xdp: 10,000 denied sources ${first.toFixed(0)} ms, one in the place of another ${next.toFixed(0)} ms, read back and tried with packets`,
    );
  });

  test('a source opens as many flows as it may; what it has open goes on', async () => {
    expect(await net.drive('open', vip[4], { count: 20 })).toMatchObject({ failed: 0 });
    await given({ limit: { flows: 1, perMs: 60_000, burst: 10 } });
    const { failed } = await net.drive('open', vip[4], { count: 30 });
    expect(failed).toBe(20);
    expect(await net.drive('ping')).toEqual({ alive: 30, broken: 0 });
    expect((await net.drops('l4a'))['limited']).toBeGreaterThanOrEqual(20);
    expect(await net.drive('open', vip[6], { count: 10 })).toMatchObject({ failed: 0 });
    await net.drive('abort');
  });
});

test('nft: the rules that the kernel holds drop them, and say how many', async () => {
  const nft = l4Drivers.director['nft'] as NonNullable<(typeof l4Drivers.director)[string]>;
  const names = ['l4a', 'client', 'lan'];
  const nodes = await Promise.all(names.map((name) => NamespaceNode.start(name)));
  const [director, client, lan] = nodes as [NamespaceNode, NamespaceNode, NamespaceNode];
  try {
    const ends = [
      { device: 'edge', mac: '02:00:00:00:00:11', addresses: ['198.51.100.11/24'] },
      {
        device: 'eth0',
        mac: '02:00:00:00:00:02',
        addresses: ['198.51.100.2/24', '198.51.100.3/24'],
      },
    ] as const;
    await plug(director, lan, ends[0]);
    await plug(client, lan, ends[1]);
    // The switch takes a moment until it passes frames.
    await client.must(
      'timeout 5 sh -c \'until timeout 1 bash -c "exec 3<>/dev/tcp/198.51.100.11/9" 2>&1 | grep -q refused; do :; done\'',
    );
    const state: DirectorState = {
      ...directorState('l4a'),
      guard: {
        deny: [...strangers, '198.51.100.3/32'],
        limit: { flows: 1, perMs: 60_000, burst: 3 },
      },
    };
    const began = performance.now();
    await install(director, nft.render(state));
    figures.push(
      `nft: rules with 10,001 denied sources loaded in ${(performance.now() - began).toFixed(0)} ms`,
    );
    const ask = (from: string) =>
      client.must(
        `ip route replace ${vip[4]} via 198.51.100.11 src ${from}; ` +
          `for i in 1 2 3 4 5 6; do timeout 0.6 bash -c 'exec 3<>/dev/tcp/${vip[4]}/80' & done; wait`,
      );
    await ask('198.51.100.3');
    const { drops } = await nft.sample(director, state);
    expect(drops).toEqual({ denied: 6 });
    await ask('198.51.100.2');
    expect((await nft.sample(director, state)).drops).toEqual({
      denied: 6,
      limited: 3,
      'no-real': 3,
    });
    // The agent looks at the guard's chain as at the others.
    const live = directorLive();
    const at = { generation: 1, epoch: 1, revision: 1 };
    expect(await nft.steer(director, state, live, at)).toBe(nft.liveDigest(state, live));
    // A new list comes with the rules, and what is counted stays.
    await install(director, nft.render({ ...state, guard: { deny: ['203.0.113.0/24'] } }));
    await ask('198.51.100.3');
    expect((await nft.sample(director, state)).drops).toEqual({
      denied: 6,
      limited: 3,
      'no-real': 3,
    });
    await install(director, nft.render(directorState('l4a')));
    expect(await director.must('nft list tables')).not.toContain('guard');
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
});
