import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type ReceiverState, TricadeError } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { listText, missing, parseHeld, receiverBundle } from './render.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const state: ReceiverState = {
  node: 'p1',
  device: 'edge',
  vips: ['203.0.113.10', '2001:db8:ffff::10', '203.0.113.64/28', '2001:db8:aaaa::/64'],
  modes: ['dsr'],
  directors: ['198.51.100.11'],
  tables: [],
  returnPaths: [],
};

function textOf(ending: string): string {
  const file = receiverBundle(state).files.find(({ path }) => path.endsWith(ending));
  return file && 'text' in file.content ? file.content.text : '';
}

test.for(['-vips', '.sh', '.service'])('%s is golden', async (ending) => {
  await expect(textOf(ending)).toMatchFileSnapshot(join(testdata, `receiver${ending}`));
});

test('numbers for connection ids stand in a file, where a service speaks QUIC', () => {
  const quicIds = [
    { service: 'h3', id: 2 },
    { service: 'media', id: 258 },
  ];
  const fileOf = (given: ReceiverState) =>
    receiverBundle(given).files.find(({ path }) => path === '/etc/tricade/quic-ids')?.content;
  expect(fileOf({ ...state, quicIds })).toEqual({ text: 'h3 0002\nmedia 0102\n' });
  expect(fileOf(state)).toBeUndefined();
});

/** The script in a network namespace of its own, which needs no root: what it does to loopback, list after list. */
function played(lists: readonly string[]): string {
  const script = textOf('.sh')
    .replace(/^LIST=.*$/m, 'LIST="$1.list"')
    .replace(/^APPLIED=.*$/m, 'APPLIED="$1.applied"')
    .replace('${1:-start}', '${2:-start}');
  const play = `set -e; dir=$(mktemp -d); trap 'rm -r "$dir"' EXIT; cat > "$dir/run"; ip link set lo up; ip addr add 192.0.2.1/32 dev lo
    ip -o monitor address route > "$dir/seen" & monitor=$!
    until ip link set lo up && ip addr add 192.0.2.9/32 dev lo 2>/dev/null; grep -q 192.0.2.9 "$dir/seen"; do ip addr del 192.0.2.9/32 dev lo; done
    for list in "$@"; do
      : > "$dir/seen"
      if [ "$list" = stop ]; then verb=stop; else verb=start; printf "$list" > "$dir/v.list"; fi
      sh "$dir/run" "$dir/v" $verb
      ip addr add 192.0.2.8/32 dev lo; until grep -q 192.0.2.8 "$dir/seen"; do :; done; ip addr del 192.0.2.8/32 dev lo
      echo "$(ip -o addr show dev lo | grep -oE '(203.0.113|2001:db8|192.0.2.1/)[^ ]*' | tr '\\n' ' ')| $(ip route show table local type local dev lo | grep -oE '203.0.113[^ ]*/[^ ]*' | tr '\\n' ' ')| deleted $(grep -c '^Deleted.*203.0.113.10' "$dir/seen")"
    done
    kill $monitor`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-Urn', 'sh', '-c', play, 'sh', ...lists],
    {
      input: script,
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  return status === 0 ? stdout : stderr;
}

describe('the script', () => {
  const all = listText(state).replaceAll('\n', '\\n');
  test('puts VIPs on loopback, takes away only its own, and does not touch what stays', () => {
    const one = 'address 203.0.113.10/32\\n';
    const two = `${one}address 203.0.113.11/32\\n`;
    expect(played([one, two, two, one, 'stop']).trim().split('\n')).toEqual([
      '192.0.2.1/32 203.0.113.10/32 | | deleted 0',
      '192.0.2.1/32 203.0.113.10/32 203.0.113.11/32 | | deleted 0',
      '192.0.2.1/32 203.0.113.10/32 203.0.113.11/32 | | deleted 0',
      '192.0.2.1/32 203.0.113.10/32 | | deleted 0',
      expect.stringMatching(/^192\.0\.2\.1\/32 \| \| deleted [1-9]/),
    ]);
  });

  test('takes prefixes as local routes, both families', () => {
    expect(played([all, 'stop']).trim().split('\n')[0]).toBe(
      '192.0.2.1/32 203.0.113.10/32 2001:db8:ffff::10/128 | 203.0.113.64/28 | deleted 0',
    );
  });
});

test('programs may answer from an IPv6 prefix that no device has', () => {
  const of = (vips: readonly string[]) => receiverBundle({ ...state, vips }).sysctls;
  expect(of(['2001:db8:aaaa::/64'])).toHaveProperty(['net.ipv6.ip_nonlocal_bind'], '1');
  expect(of(['2001:db8:ffff::10', '203.0.113.64/28'])).not.toHaveProperty([
    'net.ipv6.ip_nonlocal_bind',
  ]);
});

test('what the kernel holds is compared as prefixes', () => {
  const addresses = '[{"ifname":"lo","addr_info":[{"local":"203.0.113.10","prefixlen":32}]}]';
  const held = parseHeld(addresses, '[{"dst":"203.0.113.64/28"},{"dst":"127.0.0.1"}]');
  expect(missing(state, held)).toEqual(['2001:db8:ffff::10/128', '2001:db8:aaaa::/64']);
});

test.for(['', 'x', '203.0.113.10; reboot', '203.0.113.300', '203.0.113.0/33'])(
  'VIP %j is refused',
  (vip) => {
    expect(() => listText({ ...state, vips: [vip] })).toThrow(TricadeError);
  },
);

test('a mode whose packets it could not read is refused', () => {
  expect(() => receiverBundle({ ...state, modes: ['tunnel'] })).toThrow(/tunnel/);
});

test('a device with syntax is refused', () => {
  expect(() => receiverBundle({ ...state, device: 'a b' })).toThrow(TricadeError);
});
