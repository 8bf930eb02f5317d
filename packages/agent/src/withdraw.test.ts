import { until } from '@tricade/feed/testing';
import { expect, test } from 'vitest';
import { livePath } from './testing/file-drivers.ts';
import { birth, granted, Site } from './testing/site.ts';
import { cluster, generation } from './testing/small-cluster.ts';
import { withdraw } from './withdraw.ts';

test('withdraw takes every announcement back', async () => {
  const made = new Site('l4a');
  await made.lead();
  await made.write({ tableSteps: [birth], receiving: granted });
  await made.start();
  await until(() => made.announced() === 'up');
  await made.agent.stop();
  const redis = {
    url: 'redis://192.0.2.9',
    user: 'node-l4a',
    passwordFile: '/etc/tricade/secret/redis',
  };
  const files = { node: 'l4a', redis, cluster, generation };
  await withdraw(made.host, made.data.drivers, files);
  expect(made.announced()).toBe('withdrawn');
  made.data.faults.deaf.add('speaker');
  await made.host.write([{ path: livePath('speaker'), content: '{}', mode: 0o600 }]);
  await expect(withdraw(made.host, made.data.drivers, files)).rejects.toMatchObject({
    code: 'TRI-A104',
  });
  await made.close();
});
