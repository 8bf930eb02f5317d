import { armedWord, nextStep, reason, wordOf } from '@tricade/cluster';
import { healthSample, latchSample, until } from '@tricade/feed/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { birth, granted, Site } from './testing/site.ts';
import { vip } from './testing/small-cluster.ts';

const open: Site[] = [];
const site = (node: string): Site => {
  const made = new Site(node);
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A director with its table, and leave to receive where wanted. */
async function director(receiving = true): Promise<Site> {
  const made = site('l4a');
  await made.lead();
  await made.write({
    tableSteps: [birth],
    health: { 'l7/p1': healthSample('up') },
    ...(receiving ? { receiving: granted } : {}),
  });
  await made.start();
  await until(() => made.report?.steps.l7?.step === 1, { what: 'the ack of step 1' });
  return made;
}

describe('the ack', () => {
  test('a director reports the step that it read back, with its digest, and asks to receive', async () => {
    const made = await director(false);
    await until(() => made.report?.wantsToReceive === true && made.report.version.revision === 2);
    expect(made.report).toMatchObject({
      node: 'l4a',
      version: { generation: 7, epoch: 1, revision: 2 },
      steps: { l7: { step: 1, digest: birth.digest } },
      announcing: [],
    });
    expect(made.report?.trouble).toBeUndefined();
    expect(made.links.asked).toEqual(['192.0.2.21', '192.0.2.22', '192.0.2.23']);
    expect(made.director()?.tables.l7?.reals[0]).toMatchObject({
      name: 'p1',
      mac: '02:00:00:00:00:21',
      health: 'up',
    });
  });

  test('nothing is announced before leave is granted and its step acked', async () => {
    const made = await director(false);
    await until(() => made.announced() !== undefined);
    expect(made.announced()).toBe('withdrawn');
    let release = (): void => undefined;
    made.data.faults.hold = (role) =>
      role === 'director' ? new Promise((resolve) => (release = resolve)) : undefined;
    const held = made.term.state?.tables.l7;
    const arm =
      held &&
      nextStep(held, {
        kind: 'arm',
        rewrite: (word) => (word === wordOf(1) ? armedWord(word, 2) : word),
        why: reason('x', 'x'),
      });
    await made.write({
      tableSteps: arm === undefined ? [] : [arm],
      receiving: { l4a: { steps: { l7: 2 }, grantedAtMs: 1 } },
    });
    await until(() => made.agent.state?.revision === 3 && made.data.steered.at(-1) === 'director');
    const reported = made.reports.length;
    await until(() => made.reports.length > reported + 3);
    expect(made.announced()).toBe('withdrawn');
    expect(made.report?.steps.l7?.step).toBe(1);
    release();
    await until(() => made.announced() === 'up');
    await until(() => made.report?.announcing[0] === vip);
    expect(made.report?.steps.l7?.step).toBe(2);
  });

  test('leave that is taken away ends the announcement', async () => {
    const made = await director();
    await until(() => made.announced() === 'up');
    await made.write({ receiving: { l4a: null } });
    await until(() => made.announced() === 'withdrawn' && made.report?.announcing.length === 0);
  });

  test('a driver that throws is no ack, and is said; once it works again everything is', async () => {
    const made = await director(false);
    made.data.faults.broken.add('director');
    const revision = await made.write({ health: { 'l7/p1': healthSample('down') } });
    await until(() => made.report?.trouble?.word === 'steer-failed');
    expect(made.report).toMatchObject({
      version: { revision: 2 },
      trouble: { text: 'director: the director data plane is broken' },
    });
    made.data.faults.broken.clear();
    await until(
      () => made.report?.version.revision === revision && made.report.trouble === undefined,
    );
  });

  test('what reads back differently is no ack', async () => {
    const made = site('l4a');
    made.data.faults.deaf.add('director');
    await made.lead();
    await made.write({ tableSteps: [birth], receiving: granted });
    await made.start();
    await until(() => made.report?.trouble?.word === 'read-back-differs');
    expect(made.report).toMatchObject({
      steps: {},
      wantsToReceive: false,
      version: { revision: 0 },
    });
    expect(made.announced()).toBeUndefined();
    const tries = made.data.steered.length;
    await until(() => made.data.steered.length > tries, { what: 'another try' });
    expect(made.report?.steps).toEqual({});
    made.data.faults.deaf.clear();
    await until(() => made.report?.steps.l7?.step === 1 && made.report.trouble === undefined);
  });

  test('every report says which ids the generation knows', async () => {
    const made = await director(false);
    expect(made.report?.highestIds).toEqual({ l7: 3 });
  });

  test('a revision that changes nothing here is acked with the next message, not with the next round', async () => {
    const made = site('r1');
    await made.lead();
    await made.start(60_000, 60_000);
    await until(() => made.report?.version.revision === 1);
    const revision = await made.write({ health: { 'web/w1': healthSample('up') } });
    await until(() => made.report?.version.revision === revision);
    expect(made.data.steered).toEqual(['router']);
  });

  test('a revision that comes while the driver works on the same state is acked with it', async () => {
    const made = site('r1');
    let release = (): void => undefined;
    made.data.faults.hold = () => new Promise((resolve) => (release = resolve));
    await made.lead();
    await made.start(60_000, 60_000);
    await until(() => made.data.steered.length === 1);
    const revision = await made.write({ health: { 'web/w1': healthSample('up') } });
    await until(() => made.agent.state?.revision === revision);
    release();
    await until(() => made.report?.version.revision === revision);
    expect(made.data.steered).toEqual(['router']);
  });

  test('a director waits for the MACs of reals that new flows go to', async () => {
    const made = site('l4a');
    made.links.neighbours = {};
    await made.lead();
    await made.write({ tableSteps: [birth], health: { 'l7/p3': healthSample('down') } });
    await made.start();
    await until(() => made.report?.steps.l7 !== undefined);
    expect(made.report?.wantsToReceive).toBe(false);
    made.links.learn({ '192.0.2.21': '02:00:00:00:00:21', '192.0.2.22': '02:00:00:00:00:22' });
    await until(() => made.report?.wantsToReceive === true);
    expect(made.director()?.tables.l7?.reals.map((real) => real.mac)).toEqual([
      '02:00:00:00:00:21',
      '02:00:00:00:00:22',
      undefined,
    ]);
  });
});

describe('steering', () => {
  test('changes that come during a call are one call, with the newest state', async () => {
    const made = site('p1');
    await made.lead();
    await made.start();
    await until(() => made.live('proxy') !== undefined);
    let release = (): void => undefined;
    made.data.steered.length = 0;
    made.data.faults.hold = () => new Promise((resolve) => (release = resolve));
    let revision = 0;
    for (let at = 0; at < 20; at++)
      revision = await made.write({
        health: {
          'web/w1': healthSample(at % 2 === 0 ? 'down' : 'up'),
          'web/w2': healthSample('up'),
        },
      });
    await made.write({ health: { 'web/w1': healthSample('down') } });
    await until(() => made.agent.state?.revision === revision + 1);
    made.data.faults.hold = () => undefined;
    release();
    await until(() => made.report?.version.revision === revision + 1);
    expect(made.data.steered.filter((role) => role === 'proxy').length).toBeLessThanOrEqual(2);
    expect(made.live('proxy')).toMatchObject({
      pools: { web: { w1: { state: 'maint' }, w2: { state: 'ready' } } },
    });
  });

  test('a role whose live state did not change is not touched, and acks all the same', async () => {
    const made = await director();
    await until(() => made.announced() === 'up');
    const before = made.data.steered.length;
    const revision = await made.write({ health: { 'web/w1': healthSample('down') } });
    await until(() => made.report?.version.revision === revision);
    expect(made.data.steered).toHaveLength(before);
  });

  test('what the data plane holds already is not steered again: a drain of a real, say', async () => {
    const made = site('p1');
    await made.lead();
    await made.start();
    await until(() => made.live('proxy') !== undefined && made.report?.version.revision === 1);
    const [before, digest] = [made.data.steered.length, made.data.drivers.proxy?.liveDigest];
    if (made.data.drivers.proxy !== undefined) made.data.drivers.proxy.liveDigest = () => 'same';
    const revision = await made.write({ latches: { p1: latchSample('p1') } });
    await until(() => made.report?.version.revision === revision);
    expect(made.data.steered.length).toBe(before);
    if (made.data.drivers.proxy !== undefined && digest !== undefined)
      made.data.drivers.proxy.liveDigest = digest;
    await made.write({ latches: { p1: null } });
    await made.write({ latches: { p1: latchSample('p1') } });
    await until(() => (made.live('proxy') as { draining: boolean }).draining);
  });

  test('a role that hangs holds up no other', async () => {
    const made = await director();
    await until(() => made.announced() === 'up');
    let release = (): void => undefined;
    made.data.faults.hold = (role) =>
      role === 'director' ? new Promise((resolve) => (release = resolve)) : undefined;
    await made.write({ receiving: { l4a: null }, health: { 'l7/p1': healthSample('down') } });
    await until(() => made.announced() === 'withdrawn');
    release();
  });

  test('a drain that ends by the clock ends here too', async () => {
    const made = site('p1');
    await made.lead();
    await made.start();
    await made.write({ latches: { p1: { ...latchSample('p1'), untilMs: Date.now() + 150 } } });
    await until(() => (made.live('proxy') as { draining: boolean } | undefined)?.draining === true);
    await until(
      () => (made.live('proxy') as { draining: boolean } | undefined)?.draining === false,
    );
  });

  test('a router shows a changed FIB at once', async ({ annotate, expect }) => {
    const made = site('r1');
    await made.lead();
    await made.start(60_000);
    await until(() => made.report?.version.revision === 1);
    made.data.nextHops = ['192.0.2.11'];
    const startMs = performance.now();
    made.links.changeRoutes();
    await until(() => made.report?.sample.nextHops?.[vip]?.[0] === '192.0.2.11');
    const tookMs = performance.now() - startMs;
    await annotate(`routes changed → reported: ${tookMs.toFixed(1)} ms`);
    expect(tookMs).toBeLessThan(50);
    const report = made.report;
    expect(report?.sample.atMs).toBeGreaterThanOrEqual(
      report?.appliedAtMs ?? Number.POSITIVE_INFINITY,
    );
  });

  test('message to ack in milliseconds', async ({ annotate, expect }) => {
    const made = site('p1');
    await made.lead();
    await made.start();
    await until(() => made.report?.version.revision === 1);
    const times: number[] = [];
    for (let at = 0; at < 20; at++) {
      const startMs = performance.now();
      const revision = await made.write({
        health: {
          'web/w1': healthSample(at % 2 === 0 ? 'down' : 'up'),
          'web/w2': healthSample('up'),
        },
      });
      await until(() => made.reports.some((report) => report.version.revision >= revision));
      times.push(performance.now() - startMs);
    }
    const median = times.sort((one, other) => one - other)[10] ?? Number.POSITIVE_INFINITY;
    await annotate(`change → ack, median of 20: ${median.toFixed(1)} ms`);
    expect(median).toBeLessThan(20);
  });
});
