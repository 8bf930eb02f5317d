import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type InstallCase, installCase } from '../testing/install-case.ts';
import { type InstallResult, install } from './install.ts';
import { asFound, survey } from './survey.ts';

/** Whatever this machine has. */
const portRange = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim();

// Hundreds of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 30_000 });

let on: InstallCase;
beforeEach(() => {
  on = installCase();
});
afterEach(() => on.dispose());

describe('install, when things break', () => {
  test('a unit that does not start is told, and the next install goes on', async () => {
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    on.host.kill('tricade-proxy.service');
    on.host.breakUnit('tricade-proxy.service', true);
    const result = await install(on.host, on.wanted(2, on.bundle({ word: 'two' })), on.options());
    expect(result).toMatchObject({ outcome: 'failed', why: { word: 'unit-not-active' } });
    expect((await survey(on.host)).manifest?.generation.number).toBe(1);
    on.host.breakUnit('tricade-proxy.service', false);
    const again = await install(on.host, on.wanted(2, on.bundle({ word: 'two' })), on.options());
    expect(again).toMatchObject({ outcome: 'installed', roles: ['proxy'] });
    expect(
      readFileSync(on.at('/var/lib/tricade/previous/root/etc/tricade/proxy.conf'), 'utf8'),
    ).toBe('word one\n');
  });

  test.for(['say keep', 'say swap', "swap '", "activate '", 'say verify', 'for f in paths'])(
    'cut off before %j, the next install converges',
    async (line) => {
      await install(on.host, on.wanted(1, on.bundle()), on.options());
      const two = on.wanted(2, on.bundle({ word: 'two' }));
      const cutting: Host = {
        ...on.host,
        run: (script, how) =>
          on.host.run(
            script.replace(line, () => `kill -9 $$; ${line}`),
            how,
          ),
      };
      expect(await install(cutting, two, on.options())).toMatchObject({ outcome: 'failed' });
      const activations = on.host
        .calls()
        .filter((call) => call.startsWith('systemctl reload')).length;
      expect(await install(on.host, two, on.options())).toMatchObject({ outcome: 'installed' });
      expect(on.conf()).toBe('word two\n');
      const more = on.host.calls().filter((call) => call.startsWith('systemctl reload')).length;
      expect(more).toBe(activations + 1);
      expect(await install(on.host, two, on.options())).toMatchObject({ unchanged: true });
    },
  );

  test('two at once: one after the other, and the older loses', async () => {
    const run = (number: number, word: string) =>
      install(on.host, on.wanted(number, on.bundle({ word })), on.options());
    const results: InstallResult[] = await Promise.all([
      run(1, 'one'),
      run(2, 'two'),
      run(1, 'one'),
    ]);
    expect(results[1]?.outcome).toBe('installed');
    expect(on.conf()).toBe('word two\n');
    expect(asFound(await survey(on.host))).toMatchObject({ generation: { number: 2 } });
  });

  test('a blob that arrives with another digest: TRI-S013, nothing changed', async () => {
    writeFileSync(join(on.folder, on.program.sha256), 'something else');
    const installing = install(on.host, on.wanted(1, on.bundle()), on.options());
    await expect(installing).rejects.toMatchObject({ code: 'TRI-S013' });
    expect(existsSync(on.at('/etc/tricade'))).toBe(false);
  });

  test.for([
    ['as it is', 'kernel.ostype', 'Linux', 'installed'],
    ['as it is, with two numbers', 'net.ipv4.ip_local_port_range', portRange, 'installed'],
    ['not taken', 'kernel.ostype', 'Other', 'failed'],
    ['unknown', 'kernel.no_such_key', '1', 'refused'],
  ] as const)('a sysctl that is %s', async ([, key, value, outcome]) => {
    const one = on.wanted(1, { ...on.bundle(), sysctls: { [key]: value } });
    expect(await install(on.host, one, on.options())).toMatchObject({ outcome });
    const found = asFound(await survey(on.host));
    expect('roles' in found && found.generation?.number).toBe(
      outcome === 'installed' ? 1 : undefined,
    );
    if (outcome === 'installed')
      expect(await install(on.host, one, on.options())).toMatchObject({ unchanged: true });
  });

  test('a sysctl that somebody changed is seen', async () => {
    const one = on.wanted(1, { ...on.bundle(), sysctls: { 'kernel.ostype': 'Linux' } });
    await install(on.host, one, on.options());
    const path = on.at('/var/lib/tricade/installed.json');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('"kernel.ostype":"Linux"', '"kernel.ostype":"Other"'),
    );
    expect(asFound(await survey(on.host))).toMatchObject({
      roles: { proxy: { bundleDigest: '', notes: ['kernel.ostype is Linux, not Other'] } },
    });
  });

  test('output that looks like a mark of ours stays output', async () => {
    const check = "printf 'first\\n@@word\\nlocked\\n@stage\\n'; exit 1";
    const one = on.wanted(1, on.bundle({ checks: [check] }));
    expect(await install(on.host, one, on.options())).toMatchObject({
      why: { word: 'check-failed' },
      output: 'first\n@@word\nlocked\n@stage',
    });
    expect(existsSync(on.at('/var/lib/tricade/stage'))).toBe(false);
  });

  test.for(['paths', 'units', 'sysctls'])(
    'a list of %s that is lost is written again',
    async (name) => {
      await install(on.host, on.wanted(1, on.bundle()), on.options());
      writeFileSync(on.at(`/var/lib/tricade/installed.${name}`), 'nonsense');
      const again = () => install(on.host, on.wanted(1, on.bundle()), on.options());
      expect(await again()).toMatchObject({ outcome: 'installed', unchanged: false, roles: [] });
      expect(await again()).toMatchObject({ unchanged: true });
    },
  );

  test('two roles with one file: TRI-S012, nothing run', async () => {
    const both = on.wanted(1, on.bundle(), { ...on.bundle(), role: 'receiver' });
    await expect(install(on.host, both, on.options())).rejects.toMatchObject({ code: 'TRI-S012' });
    expect(on.host.calls()).toEqual([]);
  });

  test('a note that cannot be read: TRI-S014, nothing changed', async () => {
    mkdirSync(on.at('/var/lib/tricade'), { recursive: true });
    writeFileSync(on.at('/var/lib/tricade/installed.json'), '{"format":');
    const installing = install(on.host, on.wanted(1, on.bundle()), on.options());
    await expect(installing).rejects.toMatchObject({ code: 'TRI-S014' });
  });

  test('a file in the place of a folder refuses, with everything as it was', async () => {
    await install(on.host, on.wanted(1, on.bundle()), on.options());
    writeFileSync(on.at('/etc/other'), 'a file');
    const [first] = on.bundle().files;
    const more = first ? [{ ...first, path: '/etc/other/file' }] : [];
    const two = on.wanted(2, {
      ...on.bundle({ word: 'two' }),
      files: [...on.bundle({ word: 'two' }).files, ...more],
    });
    expect(await install(on.host, two, on.options())).toMatchObject({
      outcome: 'refused',
      why: { word: 'not-written' },
    });
    expect(on.conf()).toBe('word one\n');
    expect(existsSync(on.at('/etc/tricade/.proxy.conf.tricade-new'))).toBe(false);
  });
});
