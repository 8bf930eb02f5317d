import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ReceiverState } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { receiverBundle } from './render.ts';
import { missingCaps, segmentsScript } from './segments.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const state: ReceiverState = {
  node: 'p1',
  device: 'edge',
  vips: ['203.0.113.10', '203.0.113.64/28', '2001:db8:ffff::10'],
  modes: ['tunnel'],
  directors: ['198.51.100.11'],
  vxlan: { mac: '02:54:c6:33:64:15', addresses: ['198.51.100.21'] },
  segmentCaps: [
    { vip: '203.0.113.10', mssBytes: 1_410 },
    { vip: '203.0.113.64/28', mssBytes: 1_410 },
    { vip: '2001:db8:ffff::10', mssBytes: 1_370 },
  ],
  returnPaths: [],
  tables: [],
};

function textOf(ending: string, of: ReceiverState = state): string {
  const file = receiverBundle(of).files.find(({ path }) => path.endsWith(ending));
  return file && 'text' in file.content ? file.content.text : '';
}

test.for(['receiver-segments.nft', 'receiver-segments.service'])('%s is golden', async (ending) => {
  await expect(textOf(ending)).toMatchFileSnapshot(join(testdata, ending));
});

test('nothing comes with it where all fits', () => {
  const { segmentCaps: _, ...without } = state;
  expect(textOf('receiver-segments.nft', without)).toBe('');
  expect(receiverBundle(without).units).not.toContain('tricade-receiver-segments.service');
});

test.for([
  ['203.0.113.10; drop', 1_410],
  ['203.0.113.10', 87],
  ['203.0.113.10', 1_410.5],
] as const)('an MSS of %j, %d is refused', ([vip, mssBytes]) => {
  expect(() => receiverBundle({ ...state, segmentCaps: [{ vip, mssBytes }] })).toThrow(/MSS/);
});

test('the kernel takes the rules again and again, and what it lists is compared', () => {
  const play = `set -e; cat > "$0"; nft -f "$0"; nft -f "$0"; ${segmentsScript}`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-Urn', 'sh', '-c', `f=$(mktemp); trap 'rm "$f"' EXIT; sh -c '${play}' "$f"`],
    { input: textOf('receiver-segments.nft'), encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  expect(missingCaps(state, stdout)).toEqual([]);
  expect(missingCaps(state, stdout.replace('1370', '1380'))).toEqual([
    'an MSS of 1370 for 2001:db8:ffff::10',
  ]);
  expect(missingCaps(state, '')).toHaveLength(3);
});
