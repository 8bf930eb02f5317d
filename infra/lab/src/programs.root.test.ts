/** What hosts of a cluster run, runs in a lab's hosts: as units, with the capabilities they have there. */
import { expect, test } from 'vitest';
import { labExec } from './index.ts';
import { passProgram } from './pass-program.ts';
import { eventually, lab, sh, smallLab } from './testing/small-lab.ts';

smallLab();

async function write(host: string, path: string, content: string | Uint8Array): Promise<void> {
  const script = `mkdir -p "$(dirname ${path})" && cat >${path}`;
  const { code } = await labExec(lab, host, ['sh', '-c', script], { input: content });
  expect(code).toBe(0);
}

/** Starts a unit; a `notify` one is ready then. */
async function run(host: string, unit: string, service: readonly string[]): Promise<void> {
  await write(host, `/etc/systemd/system/${unit}.service`, `[Service]\n${service.join('\n')}\n`);
  const started = await sh(host, `systemctl daemon-reload && systemctl start ${unit}`);
  const { stdout } = await sh(host, `journalctl -b -u ${unit} -o cat`);
  expect({ ...started, log: started.code === 0 ? '' : stdout }).toMatchObject({ code: 0, log: '' });
}

const bird = (own: string, other: string, name: string): string => `
log stderr all; router id ${own};
protocol device {}
protocol bfd { interface "inside" { min rx interval 50 ms; min tx interval 50 ms; multiplier 3; }; }
protocol static { ipv4; route 203.0.113.${name === 'r1' ? 1 : 2}/32 blackhole; }
protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }
protocol bgp peer { local ${own} as ${name === 'r1' ? 64512 : 64513}; neighbor ${other} as ${name === 'r1' ? 64513 : 64512};
  connect delay time 1; connect retry time 1; bfd on; ipv4 { import all; export where source = RTS_STATIC; }; }
`;

test('BIRD with BFD: two hosts learn each other’s routes', async () => {
  const [router, director] = ['198.51.100.1', '198.51.100.11'];
  await write('r1', '/etc/tricade/bird.conf', bird(router, director, 'r1'));
  await write('l4a', '/etc/tricade/bird.conf', bird(director, router, 'l4a'));
  for (const host of ['r1', 'l4a'])
    await run(host, 'mine-bird', [
      'ExecStart=/usr/sbin/bird -f -c /etc/tricade/bird.conf -s /run/bird.ctl',
      'Nice=-15',
    ]);
  await eventually('route', async () =>
    (await sh('r1', 'ip route show 203.0.113.2')).stdout.includes('via 198.51.100.11'),
  );
  await eventually('BFD up', async () =>
    / Up /.test((await sh('r1', 'birdc -s /run/bird.ctl show bfd sessions')).stdout),
  );
});

test('HAProxy with its master says that it is ready', async () => {
  const config = `global\n  user haproxy\n  group haproxy\n  stats socket /run/mine/s mode 600 level admin expose-fd listeners
defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 1s
frontend f\n  bind :80\n  http-request return status 200 content-type text/plain string ok\n`;
  await write('l4a', '/etc/tricade/haproxy.cfg', config);
  await run('l4a', 'mine-haproxy', [
    'Type=notify',
    'RuntimeDirectory=mine',
    'ExecStart=/usr/sbin/haproxy -Ws -f /etc/tricade/haproxy.cfg -S /run/mine/master',
  ]);
  expect((await sh('l4a', 'curl -s http://127.0.0.1/')).stdout).toBe('ok');
});

test('Redis says that it is ready', async () => {
  await run('w1', 'mine-redis', [
    'Type=notify',
    'User=redis',
    'StateDirectory=mine-redis',
    'ExecStart=/usr/bin/redis-server --port 7000 --supervised systemd --dir /var/lib/mine-redis',
  ]);
  expect((await sh('w1', 'redis-cli -p 7000 ping')).stdout).toBe('PONG\n');
});

test('Node under a unit without root, with the capability it was given', async () => {
  await run('w1', 'mine-node', [
    `ExecStart=/opt/lab/node -e "require('node:net').createServer((s) => s.end('hi')).listen(81)"`,
    'User=nobody',
    'AmbientCapabilities=CAP_NET_BIND_SERVICE',
  ]);
  const ask = `require('node:net').connect(81, '127.0.0.1').pipe(process.stdout)`;
  await eventually(
    'hi',
    async () => (await labExec(lab, 'w1', ['/opt/lab/node', '-e', ask])).stdout === 'hi',
  );
});

test('nft at the ingress of a device, TPROXY, and connection tracking', async () => {
  const rules = `table netdev mine {
  chain in { type filter hook ingress device inside priority 0; counter
  }
}
table inet mine {
  chain pre { type filter hook prerouting priority mangle
    tcp dport 82 tproxy ip to 127.0.0.1:83 meta mark set 1 accept
    ct state invalid counter
  }
}
`;
  const { code, stderr } = await labExec(lab, 'l4a', ['nft', '-f', '-'], { input: rules });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a host’s own sysctls can be set and are its own', async () => {
  const name = 'net.ipv4.conf.all.arp_ignore';
  expect((await sh('w1', `sysctl -qw ${name}=1 && sysctl -n ${name}`)).stdout).toBe('1\n');
  expect((await sh('l4a', `sysctl -n ${name}`)).stdout).toBe('0\n');
});

test('a host’s bpffs is empty at first: the lab keeps what it pins itself elsewhere', async () => {
  // The kernel itself puts its two iterators into each (CONFIG_BPF_PRELOAD).
  for (const host of ['r1', 'l4a', 'w1'])
    expect((await sh(host, 'ls -A /sys/fs/bpf | grep -v debug')).stdout, host).toBe('');
});

test('XDP is attached natively to a host’s device, and pinned things stay its own', async () => {
  await write('w1', '/root/pass.o', passProgram());
  expect(await sh('w1', 'ip link set dev inside xdpdrv obj /root/pass.o sec xdp')).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect((await sh('w1', 'ip link show inside')).stdout).toMatch(/prog\/xdp id \d+/);
  expect((await sh('w1', 'mkdir /sys/fs/bpf/mine')).code).toBe(0);
  expect((await sh('l4a', 'test -e /sys/fs/bpf/mine')).code).toBe(1);
});

test('raw sockets', async () => {
  const { stderr } = await sh('r1', 'timeout -s INT 0.2 tcpdump -n -i inside -c 1');
  expect(stderr).toContain('listening on inside');
});
