/** IPVS directors in a real kernel: the driver contract, every mode with packets, and what flows outlive. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Hop, Host, RunOptions } from '../../../packages/cluster/src/index.ts';
import { trace } from '../../../packages/cluster/src/index.ts';
import { driverContract, type Ground } from '../../../packages/cluster/src/testing/index.ts';
import { liveOf as goldenLive } from '../../../packages/l4-tier/src/ipvs/testing/live.ts';
import { directors as goldens } from '../../../packages/l4-tier/src/ipvs/testing/states.ts';
import { stretch } from '../../lab/standing.ts';
import { generationFiles, install } from '../install.ts';
import { until } from '../waiting.ts';
import { capture } from './capture.ts';
import type { GuestNode } from './guest.ts';
import {
  addressOf,
  countedBy,
  director,
  directorState,
  liveOf,
  Site,
  vipOf,
  wide,
} from './site.ts';
import { traceInput } from './trace-input.ts';

let site: Site;
const l4a = () => site.director('l4a');
const l4b = () => site.director('l4b');
/** A director without a neighbour, for what needs a kernel and no packets. */
const one = () => site.director('one');
const at = { generation: 1, epoch: 1, revision: 1 };

beforeAll(async () => {
  site = await Site.up();
  await site.configure();
});
afterAll(() => site?.down());

/** All state of IPVS in a director. */
const saved = (node: GuestNode) => node.must('ipvsadm -Sn');

driverContract(
  director,
  [
    {
      name: 'in a kernel',
      state: directorState('l4a'),
      live: liveOf(),
      changed: liveOf({ drained: 'p1' }),
      without: {
        state: {
          ...directorState('l4a'),
          services: directorState('l4a').services.filter(({ vip }) => vip !== vipOf('tunnel')),
        },
        live: liveOf(),
        words: [vipOf('tunnel')],
      },
    },
  ],
  async (): Promise<Ground> => ({
    host: one(),
    install: (_host, bundle) => install(one(), bundle),
    files: () => generationFiles(one()),
    close: async () => {},
  }),
);

describe('what the kernel is told', () => {
  test.each(Object.keys(goldens))('state %s is taken whole and reads back', async (name) => {
    const state = goldens[name] as (typeof goldens)[string];
    const live = goldenLive(state, { p1: { takes: false } });
    const read = await director.steer(one(), state, live, at);
    expect(read).toBe(director.liveDigest(state, live));
  });

  test('a line that cannot be read, or that the kernel refuses, changes nothing at all', async () => {
    const before = await saved(l4a());
    for (const [from, to] of [
      [addressOf('p1'), '198.51.100.999'],
      ['-e -t', '-d -t'],
    ] as const) {
      const spoiling = Object.create(l4a(), {
        run: {
          value: (script: string, options: RunOptions = {}) =>
            l4a().run(script, {
              ...options,
              stdin: `${options.stdin ?? ''}`.replace(/(#change\n[\s\S]*)$/, (change) =>
                change
                  .replaceAll(from, to)
                  .replace(/\n$/, `\n-e -t 192.0.2.1:1 -r 192.0.2.2:1 -g -w 1\n`),
              ),
            }),
        },
      }) as Host;
      const steered = director.steer(spoiling, directorState('l4a'), liveOf({ drained: 'p1' }), at);
      await expect(steered).rejects.toMatchObject({ code: 'TRI-D31' });
      expect(await saved(l4a())).toBe(before);
    }
  });

  test('what somebody changed by hand is set right', async () => {
    await l4a().must(
      `ipvsadm -e -t ${vipOf('dsr')}:80 -r ${addressOf('p1')}:80 -g -w 7; ipvsadm -D -t ${vipOf('dnat')}:80; ipvsadm -A -t 192.0.2.77:80 -s wrr`,
    );
    await site.steer(liveOf(), ['l4a']);
    expect(await saved(l4a())).toContain('192.0.2.77');
    await l4a().must('ipvsadm -D -t 192.0.2.77:80');
  });
});

test('stopping the unit takes away what it put there, and nothing else', async () => {
  const state = directorState('l4a');
  await one().must('ipvsadm -C');
  await install(one(), director.render(state));
  await one().must('ipvsadm -A -t 192.0.2.77:80 -s wrr; systemctl stop tricade-ipvs.service');
  const left = await one().must(
    'ipvsadm -Sn; ipvsadm -L --daemon; ip route show table local dev lo; nft list tables',
  );
  expect(left).toContain('-A -t 192.0.2.77:80');
  expect(left).not.toMatch(/tricade|sync daemon/);
  for (const { vip } of state.services) expect(left).not.toContain(vip);
  expect(await director.observe(one(), state)).toMatchObject({ running: false });
});

test('a VIP more is there within 5 s on a machine of one’s own, and one less too', async () => {
  const state = directorState('l4a');
  const [first] = state.services;
  const more = {
    ...state,
    services: [...state.services, { ...first, vip: '203.0.113.99' } as never],
  };
  for (const wanted of [more, state]) {
    const began = performance.now();
    await install(l4a(), director.render(wanted));
    expect(await director.steer(l4a(), wanted, liveOf(), at)).toBe(
      director.liveDigest(wanted, liveOf()),
    );
    const tookMs = performance.now() - began;
    process.stdout.write(`    ${wanted.services.length} services: ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(5_000 * stretch());
  }
});

describe('packets', () => {
  const both = { servers: expect.toSatisfy(areBoth), failed: 0 };
  function areBoth(servers: Record<string, number>): boolean {
    return Object.keys(servers).sort().join(' ') === 'p1 p2';
  }

  test.each([4, 6] as const)('DSR: TCP over IPv%i reaches both reals', async (family) => {
    expect(await site.drive('short', vipOf('dsr', family), 80, 40)).toMatchObject(both);
  });

  test('DSR: UDP, remembered and single', async () => {
    expect(await site.drive('udp', vipOf('dsr'), 53, 20)).toMatchObject(both);
    expect(await site.drive('udp', vipOf('single'), 53, 20)).toMatchObject(both);
    const flows = await l4a().must('ipvsadm -Lcn');
    expect(flows).toContain(`${vipOf('dsr')}:53`);
    expect(flows).not.toContain(`${vipOf('single')}:53`);
  });

  test('VIPless: any port of a prefix', async () => {
    expect(await site.drive('short', wide.address, 80, 40)).toMatchObject(both);
  });

  test.each([4, 6] as const)('tunnel: HTTP over IPv%i through IP over IP', async (family) => {
    expect(await site.fetch(vipOf('tunnel', family))).toBe('p3\n');
  });

  test.each([4, 6] as const)('tunnel to managed reals: TCP over IPv%i', async (family) => {
    const taken = async () => {
      const counts = await Promise.all(
        (['p1', 'p2'] as const).map((name) => countedBy(site.nodes[name], name)),
      );
      return counts.reduce((sum, each) => sum + (each['socket-check/settled'] ?? 0), 0);
    };
    const before = await taken();
    expect(await site.drive('short', vipOf('taken', family), 80, 40)).toMatchObject(both);
    expect(await taken()).toBeGreaterThanOrEqual(before + 3 * 40);
  });

  test.each([4, 6] as const)(
    'NAT: TCP over IPv%i, there and back by either director',
    async (family) => {
      for (const name of ['l4b', 'l4a'] as const) {
        await site.route(name);
        expect(await site.drive('short', vipOf('dnat', family), 80, 40)).toMatchObject(both);
      }
    },
  );

  test('NAT: flows go on through another director, and come back', async () => {
    expect(await site.drive('open', vipOf('dnat'), 80, 40)).toMatchObject(both);
    for (const name of ['l4b', 'l4a'] as const) {
      await site.route(name);
      expect(await site.drive('ping')).toEqual({ alive: 40, broken: 0 });
    }
    await site.drive('close');
  });

  test('a client that is kept with its real', async () => {
    const { servers, failed } = await site.drive('short', vipOf('kept'), 80, 30);
    expect([Object.keys(servers).length, failed]).toEqual([1, 0]);
  });

  test('a VIP answers pings, and opens no port of the director', async () => {
    await site.nodes.client.must(
      `busybox ping -c 1 -W 2 ${vipOf('dsr')} && busybox ping6 -c 1 -W 2 ${vipOf('dsr', 6)}`,
    );
    await l4a().must('nc -ll -p 2222 -e echo >/dev/null 2>&1 </dev/null &');
    const asked = (host: string) =>
      site.nodes.client.run(
        `curl -s --noproxy '*' -o /dev/null --http0.9 -m 2 http://${host}:2222/`,
      );
    expect((await asked(addressOf('l4a'))).code).not.toBe(28);
    expect((await asked(vipOf('dsr'))).code).toBe(28);
  });
});

describe('captured packets are those of `trace`', () => {
  /** MACs and addresses of a packet; of a tunnel's, the outer and the inner ones. */
  type Seen = string;
  function seenIn(line: string): Seen | undefined {
    const macs = /(\S{17}) > (\S{17}), /.exec(line);
    const address = String.raw`(?<![\d.])(\d+\.\d+\.\d+\.\d+)`;
    const inner = new RegExp(String.raw`${address}\.\d+ > ${address}\.\d+: `).exec(line);
    const outer = new RegExp(`${address} > ${address}: `).exec(line);
    if (macs === null || inner === null) return undefined;
    return [macs[1], macs[2], ...(outer?.slice(1) ?? []), inner[1], inner[2]].join(' ');
  }
  function seenAs({ packet }: Hop): Seen {
    const { outer } = packet;
    const ends = outer === undefined ? [] : [outer.sourceAddress, outer.destinationAddress];
    const { sourceMac, destinationMac, sourceAddress, destinationAddress } = packet;
    return [sourceMac, destinationMac, ...ends, sourceAddress, destinationAddress].join(' ');
  }

  test.each([
    ['dsr', 'p1'],
    ['dnat', 'p1'],
    ['tunnel', 'p3'],
  ] as const)('%s', async (mode, real) => {
    onTestFinished(() => site.steer(liveOf(), ['l4a']));
    await site.steer(liveOf({ drained: 'p2' }), ['l4a']);
    const dump = await capture(site.nodes.lan, 'tap-l4a', 'tcp port 80 or ip proto 4');
    if (mode === 'tunnel') expect(await site.fetch(vipOf(mode))).toBe('p3\n');
    else expect(await site.drive('short', vipOf(mode), 80, 1)).toMatchObject({ failed: 0 });
    const wanted = trace(traceInput(mode, real))
      .hops.filter(({ from, to }) => from === 'l4a' || (to.kind === 'exact' && to.node === 'l4a'))
      .map(seenAs);
    const seen = () => new Set(dump.lines().flatMap((line) => seenIn(line) ?? []));
    const all = { withinMs: 3_000 };
    await until(
      async () => seen().size,
      (size) => size >= wanted.length,
      all,
    );
    await dump.end();
    expect([...seen()].sort()).toEqual(wanted.sort());
  });
});

describe('flows', () => {
  const names = (answer: { servers: Record<string, number> }) => Object.keys(answer.servers).sort();

  test('a drained real keeps its flows and gets no new ones; a dead one is gone', async () => {
    const { servers } = await site.drive('open', vipOf('dsr'), 80, 40);
    await site.steer(liveOf({ drained: 'p1' }));
    expect(names(await site.drive('short', vipOf('dsr'), 80, 40))).toEqual(['p2']);
    expect(await site.drive('ping')).toEqual({ alive: 40, broken: 0 });
    const { flows, counters } = await director.sample(l4a(), directorState('l4a'));
    expect(flows?.['near/p1']).toBeGreaterThanOrEqual(servers.p1 ?? 0);
    expect(counters?.['near/p1']).toBeGreaterThan(0);
    await site.steer(liveOf({ dead: 'p1' }));
    expect(await site.drive('ping')).toEqual({ alive: servers.p2, broken: servers.p1 });
    await site.drive('close');
    await site.steer(liveOf());
  });

  test('all directors choose alike: flows outlive theirs before anybody was told of them', async () => {
    await site.drive('open', vipOf('dsr'), 80, 40);
    await site.route('l4b');
    expect(await site.drive('ping')).toEqual({ alive: 40, broken: 0 });
    await site.drive('close');
    await site.route('l4a');
  });

  test('of flows that nobody was told of yet only those of a drained real may break', async () => {
    const { servers } = await site.drive('open', vipOf('dsr'), 80, 40);
    await site.steer(liveOf({ drained: 'p1' }));
    await site.route('l4b');
    const { alive } = await site.drive('ping');
    expect(alive).toBeGreaterThanOrEqual(servers.p2 ?? 0);
    await site.drive('close');
    await site.steer(liveOf());
    await site.route('l4a');
  });

  test('flows of a drained real outlive their director once it has told the other one', async () => {
    const { servers } = await site.drive('open', vipOf('dsr'), 80, 40);
    const open = await site.nodes.client.must(
      `ss -Htn state established dst ${vipOf('dsr')} | awk '{print $3}'`,
    );
    const flows = open.trim().split('\n');
    await until(
      () => l4b().must('ipvsadm -Lcn'),
      (told) => flows.every((flow) => told.includes(`ESTABLISHED ${flow} `)),
      { everyMs: 100 },
    );
    expect(flows.length).toBe(40);
    await site.steer(liveOf({ drained: 'p1' }));
    await site.route('l4b');
    expect(servers.p1).toBeGreaterThan(0);
    expect(await site.drive('ping')).toEqual({ alive: 40, broken: 0 });
    await site.drive('close');
    await site.steer(liveOf());
    await site.route('l4a');
  });
});
