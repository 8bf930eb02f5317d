import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type DirectorState, TricadeError } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directorBundle } from './bundle.ts';
import { rulesText } from './render.ts';
import { directors } from './testing/states.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const plain = directors['one-service'] as DirectorState;

/**
 * What nft and the kernel say of a rule set loaded twice in a network namespace of its own, which needs no root: '' where they accept it.
 * The devices are those of the states.
 */
function judged(text: string): string {
  const script = `set -e
    for device in edge eth0.100 tricade-vx4 tricade-vx6; do ip link add "$device" type dummy 2>/dev/null || ip link add "$device" type veth peer name "p-$device"; done
    cat > /dev/shm/tricade-$$.nft; trap 'rm /dev/shm/tricade-$$.nft' EXIT
    for i in 1 2; do nft -D own_mac=02:00:00:00:00:11 -f /dev/shm/tricade-$$.nft; done`;
  const { status, stderr } = spawnSync('unshare', ['-Urn', 'sh', '-c', script], {
    input: text,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `refused: ${stderr}`;
}

describe('golden files that nft and the kernel accept', () => {
  test.for(Object.entries(directors))('%s', async ([name, state]) => {
    const text = rulesText(state);
    await expect(text).toMatchFileSnapshot(join(testdata, `${name}.nft`));
    expect(judged(text)).toBe('');
  });

  test('unit and script', async () => {
    for (const ending of ['.service', '.sh']) {
      const file = directorBundle(plain).files.find(({ path }) => path.endsWith(ending));
      const text = file && 'text' in file.content ? file.content.text : '';
      await expect(text).toMatchFileSnapshot(join(testdata, `tricade-director${ending}`));
    }
  });

  test('a judge that accepts all would show', () => {
    expect(judged(`${rulesText(plain)}bogus\n`)).toMatch(/^refused/);
    expect(judged(rulesText(plain).replace('@rows_l7_4096', '@rows_l8'))).toMatch(/^refused/);
  });
});

test('the number of rules does not grow with that of services: the kernel checks every jump of a chain by itself', () => {
  const [service] = plain.services;
  const lines = (count: number): number => {
    const services = Array.from({ length: count }, (_, at) => ({
      ...(service as DirectorState['services'][number]),
      service: `s${at}`,
      vip: `198.18.${at >> 8}.${at & 255}`,
    }));
    return rulesText({ ...plain, services }).split('\n').length;
  };
  expect(lines(1_000)).toBe(lines(1));
});

describe('refused with a code', () => {
  const service = plain.services[0] as DirectorState['services'][number];
  const cases: readonly { name: string; state: DirectorState; code: string }[] = [
    {
      name: 'a mode that it does not do',
      state: { ...plain, services: [{ ...service, mode: 'warp' as 'dsr' }] },
      code: 'TRI-D01',
    },
    {
      name: 'every protocol',
      state: { ...plain, services: [{ ...service, ports: [{ protocol: 'any', port: 0 }] }] },
      code: 'TRI-D01',
    },
    {
      name: 'a group without a table',
      state: { ...plain, services: [{ ...service, group: 'none' }] },
      code: 'TRI-D01',
    },
    { name: 'no VIP', state: { ...plain, services: [{ ...service, vip: 'x' }] }, code: 'TRI-D02' },
    { name: 'a device with syntax', state: { ...plain, device: 'e" }' }, code: 'TRI-D02' },
    {
      name: 'a group with syntax',
      state: {
        ...plain,
        groups: [{ ...(plain.groups[0] as never as object), group: 'l7 }' } as never],
      },
      code: 'TRI-D01',
    },
  ];
  test.for(cases)('$name', ({ state, code }) => {
    const faults: unknown[] = [];
    try {
      rulesText(state);
    } catch (error) {
      faults.push(error);
    }
    expect(faults[0]).toBeInstanceOf(TricadeError);
    expect((faults[0] as TricadeError).code).toBe(code);
  });

  test('any text as a device, a group or a VIP is a plain word or refused', () => {
    const group = plain.groups[0] as DirectorState['groups'][number];
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const states: DirectorState[] = [
          { ...plain, device: value },
          {
            ...plain,
            groups: [{ ...group, group: value }],
            services: [{ ...service, group: value }],
          },
          { ...plain, services: [{ ...service, vip: value }] },
          {
            ...plain,
            legs: [{ device: value, addresses: ['198.51.100.11'] }],
            services: [{ ...service, mode: 'full-nat' }],
          },
        ];
        for (const state of states) {
          try {
            rulesText(state);
            expect(value).toMatch(/^[A-Za-z0-9_.:@/-]+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(TricadeError);
          }
        }
      }),
    );
  });
});
