import { expect, test } from 'vitest';
import { facts } from './facts.ts';
import { localHost } from './local-host.ts';
import { memoryHost } from './memory-host.ts';

test('reads this machine', async () => {
  const found = await facts(localHost(), ['tricade-no-such-package']);
  expect(found.kernel).toMatch(/^\d+\.\d+/);
  expect(found.devices.lo).toMatchObject({
    mac: '00:00:00:00:00:00',
    addresses: expect.arrayContaining(['127.0.0.1/8']),
  });
  expect(found.packages).toEqual({ 'tricade-no-such-package': '' });
});

test.for(['', 'Welcome!\n', '@@os\n@@kernel\n6.1\n@@addr\nnonsense\n'])(
  'an answer that is none: TRI-S014: %j',
  async (stdout) => {
    const host = memoryHost({ name: 'n1', commands: [() => ({ stdout })] });
    await expect(facts(host)).rejects.toMatchObject({ code: 'TRI-S014', node: 'n1' });
  },
);
