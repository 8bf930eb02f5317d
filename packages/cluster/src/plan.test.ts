import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterNode, Generation, Latch, Tier } from './model/intent.ts';
import type { Bundle, RoleName, Wanted } from './model/plan.ts';
import type { Found, Inventory, NodeReport, Snapshot } from './model/seen.ts';
import { type PlanInput, plan, tierOrder } from './plan.ts';
import { reason } from './reason.ts';

const node = (name: string, tier: Tier): ClusterNode => ({
  name,
  tier,
  legs: [],
  managed: true,
  management: { address: '192.0.2.1', port: 22 },
});
const fleet = [
  node('r1', 'routers'),
  node('r2', 'routers'),
  node('l4a', 'l4'),
  node('l4b', 'l4'),
  node('p1', 'l7'),
  node('p2', 'l7'),
  node('p3', 'l7'),
  node('m1', 'monitor'),
];
const generation = (number: number): Generation => ({
  number,
  digest: `digest-${number}`,
  ids: {},
  hashKey: '',
});

/** A bundle whose digest is its one file's text. */
const bundle = (role: RoleName, text: string, hitless: boolean): Bundle => ({
  role,
  hitless,
  packages: [],
  files: [{ path: `/etc/${role}`, mode: 0o644, content: { text } }],
  sysctls: {},
  checks: [],
  units: [],
  activate: [],
});
const digest = ({ files }: Bundle): string => {
  const content = files[0]?.content;
  return content !== undefined && 'text' in content ? content.text : '';
};
const wantedOf = (nodes: readonly ClusterNode[], number: number, hitless: boolean): Wanted[] =>
  nodes.map(({ name }) => ({
    node: name,
    generation: generation(number),
    bundles: [bundle('base', 'same', true), bundle('proxy', `of ${number}`, hitless)],
  }));

const facts = { name: '', os: '', kernel: '', hardware: {}, devices: {}, packages: {} };
const empty: Found = { facts, generation: undefined, roles: {} };
const seen = (bundleDigest: string) => ({ bundleDigest, running: true, notes: [] });
const installed = (number: number): Found => ({
  facts,
  generation: generation(number),
  roles: { base: seen('same'), proxy: seen(`of ${number}`) },
});
const gone: Found = { unreachable: reason('no-ssh', 'nobody answers') };
const all = (found: Found): Inventory => Object.fromEntries(fleet.map(({ name }) => [name, found]));

const latch = (target: string, kind: Latch['kind'], untilMs?: number): Latch => ({
  target,
  kind,
  by: 'ana',
  why: 'kernel',
  sinceMs: 0,
  revision: 1,
  ...(untilMs === undefined ? {} : { untilMs }),
});
/** A monitor answers, and every node reports. */
const snapshot = (...latches: readonly Latch[]): Snapshot =>
  ({
    atMs: 1_000,
    feed: { latches: Object.fromEntries(latches.map((each) => [each.target, each])) },
    reports: Object.fromEntries(fleet.map(({ name }) => [name, {} as NodeReport])),
  }) as unknown as Snapshot;

const input = (given: Partial<PlanInput> & { readonly hitless?: boolean }): PlanInput => ({
  wanted: wantedOf(fleet, 2, given.hitless ?? true),
  nodes: fleet,
  inventory: all(installed(1)),
  policy: { canary: 1, maxUnavailable: 1, drainMs: 0, gates: { errorRate: 0, waitMs: 0 } },
  digest,
  ...given,
});
const waveOf = (of: PlanInput): readonly string[] => plan(of).wave.map((step) => step.node);
const names = (tier: Tier): string[] =>
  fleet.filter((each) => each.tier === tier).map((each) => each.name);
const done = (...tiers: readonly Tier[]): Inventory => ({
  ...all(installed(1)),
  ...Object.fromEntries(tiers.flatMap(names).map((name) => [name, installed(2)])),
});
const policy = (canary: number, maxUnavailable: number): PlanInput['policy'] => ({
  ...input({}).policy,
  canary,
  maxUnavailable,
});

describe('the next wave', () => {
  const beforeL7 = done('monitor');
  const canaryDone = { ...beforeL7, p1: installed(2) };
  const cases: readonly (readonly [string, Parameters<typeof input>[0], readonly string[]])[] = [
    ['an empty cluster is filled at once', { inventory: all(empty) }, fleet.map((n) => n.name)],
    ['nothing to do', { inventory: all(installed(2)) }, []],
    ['the monitor leads', {}, ['m1']],
    ['then proxies, a canary first', { inventory: beforeL7 }, ['p1']],
    ['two canaries', { inventory: beforeL7, policy: policy(2, 1) }, ['p1', 'p2']],
    ['after it all others, where no flow is cut', { inventory: canaryDone }, ['p2', 'p3']],
    ['else as many as may be out', { inventory: canaryDone, hitless: false }, ['p2']],
    ['or more', { inventory: canaryDone, hitless: false, policy: policy(1, 2) }, ['p2', 'p3']],
    ['directors after proxies', { inventory: done('monitor', 'l7') }, ['l4a']],
    ['routers last', { inventory: done('monitor', 'l7', 'l4') }, ['r1']],
    [
      'routers that restart: one by one although nothing can drain them',
      { inventory: { ...done('monitor', 'l7', 'l4'), r1: installed(2) }, hitless: false },
      ['r2'],
    ],
    ['a new node beside the canary', { inventory: { ...beforeL7, p3: empty } }, ['p3', 'p1']],
    [
      'none more while one is latched out',
      { inventory: canaryDone, hitless: false, snapshot: snapshot(latch('l7/p1', 'drain')) },
      [],
    ],
    [
      'the one that is latched out changes',
      { inventory: canaryDone, hitless: false, snapshot: snapshot(latch('p3', 'drain')) },
      ['p3'],
    ],
    [
      'a latch that is over holds nothing',
      { inventory: canaryDone, hitless: false, snapshot: snapshot(latch('p1', 'drain', 999)) },
      ['p2'],
    ],
    [
      'nor one that forces up',
      { inventory: canaryDone, hitless: false, snapshot: snapshot(latch('p1', 'force-up')) },
      ['p2'],
    ],
    [
      'none more while one cannot be reached',
      { inventory: { ...canaryDone, p3: gone }, hitless: false },
      [],
    ],
  ];
  test.for(cases)('%s', ([, given, want]) => {
    expect(waveOf(input(given))).toEqual(want);
  });

  test('who cannot be reached waits, the others go on', () => {
    const { wave, waits } = plan(input({ inventory: { ...all(empty), p1: gone } }));
    expect(wave).toHaveLength(fleet.length - 1);
    expect(waits).toEqual([{ node: 'p1', why: reason('no-ssh', 'nobody answers') }]);
  });

  test('every wait has its reason', () => {
    const { waits } = plan(input({ inventory: done('monitor') }));
    expect(waits.map(({ node: name, why }) => `${name} ${why.word}`)).toEqual([
      'r1 after-tier',
      'r2 after-tier',
      'l4a after-tier',
      'l4b after-tier',
      'p2 after-canary',
      'p3 after-canary',
    ]);
  });

  test('no more may be out: that is the reason', () => {
    const given = { ...beforeL7, p1: installed(2), p3: gone };
    const { wave, waits } = plan(input({ inventory: given, hitless: false }));
    expect(wave).toEqual([]);
    expect(waits.find((wait) => wait.node === 'p2')?.why.word).toBe('max-unavailable');
  });

  test.for([
    ['hitless', true, 'p1', snapshot(), false],
    ['cuts flows', false, 'p1', snapshot(), true],
    ['cuts flows, but nobody reports', false, 'p1', undefined, false],
    ['a router has no drain of its own', false, 'r1', snapshot(), false],
  ] as const)('drained first: %s', ([, hitless, name, live, want]) => {
    const others = tierOrder.filter((tier) => !names(tier).includes(name));
    const found = plan(
      input({ inventory: done(...others), hitless, ...(live ? { snapshot: live } : {}) }),
    );
    expect(found.wave.map((step) => [step.node, step.drainFirst])).toEqual([[name, want]]);
  });

  test('only what differs is changed, and the plan has a name of its own', () => {
    const [one, two] = [plan(input({})), plan(input({ inventory: done('monitor') }))];
    expect(one.wave[0]?.changes).toEqual([{ role: 'proxy', path: '/etc/proxy', change: 'change' }]);
    expect(one.id).toMatch(/^[0-9a-f]{8}$/);
    expect(one.id).not.toBe(two.id);
    expect(plan(input({})).id).toBe(one.id);
  });
});

const tier = fc.constantFrom<Tier>('monitor', 'servers', 'l7', 'l4', 'routers');
const start = fc.constantFrom<Found>(empty, installed(1), installed(2), gone);

test('planning again and again ends as wanted, tier by tier, and never takes out more than may be', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(tier, start), { minLength: 1, maxLength: 12 }),
      fc.record({
        canary: fc.integer({ min: 0, max: 3 }),
        maxUnavailable: fc.integer({ min: 1, max: 3 }),
        hitless: fc.boolean(),
      }),
      (drawn, { canary, maxUnavailable, hitless }) => {
        const nodes = drawn.map(([of], index) => node(`n${index}`, of));
        const inventory: Record<string, Found> = Object.fromEntries(
          drawn.map(([, found], index) => [`n${index}`, found]),
        );
        const next = () =>
          plan(
            input({
              nodes,
              wanted: wantedOf(nodes, 2, hitless),
              inventory,
              policy: policy(canary, maxUnavailable),
            }),
          );
        for (let round = 0; round <= nodes.length; round++) {
          const { wave } = next();
          if (wave.length === 0) break;
          const live = wave.filter(({ node: name }) => {
            const found = inventory[name];
            return found !== undefined && 'roles' in found && found.generation !== undefined;
          });
          const tiers = new Set(live.map((step) => nodes.find((n) => n.name === step.node)?.tier));
          expect(tiers.size).toBeLessThanOrEqual(1);
          const out = nodes.filter(
            (each) => tiers.has(each.tier) && inventory[each.name] === gone,
          ).length;
          if (!hitless && live.length > 0)
            expect(live.length + out).toBeLessThanOrEqual(maxUnavailable);
          for (const step of wave) inventory[step.node] = installed(2);
        }
        const { wave, waits } = next();
        expect(wave).toEqual([]);
        // What is left waits for a node that nobody can reach: itself, or one whose place it would take.
        const held = waits.filter((wait) => inventory[wait.node] !== gone);
        if (hitless || !nodes.some((each) => inventory[each.name] === gone))
          expect(held).toEqual([]);
      },
    ),
  );
});
