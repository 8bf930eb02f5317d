import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, Host, RoleName, Wanted } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../digest.ts';
import { type SandboxHost, sandboxHost } from '../testing/sandbox-host.ts';
import { type InstallOptions, type InstallResult, install, packedBlobs } from './install.ts';
import { asFound, survey } from './survey.ts';

let host: SandboxHost;
let folder: string;
let program: { sha256: string; bytes: number };

const secret = 'correct-horse-battery';

function options(): InstallOptions {
  return {
    secrets: async (ref) => `${ref} is ${secret}\n`,
    blobs: packedBlobs((digest) => join(folder, digest), join(folder, 'cache')),
  };
}

beforeEach(() => {
  host = sandboxHost('n1');
  folder = mkdtempSync(join(tmpdir(), 'tricade-install-'));
  const content = '#!/bin/sh\necho program one\n';
  program = { sha256: sha256(content), bytes: content.length };
  writeFileSync(join(folder, program.sha256), content);
});
afterEach(() => {
  host.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Parts {
  readonly role?: RoleName;
  readonly word?: string;
  readonly checks?: readonly string[];
  readonly units?: readonly string[];
  readonly packages?: readonly string[];
  readonly activate?: readonly string[];
}

/** A role with a text, a secret, a blob and a unit. */
function bundle(parts: Parts = {}): Bundle {
  const { role = 'proxy', word = 'one' } = parts;
  const owner = host.owner;
  return {
    role,
    packages: parts.packages ?? [],
    files: [
      {
        path: `/etc/tricade/${role}.conf`,
        mode: 0o644,
        owner,
        content: { text: `word ${word}\n` },
      },
      { path: `/etc/tricade/secret/${role}`, mode: 0o600, owner, content: { secret: 'env:KEY' } },
      { path: `/opt/tricade/${role}.sh`, mode: 0o755, owner, content: { blob: program } },
    ],
    sysctls: {},
    checks: parts.checks ?? [`grep -q word "$STAGE/etc/tricade/${role}.conf"`],
    units: parts.units ?? [`tricade-${role}.service`],
    activate: parts.activate ?? [`systemctl reload tricade-${role}.service`],
    hitless: true,
  };
}

function wanted(number: number, ...bundles: readonly Bundle[]): Wanted {
  const generation = { number, digest: sha256(`${number}`), ids: {}, hashKey: '00'.repeat(16) };
  return { node: 'n1', generation, bundles };
}

const at = (path: string) => join(host.root, path);
const conf = () => readFileSync(at('/etc/tricade/proxy.conf'), 'utf8');
const changing = () => host.calls().filter((call) => !/daemon-reload/.test(call));

describe('install', () => {
  test('brings everything to an empty machine', async () => {
    const result = await install(host, wanted(1, bundle()), options());
    expect(result).toMatchObject({ outcome: 'installed', unchanged: false, roles: ['proxy'] });
    expect(conf()).toBe('word one\n');
    expect(statSync(at('/etc/tricade/secret/proxy')).mode & 0o7777).toBe(0o600);
    expect(readFileSync(at('/opt/tricade/proxy.sh'), 'utf8')).toMatch(/program one/);
    expect(readlinkSync(at('/opt/tricade/proxy.sh'))).toBe(
      at(`/opt/tricade/store/${program.sha256}.sh`),
    );
    expect(changing()).toEqual([
      'systemctl enable tricade-proxy.service',
      'systemctl start tricade-proxy.service',
    ]);
    expect(existsSync(at('/var/lib/tricade/stage'))).toBe(false);
    expect(existsSync(at('/var/lib/tricade/unfinished'))).toBe(false);
  });

  test('twice equals once, in one round trip', async () => {
    await install(host, wanted(1, bundle()), options());
    const before = host.calls();
    let runs = 0;
    const counting: Host = {
      ...host,
      run: (script, how) => {
        runs += 1;
        return host.run(script, how);
      },
    };
    const result = await install(counting, wanted(1, bundle()), options());
    expect(result).toMatchObject({ outcome: 'installed', unchanged: true, files: [] });
    expect(runs).toBe(1);
    expect(host.calls()).toEqual(before);
  });

  test('a running role is activated, not restarted; others are left alone', async () => {
    const other = bundle({ role: 'receiver' });
    await install(host, wanted(1, bundle(), other), options());
    const before = host.calls().length;
    const result = await install(host, wanted(2, bundle({ word: 'two' }), other), options());
    expect(result).toMatchObject({
      roles: ['proxy'],
      files: [{ role: 'proxy', path: '/etc/tricade/proxy.conf', change: 'change' }],
    });
    expect(host.calls().slice(before)).toEqual(['systemctl reload tricade-proxy.service']);
    expect(readFileSync(at('/var/lib/tricade/previous/root/etc/tricade/proxy.conf'), 'utf8')).toBe(
      'word one\n',
    );
  });

  test('a failing check changes nothing, and its output hides secrets', async () => {
    await install(host, wanted(1, bundle()), options());
    const before = host.calls();
    const check = 'cat "$STAGE/etc/tricade/secret/proxy"; echo line 3 is wrong; exit 4';
    const result = await install(
      host,
      wanted(2, bundle({ word: 'two', checks: [check] })),
      options(),
    );
    expect(result).toEqual({
      outcome: 'refused',
      why: { word: 'check-failed', text: 'proxy: its check exited with 4' },
      output: '[secret]\nline 3 is wrong',
    });
    expect(conf()).toBe('word one\n');
    expect(host.calls()).toEqual(before);
    expect((await survey(host)).manifest?.generation.number).toBe(1);
  });

  test.for([
    ['older', 1, '1', 'older-generation'],
    ['equal with another content', 2, 'x', 'generation-taken'],
  ] as const)('refuses a generation that is %s', async ([, number, content, word]) => {
    await install(host, wanted(2, bundle({ word: 'two' })), options());
    const other = wanted(number, bundle());
    const generation = { ...other.generation, digest: sha256(content) };
    const result = await install(host, { ...other, generation }, options());
    expect(result).toMatchObject({ outcome: 'refused', why: { word } });
    expect(conf()).toBe('word two\n');
  });

  test('takes away what is no longer wanted, its unit first', async () => {
    await install(host, wanted(1, bundle(), bundle({ role: 'receiver' })), options());
    const result = await install(host, wanted(2, bundle()), options());
    expect(result).toMatchObject({ outcome: 'installed' });
    expect(existsSync(at('/etc/tricade/receiver.conf'))).toBe(false);
    expect(existsSync(at('/opt/tricade/receiver.sh'))).toBe(false);
    expect(existsSync(at(`/opt/tricade/store/${program.sha256}.sh`))).toBe(true);
    expect(changing().at(-1)).toBe('systemctl disable tricade-receiver.service');
    expect((await survey(host)).units.get('tricade-receiver.service')).toBeUndefined();
  });

  test('puts back what was changed by hand, and starts what has died', async () => {
    await install(host, wanted(1, bundle()), options());
    writeFileSync(at('/etc/tricade/proxy.conf'), 'by hand');
    chmodSync(at('/etc/tricade/secret/proxy'), 0o644);
    host.kill('tricade-proxy.service');
    const found = asFound(await survey(host));
    expect(found).toMatchObject({
      roles: { proxy: { bundleDigest: '', running: false } },
    });
    expect('roles' in found && found.roles.proxy?.notes).toEqual([
      '/etc/tricade/proxy.conf is not as it was installed',
      '/etc/tricade/secret/proxy is not as it was installed',
      'tricade-proxy.service is inactive',
    ]);
    await install(host, wanted(1, bundle()), options());
    expect(conf()).toBe('word one\n');
    expect(statSync(at('/etc/tricade/secret/proxy')).mode & 0o7777).toBe(0o600);
    expect(asFound(await survey(host))).toMatchObject({
      roles: { proxy: { running: true, notes: [] } },
    });
  });
});

describe('install, when things break', () => {
  test('a unit that does not start is told, and the next install goes on', async () => {
    await install(host, wanted(1, bundle()), options());
    host.kill('tricade-proxy.service');
    host.breakUnit('tricade-proxy.service', true);
    const result = await install(host, wanted(2, bundle({ word: 'two' })), options());
    expect(result).toMatchObject({ outcome: 'failed', why: { word: 'unit-not-active' } });
    expect((await survey(host)).manifest?.generation.number).toBe(1);
    host.breakUnit('tricade-proxy.service', false);
    const again = await install(host, wanted(2, bundle({ word: 'two' })), options());
    expect(again).toMatchObject({ outcome: 'installed', roles: ['proxy'] });
    expect(readFileSync(at('/var/lib/tricade/previous/root/etc/tricade/proxy.conf'), 'utf8')).toBe(
      'word one\n',
    );
  });

  test.for(['say keep', 'say swap', "swap '", "activate '", 'say verify', 'for f in paths'])(
    'cut off before %j, the next install converges',
    async (line) => {
      await install(host, wanted(1, bundle()), options());
      const two = wanted(2, bundle({ word: 'two' }));
      const cutting: Host = {
        ...host,
        run: (script, how) =>
          host.run(
            script.replace(line, () => `kill -9 $$; ${line}`),
            how,
          ),
      };
      expect(await install(cutting, two, options())).toMatchObject({ outcome: 'failed' });
      const activations = host.calls().filter((call) => call.startsWith('systemctl reload')).length;
      expect(await install(host, two, options())).toMatchObject({ outcome: 'installed' });
      expect(conf()).toBe('word two\n');
      const more = host.calls().filter((call) => call.startsWith('systemctl reload')).length;
      expect(more).toBe(activations + 1);
      expect(await install(host, two, options())).toMatchObject({ unchanged: true });
    },
  );

  test('two at once: one after the other, and the older loses', async () => {
    const run = (number: number, word: string) =>
      install(host, wanted(number, bundle({ word })), options());
    const results: InstallResult[] = await Promise.all([
      run(1, 'one'),
      run(2, 'two'),
      run(1, 'one'),
    ]);
    expect(results[1]?.outcome).toBe('installed');
    expect(conf()).toBe('word two\n');
    expect(asFound(await survey(host))).toMatchObject({ generation: { number: 2 } });
  });

  test('a blob that arrives with another digest: TRI-S013, nothing changed', async () => {
    writeFileSync(join(folder, program.sha256), 'something else');
    const installing = install(host, wanted(1, bundle()), options());
    await expect(installing).rejects.toMatchObject({ code: 'TRI-S013' });
    expect(existsSync(at('/etc/tricade'))).toBe(false);
  });

  test('two roles with one file: TRI-S012, nothing run', async () => {
    const both = wanted(1, bundle(), { ...bundle(), role: 'receiver' });
    await expect(install(host, both, options())).rejects.toMatchObject({ code: 'TRI-S012' });
    expect(host.calls()).toEqual([]);
  });

  test('a note that cannot be read: TRI-S014, nothing changed', async () => {
    mkdirSync(at('/var/lib/tricade'), { recursive: true });
    writeFileSync(at('/var/lib/tricade/installed.json'), '{"format":');
    const installing = install(host, wanted(1, bundle()), options());
    await expect(installing).rejects.toMatchObject({ code: 'TRI-S014' });
  });

  test('a file in the place of a folder refuses, with everything as it was', async () => {
    await install(host, wanted(1, bundle()), options());
    writeFileSync(at('/etc/other'), 'a file');
    const [first] = bundle().files;
    const more = first ? [{ ...first, path: '/etc/other/file' }] : [];
    const two = wanted(2, {
      ...bundle({ word: 'two' }),
      files: [...bundle({ word: 'two' }).files, ...more],
    });
    expect(await install(host, two, options())).toMatchObject({
      outcome: 'refused',
      why: { word: 'not-written' },
    });
    expect(conf()).toBe('word one\n');
    expect(existsSync(at('/etc/tricade/.proxy.conf.tricade-new'))).toBe(false);
  });
});

describe('packages', () => {
  test('missing ones are fetched while no daemon may start, and Debian’s own units are masked', async () => {
    const result = await install(
      host,
      wanted(1, bundle({ packages: ['haproxy', 'iproute2'] })),
      options(),
    );
    expect(result).toMatchObject({
      packages: ['haproxy', 'iproute2'],
      masked: ['haproxy.service'],
    });
    expect(changing().slice(0, 2)).toEqual([
      'systemctl mask haproxy.service',
      'apt-get install haproxy iproute2 (kept)',
    ]);
    expect(existsSync(at('/usr/sbin/policy-rc.d'))).toBe(false);
    const again = await install(
      host,
      wanted(1, bundle({ packages: ['haproxy', 'iproute2'] })),
      options(),
    );
    expect(again).toMatchObject({ unchanged: true });
  });

  test('somebody’s own policy comes back', async () => {
    mkdirSync(at('/usr/sbin'), { recursive: true });
    writeFileSync(at('/usr/sbin/policy-rc.d'), 'theirs', { mode: 0o755 });
    await install(host, wanted(1, bundle({ packages: ['ethtool'] })), options());
    expect(readFileSync(at('/usr/sbin/policy-rc.d'), 'utf8')).toBe('theirs');
  });

  test('one that no archive has refuses the install', async () => {
    const result = await install(host, wanted(1, bundle({ packages: ['missing-one'] })), options());
    expect(result).toMatchObject({ outcome: 'refused', why: { word: 'packages-missing' } });
    expect(result).toMatchObject({ output: expect.stringMatching(/Unable to locate/) });
    expect(existsSync(at('/etc/tricade'))).toBe(false);
    expect(existsSync(at('/usr/sbin/policy-rc.d'))).toBe(false);
  });

  test('a link in the place of a file is replaced, not followed', async () => {
    mkdirSync(at('/etc/tricade'), { recursive: true });
    writeFileSync(at('/etc/target'), 'untouched');
    symlinkSync(at('/etc/target'), at('/etc/tricade/proxy.conf'));
    await install(host, wanted(1, bundle()), options());
    expect(readFileSync(at('/etc/target'), 'utf8')).toBe('untouched');
    expect(conf()).toBe('word one\n');
  });
});
