import { expect, test } from 'vitest';
import { labExec, labFault, labHosts, labStatus } from './index.ts';
import { eventually, fetchWeb, lab, sh, smallLab } from './testing/small-lab.ts';

smallLab();

test('a cable is cut and joined', async () => {
  expect((await sh('client', fetchWeb)).code).toBe(0);
  await labFault(lab, { kind: 'cut', host: 'w1', network: 'inside' });
  expect((await sh('w1', 'cat /sys/class/net/inside/carrier')).stdout).toBe('0\n');
  expect((await sh('client', fetchWeb)).code).not.toBe(0);
  expect((await labStatus(lab)).hosts[2]?.legs[1]).toMatchObject({
    network: 'inside',
    plugged: false,
  });
  await labFault(lab, { kind: 'join', host: 'w1' });
  expect((await sh('client', fetchWeb)).code).toBe(0);
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
  expect(labHosts(lab).w1).toBeUndefined();
  expect((await sh('client', fetchWeb)).code).not.toBe(0);
  const again = labFault(lab, { kind: 'off', host: 'w1' });
  await expect(again).rejects.toMatchObject({ code: 'TRI-L010' });
  await expect(labExec(lab, 'w1', ['true'])).rejects.toMatchObject({ code: 'TRI-L010' });

  await labFault(lab, { kind: 'on', host: 'w1' });
  expect((await sh('client', fetchWeb)).code).toBe(0);
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
  const before = labHosts(lab).l4a;
  await sh('l4a', 'ip address add 203.0.113.11/32 dev lo');
  await sh('l4a', 'systemctl --force reboot');
  await eventually('another init', () => {
    const now = labHosts(lab).l4a;
    return now !== undefined && now !== before;
  });
  await eventually('up again', async () => {
    const { code } = await sh('l4a', 'systemctl is-active ssh').catch(() => ({ code: 1 }));
    return code === 0;
  });
  expect((await sh('l4a', 'ip address show dev lo')).stdout).not.toContain('203.0.113.11');
  expect((await sh('l4a', fetchWeb)).code).toBe(0);
});

test('a host is paused and resumed', async () => {
  await labFault(lab, { kind: 'pause', host: 'w1' });
  expect((await labStatus(lab)).hosts[2]).toMatchObject({ on: true, paused: true });
  expect((await sh('client', fetchWeb)).code).not.toBe(0);
  await labFault(lab, { kind: 'resume', host: 'w1' });
  expect((await sh('client', fetchWeb)).code).toBe(0);
});

test('a unit is killed, paused and resumed', async () => {
  const pid = async (): Promise<string> =>
    (await sh('w1', 'systemctl show -P MainPID lab-origin')).stdout.trim();
  const before = await pid();
  await labFault(lab, { kind: 'kill', host: 'w1', unit: 'lab-origin' });
  await eventually('restarted', async () => !['0', before].includes(await pid()));
  await eventually('answers', async () => (await sh('client', fetchWeb)).code === 0);
  await labFault(lab, { kind: 'pause', host: 'w1', unit: 'lab-origin' });
  expect((await sh('client', fetchWeb)).code).not.toBe(0);
  await labFault(lab, { kind: 'resume', host: 'w1', unit: 'lab-origin' });
  await eventually('answers', async () => (await sh('client', fetchWeb)).code === 0);
});
