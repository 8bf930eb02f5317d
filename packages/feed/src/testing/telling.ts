/** The contract's promises about reports, observations, events and the change lock. */
import { reason } from '@tricade/cluster';
import { expect, test } from 'vitest';
import type { Bench, StoreUnderTest } from './bench.ts';
import { reportSample } from './samples.ts';
import { until } from './until.ts';

export function tellingContract(under: () => StoreUnderTest, bench: () => Bench): void {
  reportContract(under, bench);
  lockContract(under, bench);
  awayContract(under, bench);
}

function reportContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('a report reaches the leader at once, under the name of its node', async () => {
    const { feed } = await bench().seeded();
    const heard: string[] = [];
    const end = feed.onReport((report) => heard.push(`${report.node} ${report.version.revision}`));
    const node = bench().client();
    await until(async () => (await node.report(reportSample('l4a', 1))).yes && heard.length > 0);
    for (let revision = 2; revision < 12; revision++)
      await node.report(reportSample('l4a', revision));
    await until(() => heard.at(-1) === 'l4a 11');
    const later = heard.filter((said) => said !== 'l4a 1');
    expect(later).toEqual(Array.from({ length: 10 }, (_, at) => `l4a ${at + 2}`));
    end();
    const told = heard.length;
    await node.report(reportSample('l4a', 12));
    await until(async () => (await feed.readReports(['l4a'])).l4a?.version.revision === 12);
    expect(heard).toHaveLength(told);
  });

  test('observations arrive in order, also after the store was emptied', async () => {
    const feed = bench().client();
    const node = bench().client();
    const heard: string[] = [];
    feed.onObservation((observation) => heard.push(observation.detail));
    const observe = (detail: string) =>
      node.observe([
        {
          target: 'web/w1',
          vantage: 'l4a',
          ok: true,
          detail,
          unreachable: false,
          monoMs: 1,
          tookMs: 1,
        },
      ]);
    await until(async () => (await observe('warm-up')).yes && heard.length > 0);
    await under().flush();
    // Ids of a Redis stream are milliseconds: what comes within the one of the flush may count as read.
    const flushedAtMs = Date.now();
    await until(() => Date.now() > flushedAtMs + 1);
    const wanted = Array.from({ length: 50 }, (_, at) => `probe ${at}`);
    for (const detail of wanted) expect(await observe(detail)).toEqual({ yes: true });
    await until(() => heard.at(-1) === 'probe 49');
    expect(heard.filter((detail) => detail !== 'warm-up')).toEqual(wanted);
  });
}

function lockContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('events come back newest first, each with an id of its own', async () => {
    const { feed } = await bench().seeded();
    const version = { generation: 1, epoch: 1, revision: 1 };
    for (let at = 0; at < 5; at++) {
      const cause = reason('check-failed', 'w1 answers 503');
      expect(
        await feed.event({
          atMs: at,
          kind: 'health',
          subject: 'web/w1',
          text: 'down',
          cause,
          version,
        }),
      ).toEqual({ yes: true });
    }
    const events = await feed.events(3);
    expect(events.map((event) => event.atMs)).toEqual([4, 3, 2]);
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
  });

  test('one change lock: the second is told who holds it; it expires; it can be lost', async () => {
    const { feed } = await bench().seeded();
    const anna = { holder: 'anna', what: 'apply generation 7', token: 'a', ttlMs: 60_000 };
    const bert = { holder: 'bert', what: 'drain p1', token: 'b', ttlMs: 60_000 };
    expect(await feed.lock(anna)).toEqual({ held: true });
    expect(await feed.lock(bert)).toMatchObject({
      heldBy: { holder: 'anna', what: 'apply generation 7' },
    });
    expect(await feed.unlock('b')).toBe(false);
    expect(await feed.unlock('a')).toBe(true);
    expect(await feed.lock({ ...bert, ttlMs: 20 })).toEqual({ held: true });
    expect(await feed.lockHolder()).toMatchObject({ holder: 'bert' });
    await until(async () => (await feed.lockHolder()) === undefined);
    expect(await feed.lock(anna)).toEqual({ held: true });
    expect(await feed.lock(bert)).toMatchObject({ heldBy: { holder: 'anna' } });
    expect(await feed.unlock('b')).toBe(false);
    expect(await feed.lockHolder()).toMatchObject({ holder: 'anna' });
    await under().flush();
    expect(await feed.unlock('a')).toBe(false);
    expect(await feed.lock(bert)).toEqual({ held: true });
  });

  test('the change lock is the token’s: renewed and given back through any client', async () => {
    const { feed } = await bench().seeded();
    const other = bench().client();
    const beganMs = performance.now();
    const brief = { holder: 'anna', what: 'apply', token: 'a', ttlMs: 150 };
    expect(await feed.lock(brief)).toEqual({ held: true });
    const taken = await feed.lockHolder();
    expect(await other.lock({ ...brief, ttlMs: 60_000 })).toEqual({ held: true });
    const namesake = { ...brief, token: 'c' };
    expect(await feed.lock(namesake)).toMatchObject({ heldBy: { holder: 'anna' } });
    await until(() => performance.now() - beganMs > 200);
    expect(await feed.lockHolder()).toEqual(taken);
    expect(await other.unlock('a')).toBe(true);
    expect(await feed.lockHolder()).toBeUndefined();
  });
}

function awayContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('a store that is away is an answer', async () => {
    const { feed } = await bench().seeded();
    await under().crash();
    const away = { yes: false, why: { word: 'unreachable' } };
    expect(await feed.report(reportSample('l4a'))).toMatchObject(away);
    expect(await feed.campaign({ leader: 'm1', ttlMs: 9 })).toHaveProperty('unreachable');
    expect(await feed.lock({ holder: 'anna', what: 'apply', token: 'a', ttlMs: 9 })).toHaveProperty(
      'unreachable',
    );
    expect([await feed.read(), await feed.events(1), await feed.readReports(['l4a'])]).toEqual([
      undefined,
      [],
      {},
    ]);
    await under().restart();
    await until(async () => (await feed.report(reportSample('l4a'))).yes);
  });
}
