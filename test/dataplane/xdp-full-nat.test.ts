/** Full NAT of xdp with real connections to servers that nothing was done to. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { addressOf, vip4, vip6 } from './three-hop.ts';
import { Translating } from './translating.ts';

const flows = 100;
let cluster: Translating;
beforeAll(async () => {
  cluster = await Translating.up('full-nat');
});
afterAll(() => cluster?.down());

test('TCP in both families and UDP are spread over the reals, to which the director speaks', async () => {
  const { drive, nodes } = cluster.net;
  for (const vip of [vip4, vip6]) {
    const { servers, failed } = await drive('open', vip, 80, flows);
    expect([failed, Object.keys(servers).sort()]).toEqual([0, ['p1', 'p2']]);
  }
  expect((await drive('udp', vip4, 53, 40)).failed).toBe(0);
  const peers = await nodes.p1.must(`ss -Htn state established 'sport = :80' | awk '{print $4}'`);
  const ports = peers
    .trim()
    .split('\n')
    .map((peer) => Number(peer.slice(peer.lastIndexOf(':') + 1)));
  expect(ports.length).toBeGreaterThan(50);
  expect(ports.filter((port) => port < 1_024 || port > 32_767)).toEqual([]);
  expect(peers.match(/192\.0\.2\.|2001:db8:2:/g)).toBeNull();
  expect(await drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
});

test('a real is drained: its flows stay and are counted until they end, new ones go to the other', async () => {
  const { drive } = cluster.net;
  for (const ofP1 of [wordOf(1, 2, true), wordOf(2, 1)]) {
    await cluster.turn(ofP1, wordOf(2));
    expect(await drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
  }
  expect((await drive('short', vip4, 80, 20)).servers).toEqual({ p2: 20 });
  await cluster.counted('l4a', (p1, p2) => p1 > 0 && p1 + p2 === 2 * flows);
  await drive('close');
  await cluster.counted('l4a', (p1, p2) => p1 === 0 && p2 === 0);
  expect((await cluster.sample('l4a')).drops ?? {}).toEqual({});
});

test('the director’s own connections to a real are its own', async () => {
  const node = cluster.net.nodes.l4a;
  const http = `exec 3<>/dev/tcp/${addressOf('p1')}/80; read -n 2 -u 3 name; echo "$name"`;
  expect((await node.must(`bash -c '${http}'`)).trim()).toBe('p1');
});

test('flows that move to another director are reset: it does not know their ports', async () => {
  const { drive } = cluster.net;
  for (const vip of [vip4, vip6]) expect((await drive('open', vip, 80, flows)).failed).toBe(0);
  await cluster.through('l4b');
  expect(await drive('ping')).toEqual({ alive: 0, broken: 2 * flows });
  expect((await drive('short', vip4, 80, 20)).failed).toBe(0);
});
