import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { echoSocket } from '../testing/echo-socket.ts';
import { hostContract } from '../testing/host-contract.ts';
import { type LoopbackSshd, loopbackSshd } from '../testing/loopback-sshd.ts';
import type { SshTarget } from './session.ts';
import { sshHost } from './ssh-host.ts';

let sshd: LoopbackSshd;
beforeAll(async () => {
  sshd = await loopbackSshd();
});
afterAll(() => sshd.stop());

function target(changes: Partial<SshTarget> = {}): SshTarget {
  const { port, privateKey, hostKeys } = sshd;
  const hostKey = { pinned: hostKeys.ed25519 };
  return { name: 'h1', address: '127.0.0.1', port, user: 'root', privateKey, hostKey, ...changes };
}

describe('contract', () => {
  hostContract(async () => {
    const folder = mkdtempSync(join(sshd.folder, 'c-'));
    const echo = join(folder, '../echo');
    const server = await echoSocket(echo);
    const host = sshHost(target());
    return {
      host,
      folder,
      echoSocket: echo,
      dispose: async () => {
        await host.close();
        await server.close();
        rmSync(folder, { recursive: true });
      },
    };
  });
});

const wrong = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q';

describe('whom it trusts', () => {
  test.for([
    ['another pinned key', { pinned: wrong }, 'TRI-S002'],
    ['no key on record', { knownHosts: `other.example ${wrong}\n` }, 'TRI-S001'],
    ['another key on record', 'known', 'TRI-S002'],
    ['a type on record that the host has not', 'type', 'TRI-S002'],
  ] as const)('%s: 0 commands run', async ([, given, code]) => {
    const before = sshd.commands();
    const listed = { known: wrong, type: 'ecdsa-sha2-nistp256 AAAAE2VjZHNh' };
    const hostKey =
      typeof given === 'string'
        ? { knownHosts: `[127.0.0.1]:${sshd.port} ${listed[given]}\n` }
        : given;
    const host = sshHost(target({ hostKey }));
    const failing = host.run('echo never');
    await expect(failing).rejects.toMatchObject({ code, node: 'h1' });
    await expect(failing).rejects.toThrow(
      code === 'TRI-S001' ? /SHA256:.*none is on record/ : /expected .*SHA256:/,
    );
    expect(sshd.commands()).toBe(before);
    await host.close();
  });

  test('a hashed line, and the type of key that is on record', async () => {
    const known = join(sshd.folder, 'known');
    writeFileSync(known, `[127.0.0.1]:${sshd.port} ${sshd.hostKeys.rsa}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', known], { stdio: 'ignore' });
    const knownHosts = execFileSync('cat', [known], { encoding: 'utf8' });
    expect(knownHosts).toMatch(/^\|1\|/);
    const host = sshHost(target({ hostKey: { knownHosts } }));
    expect((await host.run('echo in')).stdout).toBe('in\n');
    await host.close();
  });
});

describe('what goes wrong', () => {
  test('another private key: TRI-S003', async () => {
    const path = join(sshd.folder, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    const privateKey = execFileSync('cat', [path], { encoding: 'utf8' });
    const running = sshHost(target({ privateKey })).run('echo never');
    await expect(running).rejects.toMatchObject({ code: 'TRI-S003' });
  });

  test('an encrypted private key: TRI-S011', async () => {
    const path = join(sshd.folder, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'passphrase', '-f', path]);
    const privateKey = execFileSync('cat', [path], { encoding: 'utf8' });
    const running = sshHost(target({ privateKey })).run('echo never');
    await expect(running).rejects.toMatchObject({ code: 'TRI-S011' });
  });

  test('nobody listens: TRI-S004', async () => {
    const running = sshHost(target({ port: 1 })).run('echo never');
    await expect(running).rejects.toMatchObject({ code: 'TRI-S004' });
  });

  test('somebody listens who says nothing: TRI-S005', async () => {
    const silent = await echoSocket(join(sshd.folder, 'silent'));
    const socket = async () => connect(join(sshd.folder, 'silent')).pause();
    const running = sshHost(target({ socket, connectTimeoutMs: 200 })).run('echo never');
    await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/TRI-S00[45]/) });
    await silent.close();
  });

  test('the connection is cut: TRI-S006, and the next call connects again', async () => {
    const host = sshHost(target());
    await host.run('true');
    const running = host.run('echo begun; exec sleep 30', { onLine: () => sshd.cutAll() });
    await expect(running).rejects.toMatchObject({ code: 'TRI-S006' });
    expect((await host.run('echo back')).stdout).toBe('back\n');
    await host.close();
  });

  test('a script whose first half alone arrives does not run', async () => {
    const host = sshHost(target());
    const path = join(sshd.folder, 'half');
    const script = `touch ${path}\n${'# filler\n'.repeat(400_000)}`;
    const running = host.run(script);
    const seen = expect(running).rejects.toMatchObject({ code: 'TRI-S006' });
    await host.run('true');
    sshd.cutAll();
    await seen;
    expect(readdirSync(sshd.folder)).not.toContain('half');
    await host.close();
  });
});

test('more runs at once than sshd has sessions, again and again', async () => {
  const [one, two] = [sshHost(target()), sshHost(target())];
  for (let round = 0; round < 5; round += 1) {
    const runs = [one, two].flatMap((host) =>
      Array.from({ length: 30 }, () => host.run('echo in')),
    );
    expect((await Promise.all(runs)).every(({ stdout }) => stdout === 'in\n')).toBe(true);
  }
  await Promise.all([one.close(), two.close()]);
});

test('goes by another host', async () => {
  const host = sshHost(target({ name: 'behind', jump: target() }));
  expect((await host.run('echo in')).stdout).toBe('in\n');
  await host.close();
});

test('sets owner and mode, and leaves alone what is the same', async () => {
  const host = sshHost(target());
  const path = join(sshd.folder, 'owned/file');
  const write = (mode: number) =>
    host.write([{ path, content: 'x', mode, owner: 'nobody:nogroup' }]);
  await write(0o640);
  const first = statSync(path);
  expect([first.mode & 0o7777, first.uid]).toEqual([0o640, 65534]);
  await write(0o640);
  expect(statSync(path).ino).toBe(first.ino);
  await write(0o600);
  expect(statSync(path).mode & 0o7777).toBe(0o600);
  const unknown = host.write([{ path, content: 'y', mode: 0o600, owner: 'no-such-user' }]);
  await expect(unknown).rejects.toMatchObject({ code: 'TRI-S008' });
  expect(readdirSync(join(sshd.folder, 'owned'))).toEqual(['file']);
  await host.close();
});

test('arguments of processes show no script', async () => {
  const host = sshHost(target());
  const { stdout } = await host.run("secret=planted; tr '\\0' ' ' </proc/$$/cmdline; ps -eo args");
  expect(stdout).not.toMatch(/planted/);
  await host.close();
});

test('tells what connecting and running cost', async () => {
  const host = sshHost(target());
  const begun = performance.now();
  await host.run('true');
  const connected = performance.now();
  for (let n = 0; n < 20; n += 1) await host.run('true');
  const perRunMs = (performance.now() - connected) / 20;
  console.log(`connect + run ${Math.round(connected - begun)} ms, run ${perRunMs.toFixed(1)} ms`);
  // No benchmark: only what a machine under any load keeps. A connection of its own for each run would not.
  expect(perRunMs).toBeLessThan(connected - begun);
  await host.close();
});
