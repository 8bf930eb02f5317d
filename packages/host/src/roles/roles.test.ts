import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BaseState, Bundle, Cluster, ClusterNode } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { base } from './base.ts';
import { monitor } from './monitor.ts';
import { redis } from './redis.ts';

const node = (name: string, tier: ClusterNode['tier'], last: number): ClusterNode => ({
  name,
  tier,
  legs: [{ network: 'edge', addresses: [`192.0.2.${last}`], device: 'edge' }],
  management: { address: `192.0.2.${last}`, port: 22 },
  managed: true,
});

/** As much of a cluster as base looks at. */
const cluster = {
  version: 1,
  name: 'shop',
  l4: { driver: 'nft', asn: 65010, announce: { via: 'bgp', holdTimeMs: 9000 } },
  nodes: [node('d1', 'l4', 11), node('p1', 'l7', 21), node('m1', 'monitor', 31)],
} as unknown as Cluster;

function state(name: string, user: string): BaseState {
  return {
    node: name,
    cluster,
    generation: {
      number: 3,
      digest: 'ab'.repeat(32),
      ids: { 'l7/p1': 1 },
      hashKey: '0f'.repeat(16),
    },
    program: { sha256: 'aa'.repeat(32), bytes: 700_000 },
    runtime: { sha256: 'bb'.repeat(32), bytes: 120_000_000 },
    redis: { url: 'redis://192.0.2.31:6379', user, passwordFile: '/etc/tricade/secret/redis' },
  };
}

const redisBundle = redis.render({
  node: 'm1',
  addresses: ['127.0.0.1', '192.0.2.31', '2001:db8::31'],
  port: 6379,
  users: [{ user: 'monitor-m1', kind: 'monitor', node: 'm1' }],
  keyPrefix: 'tricade:{shop}:',
});

const bundles: readonly [name: string, bundle: Bundle][] = [
  ['base-director', base.render(state('d1', 'node-d1'))],
  ['base-monitor', base.render(state('m1', 'monitor-m1'))],
  ['redis', redisBundle],
  ['monitor', monitor.render({ node: 'm1', cluster: 'shop', devices: ['edge'] })],
];

test.for(bundles)('%s as it was reviewed', async ([name, bundle]) => {
  await expect(asText(bundle)).toMatchFileSnapshot(`testdata/${name}.txt`);
});

/** A bundle as a person reads it. */
function asText(bundle: Bundle): string {
  const { files, checks, activate, ...rest } = bundle;
  const file = ({ path, mode, owner = 'root:root', content }: Bundle['files'][number]) => {
    const body = 'text' in content ? content.text : `${JSON.stringify(content)}\n`;
    return `=== ${path} ${mode.toString(8)} ${owner}\n${body}`;
  };
  const script = (name: string) => (text: string) => `=== ${name}\n${text}\n`;
  return [
    `${JSON.stringify(rest, null, 1)}\n`,
    ...files.map(file),
    ...checks.map(script('check')),
    ...activate.map(script('activate')),
  ].join('\n');
}

const has = (program: string) => spawnSync('which', [program]).status === 0;

test.skipIf(!has('redis-server')).for([
  ['the real one', 'user default off\n', '', /^$/],
  ['a faulty user', 'user default off\nuser x on +nonsense\n', '', /nonsense/],
  ['a faulty line', 'user default off\n', 'no-such-setting yes\n', /no-such-setting/],
] as const)('the check of redis: %s', ([, acl, more, want]) => {
  const stage = mkdtempSync(join(tmpdir(), 'tricade-stage-'));
  for (const { path, content } of redisBundle.files) {
    const body = 'text' in content ? content.text : acl;
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), path.endsWith('redis.conf') ? body + more : body);
  }
  const env = { ...process.env, STAGE: stage };
  const check = redisBundle.checks[0] ?? '';
  const { status, stdout } = spawnSync('sh', ['-ec', check], { env, encoding: 'utf8' });
  expect(stdout).toMatch(want);
  expect(status === 0).toBe(stdout === '');
  rmSync(stage, { recursive: true });
});

test.for([
  ['sound', 'export const a = 1;\n', 0],
  ['cut off', 'export const a = (1;\n', 1],
] as const)('the check of the program: %s', ([, text, want]) => {
  const stage = mkdtempSync(join(tmpdir(), 'tricade-stage-'));
  mkdirSync(join(stage, 'opt/tricade'), { recursive: true });
  execFileSync('ln', ['-s', process.execPath, join(stage, 'opt/tricade/node')]);
  const store = join(stage, `${createHash('sha256').update(text).digest('hex')}.mjs`);
  writeFileSync(store, text);
  execFileSync('ln', ['-s', store, join(stage, 'opt/tricade/tricade.mjs')]);
  const [check = ''] = base.render(state('d1', 'node-d1')).checks;
  const { status } = spawnSync('sh', ['-ec', check], { env: { ...process.env, STAGE: stage } });
  expect(status === 0 ? 0 : 1).toBe(want);
  rmSync(stage, { recursive: true });
});

test('only a node that speaks BGP is withdrawn when its agent dies', () => {
  const unit = (name: string, user: string) =>
    base
      .render(state(name, user))
      .files.filter(({ path }) => path.endsWith('tricade-withdraw.service')).length;
  expect([unit('d1', 'node-d1'), unit('p1', 'node-p1'), unit('m1', 'monitor-m1')]).toEqual([
    1, 0, 0,
  ]);
});

/** Exit code of base's check where a runtime that reads nothing is staged, and another program is staged or the one that is live. */
function checkedWith(staged: { readonly program: string }): number | null {
  const root = mkdtempSync(join(tmpdir(), 'tricade-check-'));
  const link = (folder: string, path: string, target: string) => {
    mkdirSync(dirname(join(root, folder, path)), { recursive: true });
    symlinkSync(target, join(root, folder, path));
  };
  const runtime = join(root, 'runtime');
  writeFileSync(runtime, '#!/bin/sh\nexit 9\n', { mode: 0o755 });
  try {
    for (const [folder, program] of [
      ['live', '/store/aa.mjs'],
      ['stage', staged.program],
    ] as const) {
      link(folder, '/opt/tricade/node', runtime);
      link(folder, '/opt/tricade/tricade.mjs', program);
    }
    const env = { STAGE: join(root, 'stage'), TRICADE_ROOT: join(root, 'live') };
    const [check = ''] = base.render(state('p1', 'node-p1')).checks;
    return spawnSync('sh', ['-ec', check], { env: { ...process.env, ...env } }).status;
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('a program is read before it goes live, and not again while it is live', () => {
  expect(checkedWith({ program: '/store/bb.mjs' })).toBe(9);
  expect(checkedWith({ program: '/store/aa.mjs' })).toBe(0);
});
