import { memoryHost } from '@tricade/host';
import { expect, test } from 'vitest';
import { feedAccess, readNodeFiles } from './node-files.ts';
import { cluster, generation } from './testing/small-cluster.ts';

const redis = {
  url: 'redis://192.0.2.9:6379',
  user: 'node-l4a',
  passwordFile: '/etc/tricade/secret/redis',
};
const config = { format: 1, node: 'l4a', redis };
const files = {
  '/etc/tricade/agent.json': JSON.stringify(config),
  '/etc/tricade/generation.json': JSON.stringify({ format: 1, generation, cluster }),
  '/etc/tricade/secret/redis': 'not-a-secret\n',
};

test('who this node is, and how it reaches the feed', async () => {
  const host = memoryHost({ files });
  expect(await readNodeFiles(host)).toEqual({ node: 'l4a', redis, cluster, generation });
  expect(await feedAccess(host, redis)).toEqual({
    url: redis.url,
    user: 'node-l4a',
    password: 'not-a-secret',
  });
});

test.for([
  ['no node file', { '/etc/tricade/agent.json': undefined }, 'TRI-A101'],
  ['no generation', { '/etc/tricade/generation.json': undefined }, 'TRI-A101'],
  ['a file that is cut off', { '/etc/tricade/generation.json': '{"format":1,' }, 'TRI-A102'],
  [
    'a later format',
    { '/etc/tricade/agent.json': JSON.stringify({ ...config, format: 2 }) },
    'TRI-A102',
  ],
  [
    'a node of another cluster',
    { '/etc/tricade/agent.json': JSON.stringify({ ...config, node: 'l4z' }) },
    'TRI-A102',
  ],
  ['null', { '/etc/tricade/agent.json': 'null' }, 'TRI-A102'],
] as const)('%s is a clear error', async ([, change, code]) => {
  const kept = Object.entries({ ...files, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  await expect(
    readNodeFiles(memoryHost({ files: Object.fromEntries(kept) })),
  ).rejects.toMatchObject({ code });
});

test('without its password the feed cannot be reached, and the error shows no secret', async () => {
  await expect(feedAccess(memoryHost(), redis)).rejects.toMatchObject({
    code: 'TRI-A102',
    message: '/etc/tricade/secret/redis cannot be used',
  });
});
