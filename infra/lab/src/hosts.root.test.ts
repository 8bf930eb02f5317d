import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from './command.ts';
import {
  labAccess,
  labDown,
  labExec,
  labFault,
  labStatus,
  labsUp,
  labUp,
  sshCommand,
} from './index.ts';
import { leftovers } from './testing/leftovers.ts';
import {
  eventually,
  fetching,
  fetchWeb,
  forward,
  lab,
  sh,
  smallLab,
  topology,
} from './testing/small-lab.ts';
import { smallTopology } from './testing/topology.ts';

const root = smallLab();

test('is listed, and says that its hosts are on', async () => {
  expect(labsUp()).toEqual([lab]);
  const { phase, hosts } = await labStatus(lab);
  expect(phase).toBe('up');
  expect(hosts.map(({ host, on, paused }) => ({ host, on, paused }))).toEqual(
    topology.hosts.map(({ name }) => ({ host: name, on: true, paused: false })),
  );
  expect(hosts.flatMap(({ legs }) => legs).every(({ plugged }) => plugged)).toBe(true);
});

test('every host answers ssh with the pinned key', async () => {
  for (const { name } of topology.hosts) {
    const { stdout, stderr, code } = await runCommand([
      ...(await sshCommand(lab, name)),
      'hostname; cat /proc/1/comm',
    ]);
    expect({ stdout, stderr, code }).toEqual({
      stdout: `${name}\nsystemd\n`,
      stderr: '',
      code: 0,
    });
  }
});

test('a host with another key is refused', async () => {
  const access = await labAccess(lab);
  const command = await sshCommand(lab, 'r1');
  const pins = readFileSync(access.knownHostsPath, 'utf8').split('\n');
  const wrong = join(root(), 'wrong');
  const other = pins
    .find((line) => line.includes(',w1 '))
    ?.split(' ')
    .slice(1)
    .join(' ');
  writeFileSync(wrong, `10.9.1.1 ${other}\n`);
  const argv = command.map((word) => word.replace(access.knownHostsPath, wrong));
  expect((await runCommand([...argv, 'true'])).stderr).toContain('Host key verification failed');
});

test('hosts are whole systems: nothing failed, no unit of this machine runs', async () => {
  for (const { name } of topology.hosts) {
    expect(
      await eventually('booted', async () => {
        const { stdout } = await sh(name, 'systemctl is-system-running');
        return stdout.startsWith('starting') ? '' : stdout;
      }),
    ).toBe('running\n');
  }
  const units = 'systemctl list-units --plain --no-legend --type=service --state=running';
  const { stdout } = await sh('w1', `${units} | cut -d' ' -f1 | sort | xargs`);
  expect(stdout).toBe('lab-origin.service ssh.service systemd-journald.service\n');
});

test('a host sees nothing of this machine but what is installed', async () => {
  const { stdout } = await sh('r1', 'find /root /home /srv /mnt /media -mindepth 1');
  expect(stdout).toBe('/root/.ssh\n'); // systemd-tmpfiles makes it
  expect((await sh('r1', `test -e '${import.meta.dirname}'`)).code).toBe(1);
});

test('a command in a host has the capabilities of the host, no more', async () => {
  const { stdout } = await sh(
    'r1',
    'grep CapBnd /proc/1/status /proc/self/status | cut -f2 | uniq',
  );
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect((await sh('r1', 'date -s @0')).code).toBe(1);
  expect((await sh('r1', 'mknod /tmp/x b 7 0')).code).toBe(1);
});

test('exec hands on status, output and input', async () => {
  const options = { input: 'in' };
  const { code, stdout, stderr } = await labExec(
    lab,
    'client',
    ['sh', '-c', 'cat; echo out; echo err >&2; exit 7'],
    options,
  );
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'inout\n', stderr: 'err\n' });
  const late = labExec(lab, 'client', ['sleep', '600'], { timeoutMs: 300 });
  await expect(late).rejects.toMatchObject({ code: 'TRI-L005' });
  await eventually('sleep ended', async () => (await sh('client', 'pgrep -x sleep')).code === 1);
});

test('wrong names are refused', async () => {
  await expect(labExec(lab, 'nobody', ['true'])).rejects.toMatchObject({ code: 'TRI-L004' });
  await expect(labExec('other', 'r1', ['true'])).rejects.toMatchObject({ code: 'TRI-L002' });
  const cut = labFault(lab, { kind: 'cut', host: 'w1', network: 'outside' });
  await expect(cut).rejects.toMatchObject({ code: 'TRI-L004' });
});

test('is not brought up twice', async () => {
  await expect(labUp(topology)).rejects.toMatchObject({ code: 'TRI-L001' });
  expect((await labStatus(lab)).phase).toBe('up');
});

test('IPv4 and IPv6 go through the router', async () => {
  for (const address of ['198.51.100.31', '[2001:db8:2::31]']) {
    const { stdout } = await sh('client', fetching(`http://${address}:8080/x`));
    expect(JSON.parse(stdout)).toMatchObject({ server: 'w1', path: '/x' });
  }
});

test('the origin answers DNS from the address that was asked, also a new one', async () => {
  await sh('w1', 'ip address add 203.0.113.53/32 dev lo');
  await sh('r1', 'ip route add 203.0.113.53/32 via 198.51.100.31');
  const ask = `const { Resolver } = require('node:dns/promises');
    const resolver = new Resolver({ timeout: 500, tries: 1 });
    resolver.setServers(['203.0.113.53']);
    Promise.all([resolver.resolve4('example.net'), resolver.resolveTxt('example.net')]).then((all) => console.log(JSON.stringify(all)));`;
  const answer = await eventually('an answer', async () => {
    const { code, stdout } = await labExec(lab, 'client', ['/opt/lab/node', '-e', ask]);
    return code === 0 && stdout;
  });
  expect(answer).toBe('[["203.0.113.53"],[["w1"]]]\n');
});

test('another lab with the same addresses is up beside it', async () => {
  const other = smallTopology('beside');
  try {
    await labUp(other, { timeoutMs: 60_000 });
    await forward('beside');
    await sh('w1', 'echo one >/root/which');
    await sh('w1', 'echo two >/root/which', 'beside');
    const ask = 'cat /root/which';
    expect((await sh('w1', ask)).stdout + (await sh('w1', ask, 'beside')).stdout).toBe(
      'one\ntwo\n',
    );
    await labFault('beside', { kind: 'off', host: 'w1' });
    expect((await sh('client', fetchWeb, 'beside')).code).not.toBe(0);
    expect((await sh('client', fetchWeb)).code).toBe(0);
  } finally {
    await labDown('beside');
  }
  expect(leftovers('beside')).toEqual([]);
  expect((await sh('client', fetchWeb)).code).toBe(0);
});
