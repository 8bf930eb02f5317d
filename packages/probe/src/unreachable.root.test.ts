/** When the kernel of a target is gone, as seen through real neighbour tables: two namespaces on a bridge in a third one. */
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from './testing/listener.ts';

const names = ['m', 't', 'b'].map((kind) => `probe-${kind}-${process.pid}`);
const [monitor = '', target = '', bridge = ''] = names;
const ip = (...words: string[]): void => void execFileSync('ip', words);

/** What the monitor's role sets on each of its devices, for `ipv4` and `ipv6`. */
const neighbourSysctls = {
  base_reachable_time_ms: 100,
  delay_first_probe_time: 0,
  ucast_solicit: 2,
  mcast_solicit: 3,
  retrans_time_ms: 100,
};

beforeEach(() => {
  for (const name of names) ip('netns', 'add', name);
  ip('-n', bridge, 'link', 'add', 'br0', 'up', 'type', 'bridge');
  for (const [at, name] of [monitor, target].entries()) {
    ip('-n', bridge, 'link', 'add', `p${at}`, 'type', 'veth', 'peer', 'eth0', 'netns', name);
    ip('-n', bridge, 'link', 'set', `p${at}`, 'master', 'br0', 'up');
    ip('-n', name, 'addr', 'add', `192.0.2.${at + 1}/24`, 'dev', 'eth0');
    ip('-n', name, 'addr', 'add', `2001:db8::${at + 1}/64`, 'dev', 'eth0', 'nodad');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  for (const family of ['ipv4', 'ipv6'])
    for (const [key, value] of Object.entries(neighbourSysctls))
      inside(monitor, 'sysctl', '-qw', `net.${family}.neigh.eth0.${key}=${value}`);
});

afterEach(() => {
  for (const name of names) ip('netns', 'del', name);
});

function inside(name: string, ...command: string[]): void {
  execFileSync('ip', ['netns', 'exec', name, ...command]);
}

/** Attempts at one target, half a second apart; prints each result. */
const prober = `
import { probeTcp } from '@tricade/probe';
for (;;) {
  const begunMs = performance.now();
  const attempt = await probeTcp({ address: process.env.ADDRESS, port: 80 }, 1_000);
  console.log(JSON.stringify(attempt));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, begunMs + 500 - performance.now())));
}`;
const server = `require('node:net').createServer((socket) => socket.on('error', () => {}).resume()).listen(80, '::')`;

interface Line {
  readonly ok: boolean;
  readonly detail: string;
  readonly unreachable: boolean;
}

async function probed(address: string, act: () => void): Promise<readonly Line[]> {
  const node = (name: string, ...words: string[]) =>
    spawn('ip', ['netns', 'exec', name, process.execPath, ...words], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, ADDRESS: address },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const serving = node(target, '--eval', server);
  const probing = node(monitor, '--conditions=source', '--input-type=module', '--eval', prober);
  const lines: Line[] = [];
  createInterface({ input: probing.stdout }).on('line', (line) =>
    lines.push(JSON.parse(line) as Line),
  );
  await until(() => lines.slice(-2).filter((line) => line.ok).length === 2, 20_000);
  act();
  const from = lines.length;
  await until(() => lines.slice(from).filter((line) => !line.ok).length >= 3, 10_000);
  serving.kill();
  probing.kill();
  return lines.slice(from).filter((line) => !line.ok);
}

test.for(['192.0.2.2', '2001:db8::2'])(
  'power off at %s: no kernel answers',
  { timeout: 60_000 },
  async (address, { annotate }) => {
    const failures = await probed(address, () => ip('-n', bridge, 'link', 'set', 'p1', 'down'));
    await annotate(
      failures.map(({ detail, unreachable }) => `${detail}: ${unreachable}`).join('; '),
    );
    // Only the first attempt, begun while the neighbour was still believed to be there, may end without the proof.
    expect(failures.slice(1).every((failure) => failure.unreachable)).toBe(true);
  },
);

test('a firewall that says host unreachable is no dead kernel', async () => {
  const failures = await probed('192.0.2.2', () =>
    inside(
      target,
      'nft',
      'add table ip f; add chain ip f i { type filter hook input priority 0; }; add rule ip f i tcp dport 80 reject with icmp host-unreachable',
    ),
  );
  for (const failure of failures)
    expect(failure).toMatchObject({ detail: 'no route to host', unreachable: false });
}, 60_000);
