import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { clusterSecretPath, memoryHost } from '@tricade/host';
import { describe, expect, test } from 'vitest';
import { clusterSecret, redisAclText, redisPassword, secretSource } from './secrets.ts';

const random = (bytes: number) => new Uint8Array(bytes).fill(1);
const made = Buffer.from(random(32)).toString('base64url');
const other = Buffer.from(new Uint8Array(32).fill(2)).toString('base64url');

const monitor = (node: string, secret?: string) => {
  const host = memoryHost({
    name: node,
    files: secret === undefined ? {} : { [clusterSecretPath]: `${secret}\n` },
  });
  return { node, host };
};
const away = (node: string) => ({
  node,
  host: {
    ...memoryHost({ name: node }),
    read: async () => {
      throw new TricadeError('TRI-S004', `${node} is not reachable`);
    },
  },
});

describe('clusterSecret', () => {
  test('is made where there is none, and lies on all monitors, for root alone', async () => {
    const monitors = [monitor('m1'), monitor('m2')];
    expect(await clusterSecret(monitors, random)).toBe(made);
    for (const { host } of monitors) {
      expect(host.files.get(clusterSecretPath)).toMatchObject({
        mode: 0o600,
        content: Buffer.from(made),
      });
    }
    expect(await clusterSecret(monitors, () => new Uint8Array(32).fill(9))).toBe(made);
  });

  test('is kept where one monitor has it; the others get it', async () => {
    const fresh = monitor('m2');
    expect(await clusterSecret([away('m0'), monitor('m1', other), fresh], random)).toBe(other);
    expect(fresh.host.files.get(clusterSecretPath)?.content.toString()).toBe(other);
  });

  test('may lie on a monitor out of reach: TRI-R002, nothing written', async () => {
    const fresh = monitor('m2');
    const asking = clusterSecret([away('m1'), fresh], random);
    await expect(asking).rejects.toMatchObject({ code: 'TRI-R002' });
    expect(fresh.host.files.size).toBe(0);
  });

  test('two different ones: TRI-R005', async () => {
    const asking = clusterSecret([monitor('m1', made), monitor('m2', other)], random);
    await expect(asking).rejects.toMatchObject({ code: 'TRI-R005' });
  });
});

describe('secretSource', () => {
  const users = [
    { user: 'monitor-m1', kind: 'monitor', node: 'm1' },
    { user: 'node-d1', kind: 'node', node: 'd1' },
  ] as const;
  const source = (folder = '/nowhere') =>
    secretSource({
      cluster: { name: 'shop' } as Cluster,
      secret: made,
      redisUsers: users,
      folder,
      env: { KEY: 'value', EMPTY: '' },
    });

  test('file, relative to the cluster file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tricade-secret-'));
    writeFileSync(join(folder, 'key.pem'), 'pem');
    expect(Buffer.from(await source(folder)('file:key.pem')).toString()).toBe('pem');
    rmSync(folder, { recursive: true });
  });

  test('env and derived', async () => {
    expect(await source()('env:KEY')).toBe('value');
    expect(await source()('derived:cluster')).toBe(made);
    expect(await source()('derived:redis/node-d1')).toBe(redisPassword(made, 'node-d1'));
  });

  test.for(['file:none', 'env:NONE', 'env:EMPTY', 'derived:redis/', 'derived:other', 'plain'])(
    '%s: TRI-R001',
    async (ref) => {
      await expect(source()(ref)).rejects.toMatchObject({ code: 'TRI-R001' });
    },
  );

  test('passwords differ by user and by secret', () => {
    const all = [made, other].flatMap((secret) =>
      users.map(({ user }) => redisPassword(secret, user)),
    );
    expect(new Set(all).size).toBe(4);
    expect(all.every((password) => password.length === 43)).toBe(true);
  });

  test('the ACL file holds digests, no password, and no open default user', () => {
    const text = redisAclText(made, 'shop', users);
    for (const { user } of users) {
      const password = redisPassword(made, user);
      expect(text).toContain(
        `user ${user} on #${createHash('sha256').update(password).digest('hex')} `,
      );
      expect(text).not.toContain(password);
    }
    expect(text).toMatch(/^user default off /m);
    expect(text).toMatch(
      /^user tricade-acl on #[0-9a-f]{64} resetkeys resetchannels -@all \+ping \+acl\|load$/m,
    );
  });
});
