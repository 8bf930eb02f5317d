import { until } from '@tricade/feed/testing';
import type { rt } from 'netlink';
import { expect, test } from 'vitest';
import { followChild } from './child.ts';
import { neighbourOf } from './kernel.ts';
import { openLinks } from './links.ts';
import type { News } from './news.ts';

const mac = [2, 0, 0, 0, 0, 2];
const v4 = [192, 0, 2, 2];
const v6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
const [inet, inet6, bridge] = [2, 10, 7];

interface Entry {
  readonly family: number;
  readonly dst?: readonly number[];
  readonly lladdr?: readonly number[];
  readonly state?: rt.NeighborState;
}

function entry({ family, dst, lladdr, state = { reachable: true } }: Entry): rt.NeighborMessage {
  const attrs = {
    ...(dst === undefined ? {} : { dst: Buffer.from(dst) }),
    ...(lladdr === undefined ? {} : { lladdr: Buffer.from(lladdr) }),
  };
  return { kind: 'neighbor', data: { family, state }, attrs };
}

test.for([
  ['IPv4', { family: inet, dst: v4, lladdr: mac }, '192.0.2.2', '02:00:00:00:00:02'],
  [
    'IPv6, as it is written',
    { family: inet6, dst: v6, lladdr: mac },
    '2001:db8::2',
    '02:00:00:00:00:02',
  ],
  [
    'not resolved yet',
    { family: inet, dst: v4, state: { incomplete: true } },
    '192.0.2.2',
    undefined,
  ],
  [
    'failed',
    { family: inet, dst: v4, lladdr: mac, state: { failed: true } },
    '192.0.2.2',
    undefined,
  ],
  ['a tunnel: no MAC', { family: inet, dst: v4, lladdr: [192, 0, 2, 1] }, '192.0.2.2', undefined],
  ['an entry of a bridge', { family: bridge, lladdr: mac }, undefined, '02:00:00:00:00:02'],
  [
    'an entry of a VXLAN device',
    { family: bridge, dst: v4, lladdr: mac },
    undefined,
    '02:00:00:00:00:02',
  ],
] as const)('a neighbour: %s', ([, given, address, want]) =>
  expect(neighbourOf(entry(given))).toEqual({ address, mac: want }),
);

/** The lines that following `program` logs until there are two of them. */
async function logged(
  program: string,
): Promise<{ lines: readonly string[]; news: readonly News[] }> {
  const [lines, news]: [string[], News[]] = [[], []];
  const tell = (each: News): void => void news.push(each);
  const end = followChild({ program, tell, log: (line) => void lines.push(line) });
  await until(() => lines.length === 2);
  end();
  return { lines, news };
}

test('a child that ends is started again', async () => {
  const { lines, news } = await logged('process.send({ routes: true }, () => process.exit(3))');
  const again = 'the process that follows the links ended (exit 3): started again in 200 ms';
  expect(lines).toEqual([again, again]);
  expect(news).toEqual([{ routes: true }, { routes: true }]);
});

test('a child that tells nothing is tried ever more seldom', async () => {
  const { lines } = await logged('process.kill(process.pid, "SIGKILL")');
  const ended = 'the process that follows the links ended (SIGKILL): started again in';
  expect(lines).toEqual([`${ended} 200 ms`, `${ended} 400 ms`]);
});

test('of those watched, one that had a MAC and lost it is silent until it has one again', async () => {
  const [r1, r2, never] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
  const told = [
    { table: { [r1]: '02:00:00:00:00:01', [r2]: '02:00:00:00:00:02' } },
    { neighbour: [r1, null] },
    { neighbour: [r1, '02:00:00:00:00:01'] },
  ];
  const program = `const told = ${JSON.stringify(told)};
    setInterval(() => told.length > 0 && process.send(told.shift()), 50);`;
  const links = openLinks({ program });
  const seen: string[][] = [];
  links.onNeighbours(() => seen.push([...links.silent]));
  await links.resolve([r2], [r1, never]);
  await until(() => seen.length === 3);
  links.close();
  expect(seen).toEqual([[], [r1], []]);
});
