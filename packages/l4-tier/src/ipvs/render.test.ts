import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Bundle, type DirectorState, TricadeError } from '@tricade/cluster';
import { driverContract } from '@tricade/cluster/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipvsDirector } from './driver.ts';
import { ipvsBundle } from './render.ts';
import { liveOf } from './testing/live.ts';
import { directors } from './testing/states.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const plain = directors['one-service'] as DirectorState;
const service = plain.services[0] as DirectorState['services'][number];

function text(bundle: Bundle, path: string): string {
  const file = bundle.files.find((each) => each.path.endsWith(path));
  return file && 'text' in file.content ? file.content.text : '';
}

/** What nft and the kernel say of a rule set loaded twice in a network namespace of its own: '' where they accept it. */
function judged(rules: string): string {
  const script =
    'cat > /dev/shm/tricade-$$.nft; for i in 1 2; do nft -f /dev/shm/tricade-$$.nft || exit 1; done; rm /dev/shm/tricade-$$.nft';
  const { status, stderr } = spawnSync('unshare', ['-Urn', 'sh', '-c', script], {
    input: rules,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `refused: ${stderr}`;
}

describe('golden files', () => {
  test.for(Object.entries(directors))('%s', async ([name, state]) => {
    const bundle = ipvsBundle(state);
    for (const file of ['ipvs-services', 'ipvs-marks.nft'])
      await expect(text(bundle, file)).toMatchFileSnapshot(join(testdata, name, file));
    expect(judged(text(bundle, 'ipvs-marks.nft'))).toBe('');
  });

  test('the rest of a bundle', async () => {
    const bundle = ipvsBundle(directors['schedulers-and-affinities'] as DirectorState);
    for (const file of ['ipvs.sh', 'ipvs-vips', 'tricade-ipvs.conf', 'tricade-ipvs.service'])
      await expect(text(bundle, file)).toMatchFileSnapshot(join(testdata, 'bundle', file));
    const { files: _, ...rest } = bundle;
    await expect(`${JSON.stringify(rest, null, 2)}\n`).toMatchFileSnapshot(
      join(testdata, 'bundle', 'rest.json'),
    );
  });
});

driverContract(
  ipvsDirector,
  Object.entries(directors).map(([name, state]) => ({
    name,
    state,
    live: liveOf(state),
    changed: liveOf(state, { p1: { takes: false } }),
    ...(name === 'three-modes-two-families'
      ? {
          without: {
            state: {
              ...state,
              services: state.services.filter(({ vip }) => vip !== '203.0.113.11'),
            },
            live: liveOf(state),
            words: ['203.0.113.11'],
          },
        }
      : {}),
  })),
);

describe('refused with a code', () => {
  const cases: readonly { name: string; state: DirectorState; want: string }[] = [
    {
      name: 'full NAT',
      state: { ...plain, services: [{ ...service, mode: 'full-nat' }] },
      want: 'TRI-D01 web: ipvs does not do full-nat: the kernel’s IPVS replaces the destination only',
    },
    {
      name: 'every protocol',
      state: { ...plain, services: [{ ...service, ports: [{ protocol: 'any', port: 0 }] }] },
      want: 'TRI-D01 web: ipvs balances tcp and udp only',
    },
    {
      name: 'a group without a table',
      state: { ...plain, services: [{ ...service, group: 'none' }] },
      want: 'TRI-D01 no table for group "none"',
    },
    {
      name: 'a scheduler that is none',
      state: { ...plain, services: [{ ...service, scheduler: 'lc' as never }] },
      want: 'TRI-D01 web: no scheduler "lc"',
    },
    {
      name: 'no VIP',
      state: { ...plain, services: [{ ...service, vip: 'x' }] },
      want: 'TRI-D30 "x" is no address or prefix',
    },
    {
      name: 'a device with syntax',
      state: { ...plain, device: "e' x" },
      want: 'TRI-D30 "e\' x" is no device name',
    },
  ];
  test.for(cases)('$name', ({ state, want }) => {
    const said: string[] = [];
    try {
      ipvsBundle(state);
    } catch (error) {
      if (error instanceof TricadeError) said.push(`${error.code} ${error.message}`);
    }
    expect(said).toEqual([want]);
  });

  test('any text as a device, a VIP or an address of a real is a plain word or refused', () => {
    const [group] = plain.groups;
    const real = group?.reals[0];
    if (group === undefined || real === undefined) throw new Error('no group');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const states: DirectorState[] = [
          { ...plain, device: value },
          { ...plain, services: [{ ...service, vip: value }] },
          { ...plain, groups: [{ ...group, reals: [{ ...real, addresses: [value] }] }] },
        ];
        for (const state of states) {
          try {
            const { files } = ipvsBundle(state);
            const lines = ipvsDirector.liveDigest(state, liveOf(state));
            expect([files.length > 0, lines.length]).toEqual([true, 64]);
            expect(JSON.stringify([state.device, state.services[0]?.vip])).toMatch(
              /^\["[A-Za-z0-9_.:@/-]+","[0-9a-f.:/]+"\]$/,
            );
          } catch (error) {
            expect(error).toBeInstanceOf(TricadeError);
          }
        }
      }),
    );
  });
});
