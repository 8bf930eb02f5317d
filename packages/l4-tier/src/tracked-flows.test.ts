import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { roomWarnings, trackedFlowsParts } from './tracked-flows.ts';

test('nothing comes with it where no flow is tracked', () => {
  expect(trackedFlowsParts(undefined)).toEqual({ files: [], units: [], activate: [] });
});

test.for([
  ['262144\n', 1_048_576, 1],
  ['1048576\n', 1_048_576, 0],
  ['2000000\n', 1_048_576, 0],
  ['262144\n', undefined, 0],
  ['', 1_048_576, 1],
] as const)('%j for %j: %d warnings', ([max, flows, count]) => {
  expect(roomWarnings(max, flows)).toHaveLength(count);
});

const content = trackedFlowsParts(1_000_000_000).files[0]?.content;
const script = content && 'text' in content ? content.text : '';

function played(shell: readonly string[], play: string) {
  const [command = '', ...args] = [...shell, '-c', play];
  const env = { ...process.env, script };
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', env });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.trim().split('\n');
}

test('the script raises what is too low and keeps what is more', () => {
  const play = `set -e; dir=$(mktemp -d); trap 'rm -r "$dir"' EXIT; cd "$dir"
    for has in '500 500' '2000000000 500'; do
      set -- $has; echo $1 > nf_conntrack_buckets; echo $2 > nf_conntrack_max
      printf '%s' "$script" | sed "s|/proc/sys/net/netfilter|$dir|; s|modprobe.*||" | sh
      echo "$(cat nf_conntrack_buckets) $(cat nf_conntrack_max)"
    done`;
  expect(played(['sh'], play)).toEqual(['1000000000 1000000000', '2000000000 1000000000']);
});

test('a kernel that refuses is told of, and stops nothing', () => {
  const play = `printf '%s' "$script" | sh 2>&1`;
  const [buckets, max] = played(['unshare', '-Urn', 'sh'], play);
  expect(buckets).toContain('nf_conntrack_buckets stays at ');
  expect(max).toContain('nf_conntrack_max stays at ');
});
