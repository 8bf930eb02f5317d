import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import {
  type LabExecResult,
  type LabTopology,
  labAccess,
  labCapture,
  labDown,
  labExec,
  labFault,
  labHosts,
  labInit,
  labStatus,
  labsUp,
  labUp,
  sshCommand,
} from './index.ts';
import { leftovers, namespacesOf, processesInNamespaces } from './testing/leftovers.ts';
import { smallTopology } from './testing/topology.ts';

const lab = 'small';
const topology = smallTopology(lab);
const realRoot = process.env['TRICADE_LAB_DIR'];
let root = '';

/** Labs of their own: no lab that somebody has up on this machine is touched. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-'));
  process.env['TRICADE_LAB_DIR'] = root;
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  if (realRoot === undefined) delete process.env['TRICADE_LAB_DIR'];
  else process.env['TRICADE_LAB_DIR'] = realRoot;
});

async function eventually<T>(what: string, look: () => T | Promise<T>): Promise<T> {
  for (const deadline = performance.now() + 10_000; ; ) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await delay(20);
  }
}

async function sh(host: string, script: string, name = lab): Promise<LabExecResult> {
  return labExec(name, host, ['sh', '-c', script], { timeoutMs: 20_000 });
}

/** Forwarding is the router's own configuration, that a rollout would bring. */
async function forward(name = lab): Promise<void> {
  const script = 'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1';
  expect((await sh('r1', script, name)).code).toBe(0);
}

const get = (url: string): string => `curl -sf -m 3 '${url}'`;
const web = get('http://198.51.100.31:8080/');

describe('a lab', () => {
  beforeAll(async () => {
    await labUp(topology, { timeoutMs: 60_000 });
    await forward();
  });
  afterAll(() => labDown(lab));

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
    const wrong = join(root, 'wrong');
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
      const { stdout } = await sh('client', get(`http://${address}:8080/x`));
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

  test('a capture shows every hop of a request, each frame once at its sender', async () => {
    const { frames, files } = await labCapture(lab, {
      filter: 'tcp port 8080',
      direction: 'sent',
      until: () => sh('client', web),
    });
    const mac = (name: string, network: string): string | undefined =>
      topology.hosts
        .find((host) => host.name === name)
        ?.interfaces.find((leg) => leg.network === network)?.mac;
    const flags = (wanted: string) =>
      frames
        .filter(({ packet }) => packet?.transport?.flags === wanted)
        .map(({ host, network, sourceMac, destinationMac }) => ({
          host,
          network,
          sourceMac,
          destinationMac,
        }));
    const there = [
      {
        host: 'client',
        network: 'outside',
        sourceMac: mac('client', 'outside'),
        destinationMac: mac('r1', 'outside'),
      },
      {
        host: 'r1',
        network: 'inside',
        sourceMac: mac('r1', 'inside'),
        destinationMac: mac('w1', 'inside'),
      },
    ];
    const back = [
      {
        host: 'w1',
        network: 'inside',
        sourceMac: mac('w1', 'inside'),
        destinationMac: mac('r1', 'inside'),
      },
      {
        host: 'r1',
        network: 'outside',
        sourceMac: mac('r1', 'outside'),
        destinationMac: mac('client', 'outside'),
      },
    ];
    expect(flags('S')).toEqual(there);
    expect(flags('SA')).toEqual(back);
    expect(files.map(({ host, network }) => `${host}/${network}`)).toEqual([
      'r1/outside',
      'r1/inside',
      'l4a/inside',
      'w1/inside',
      'client/outside',
    ]);
    expect(frames.map(({ atMs }) => atMs)).toEqual(
      frames.map(({ atMs }) => atMs).sort((a, b) => a - b),
    );
  });

  test('a capture with a bad filter says what is wrong', async () => {
    const capture = labCapture(lab, { hosts: ['r1'], filter: 'no such', seconds: 1 });
    await expect(capture).rejects.toMatchObject({ code: 'TRI-L011', message: /syntax error/ });
  });

  test('a failure of what is captured is passed on, and no tcpdump stays', async () => {
    const until = () => Promise.reject(new Error('mine'));
    await expect(labCapture(lab, { until })).rejects.toThrow('mine');
    const { stdout } = await runCommand(['pgrep', '-f', `${root}/.*pcap`]);
    expect(stdout).toBe('');
  });

  test('frames that a host sends by XDP can arrive: the other end of its cable runs a program', async () => {
    const { hosts } = await labStatus(lab);
    const port = hosts.find(({ host }) => host === 'l4a')?.legs[1]?.port ?? '';
    const { stdout } = await runCommand([
      ...(await labAccess(lab)).enter,
      ...['ip', '-d', 'link', 'show', port],
    ]);
    expect(stdout).toMatch(/prog\/xdp id \d+ name pass/);
  });

  test('a cable is cut and joined', async () => {
    expect((await sh('client', web)).code).toBe(0);
    await labFault(lab, { kind: 'cut', host: 'w1', network: 'inside' });
    expect((await sh('w1', 'cat /sys/class/net/inside/carrier')).stdout).toBe('0\n');
    expect((await sh('client', web)).code).not.toBe(0);
    expect((await labStatus(lab)).hosts[2]?.legs[1]).toMatchObject({
      network: 'inside',
      plugged: false,
    });
    await labFault(lab, { kind: 'join', host: 'w1' });
    expect((await sh('client', web)).code).toBe(0);
  });

  test('power off takes memory, network and pins away and leaves the disk; power on boots what is enabled', async () => {
    const unit =
      '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n';
    await sh(
      'w1',
      `printf '${unit}' >/etc/systemd/system/mine.service && systemctl enable --now mine`,
    );
    await sh('w1', 'touch /root/disk /run/memory /tmp/memory && mkdir /sys/fs/bpf/pins');
    await sh('w1', 'ip address add 203.0.113.10/32 dev lo');
    const before = performance.now();
    await labFault(lab, { kind: 'off', host: 'w1' });
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(labHosts(lab)['w1']).toBeUndefined();
    expect((await sh('client', web)).code).not.toBe(0);
    const again = labFault(lab, { kind: 'off', host: 'w1' });
    await expect(again).rejects.toMatchObject({ code: 'TRI-L010' });
    await expect(labExec(lab, 'w1', ['true'])).rejects.toMatchObject({ code: 'TRI-L010' });

    await labFault(lab, { kind: 'on', host: 'w1' });
    expect((await sh('client', web)).code).toBe(0);
    const { stdout } = await sh(
      'w1',
      'ls -d /root/disk /run/memory /tmp/memory /sys/fs/bpf/pins 2>/dev/null',
    );
    expect(stdout).toBe('/root/disk\n');
    expect((await sh('w1', 'ip address show dev lo')).stdout).not.toContain('203.0.113.10');
    await eventually('mine', async () => (await sh('w1', 'systemctl is-active mine')).code === 0);
    const twice = labFault(lab, { kind: 'on', host: 'w1' });
    await expect(twice).rejects.toMatchObject({ code: 'TRI-L010' });
  });

  test('a host reboots by itself, with a fresh network', async () => {
    const before = labHosts(lab)['l4a'];
    await sh('l4a', 'ip address add 203.0.113.11/32 dev lo');
    await sh('l4a', 'systemctl --force reboot');
    await eventually('another init', () => {
      const now = labHosts(lab)['l4a'];
      return now !== undefined && now !== before;
    });
    await eventually('up again', async () => {
      const { code } = await sh('l4a', 'systemctl is-active ssh').catch(() => ({ code: 1 }));
      return code === 0;
    });
    expect((await sh('l4a', 'ip address show dev lo')).stdout).not.toContain('203.0.113.11');
    expect((await sh('l4a', web)).code).toBe(0);
  });

  test('a host is paused and resumed', async () => {
    await labFault(lab, { kind: 'pause', host: 'w1' });
    expect((await labStatus(lab)).hosts[2]).toMatchObject({ on: true, paused: true });
    expect((await sh('client', web)).code).not.toBe(0);
    await labFault(lab, { kind: 'resume', host: 'w1' });
    expect((await sh('client', web)).code).toBe(0);
  });

  test('a unit is killed, paused and resumed', async () => {
    const pid = async (): Promise<string> =>
      (await sh('w1', 'systemctl show -P MainPID lab-origin')).stdout.trim();
    const before = await pid();
    await labFault(lab, { kind: 'kill', host: 'w1', unit: 'lab-origin' });
    await eventually('restarted', async () => !['0', before].includes(await pid()));
    await eventually('answers', async () => (await sh('client', web)).code === 0);
    await labFault(lab, { kind: 'pause', host: 'w1', unit: 'lab-origin' });
    expect((await sh('client', web)).code).not.toBe(0);
    await labFault(lab, { kind: 'resume', host: 'w1', unit: 'lab-origin' });
    await eventually('answers', async () => (await sh('client', web)).code === 0);
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
      expect((await sh('client', web, 'beside')).code).not.toBe(0);
      expect((await sh('client', web)).code).toBe(0);
    } finally {
      await labDown('beside');
    }
    expect(leftovers('beside')).toEqual([]);
    expect((await sh('client', web)).code).toBe(0);
  });
});

describe('what a lab leaves', () => {
  beforeEach(() => labDown(lab));
  afterEach(() => labDown(lab));

  test('down takes everything away, in time, and may be said again', async () => {
    await labUp(topology, { timeoutMs: 60_000 });
    const inits = [labInit(lab), ...Object.values(labHosts(lab))].map((pid) => pid ?? 0);
    const own = namespacesOf(process.pid);
    const namespaces = inits.flatMap(namespacesOf).filter((each) => !own.includes(each));
    expect(new Set(namespaces).size).toBe(3 * 5);
    expect(leftovers(lab).length).toBeGreaterThan(20);
    const { tookMs } = await labDown(lab);
    expect(tookMs).toBeLessThan(2_000);
    expect(leftovers(lab)).toEqual([]);
    expect(processesInNamespaces(namespaces)).toEqual([]);
    expect((await labStatus(lab)).phase).toBe('down');
    await labDown(lab);
  });

  test('keys stay the same from life to life, and only root reads them', async () => {
    const keys = async (): Promise<string> => {
      await labUp(topology, { timeoutMs: 60_000 });
      const text = readFileSync((await labAccess(lab)).knownHostsPath, 'utf8');
      await labDown(lab);
      return text;
    };
    expect(await keys()).toBe(await keys());
    const { stdout } = await runCommand([
      'stat',
      '-c',
      '%a',
      join(root, lab),
      join(root, lab, 'keys'),
    ]);
    expect(stdout).toBe('700\n700\n');
  });

  test('a lab that does not come up leaves nothing, and shows the console', async () => {
    const bad: LabTopology = {
      ...topology,
      hosts: topology.hosts.map((host) => ({ ...host, origin: { ports: [22] } })),
    };
    const up = labUp(bad, { timeoutMs: 60_000, node: '/nowhere/node' });
    await expect(up).rejects.toMatchObject({ code: /^TRI-L0(12|05)$/ });
    expect(leftovers(lab)).toEqual([]);
  });

  test('a tied lab ends with the process that started it', async () => {
    const child = starter({ tied: true });
    await eventually('up', async () => (await labStatus(lab)).phase === 'up');
    child.kill('SIGKILL');
    await eventually('gone', () => labInit(lab) === undefined);
    await labDown(lab);
    expect(leftovers(lab)).toEqual([]);
  });

  test('one start at a time', async () => {
    const child = starter({});
    await eventually('begun', () => existsSync(join(root, lab, 'setup.json')));
    await expect(labUp(topology)).rejects.toMatchObject({ code: /^TRI-L00[18]$/ });
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  // From before Node has read the program to after the last host answers.
  test.for([20, 60, 120, 160, 200, 240, 280, 320, 400, 500, 700, 900, 1300])(
    'the starter killed after %d ms: down is clean',
    async (afterMs) => {
      const child = starter({});
      await delay(afterMs);
      child.kill('SIGKILL');
      await labDown(lab);
      await eventually('nothing left', () => leftovers(lab).length === 0);
    },
  );

  test('the starter killed half-way: the next up is clean', async () => {
    const child = starter({});
    await eventually('hosts begin', () => labInit(lab) !== undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await labUp(topology, { timeoutMs: 60_000 });
    await forward();
    expect((await sh('client', web)).code).toBe(0);
    await labDown(lab);
    expect(leftovers(lab)).toEqual([]);
  });

  /** Another process that brings the lab up and then waits. */
  function starter(options: object): ReturnType<typeof spawn> {
    const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));
    const script = `import { labUp } from ${index};
      await labUp(${JSON.stringify(topology)}, ${JSON.stringify({ timeoutMs: 60_000, ...options })});
      setInterval(() => {}, 1000);`;
    return spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      stdio: 'ignore',
      cwd: import.meta.dirname,
    });
  }
});
