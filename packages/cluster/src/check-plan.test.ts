import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CheckedPlan, checkPlan } from './check-plan.ts';
import type { Generation } from './model/intent.ts';
import type { Bundle, Plan, RoleName, Step } from './model/plan.ts';
import type { Found, Snapshot } from './model/seen.ts';
import { plan } from './plan.ts';
import { reason } from './reason.ts';
import { tableDigest } from './table/digest.ts';
import { wordOf } from './table/word.ts';
import { wellSnapshot, withFeed, withReports } from './testing/snapshots.ts';

const snapshot = wellSnapshot();
const { cluster } = snapshot;
const managed = cluster.nodes.filter((node) => node.managed);
const generation = (number: number): Generation => ({ number, digest: '', ids: {}, hashKey: '' });
const file = { path: '/etc/x', mode: 0o644, content: { text: 'x' } };
const bundle = (role: RoleName, change: Partial<Bundle> = {}): Bundle => ({
  role,
  hitless: true,
  packages: [],
  files: [file],
  sysctls: {},
  checks: [],
  units: [],
  activate: [],
  ...change,
});
const facts = { os: '', kernel: '', devices: {}, packages: {} };
const installed = (number: number): Found => ({ facts, generation: generation(number), roles: {} });
const gone: Found = { unreachable: reason('timed-out', 'it did not answer') };
const all = (found: Found): Record<string, Found> =>
  Object.fromEntries(managed.map(({ name }) => [name, found]));
const wanted = (...bundles: readonly Bundle[]): CheckedPlan['wanted'] =>
  managed.map(({ name }) => ({ node: name, generation: generation(4), bundles }));
const step = (node: string, drainFirst = false): Step => ({
  node,
  drainFirst,
  why: reason('differs', 'proxy differs'),
  changes: [{ role: 'proxy', path: '/etc/x', change: 'change' }],
});
const waveOf = (...wave: readonly Step[]): Plan => ({
  id: '1',
  generation: generation(4),
  wave,
  waits: [],
  findings: [],
});
const checked = (change: Partial<CheckedPlan>): CheckedPlan => ({
  plan: waveOf(step('p1')),
  cluster,
  wanted: wanted(bundle('proxy')),
  inventory: all(installed(4)),
  snapshot,
  force: false,
  ...change,
});
const restarts = wanted(bundle('proxy', { hitless: false }));
const fewer = {
  ...cluster,
  nodes: cluster.nodes.filter(({ name }) => name !== 'p1' && name !== 'p2'),
};

/** The file without a node, at a change of p1. */
const deleting = (name: string, live: Snapshot): Partial<CheckedPlan> => ({
  cluster: { ...cluster, nodes: cluster.nodes.filter((node) => node.name !== name) },
  snapshot: live,
});
const withoutLeave = (name: string): Snapshot => {
  const { [name]: _, ...receiving } = snapshot.feed.receiving;
  return withFeed(snapshot, { receiving });
};
/** All rows lead to p1, and p2 holds so many connections. */
const emptied = (ownedSockets: number): Snapshot => {
  const rows = Uint32Array.from({ length: 6 }, () => wordOf(1));
  const table = { group: 'l7', step: 4, rows, digest: tableDigest(rows) };
  const sample = { atMs: snapshot.atMs, ownedSockets };
  return withReports(withFeed(snapshot, { tables: { l7: table } }), { p2: { sample } });
};

test.each<readonly [string, Partial<CheckedPlan>, readonly string[]]>([
  ['a hitless change of one node', {}, []],
  ['nothing to do', { plan: waveOf(), inventory: all(gone) }, []],
  ['a node drained first', { wanted: restarts, plan: waveOf(step('p1', true)) }, []],
  ['a restart of a node that may hold flows', { wanted: restarts }, ['TRI-P014']],
  ['a restart where nobody reports', { wanted: restarts, snapshot: undefined }, []],
  [
    'two restarts at once',
    { wanted: restarts, plan: waveOf(step('p1', true), step('p2', true)) },
    ['TRI-P013'],
  ],
  [
    'a restart while another one is away',
    {
      wanted: restarts,
      plan: waveOf(step('p1', true)),
      inventory: { ...all(installed(4)), p3: gone },
    },
    ['TRI-P013'],
  ],
  ['two tiers', { plan: waveOf(step('p1'), step('d1')) }, ['TRI-P015']],
  [
    'two tiers where nothing serves yet',
    {
      plan: waveOf(step('p1'), step('d1')),
      inventory: all({ facts, generation: undefined, roles: {} }),
      snapshot: undefined,
    },
    [],
  ],
  [
    'a node that nobody could read',
    { inventory: { ...all(installed(4)), p1: gone } },
    ['TRI-P016'],
  ],
  ['a node of no file', { plan: waveOf(step('p9')) }, ['TRI-P016']],
  ['a role without files', { wanted: wanted(bundle('proxy', { files: [] })) }, ['TRI-P017']],
  ['an older generation', { inventory: all(installed(5)) }, ['TRI-P017']],
  [
    'a tier that loses two of three',
    { cluster: fewer, plan: waveOf(step('p3')) },
    ['TRI-P018', 'TRI-P020', 'TRI-P020'],
  ],
  ['the same, meant so', { cluster: fewer, plan: waveOf(step('p3')), force: true }, []],
  ['a director that receives is deleted', deleting('d2', snapshot), ['TRI-P020']],
  ['one without leave', deleting('d2', withoutLeave('d2')), []],
  ['a proxy that takes new flows is deleted', deleting('p2', snapshot), ['TRI-P020']],
  ['one that is empty', deleting('p2', emptied(0)), []],
  ['one that holds a connection still', deleting('p2', emptied(1)), ['TRI-P020']],
  ['the same, meant so', { ...deleting('p2', snapshot), force: true }, []],
])('%s', (_, change, want) => {
  expect(checkPlan(checked(change)).map(({ code }) => code)).toEqual(want);
});

test('what the planner plans breaks none, whatever is found', () => {
  const found = fc.constantFrom(gone, installed(3), installed(4));
  const digest = ({ role }: Bundle): string => role;
  fc.assert(
    fc.property(
      fc.tuple(...managed.map(() => found)),
      fc.boolean(),
      fc.integer({ min: 1, max: 2 }),
      (states, hitless, maxUnavailable) => {
        const policy = { ...cluster.rollout, maxUnavailable };
        const inventory = Object.fromEntries(
          managed.map(({ name }, at) => [name, states[at] ?? gone]),
        );
        const bundles = wanted(bundle('base'), bundle('proxy', { hitless }));
        const planned = plan({
          wanted: bundles,
          nodes: cluster.nodes,
          inventory,
          policy,
          digest,
          snapshot,
        });
        const intent = { ...cluster, rollout: policy };
        const faults = checkPlan(
          checked({ plan: planned, cluster: intent, wanted: bundles, inventory }),
        );
        expect(faults).toEqual([]);
      },
    ),
  );
});
