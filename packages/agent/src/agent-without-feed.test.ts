import { birthStep, reason, wordOf } from '@tricade/cluster';
import { healthSample, latchSample, until } from '@tricade/feed/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { lastGoodPath } from './last-good.ts';
import { birth, granted, Site } from './testing/site.ts';
import { tableSize } from './testing/small-cluster.ts';

const open: Site[] = [];
const site = (node: string): Site => {
  const made = new Site(node);
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const rounds = async (made: Site, count: number): Promise<void> => {
  const start = made.data.steered.length + made.reports.length;
  await until(() => made.data.steered.length + made.reports.length >= start + count);
};

/** A director that announces. */
async function announcing(): Promise<Site> {
  const made = site('l4a');
  await made.lead();
  await made.write({
    tableSteps: [birth],
    receiving: granted,
    health: { 'l7/p1': healthSample('up') },
    latches: { p2: latchSample('p2') },
  });
  await made.start();
  await until(() => made.announced() === 'up' && made.host.files.has(lastGoodPath));
  return made;
}

describe('without a feed', () => {
  test('a node that knows nothing touches nothing', async () => {
    const made = site('l4a');
    await made.start();
    await rounds(made, 4);
    expect(made.data.steered).toEqual([]);
    expect(made.report).toMatchObject({
      version: { epoch: 0, revision: 0 },
      steps: {},
      wantsToReceive: false,
    });
  });

  test('a feed that has no table yet leaves the one that runs', async () => {
    const made = await announcing();
    const before = made.director();
    await made.agent.stop();
    made.host.files.delete(lastGoodPath);
    made.hub.flush();
    await made.lead({ health: { 'l7/p1': healthSample('down') } });
    await made.restart();
    await until(() => made.agent.state?.revision === 1);
    await rounds(made, 4);
    expect(made.data.steered).not.toContain('director');
    expect(made.director()).toEqual(before);
  });

  test('the store goes away, comes back empty: everything stays as it is', async () => {
    const made = await announcing();
    const before = made.director();
    made.hub.setUp(false);
    made.hub.flush();
    await until(() => made.agent.idleMs < 20);
    made.hub.setUp(true);
    made.reports.length = 0;
    await rounds(made, 4);
    expect(made.announced()).toBe('up');
    expect(made.director()).toEqual(before);
    expect(made.report).toMatchObject({ steps: { l7: { step: 1 } }, version: { revision: 2 } });
  });

  test('a restart of the agent alone: tables and announcements as before', async () => {
    const made = await announcing();
    const before = made.director();
    made.hub.setUp(false);
    const said: (string | undefined)[] = [];
    made.data.faults.hold = () => void said.push(made.announced());
    await made.restart();
    await until(() => made.data.steered.includes('speaker'));
    await until(() => made.announced() === 'up');
    expect(said.every((how) => how === 'up')).toBe(true);
    expect(made.data.steered.indexOf('director')).toBeLessThan(
      made.data.steered.indexOf('speaker'),
    );
    expect(made.director()).toEqual(before);
  });

  test('a restart never reports less than before: no empty steps, no withdrawn wish to receive', async () => {
    const made = await announcing();
    await until(() => made.report?.announcing.length === 1 && made.report.wantsToReceive);
    let release = (): void => undefined;
    made.data.faults.hold = (role) =>
      role === 'director' ? new Promise((resolve) => (release = resolve)) : undefined;
    await made.restart();
    // The table is held up, while several rounds of reporting and sampling pass.
    await until(() => made.data.steered.includes('director'));
    const { sampled } = made.data;
    await until(() => made.data.sampled > sampled + 15, { what: 'some samples' });
    expect(made.reports).toEqual([]);
    made.data.faults.hold = () => undefined;
    release();
    await until(() => made.reports.length > 0);
    expect(made.reports[0]).toMatchObject({
      steps: { l7: { step: 1, digest: birth.digest } },
      wantsToReceive: true,
      announcing: ['203.0.113.10/32'],
      version: { revision: 2 },
    });
  });

  test('a restart knows the MACs of its reals before it touches the table', async () => {
    const made = await announcing();
    const before = made.director();
    const { neighbours } = made.links;
    made.links.neighbours = {};
    made.links.onResolve = () => {
      made.links.neighbours = neighbours;
    };
    const seen: unknown[] = [];
    made.data.faults.hold = (role) => void (role === 'speaker' && seen.push(made.director()));
    await made.restart();
    await until(() => seen.length > 0);
    expect(seen[0]).toEqual(before);
  });

  test('a boot: the table from disk, announced as the last resort; with the feed as before', async () => {
    const made = await announcing();
    const before = made.director();
    made.hub.setUp(false);
    await made.restart('boot-2');
    await until(() => made.announced() === 'last-resort');
    expect(made.director()).toEqual(before);
    made.hub.setUp(true);
    await until(() => made.announced() === 'up' && made.report?.steps.l7?.step === 1);
  });

  test('a boot with a table that cannot be set announces nothing', async () => {
    const made = await announcing();
    made.hub.setUp(false);
    made.data.faults.broken.add('director');
    await made.restart('boot-2');
    await until(() => made.data.steered.filter((role) => role === 'director').length > 3);
    expect(made.data.steered).not.toContain('speaker');
    expect(made.announced()).toBeUndefined();
  });

  test.for([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace('\\"protocol\\":1', '\\"protocol\\":99')],
    [
      'with other rows',
      (text: string) => text.replace(/(rows[^A-Za-z0-9]+)[A-Za-z0-9]{4}/, '$1gAEC'),
    ],
  ] as const)('a last good state that is %s is none', async ([, spoil]) => {
    const made = await announcing();
    made.hub.setUp(false);
    await made.agent.stop();
    const text = made.host.files.get(lastGoodPath)?.content.toString() ?? '';
    expect(spoil(text)).not.toBe(text);
    await made.host.write([{ path: lastGoodPath, content: spoil(text), mode: 0o600 }]);
    await made.restart('boot-2');
    await until(() => made.agent.idleMs < 20);
    expect(made.agent.state).toBeUndefined();
    expect(made.data.steered).toEqual([]);
  });
});

describe('a state that cannot be right', () => {
  const bear = (size: number, id = (row: number) => 1 + (row % 3)) =>
    birthStep(
      'l7',
      Uint32Array.from({ length: size }, (_, row) => wordOf(id(row))),
      reason('born', 'x'),
    );
  test.for([
    ['of another size', bear(tableSize * 2), 'implausible'],
    [
      'naming a real that nobody knows',
      bear(tableSize, (row) => (row === 5 ? 9 : 1)),
      'id-not-known',
    ],
  ] as const)('a table %s is not set; the rest is', async ([, step, word]) => {
    const made = site('l4a');
    await made.lead();
    await made.write({ tableSteps: [step], receiving: granted });
    await made.start();
    await until(() => made.report?.trouble?.word === word);
    expect(made.director()).toBeUndefined();
    expect(made.report).toMatchObject({ steps: {}, wantsToReceive: false });
    expect(made.announced() ?? 'withdrawn').toBe('withdrawn');
  });

  test('health of far too many members changes nothing', async () => {
    const made = await announcing();
    const strangers = Array.from(
      { length: 60 },
      (_, at) => [`web/x${at}`, healthSample('down')] as const,
    );
    await made.write({
      health: { ...Object.fromEntries(strangers), 'l7/p1': healthSample('down') },
    });
    await until(() => made.report?.trouble?.word === 'implausible');
    expect(made.agent.state?.revision).toBe(2);
    expect(made.director()?.tables.l7?.reals[0]?.health).toBe('up');
    expect(made.announced()).toBe('up');
    await made.write({ health: Object.fromEntries(strangers.map(([name]) => [name, null])) });
    await until(() => made.report?.trouble === undefined && made.report?.version.revision === 4);
  });

  test('a store that is older than the node: it says how far it has got', async () => {
    const made = await announcing();
    made.data.faults.broken.add('director');
    await made.write({ health: { 'l7/p1': healthSample('down') } });
    await until(() => made.report?.trouble?.word === 'steer-failed');
    expect(made.report?.version.revision).toBe(2);
    made.hub.flush();
    await made.lead();
    await until(() => made.report?.trouble?.word === 'older');
    expect(made.report?.version).toEqual({ generation: 7, epoch: 1, revision: 3 });
    expect(made.announced()).toBe('up');
  });
});

test('whatever happens to feed and agent: no table is emptied, nothing announced without leave', async () => {
  const happening = fc.constantFrom(
    'write',
    'grant',
    'take',
    'flush',
    'down',
    'up',
    'restart',
    'boot',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async (all) => {
      const made = site('l4a');
      await made.lead();
      await made.write({ tableSteps: [birth], health: { 'l7/p1': healthSample('up') } });
      await made.start();
      await until(() => made.director() !== undefined);
      let boots = 1;
      for (const [at, what] of all.entries()) {
        const granting = what === 'grant' ? granted : { l4a: null };
        if (what === 'write')
          await made
            .write({ health: { 'l7/p1': healthSample(at % 2 === 0 ? 'up' : 'down') } })
            .catch(() => 0);
        if (what === 'grant' || what === 'take')
          await made.write({ receiving: granting }).catch(() => 0);
        if (what === 'flush') made.hub.flush();
        if (what === 'down' || what === 'up') made.hub.setUp(what === 'up');
        if (what === 'restart') await made.restart(boots === 1 ? 'boot-1' : `boot-${boots}`);
        if (what === 'boot') await made.restart(`boot-${++boots}`);
        if (what === 'boot') await until(() => made.director() !== undefined);
        const told = made.agent.state;
        expect(made.director()?.tables.l7?.rows).toHaveLength(tableSize);
        if (made.announced() === 'up')
          await until(
            () => made.announced() !== 'up' || made.agent.state?.receiving.l4a !== undefined,
          );
        expect(told?.tables.l7?.step ?? 1).toBe(1);
      }
      await made.close();
    }),
    { numRuns: 15 },
  );
});
