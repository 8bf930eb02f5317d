import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bundle } from '@tricade/cluster';
import { expect, test } from 'vitest';
import {
  gatewaySysctls,
  lackingWays,
  readScript,
  type WaysOutInput,
  waysOutText,
  withWaysOut,
} from './ways-out.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const bare: Bundle = {
  role: 'receiver',
  packages: [],
  files: [],
  sysctls: {},
  checks: [],
  units: [],
  activate: [],
  hitless: true,
};
const input: WaysOutInput = {
  ways: [
    { device: 'edge', routers: ['198.51.100.2', '198.51.100.1'] },
    { device: 'edge', routers: ['2001:db8:1::1', '2001:db8:1::2'] },
  ],
  answers: [
    { from: '203.0.113.10' },
    { from: '203.0.113.128/28' },
    { from: '2001:db8:cafe::10' },
    { iif: 'edge' },
  ],
};

function textOf(ending: string): string {
  const file = withWaysOut(bare, input).files.find(({ path }) => path.endsWith(ending));
  return file && 'text' in file.content ? file.content.text : '';
}

test.for(['ways-out', 'ways-out.sh', 'ways-out.service'])('%s is golden', async (ending) => {
  await expect(textOf(ending)).toMatchFileSnapshot(join(testdata, ending));
});

test('with one router nothing comes with it', () => {
  expect(withWaysOut(bare, { ...input, ways: [] })).toBe(bare);
});

test('timers of neighbours are set for the family and device that have several routers', () => {
  const keys = (gateways: Parameters<typeof gatewaySysctls>[1]) =>
    Object.keys(gatewaySysctls(['edge.7'], gateways));
  expect(keys({ '198.51.100.101': ['198.51.100.1'] })).toEqual([]);
  expect(keys({ '198.51.100.101': ['198.51.100.1', '198.51.100.2'] })).toContain(
    'net/ipv4/neigh/edge.7/retrans_time_ms',
  );
});

/** The script in a network namespace of its own, list after list: what the kernel then does not follow of the whole input. */
function played(lists: readonly string[]): readonly (readonly string[])[] {
  const script = textOf('ways-out.sh')
    .replace(/^LIST=.*$/m, 'LIST="$dir/list"')
    .replace(/^APPLIED=.*$/m, 'APPLIED="$dir/applied"');
  const play = `set -e; dir=$(mktemp -d); export dir; trap 'rm -r "$dir"' EXIT; cat > "$dir/run"
    ip link add edge type veth peer name other; ip link set edge up; ip link set other up
    ip addr add 198.51.100.21/24 dev edge; ip addr add 2001:db8:1::21/64 dev edge nodad
    for list in "$@"; do
      if [ "$list" = stop ]; then verb=stop; else verb=start; printf "$list" > "$dir/list"; fi
      sh "$dir/run" $verb
      ${readScript}
      echo; echo ===
    done`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-Urn', 'sh', '-c', play, 'sh', ...lists],
    { input: script, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('===\n')
    .slice(0, -1)
    .map((part) => lackingWays(input, part));
}

test('table and rules follow the list, and nothing is left behind', () => {
  const all = waysOutText(input);
  const lines = all.trim().split('\n');
  const other = all.replaceAll('198.51.100.2', '198.51.100.3').replaceAll('1::2', '1::3');
  const [four, six] = [4, 6].map((family) =>
    lines.filter((line) => line.startsWith(String(family))),
  ) as [string[], string[]];
  const text = (these: readonly string[]) => `${these.join('\n')}\n`;
  const [without4, without6] = [
    text(lines.filter((line) => !line.includes('203.0.113.10'))),
    text(four),
  ];
  expect(
    played(
      [without6, without4, all, all, without6, other, all, 'stop'].map((list) =>
        list.replaceAll('\n', '\\n'),
      ),
    ),
  ).toEqual([
    six,
    ['4 rule from 203.0.113.10'],
    [],
    [],
    six,
    ['4 route edge 198.51.100.1 198.51.100.2', '6 route edge 2001:db8:1::1 2001:db8:1::2'],
    [],
    lines,
  ]);
});
