import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Host } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../digest.ts';
import { type InstallCase, installCase } from '../testing/install-case.ts';
import { install } from './install.ts';
import { asFound, survey } from './survey.ts';

// Hundreds of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 30_000 });

let on: InstallCase;
beforeEach(() => {
  on = installCase();
});
afterEach(() => on.dispose());

describe('install', () => {
  test('brings everything to an empty machine', async () => {
    const result = await install(on.host, on.wanted(1, on.bundle()), on.options());
    expect(result).toMatchObject({ outcome: 'installed', unchanged: false, roles: ['proxy'] });
    expect(on.conf()).toBe('word one\n');
    expect(statSync(on.at('/etc/tricade/secret/proxy')).mode & 0o7777).toBe(0o600);
    expect(readFileSync(on.at('/opt/tricade/proxy.sh'), 'utf8')).toMatch(/program one/);
    expect(readlinkSync(on.at('/opt/tricade/proxy.sh'))).toBe(
      on.at(`/opt/tricade/store/${on.program.sha256}.sh`),
    );
    expect(on.changing()).toEqual([
      'systemctl enable tricade-proxy.service',
      'systemctl start tricade-proxy.service',
    ]);
    expect(existsSync(on.at('/var/lib/tricade/stage'))).toBe(false);
    expect(existsSync(on.at('/var/lib/tricade/unfinished'))).toBe(false);
  });

  test('twice equals once, in one round trip', async () => {
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    const before = on.host.calls();
    let runs = 0;
    const counting: Host = {
      ...on.host,
      run: (script, how) => {
        runs += 1;
        return on.host.run(script, how);
      },
    };
    const result = await install(counting, on.wanted(1, on.bundle()), on.options());
    expect(result).toMatchObject({ outcome: 'installed', unchanged: true, files: [] });
    expect(runs).toBe(1);
    expect(on.host.calls()).toEqual(before);
  });

  test('a running role is activated, not restarted; others are left alone', async () => {
    const other = on.bundle({ role: 'receiver' });
    await install(on.host, on.wanted(1, on.bundle(), other), on.options());
    const before = on.host.calls().length;
    const result = await install(
      on.host,
      on.wanted(2, on.bundle({ word: 'two' }), other),
      on.options(),
    );
    expect(result).toMatchObject({
      roles: ['proxy'],
      files: [{ role: 'proxy', path: '/etc/tricade/proxy.conf', change: 'change' }],
    });
    expect(on.host.calls().slice(before)).toEqual(['systemctl reload tricade-proxy.service']);
    expect(
      readFileSync(on.at('/var/lib/tricade/previous/root/etc/tricade/proxy.conf'), 'utf8'),
    ).toBe('word one\n');
  });

  test('a failing check changes nothing, and its output hides secrets', async () => {
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    const before = on.host.calls();
    const check = 'cat "$STAGE/etc/tricade/secret/proxy"; echo line 3 is wrong; exit 4';
    const result = await install(
      on.host,
      on.wanted(2, on.bundle({ word: 'two', checks: [check] })),
      on.options(),
    );
    expect(result).toEqual({
      outcome: 'refused',
      why: { word: 'check-failed', text: 'proxy: its check exited with 4' },
      output: '[secret]\nline 3 is wrong',
    });
    expect(on.conf()).toBe('word one\n');
    expect(on.host.calls()).toEqual(before);
    expect((await survey(on.host)).manifest?.generation.number).toBe(1);
  });

  test.for([
    ['older', 1, '1', 'older-generation'],
    ['equal with another content', 2, 'x', 'generation-taken'],
  ] as const)('refuses a generation that is %s', async ([, number, content, word]) => {
    await install(on.host, on.wanted(2, on.bundle({ word: 'two' })), on.options());
    const other = on.wanted(number, on.bundle());
    const generation = { ...other.generation, digest: sha256(content) };
    const result = await install(on.host, { ...other, generation }, on.options());
    expect(result).toMatchObject({ outcome: 'refused', why: { word } });
    expect(on.conf()).toBe('word two\n');
  });

  test('takes away what is no longer wanted, its unit first', async () => {
    await install(
      on.host,
      on.wanted(1, on.bundle(), on.bundle({ role: 'receiver' })),
      on.options(),
    );
    const result = await install(on.host, on.wanted(2, on.bundle()), on.options());
    expect(result).toMatchObject({ outcome: 'installed' });
    expect(existsSync(on.at('/etc/tricade/receiver.conf'))).toBe(false);
    expect(existsSync(on.at('/opt/tricade/receiver.sh'))).toBe(false);
    expect(existsSync(on.at(`/opt/tricade/store/${on.program.sha256}.sh`))).toBe(true);
    expect(on.changing().at(-1)).toBe('systemctl disable tricade-receiver.service');
    expect((await survey(on.host)).units.get('tricade-receiver.service')).toBeUndefined();
  });

  test('puts back what was changed by hand, and starts what has died', async () => {
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    writeFileSync(on.at('/etc/tricade/proxy.conf'), 'by hand');
    chmodSync(on.at('/etc/tricade/secret/proxy'), 0o644);
    on.host.kill('tricade-proxy.service');
    const found = asFound(await survey(on.host));
    expect(found).toMatchObject({
      roles: { proxy: { bundleDigest: '', running: false } },
    });
    expect('roles' in found && found.roles.proxy?.notes).toEqual([
      '/etc/tricade/proxy.conf is not as it was installed',
      '/etc/tricade/secret/proxy is not as it was installed',
      'tricade-proxy.service is inactive',
    ]);
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    expect(on.conf()).toBe('word one\n');
    expect(statSync(on.at('/etc/tricade/secret/proxy')).mode & 0o7777).toBe(0o600);
    expect(asFound(await survey(on.host))).toMatchObject({
      roles: { proxy: { running: true, notes: [] } },
    });
  });
});

describe('packages', () => {
  test('missing ones are fetched while no daemon may start, and Debian’s own units are masked', async () => {
    const result = await install(
      on.host,
      on.wanted(1, on.bundle({ packages: ['haproxy', 'iproute2'] })),
      on.options(),
    );
    expect(result).toMatchObject({
      packages: ['haproxy', 'iproute2'],
      masked: ['haproxy.service'],
    });
    expect(on.changing().slice(0, 2)).toEqual([
      'systemctl mask haproxy.service',
      'apt-get install haproxy iproute2 (kept)',
    ]);
    expect(existsSync(on.at('/usr/sbin/policy-rc.d'))).toBe(false);
    const again = await install(
      on.host,
      on.wanted(1, on.bundle({ packages: ['haproxy', 'iproute2'] })),
      on.options(),
    );
    expect(again).toMatchObject({ unchanged: true });
  });

  test('somebody’s own policy comes back', async () => {
    mkdirSync(on.at('/usr/sbin'), { recursive: true });
    writeFileSync(on.at('/usr/sbin/policy-rc.d'), 'theirs', { mode: 0o755 });
    await install(on.host, on.wanted(1, on.bundle({ packages: ['ethtool'] })), on.options());
    expect(readFileSync(on.at('/usr/sbin/policy-rc.d'), 'utf8')).toBe('theirs');
  });

  test('one that no archive has refuses the install', async () => {
    const result = await install(
      on.host,
      on.wanted(1, on.bundle({ packages: ['missing-one'] })),
      on.options(),
    );
    expect(result).toMatchObject({ outcome: 'refused', why: { word: 'packages-missing' } });
    expect(result).toMatchObject({ output: expect.stringMatching(/Unable to locate/) });
    expect(existsSync(on.at('/etc/tricade'))).toBe(false);
    expect(existsSync(on.at('/usr/sbin/policy-rc.d'))).toBe(false);
  });

  test('a link in the place of a file is replaced, not followed', async () => {
    mkdirSync(on.at('/etc/tricade'), { recursive: true });
    writeFileSync(on.at('/etc/target'), 'untouched');
    symlinkSync(on.at('/etc/target'), on.at('/etc/tricade/proxy.conf'));
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    expect(readFileSync(on.at('/etc/target'), 'utf8')).toBe('untouched');
    expect(on.conf()).toBe('word one\n');
  });
});
