/** BIRD and nft together, with real packets: announcements become ECMP, flows are served by DSR, rows move new flows and leave old ones alone. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { directorDigest } from '../../packages/l4-tier/src/index.ts';
import { announcementDigest, fencedDigest } from '../../packages/router-config/src/index.ts';
import { install } from './install.ts';
import {
  addressOf,
  alternating,
  director,
  directorLive,
  directorState,
  ping,
  prefixes,
  receiver,
  receiverState,
  router,
  routerState,
  size,
  speaker,
  speakerState,
  ThreeHop,
  vip4,
  vip6,
} from './three-hop.ts';
import { until } from './waiting.ts';
import { nearClient, ownCalls } from './within.ts';

const version = { generation: 1, epoch: 1, revision: 1 };
const figures: string[] = [];
let net: ThreeHop;

beforeAll(async () => {
  net = await ThreeHop.up();
});
afterAll(async () => {
  await net?.down();
  console.log(figures.join('\n'));
});

type Director = 'l4a' | 'l4b';
const announce = (name: Director, how: 'up' | 'drained' | 'last-resort' | 'withdrawn') =>
  speaker.steer(
    net.nodes[name],
    speakerState(name),
    { announcements: Object.fromEntries(prefixes.map((prefix) => [prefix, how])) },
    version,
  );
const hops = async () => (await router.sample(net.nodes.r1, routerState)).nextHops ?? {};
const both = (family: 4 | 6) => [addressOf('l4a', family), addressOf('l4b', family)];
const steer = (name: Director, live = directorLive()) =>
  director.steer(net.nodes[name], directorState(name), live, version);
/** Both directors, which must hold it afterwards. */
async function steerBoth(live = directorLive()): Promise<void> {
  const read = await Promise.all([steer('l4a', live), steer('l4b', live)]);
  expect(new Set(read)).toEqual(new Set([directorDigest(directorState('l4a'), live)]));
}

/** Runs `act`, then waits until the router's FIB is as wanted; notes how long both took together. */
async function timed(
  what: string,
  act: () => Promise<unknown>,
  want: readonly string[],
): Promise<void> {
  const began = performance.now();
  await act();
  const acted = performance.now() - began;
  await until(hops, (now) => String(now[prefixes[0] as string] ?? []) === String(want));
  figures.push(
    `${what}: driver ${acted.toFixed(0)} ms, FIB after ${(performance.now() - began).toFixed(0)} ms`,
  );
}

describe('announcements', () => {
  test('a speaker boots announcing nothing', async () => {
    await until(
      async () => (await speaker.sample(net.nodes.l4a, speakerState('l4a'))).sessions ?? {},
      (sessions) => Object.values(sessions).every((state) => state === 'up'),
    );
    expect(await hops()).toEqual({ [prefixes[0] as string]: [], [prefixes[1] as string]: [] });
  });

  test('two directors are two next hops, in both families', async () => {
    await timed('announce, first director', () => announce('l4a', 'up'), [addressOf('l4a')]);
    await timed('announce, second director', () => announce('l4b', 'up'), both(4));
    await until(hops, (now) => String(now[prefixes[1] as string]) === String(both(6)));
  });

  test('drained is second choice, withdrawn is none', async () => {
    await timed('drain', () => announce('l4a', 'drained'), [addressOf('l4b')]);
    await timed('withdraw', () => announce('l4b', 'withdrawn'), [addressOf('l4a')]);
    await timed('announce again', () => announce('l4b', 'last-resort'), [addressOf('l4a')]);
    await announce('l4a', 'up');
    await timed('up again', () => announce('l4b', 'up'), both(4));
  });

  test('a director that dies or whose speaker crashes is no next hop any more', async () => {
    const { l4b, lan } = net.nodes;
    const cut = (to: 'down' | 'up') => lan.must(`ip link set l4b-edge ${to}`);
    await timed('silent death, BFD 100 ms x 3', () => cut('down'), [addressOf('l4a')]);
    await cut('up');
    await until(hops, (now) => String(now[prefixes[0] as string]) === String(both(4)));
    const crash = 'kill -9 $(cat /run/tricade-bird.service.pid)';
    await timed('speaker killed', () => l4b.must(crash), [addressOf('l4a')]);
    await l4b.must('systemctl start tricade-bird.service');
    expect((await speaker.sample(l4b, speakerState('l4b'))).announcing).toEqual([]);
    await announce('l4b', 'up');
    await until(hops, (now) => String(now[prefixes[0] as string]) === String(both(4)));
    await until(hops, (now) => String(now[prefixes[1] as string]) === String(both(6)));
  });

  test('a fenced director is no next hop, whatever it announces', async () => {
    const fenced = [addressOf('l4b'), addressOf('l4b', 6)];
    const began = performance.now();
    const digest = await router.steer(net.nodes.r1, routerState, { fenced }, version);
    figures.push(`fence: ${(performance.now() - began).toFixed(0)} ms with proof from the FIB`);
    expect(digest).toBe(fencedDigest(fenced));
    expect(await hops()).toEqual({
      [prefixes[0] as string]: [addressOf('l4a')],
      [prefixes[1] as string]: [addressOf('l4a', 6)],
    });
    expect(await router.steer(net.nodes.r1, routerState, { fenced: [] }, version)).toBe('fenced');
    await until(hops, (now) => String(now[prefixes[0] as string]) === String(both(4)));
  });
});

/** How long one call took, ms. */
async function clocked<T>(act: () => Promise<T>): Promise<{ value: T; tookMs: number }> {
  const began = performance.now();
  return { value: await act(), tookMs: performance.now() - began };
}
const median = (all: readonly number[]) => [...all].sort((a, b) => a - b)[all.length >> 1] ?? 0;

/** Rows after a change of every row whose current real is `from`. */
function rowsAfter(kind: 'arm' | 'flip' | 'clear', from: number, to: number): Uint32Array {
  const word = { arm: wordOf(from, to, true), flip: wordOf(to, from), clear: wordOf(to) }[kind];
  return alternating().map((row) => (row === wordOf(from) ? word : row));
}
const open = (count: number) => net.drive('open', vip4, 80, count);
const short = async (count: number) => {
  const { servers, failed } = await net.drive('short', vip4, 80, count);
  expect(failed).toBe(0);
  return servers;
};

test('a live file that BIRD refuses is taken back, and says so', async () => {
  const { l4a } = net.nodes;
  const config = await l4a.read('/etc/tricade/bird.conf');
  await l4a.must('echo "bogus;" >> /etc/tricade/bird.conf');
  const before = await l4a.read('/var/lib/tricade/live/bird-announce.conf');
  await expect(announce('l4a', 'drained')).rejects.toMatchObject({ code: 'TRI-B01' });
  expect(await l4a.read('/var/lib/tricade/live/bird-announce.conf')).toEqual(before);
  await l4a.write([{ path: '/etc/tricade/bird.conf', mode: 0o644, content: config as Uint8Array }]);
  await announce('l4a', 'up');
});

describe('receivers', () => {
  test('have their VIPs, and answer for none of them', async () => {
    const { p1, lan, l4a } = net.nodes;
    const seen = await receiver.observe(p1, receiverState('p1'));
    expect(seen).toMatchObject({ running: true, notes: [] });
    await l4a.must(`ip route add ${vip4}/32 dev edge; ip -6 route add ${vip6}/128 dev edge`);
    const ask = `perl -e 'use Socket qw(:all); socket(S, PF_INET, SOCK_DGRAM, 0); send(S, "x", 0, sockaddr_in(9, inet_aton("${vip4}")));
      socket(T, PF_INET6, SOCK_DGRAM, 0); send(T, "x", 0, pack_sockaddr_in6(9, inet_pton(AF_INET6, "${vip6}")))'`;
    await l4a.must(ask);
    const states = () => l4a.must(`ip neigh show ${vip4} dev edge; ip neigh show ${vip6} dev edge`);
    const { value } = await until(
      states,
      (text) => text.match(/FAILED|REACHABLE|STALE/g)?.length === 2,
    );
    expect(value.match(/FAILED/g)).toHaveLength(2);
    await l4a.must(`ip route del ${vip4}/32 dev edge; ip -6 route del ${vip6}/128 dev edge`);
    expect(lan).toBeDefined();
  });
});

/** Seconds that entries of the flow memory still live, by closing or not. */
async function memory(): Promise<{ open: number[]; closing: number[] }> {
  const found = { open: [] as number[], closing: [] as number[] };
  for (const name of ['l4a', 'l4b'] as const) {
    const { nftables } = JSON.parse(
      await net.nodes[name].must('nft -j list map netdev tricade flows_tcp4'),
    );
    for (const [key, data] of nftables[1].map.elem ?? []) {
      found[data & 0x8000 ? 'closing' : 'open'].push(key.elem.expires);
    }
  }
  return found;
}

describe('forwarding', () => {
  beforeAll(async () => {
    await steerBoth();
    await until(
      () => net.drive('short', vip4, 80, 1),
      ({ failed }) => failed === 0,
    );
    await until(
      () => net.drive('short', vip6, 80, 1),
      ({ failed }) => failed === 0,
    );
  });

  test('flows reach the reals by DSR, TCP over both families and UDP', async () => {
    const four = await net.drive('short', vip4, 80, 60);
    const six = await net.drive('short', vip6, 80, 60);
    const udp = await net.drive('udp', vip4, 53, 60);
    for (const { servers, failed } of [four, six, udp]) {
      expect(failed).toBe(0);
      expect(servers.p1).toBeGreaterThan(10);
      expect(servers.p2).toBeGreaterThan(10);
    }
  });

  test('a client among the reals is served like any other; a real that calls the VIP answers itself', async () => {
    const near = await nearClient(net);
    for (const vip of [vip4, vip6]) {
      const { servers, failed } = await near.drive('short', vip, 80, 40);
      expect(failed).toBe(0);
      expect(Object.keys(servers).sort()).toEqual(['p1', 'p2']);
    }
    await near.down();
    expect(await ownCalls(net)).toEqual({ p1: 80 });
  });

  test('steer answers what the kernel holds; what it answers is known beforehand', async () => {
    const live = directorLive();
    expect(await steer('l4a', live)).toBe(directorDigest(directorState('l4a'), live));
    const one = alternating().fill(wordOf(2), 7, 8);
    const single: number[] = [];
    const whole: number[] = [];
    const same: number[] = [];
    for (let i = 0; i < 7; i++) {
      single.push((await clocked(() => steer('l4a', directorLive({ rows: one })))).tookMs);
      single.push((await clocked(() => steer('l4a', live))).tookMs);
      same.push((await clocked(() => steer('l4a', live))).tookMs);
      const swapped = directorLive({ rows: alternating().map((row) => wordOf(3 - row)) });
      const all = await clocked(() => steer('l4a', swapped));
      expect(all.value).toBe(directorDigest(directorState('l4a'), swapped));
      whole.push(all.tookMs);
      await steer('l4a', live);
    }
    const text = [single, whole, same].map((each) => `${median(each).toFixed(0)} ms`);
    figures.push(
      `steer with read-back, medians: one row ${text[0]}, ${size} rows ${text[1]}, nothing ${text[2]}`,
    );
  });

  test('a VIP answers pings, and "too big" reaches the one who has to send less', async () => {
    for (const vip of [vip4, vip6]) expect(await net.nodes.client.must(ping(vip))).toBe('answered');
    await net.nodes.r1.must('ip link set core mtu 1280');
    for (const vip of [vip4, vip6]) {
      const served = new Set<string>();
      for (let tries = 0; served.size < 2 && tries < 16; tries++) {
        const { servers, failed } = await net.drive('big', vip, 80, 4);
        expect(failed).toBe(0);
        for (const name of Object.keys(servers)) served.add(name);
      }
      expect([...served].sort()).toEqual(['p1', 'p2']);
    }
    for (const [name, family] of [
      ['p1', 4],
      ['p2', 4],
      ['p1', 6],
      ['p2', 6],
    ] as const) {
      const target = family === 4 ? '192.0.2.2' : '2001:db8:2::2';
      expect(await net.nodes[name].must(`ip route get ${target}`)).toContain('mtu 1280');
    }
    await net.nodes.r1.must('ip link set core mtu 1500');
  });

  test('flows are remembered shortly at first, longer once they talk, shortly again once they end', async () => {
    const held = async () => {
      const samples = (['p1', 'p2'] as const).map((name) =>
        receiver.sample(net.nodes[name], receiverState(name)),
      );
      return (await Promise.all(samples)).reduce((sum, each) => sum + (each.ownedSockets ?? 0), 0);
    };
    // Servers still end what clients of the tests before have left.
    await until(held, (count) => count === 0);
    for (const name of ['l4a', 'l4b'] as const) {
      await net.nodes[name].must('nft flush map netdev tricade flows_tcp4');
    }
    expect((await open(40)).failed).toBe(0);
    await net.drive('ping');
    const talking = await memory();
    expect(talking.open).toHaveLength(40);
    expect(Math.min(...talking.open)).toBeGreaterThan(280);
    expect(await held()).toBe(40);
    await net.drive('close');
    const { value } = await until(memory, ({ closing }) => closing.length === 40);
    expect(value.open).toEqual([]);
    expect(Math.max(...value.closing)).toBeLessThanOrEqual(30);
  });

  test('somebody else’s change of a map is found and undone', async () => {
    await net.nodes.l4a.must('nft delete element netdev tricade rows_l7_4096 { 5 }');
    await net.nodes.l4a.must('nft add element netdev tricade reals { 9 : 02:00:00:00:00:99 }');
    const live = directorLive();
    expect(await steer('l4a', live)).toBe(directorDigest(directorState('l4a'), live));
    expect(await net.nodes.l4a.must('nft list map netdev tricade reals')).not.toContain(':99');
  });

  test('a drain moves new flows and no old one, and a director lost meanwhile breaks none', async () => {
    expect((await open(200)).failed).toBe(0);
    await steerBoth(directorLive({ rows: rowsAfter('arm', 1, 2) }));
    expect((await short(60)).p1).toBeGreaterThan(10);
    await steerBoth(directorLive({ rows: rowsAfter('flip', 1, 2) }));
    expect(await short(100)).toEqual({ p2: 100 });
    expect(await net.drive('ping')).toEqual({ alive: 200, broken: 0 });
    await announce('l4b', 'withdrawn');
    await until(hops, (now) => String(now[prefixes[0] as string]) === addressOf('l4a'));
    const moved = await net.drive('ping');
    figures.push(`director withdrawn during a drain: ${moved.broken} of 200 connections broken`);
    expect(moved).toEqual({ alive: 200, broken: 0 });
    await steerBoth(directorLive({ rows: rowsAfter('clear', 1, 2) }));
    expect(await net.drive('ping')).toEqual({ alive: 200, broken: 0 });
    const { flows } = await director.sample(net.nodes.l4a, directorState('l4a'));
    expect(flows?.['l7/p1']).toBeGreaterThan(50);
    await net.drive('close');
    await steerBoth();
    await announce('l4b', 'up');
    await until(hops, (now) => String(now[prefixes[0] as string]) === String(both(4)));
  });

  test('a real that is down keeps its flows; a dead one loses them, and new ones go elsewhere', async () => {
    expect((await open(100)).failed).toBe(0);
    const rows = rowsAfter('flip', 1, 2);
    await steerBoth(directorLive({ rows, down: 'p1' }));
    expect(await net.drive('ping')).toEqual({ alive: 100, broken: 0 });
    expect(await short(50)).toEqual({ p2: 50 });
    const { flows } = await director.sample(net.nodes.l4a, directorState('l4a'));
    await steerBoth(directorLive({ rows: rowsAfter('clear', 1, 2), dead: 'p1' }));
    const { broken } = await net.drive('ping');
    expect(broken).toBeGreaterThan(20);
    expect(broken).toBeLessThan(80);
    expect(await short(50)).toEqual({ p2: 50 });
    expect(flows).toBeDefined();
    await net.drive('close');
    await steerBoth();
  });

  test('a reload keeps rows, reals and flows', async () => {
    expect((await open(100)).failed).toBe(0);
    const moved = rowsAfter('clear', 1, 2);
    await steerBoth(directorLive({ rows: moved }));
    for (const name of ['l4a', 'l4b'] as const) {
      const state = directorState(name);
      const more = {
        ...state,
        services: [...state.services, { ...state.services[0], vip: '203.0.113.11' } as never],
      };
      await install(net.nodes[name], director.render(more));
      expect(await net.nodes[name].must('nft list table netdev tricade')).toContain('203.0.113.11');
      await install(net.nodes[name], director.render(state));
      expect(await net.nodes[name].must('nft list chain netdev tricade ingress')).not.toContain(
        '203.0.113.11',
      );
    }
    let reloading = true;
    const reloads = (async () => {
      for (let i = 0; i < 5; i++)
        await net.nodes.l4a.must('systemctl reload tricade-director.service');
      reloading = false;
    })();
    let tried = 0;
    for (; reloading; tried += 20) expect(await short(20)).toEqual({ p2: 20 });
    await reloads;
    figures.push(`5 reloads under ${tried} new connections: 0 failed`);
    expect(await net.drive('ping')).toEqual({ alive: 100, broken: 0 });
    await net.drive('close');
    await steerBoth();
  });

  test('a full flow memory keeps the flows it has and serves new ones by their row', async () => {
    expect((await open(100)).failed).toBe(0);
    for (const name of ['l4a', 'l4b'] as const) await fill(name);
    const servers = await short(100);
    expect(servers.p1).toBeGreaterThan(20);
    await steerBoth(directorLive({ rows: rowsAfter('clear', 1, 2) }));
    expect(await net.drive('ping')).toEqual({ alive: 100, broken: 0 });
    const listing = await clocked(() => director.sample(net.nodes.l4a, directorState('l4a')));
    figures.push(`sample with ${65_536} flows remembered: ${listing.tookMs.toFixed(0)} ms`);
    const again = await clocked(() => steer('l4a', directorLive()));
    figures.push(`steer of ${size / 2} rows with a full memory: ${again.tookMs.toFixed(0)} ms`);
    await net.drive('close');
    await steerBoth();
  });
});

/** Fills the IPv4 flow memory of a director to its size with flows that nobody has. */
async function fill(name: Director): Promise<void> {
  const elements = Array.from(
    { length: 65_536 },
    (_, i) => `192.0.2.${100 + (i >> 13)} . ${vip4} . ${1 + (i & 8191)} . 80 timeout 1h : 1`,
  );
  for (let at = 0; at < elements.length; at += 2_048) {
    const batch = `add element netdev tricade flows_tcp4 { ${elements.slice(at, at + 2_048).join(', ')} }`;
    if ((await net.nodes[name].run('nft -f -', { stdin: batch })).code !== 0) break;
  }
  // What fits in after the last refused batch, one by one.
  const probe = `i=0; while nft add element netdev tricade flows_tcp4 "{ 192.0.2.99 . ${vip4} . $((i += 1)) . 80 timeout 1h : 1 }" 2>/dev/null && [ $i -lt 3 ]; do :; done; echo $i`;
  await net.nodes[name].must(probe);
}

test('digests speak of what was read', async () => {
  const digest = await announce('l4a', 'up');
  expect(digest).toBe(
    announcementDigest(Object.fromEntries(prefixes.map((prefix) => [prefix, 'up']))),
  );
});

test('a router whose BIRD crashes forwards all the while', async () => {
  await steerBoth();
  const { r1 } = net.nodes;
  await r1.must(
    'kill -9 $(cat /run/tricade-bird.service.pid); systemctl start tricade-bird.service',
  );
  const seen = new Set<string>();
  const end = performance.now() + 4_000;
  while (performance.now() < end) {
    seen.add(String((await hops())[prefixes[0] as string]));
    expect((await net.drive('short', vip4, 80, 10)).failed).toBe(0);
  }
  expect([...seen]).toEqual([String(both(4))]);
  await until(
    async () => Object.values((await router.sample(r1, routerState)).sessions ?? {}).join(),
    (states) => states === 'up,up,up,up',
  );
});
