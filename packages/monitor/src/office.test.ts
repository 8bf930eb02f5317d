import { birthRows, birthStep, type conduct, emptyMemory, type TableStep } from '@tricade/cluster';
import { MemoryHub } from '@tricade/feed';
import { until } from '@tricade/feed/testing';
import { expect, test } from 'vitest';
import { EventLog } from './event-log.ts';
import { Office, type OfficeOptions } from './office.ts';
import { emptyState } from './options.ts';
import { Reports } from './reports.ts';
import { smallCluster } from './testing/cluster.ts';

const { cluster, generation } = smallCluster();
const why = { word: 'birth', text: 'it begins' };
/** A birth of the table over the proxies, given to a real of this id. */
const birth = (id: number): TableStep =>
  birthStep('l7', birthRows(4_096, [{ id, weight: 1 }]), why);
const known = generation.ids['l7/p1'] ?? 0;

/** An office whose conductor wants this step, over a store in memory. */
async function officeOf(step: () => TableStep) {
  const hub = new MemoryHub();
  hub.setUp(true);
  const feed = hub.open(cluster.name);
  const campaign = await feed.campaign({ leader: 'm1', ttlMs: 60_000 });
  if (!('won' in campaign)) throw new Error('not elected');
  const term = campaign.won;
  await term.seed(emptyState);
  const decide: typeof conduct = () => ({
    steps: [step()],
    receiving: {},
    fences: [],
    waits: [],
    events: [{ kind: 'table', subject: 'l7', text: 'l7: birth', cause: why }],
    memory: emptyMemory,
  });
  const log = new EventLog({ feed, generation, nowMs: Date.now }, () => term.state);
  const options: OfficeOptions = {
    cluster,
    generation,
    feed,
    nowMs: Date.now,
    term,
    reports: new Reports(),
    log,
    decide,
    onWritten: () => undefined,
  };
  return {
    office: new Office(options),
    term,
    texts: async () => (await feed.events(50)).map(({ text }) => text),
  };
}

test('a step that breaks an invariant is not published, is told once with its code, and stands in what is waited for', async () => {
  let id = 77;
  const { office, term, texts } = await officeOf(() => birth(id));
  office.wake();
  await until(() => office.waits.length > 0);
  office.wake();
  await until(async () => (await texts()).length > 0);
  expect(term.state?.tables).toEqual({});
  expect(office.waits).toMatchObject([
    { subject: 'l7', why: { word: 'step-refused', source: 'TRI-P003' } },
  ]);
  expect(await texts()).toEqual(['a step of l7 is held back']);

  id = known;
  office.wake();
  await until(() => term.state?.tables['l7']?.step === 1);
  await until(async () => (await texts()).includes('l7: birth'));
  office.end();
});
