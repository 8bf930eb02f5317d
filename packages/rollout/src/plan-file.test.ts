import { type Found, type Plan, reason } from '@tricade/cluster';
import { wellSnapshot } from '@tricade/cluster/testing';
import { expect, test } from 'vitest';
import { outOfDate, type PlanGround, planFileText, readPlanFile } from './plan-file.ts';
import { generation, wantedAll } from './testing/cluster.ts';

const { cluster } = wellSnapshot();
const hashKey = '0123456789abcdef0123456789abcdef';
const next = { ...generation(2, 'two'), hashKey };
const device = { mac: '02:00:00:00:00:01', mtuBytes: 1500 };
const address = cluster.nodes.find(({ name }) => name === 'p1')?.legs[0]?.addresses[0] ?? '';
const facts = {
  os: 'Debian 12',
  kernel: '6.1',
  devices: { front: { ...device, addresses: [`${address}/24`, '192.0.2.250/24'] } },
  packages: {},
};
const role = { bundleDigest: 'ab'.repeat(32), running: true, notes: [] };
const p1: Exclude<Found, { unreachable: unknown }> = {
  facts,
  generation: { ...generation(1, 'one'), hashKey },
  roles: { proxy: role },
};
const away: Found = { unreachable: reason('timed-out', 'p2 did not answer') };
const wave: Plan['wave'] = [
  { node: 'p1', changes: [], drainFirst: true, why: reason('differs', 'proxy differs') },
];
const plan: Plan = { id: '3f9c', generation: next, wave, waits: [], findings: [] };
const ground: PlanGround = {
  cluster,
  generation: next,
  inventory: { p1, p2: away },
  plan,
  keyless: wantedAll(next),
};
const head = { program: 'tricade 0.1.0', madeAtMs: 1, by: 'ana@ops', clusterFile: 'cluster.yaml' };
const text = planFileText(head, ground);
const file = readPlanFile(text, 'next.plan');
if (file === undefined) throw new Error('no plan');

test('what was written is read again, and holds while nothing has changed', () => {
  expect(file).toMatchObject({ ...head, generation: 2, plan: { id: '3f9c', wave } });
  expect(outOfDate(file, ground)).toEqual([]);
});

test('no key and no bundle stands in it', () => {
  expect(text).not.toContain(hashKey);
  expect(text).not.toContain('role.conf');
});

const found = (change: Partial<typeof p1>): PlanGround => ({
  ...ground,
  inventory: { p1: { ...p1, ...change }, p2: away },
});
const other = { ...next, digest: 'another' };
test.each<readonly [string, PlanGround, string, RegExp]>([
  ['the cluster file', { ...ground, generation: other }, 'TRI-R007', /^cluster.yaml says/],
  ['the generation', { ...ground, generation: { ...next, number: 3 } }, 'TRI-R008', /2.* 3$/],
  [
    'a node rolled out by somebody else',
    found({ generation: { ...next, number: 2 } }),
    'TRI-R009',
    /^p1: generation 1 then, 2 now$/,
  ],
  [
    'another content under the same number',
    found({ generation: { ...generation(1, 'uno'), hashKey } }),
    'TRI-R009',
    /^p1: another generation 1$/,
  ],
  ['the kernel', found({ facts: { ...facts, kernel: '6.2' } }), 'TRI-R009', /6\.1 then.* 6\.2 now/],
  [
    'an interface',
    found({ facts: { ...facts, devices: {} } }),
    'TRI-R009',
    /^p1: interface front .* absent now/,
  ],
  [
    'an address that the file names',
    found({ facts: { ...facts, devices: { front: { ...device, addresses: [] } } } }),
    'TRI-R009',
    /^p1: interface front/,
  ],
  [
    'a file on a node',
    found({ roles: { proxy: { ...role, bundleDigest: '' } } }),
    'TRI-R009',
    /role proxy is not as it was \(abababab then, not as installed now\)/,
  ],
  [
    'a unit that died',
    found({ roles: { proxy: { ...role, running: false } } }),
    'TRI-R009',
    /stopped now/,
  ],
  [
    'a node that is away now',
    { ...ground, inventory: { p1: away, p2: away } },
    'TRI-R009',
    /cannot/,
  ],
  ['a node that is back', { ...ground, inventory: { p1, p2: p1 } }, 'TRI-R009', /^p2: .*can now$/],
  ['a node that is gone', { ...ground, inventory: { p1 } }, 'TRI-R009', /^p2: is not in the/],
  [
    'a latch: no drain any more',
    { ...ground, plan: { ...plan, wave: wave.map((step) => ({ ...step, drainFirst: false })) } },
    'TRI-R010',
    /^the plan has p1 \(drained first\), planning now gives p1$/,
  ],
  [
    'a program that renders otherwise',
    { ...ground, keyless: wantedAll(next, (bundle) => ({ ...bundle, packages: ['jq'] })) },
    'TRI-R010',
    /renders other files for p1 than tricade 0\.1\.0/,
  ],
])('out of date: %s', (_, now, code, message) => {
  const findings = outOfDate(file, now);
  expect(findings.map((each) => each.code)).toEqual([code]);
  expect(findings[0]?.message).toMatch(message);
});

test('what does not count: an address that no file names, a reason why a node is away', () => {
  const devices = { front: { ...device, addresses: [`${address}/24`] } };
  expect(outOfDate(file, found({ facts: { ...facts, devices } }))).toEqual([]);
  const refused = { unreachable: reason('login-refused', 'no') };
  expect(outOfDate(file, { ...ground, inventory: { p1, p2: refused } })).toEqual([]);
});

test.each([
  ['a cluster file', 'version: 1\ncluster: shop\n'],
  ['a cluster file in JSON', '{"version": 1, "cluster": "shop"}'],
  ['half a file', text.slice(0, 100)],
])('%s is no plan', (_, other_) => {
  expect(readPlanFile(other_, 'x')).toBeUndefined();
});

test.each([
  ['altered', text.replace('"drainFirst": true', '"drainFirst": false'), /^x was altered/],
  [
    'of another version',
    text.replace('"version": 1', '"version": 2'),
    /^x is of version 2, not 1$/,
  ],
])('a plan that is %s is refused', (_, bad, message) => {
  expect(() => readPlanFile(bad, 'x')).toThrow(
    expect.objectContaining({ code: 'TRI-R006', message: expect.stringMatching(message) }),
  );
});
