import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aclUsers } from './acl.ts';
import type { Feed } from './feed.ts';
import { Connection } from './redis/connection.ts';
import { openFeed } from './redis/open-feed.ts';
import type { RedisServer } from './testing/redis-server.ts';
import { startRedis } from './testing/redis-server.ts';
import { birthSample, emptyState, healthSample, reportSample, stepped } from './testing/samples.ts';
import { until } from './testing/until.ts';

const passwordSha256 = createHash('sha256').update('not-a-secret').digest('hex');
const users = [
  { user: 'monitor-m1', kind: 'monitor', node: 'm1', passwordSha256 },
  { user: 'node-l4a', kind: 'node', node: 'l4a', passwordSha256 },
] as const;

const lock = { what: 'rollout', token: '0123456789abcdef', ttlMs: 1_000 };

describe('a real Redis with the rules of a cluster', () => {
  let server: RedisServer;
  let monitor: Feed;
  let node: Feed;
  let raw: Connection;

  beforeAll(async () => {
    server = await startRedis({ acl: aclUsers('shop', users) });
    const access = (user: string) => ({ url: server.url, user, password: 'not-a-secret' });
    monitor = await openFeed('shop', access('monitor-m1'));
    node = await openFeed('shop', access('node-l4a'));
    raw = new Connection(access('node-l4a'));
    await until(async () => 'won' in (await monitor.campaign({ leader: 'm1', ttlMs: 9_000 })));
    await until(() => raw.connected);
  });

  afterAll(async () => {
    raw.close();
    await Promise.all([monitor.close(), node.close()]);
    await server.close();
  });

  test('a monitor leads, a node follows, reports, observes and tells', async () => {
    const campaign = await monitor.campaign({ leader: 'm1', ttlMs: 9_000 });
    if (!('won' in campaign)) throw new Error('not elected');
    const table = stepped(undefined, birthSample());
    const heard: string[] = [];
    monitor.onReport((report) => heard.push(report.node));
    await until(async () => (await campaign.won.seed(emptyState)).written);
    const watch = node.watch(() => undefined);
    await until(() => watch.last.feed === 'live');
    await campaign.won.write({
      atMs: 1,
      health: { 'web/w1': healthSample('up') },
      tableSteps: [birthSample()],
    });
    await until(
      () =>
        watch.last.feed === 'live' && watch.last.state.revision === campaign.won.state?.revision,
    );
    expect(watch.last.state).toEqual(campaign.won.state);
    await until(
      async () => (await node.report(reportSample('l4a'), { l7: table })).yes && heard.length > 0,
    );
    expect(await monitor.readReportedTables(['l4a'])).toEqual({ l4a: { l7: table } });
    const observation = {
      target: 'web/w1',
      vantage: 'l4a',
      ok: true,
      detail: '',
      unreachable: false,
      monoMs: 1,
      tookMs: 1,
    };
    const version = { generation: 1, epoch: 1, revision: 1 };
    expect(await node.observe([observation])).toEqual({ yes: true });
    expect(
      await node.event({ atMs: 1, kind: 'node', subject: 'l4a', text: 'booted', version }),
    ).toEqual({ yes: true });
    expect(await monitor.lock({ ...lock, holder: 'm1' })).toEqual({ held: true });
  });

  test('a node that speaks for another is not permitted', async () => {
    expect(await node.report(reportSample('l4b'))).toMatchObject({
      yes: false,
      why: { word: 'not-permitted' },
    });
    expect(await node.campaign({ leader: 'l4a', ttlMs: 9_000 })).not.toHaveProperty('won');
    expect(await node.lock({ ...lock, holder: 'l4a' })).not.toHaveProperty('held');
  });

  const p = 'tricade:{shop}:';
  test.for([
    ['HSET', `${p}health`, 'web/w1', '{}'],
    ['HSET', `${p}node:l4b`, 'report', '{}'],
    ['HGET', `${p}node:l4b`, 'report'],
    ['HSET', `${p}receiving`, 'l4a', '{}'],
    ['XADD', `${p}leader`, '*', 'a', 'b'],
    ['SET', `${p}epoch`, '99'],
    ['SET', `${p}lock`, 'mine'],
    ['DEL', `${p}tables`],
    ['PUBLISH', `${p}changes`, '{}'],
    ['PUBLISH', `${p}reports:l4b`, '{}'],
    ['SUBSCRIBE', `${p}reports:l4b`],
    ['PSUBSCRIBE', '*'],
    ['XRANGE', `${p}observations`, '-', '+'],
    ['EVAL', `return redis.call('GET', KEYS[1])`, '1', `${p}epoch`],
    ['EVAL_RO', `return redis.call('PUBLISH', KEYS[1], 'x')`, '1', `${p}changes`],
    ['GET', 'tricade:{other}:epoch'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['FLUSHALL'],
    ['SHUTDOWN', 'NOSAVE'],
    ['MONITOR'],
    ['CLIENT', 'LIST'],
    ['INFO'],
  ])('a node may not %s %s', async ([command = '', ...args]) => {
    await expect(raw.call(command, ...args)).rejects.toThrow(
      /NOPERM|can't run this command|cannot run this/i,
    );
  });

  test('nobody comes in without a password', async () => {
    expect(await server.command('GET', `${p}epoch`)).toMatch(/^-NOAUTH/);
    const stranger = new Connection({ url: server.url, user: 'node-l4a', password: 'wrong' });
    await expect(stranger.call('GET', `${p}epoch`)).rejects.toThrow();
    expect(stranger.connected).toBe(false);
    stranger.close();
  });
});

describe('rules', () => {
  test.for([
    [{ ...users[1], user: 'node-l4a on nopass' }, 'TRI-F103'],
    [{ ...users[1], node: 'l4a ~*' }, 'TRI-F103'],
    [{ ...users[1], passwordSha256: 'nopass' }, 'digest'],
  ] as const)('hostile words are refused: %o', ([user, want]) => {
    const fault = (() => {
      try {
        return aclUsers('shop', [user]);
      } catch (error) {
        return error as { code?: string; message: string };
      }
    })();
    expect('code' in fault ? fault.code : 'message' in fault ? fault.message : fault).toContain(
      want,
    );
  });
});
