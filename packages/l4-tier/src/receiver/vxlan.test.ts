import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ReceiverState } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { receiverBundle } from './render.ts';
import { linksScript, linksText, missingLinks } from './vxlan.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const state: ReceiverState = {
  node: 'p1',
  device: 'edge',
  vips: ['203.0.113.10'],
  modes: ['tunnel'],
  directors: ['198.51.100.11', '198.51.100.12', '2001:db8:1::11'],
  vxlan: { mac: '02:54:c6:33:64:15', addresses: ['198.51.100.21', '2001:db8:1::21'] },
  returnPaths: [],
  tables: [],
};

function textOf(ending: string): string {
  const file = receiverBundle(state).files.find(({ path }) => path.endsWith(ending));
  return file && 'text' in file.content ? file.content.text : '';
}

test.for([
  'receiver-tunnels',
  'receiver-tunnels.nft',
  'receiver-tunnels.sh',
  'receiver-tunnels.service',
])('%s is golden', async (ending) => {
  await expect(textOf(ending)).toMatchFileSnapshot(join(testdata, ending));
});

test('nothing comes with it where nothing is tunnelled, and a tunnel of another kind is refused', () => {
  const { vxlan: _, ...without } = state;
  expect(receiverBundle({ ...without, modes: ['dsr'] }).units).toHaveLength(1);
  expect(() => receiverBundle(without)).toThrow(/out of a tunnel/);
});

/** The script in a network namespace of its own, list after list: devices as the kernel has them, and what is missing of the whole state. */
function played(
  lists: readonly string[],
): readonly { devices: string; missing: readonly string[] }[] {
  const script = textOf('receiver-tunnels.sh').replace(/^LIST=.*$/m, 'LIST="$dir/list"');
  const play = `set -e; dir=$(mktemp -d); export dir; trap 'rm -r "$dir"' EXIT; cat > "$dir/run"
    printf '%s' "$rules" > "$dir/rules"; ip link add edge type veth peer name other; ip link set edge up
    ip addr add 198.51.100.21/24 dev edge; ip addr add 2001:db8:1::21/64 dev edge nodad
    for list in "$@"; do
      if [ "$list" = stop ]; then verb=stop; else verb=start; printf "$list" > "$dir/list"; fi
      sh "$dir/run" $verb "$dir/rules"
      echo "$(ip -o link show type vxlan | sed 's/^[0-9]*: \\([^:]*\\).*ether \\([^ ]*\\).*/\\1 \\2/' | tr '\\n' ' ')"
      { ${linksScript}; } | tr '\\n' ' '; echo; echo ---
    done`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-Urn', 'sh', '-c', play, 'sh', ...lists],
    {
      input: script,
      encoding: 'utf8',
      env: { ...process.env, rules: textOf('receiver-tunnels.nft') },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('---\n')
    .slice(0, -1)
    .map((part) => {
      const [devices = '', links = ''] = part.split('\n');
      return { devices: devices.trim(), missing: missingLinks(state, links) };
    });
}

describe('the script', () => {
  const all = linksText(state).replaceAll('\n', '\\n');
  const [one = ''] = linksText(state).split('\n');
  test('makes devices as the list says, keeps those that stay, and leaves nothing behind', () => {
    const both = 'tricade-vx4 02:54:c6:33:64:15 tricade-vx6 02:54:c6:33:64:15';
    expect(played([`${one}\\n`, all, all, 'stop'])).toEqual([
      { devices: 'tricade-vx4 02:54:c6:33:64:15', missing: ['tricade-vx6'] },
      { devices: both, missing: [] },
      { devices: both, missing: [] },
      { devices: '', missing: ['tricade-vx4', 'tricade-vx6'] },
    ]);
  });
});
