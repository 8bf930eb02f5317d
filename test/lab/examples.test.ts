/**
 * Examples that today's drivers can do, as an operator runs them: a lab, a rollout, health, and every packet table held against the wire.
 * `npm run examples` runs them all; `npm test` leaves out those whose paths other tests of the lab prove as well.
 */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { healthy, must, type Stage } from '../../demo/measure.ts';
import { lower, raise } from '../../demo/stage.ts';
import { tricade } from '../../demo/tricade.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Example {
  /** Relative to the checkout. */
  readonly file: string;
  /** What makes the case a special one. */
  readonly what: string;
  /** Services × VIPs × ports: so many requests are made and traced. */
  readonly proofs: number;
  /** The test that proves the same path in every run. */
  readonly alsoIn?: string;
  /** A command between health and proof. */
  readonly before?: (file: string) => readonly string[];
  /** What the tables must and must not show then. */
  readonly shows?: readonly RegExp[];
  readonly hides?: RegExp;
}

const examples: readonly Example[] = [
  {
    file: 'examples/reverse-proxy.yaml',
    what: 'three tiers',
    proofs: 1,
    alsoIn: 'test/lab/rollout.test.ts',
  },
  {
    file: 'examples/dsr.yaml',
    what: 'managed servers behind directors',
    proofs: 1,
    alsoIn: 'test/lab/modes.test.ts',
  },
  {
    file: 'examples/dns.yaml',
    what: 'DNS over UDP and TCP, one server drained',
    proofs: 2,
    before: (file) => ['drain', file, 'd1', '--timeout', '20s'],
    shows: [/port 53\/udp/, /port 53\/tcp/],
    hides: /\bd1\b/,
  },
  {
    file: 'examples/dnat.yaml',
    what: 'replies return through the director',
    proofs: 1,
    alsoIn: 'test/faults/translated-drain.test.ts',
  },
  {
    file: 'examples/full-nat.yaml',
    what: 'servers that nobody has touched',
    proofs: 1,
    alsoIn: 'test/lab/modes.test.ts',
  },
  { file: 'examples/tunnel.yaml', what: 'servers behind a router', proofs: 1, shows: [/vxlan/] },
  {
    file: 'examples/vipless.yaml',
    what: 'a prefix of addresses that no node has',
    proofs: 1,
    alsoIn: 'test/lab/modes.test.ts',
    shows: [/203\.0\.113\.128/],
  },
  {
    file: 'examples/dual-stack.yaml',
    what: 'both families',
    proofs: 2,
    alsoIn: 'test/lab/xdp.test.ts',
    shows: [/203\.0\.113\.10/, /2001:db8:cafe::10/],
  },
  {
    file: 'examples/two-arms.yaml',
    what: 'in by one device, out by another',
    proofs: 1,
    alsoIn: 'test/lab/modes.test.ts',
    shows: [/ back +.* 02:5a:00:0[01]:00:00 /],
  },
  {
    file: 'test/lab/dns-v6.yaml',
    what: 'DNS where servers and VIP have IPv6 alone',
    proofs: 2,
    shows: [/2001:db8:cafe::53 port 53\/udp/, /2001:db8:cafe::53 port 53\/tcp/],
  },
  {
    file: 'test/lab/two-routers.yaml',
    what: 'asked through one router, answered through any',
    proofs: 1,
    alsoIn: 'test/faults/router.test.ts',
    before: (file) => [
      'lab',
      'exec',
      file,
      'client',
      ...'ip route replace default via 192.0.2.2'.split(' '),
    ],
    shows: [/^1 +client +r2 /m],
  },
];

const asked = examples.filter(
  ({ alsoIn }) => alsoIn === undefined || process.env['TRICADE_EXAMPLES'] === 'all',
);

let stage: Stage | undefined;
afterEach(async () => {
  if (stage !== undefined) await lower(stage);
  stage = undefined;
});

test.each(asked)('$file: $what', async ({ file, proofs, before, shows = [], hides }) => {
  const path = `${root}${file}`;
  stage = (await raise(path, { tied: true })).stage;
  const lab = stage.cluster.name;
  expect(lab).toBe(basename(file, '.yaml'));
  await must(tricade(['apply', path, '--yes'], { lab }));
  await healthy(stage, '60s');
  if (before !== undefined) await must(tricade(before(path), { lab }));
  const { stdout } = await must(tricade(['lab', 'prove', path], { lab }));
  expect(stdout).toContain(`PROVED  ${proofs} of ${proofs} `);
  for (const text of shows) expect(stdout).toMatch(text);
  if (hides !== undefined) expect(stdout).not.toMatch(hides);
});
