import { expect, test } from 'vitest';
import { runCommand } from '../command.ts';
import { labAccess, labCapture, labExec, labStatus } from '../index.ts';
import { passProgram } from '../pass-program.ts';
import { fetchWeb, lab, sh, smallLab, topology } from '../testing/small-lab.ts';

const root = smallLab();

test('a capture shows every hop of a request, each frame once at its sender', async () => {
  const { frames, files } = await labCapture(lab, {
    filter: 'tcp port 8080',
    direction: 'sent',
    until: () => sh('client', fetchWeb),
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
  const { stdout } = await runCommand(['pgrep', '-f', `${root()}/.*pcap`]);
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

test('what a host sends by XDP_TX is on the wire', async () => {
  const program = Buffer.from(passProgram());
  program.writeUInt32LE(3, 64 + 4); // XDP_TX for XDP_PASS
  await labExec(lab, 'l4a', ['sh', '-c', 'cat >/root/tx.o'], { input: program });
  await labExec(lab, 'l4a', [
    'ip',
    'link',
    'set',
    'dev',
    'inside',
    'xdpdrv',
    'obj',
    '/root/tx.o',
    'sec',
    'xdp',
  ]);
  const { frames } = await labCapture(lab, {
    hosts: ['l4a'],
    filter: 'udp port 9',
    // The router is told the address: no ARP has to come back through the mirror.
    until: () =>
      sh(
        'r1',
        `ip neighbour replace 198.51.100.11 lladdr 02:00:00:00:00:99 dev inside
        for i in $(seq 20); do bash -c 'echo x >/dev/udp/198.51.100.11/9'; sleep 0.05; done`,
      ),
  });
  await labExec(lab, 'l4a', ['ip', 'link', 'set', 'dev', 'inside', 'xdp', 'off']);
  // Sent for a second: a mirror that was just attached needs a moment.
  const ways = new Set(
    frames.map(({ direction, packet }) => `${direction} ${packet?.ip.destinationAddress}`),
  );
  expect([...ways].sort()).toEqual(['received 198.51.100.11', 'sent 198.51.100.11']);
});
