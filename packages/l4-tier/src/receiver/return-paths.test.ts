import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ReceiverState } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { receiverBundle } from './render.ts';
import { macsChange, macsText, wantedMacs, waysText } from './return-paths.ts';
import { parseWays } from './ways-back.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const state: ReceiverState = {
  node: 'p1',
  device: 'edge',
  vips: [],
  modes: ['dnat'],
  directors: ['198.51.100.11', '198.51.100.12'],
  returnPaths: [
    { director: 'l4a', number: 0x640b, addresses: ['198.51.100.11', '2001:db8:1::11'] },
    { director: 'l4b', number: 0x640c, addresses: ['198.51.100.12'] },
  ],
  tables: [],
};
const macs = ['02:00:00:00:00:11', '02:00:00:00:00:12'] as const;

function textOf(ending: string): string {
  const file = receiverBundle(state).files.find(({ path }) => path.endsWith(ending));
  return file && 'text' in file.content ? file.content.text : '';
}

test.for(['return-paths', 'return-paths.nft', 'return-paths.sh', 'return-paths.service'])(
  '%s is golden',
  async (ending) => {
    await expect(textOf(ending)).toMatchFileSnapshot(join(testdata, ending));
  },
);

test('settings and programs come with it, and only where flows are translated', () => {
  const { sysctls, packages, units } = receiverBundle(state);
  expect(Object.keys(sysctls).filter((key) => key.endsWith('accept_redirects'))).toHaveLength(4);
  expect(packages).toContain('nftables');
  expect(units).toHaveLength(2);
  const none = receiverBundle({ ...state, returnPaths: [] });
  expect(none.units).toHaveLength(1);
  expect(Object.keys(none.sysctls).join()).not.toMatch(/redirect|conntrack/);
});

/** The script in a network namespace of its own, list after list: rules and routes as the kernel has them. */
function played(lists: readonly string[], replaced: Readonly<Record<string, string>> = {}): string {
  const edit = (text: string) =>
    Object.entries(replaced).reduce((all, [from, to]) => all.replace(from, to), text);
  const script = edit(textOf('return-paths.sh'))
    .replace(/^LIST=.*$/m, 'LIST="$dir/list"')
    .replace(/^APPLIED=.*$/m, 'APPLIED="$dir/applied"')
    .replace(/^SETTINGS=.*$/m, 'SETTINGS=/dev/null');
  const play = `set -e; dir=$(mktemp -d); export dir; trap 'rm -r "$dir"' EXIT; cat > "$dir/run"
    printf '%s' "$rules" > "$dir/rules"; ip link add edge type veth peer name other; ip link set edge up; ip link set other up
    ip addr add 198.51.100.21/24 dev edge; ip addr add 2001:db8:1::21/64 dev edge nodad
    for list in "$@"; do
      if [ "$list" = stop ]; then verb=stop; else verb=start; printf "$list" > "$dir/list"; fi
      sh "$dir/run" $verb "$dir/rules"
      echo "$(ip rule show pref 5200 | wc -l) $(ip -6 rule show pref 5200 | wc -l) $(ip -4 route show table all default | wc -l) $(nft list tables | grep -c tricade_return)"
    done`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-Urn', 'sh', '-c', play, 'sh', ...lists],
    {
      input: script,
      encoding: 'utf8',
      env: { ...process.env, rules: edit(textOf('return-paths.nft')) },
    },
  );
  return status === 0 ? stdout : `refused: ${stderr}`;
}

describe('the script', () => {
  const all = waysText(state).replaceAll('\n', '\\n');
  const one = '4 0x5452640b 198.51.100.11 edge\\n';
  test('makes the kernel agree with each list, and leaves nothing behind', () => {
    expect(played([one, all, all, one, 'stop']).trim().split('\n')).toEqual([
      '1 0 1 1',
      '2 1 2 1',
      '2 1 2 1',
      '1 0 1 1',
      '0 0 0 0',
    ]);
  });

  test('a judge that accepts all would show', () => {
    expect(played([one], { '@directors': '@nobody' })).toMatch(/^refused/);
  });
});

describe('what the kernel has', () => {
  const map = (elem?: unknown) =>
    JSON.stringify({ nftables: [{ map: { name: 'directors', elem } }] });
  const routes = [{ dst: 'default', gateway: '198.51.100.11', dev: 'edge', table: '1414685707' }];
  const rules = [{ fwmark: '0x5452640b', table: '1414685707' }];
  const listed = (parts: readonly unknown[]) =>
    [map([[macs[0], 0x5452_640b]]), ...parts.map((part) => JSON.stringify(part))].join('\n---\n');

  test('is held against the list line by line', () => {
    const read = parseWays(listed([routes, [], rules, []]), waysText(state));
    expect(read.macs).toEqual(new Map([[macs[0], 0x5452_640b]]));
    expect(read.lacking).toEqual([
      '4 0x5452640c 198.51.100.12 edge',
      '6 0x5452640b 2001:db8:1::11 edge',
    ]);
  });

  test('a rule without its route is none', () => {
    const read = parseWays(listed([[], [], rules, []]), '4 0x5452640b 198.51.100.11 edge\n');
    expect(read.lacking).toHaveLength(1);
  });
});

test('MACs lead from any to any other', () => {
  const any = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...macs), fc.constantFrom(1, 2)), {
      selector: ([m]) => m,
    })
    .map((all) => new Map<string, number>(all));
  fc.assert(
    fc.property(any, any, (from, to) => {
      const after = new Map(from);
      for (const line of macsChange(from, to).split('\n').filter(Boolean)) {
        const [, verb, body = ''] = /^(add|delete) element .* \{ (.*) \}$/.exec(line) ?? [];
        for (const [mac = '', mark] of body.split(', ').map((each) => each.split(' : '))) {
          if (after.has(mac) !== (verb === 'delete')) throw new Error(line);
          if (verb === 'delete') after.delete(mac);
          else after.set(mac, Number(mark));
        }
      }
      expect(macsText(after)).toBe(macsText(to));
    }),
  );
});

test('both families of a director are one MAC; who is not resolved is left out', () => {
  const directors = { '198.51.100.11': macs[0].toUpperCase(), '2001:db8:1::11': macs[0] };
  expect(wantedMacs(state, { directors, reals: {} })).toEqual(new Map([[macs[0], 0x5452_640b]]));
});
