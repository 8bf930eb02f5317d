import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { baseLayer, machineRoot } from './base-layer.ts';
import { hostLayer } from './host-layer.ts';
import type { LabHost } from './model.ts';
import { startScript, superviseScript, wireScript } from './start-script.ts';
import type { LabSetup } from './state.ts';
import { smallTopology } from './testing/topology.ts';
import type { TreeEntry } from './tree.ts';
import { addressBatch, bridgeBatch, cableBatch } from './wiring.ts';

/** Golden files: `vitest -u` rewrites them. */
const golden = (name: string): string => `testdata/${name}`;

const topology = smallTopology('small');
const hostNamed = (name: string): LabHost =>
  topology.hosts.find((host) => host.name === name) as LabHost;
const setup: LabSetup = {
  topology,
  startedAtMs: 0,
  node: '/usr/lib/node:26/node',
  guest: '/usr/lib/lab guest',
  binds: [{ source: '/usr/lib/tricade', target: '/usr/lib/tricade' }],
  xdpPeers: true,
};
let root: string | undefined;

beforeEach(() => {
  root = process.env['TRICADE_LAB_DIR'];
  delete process.env['TRICADE_LAB_DIR'];
});
afterEach(() => {
  if (root !== undefined) process.env['TRICADE_LAB_DIR'] = root;
});

describe('wiring', () => {
  test('bridges', async () =>
    expect(bridgeBatch(topology)).toMatchFileSnapshot(golden('bridges.batch')));
  test('cables of a router', async () =>
    expect(cableBatch(topology, hostNamed('r1'), '/run/pass.o')).toMatchFileSnapshot(
      golden('r1-cables.batch'),
    ));
  test('cables of a director', async () =>
    expect(cableBatch(topology, hostNamed('l4a'), '/run/pass.o')).toMatchFileSnapshot(
      golden('l4a-cables.batch'),
    ));
  test('addresses and routes', async () =>
    expect(addressBatch(topology, hostNamed('client'))).toMatchFileSnapshot(
      golden('client-addresses.batch'),
    ));
  test('a network with jumbo frames gets no XDP program', () => {
    const networks = topology.networks.map((network) => ({ ...network, mtuBytes: 9000 }));
    const jumbo = { ...topology, networks };
    expect(cableBatch(jumbo, hostNamed('l4a'), '/run/pass.o')).not.toContain('xdp');
  });
});

describe('scripts', () => {
  const cgroups = ['/sys/fs/cgroup/unified/tricade-lab/small/w1'];
  const scripts = {
    wire: wireScript(setup, hostNamed('w1')),
    start: startScript(setup, hostNamed('w1'), cgroups),
    supervise: superviseScript(setup, hostNamed('w1')),
  };
  test.for(Object.entries(scripts))('%s.sh', async ([name, text]) => {
    await expect(text).toMatchFileSnapshot(golden(`w1-${name}.sh`));
    expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' }).stderr).toBe('');
  });
  test('never give a host all capabilities, nor the clock', () => {
    expect(scripts.supervise).not.toMatch(/capability=all|SYS_TIME/);
  });
});

describe('layers', () => {
  const key = { key: 'PRIVATE\n', publicKey: 'ssh-ed25519 AAAA host-w1', path: '/keys/host-w1' };
  test('of a host', async () =>
    expect(listing(hostLayer('small', hostNamed('w1'), key))).toMatchFileSnapshot(
      golden('w1-layer.txt'),
    ));
  test('under all hosts', async () => {
    const machine = {
      topFolders: ['etc', 'home', 'opt', 'root', 'somebody', 'usr'],
      hookedUnits: ['systemd-journald.service', 'foreign.service'],
    };
    const layer = baseLayer(machine, 'ssh-ed25519 AAAA');
    await expect(listing(layer)).toMatchFileSnapshot(golden('base-layer.txt'));
  });
  test('whatever this machine hooks in is masked or wanted, and its homes are hidden', () => {
    const layer = listing(baseLayer(machineRoot(), ''));
    for (const path of ['root', 'home', 'opt', 'etc/ssh', 'var/log'])
      expect(layer).toMatch(new RegExp(`^opaque \\d+ ${path}$`, 'm'));
    expect(layer).toMatch(/getty\.target -> \/dev\/null/);
  });
});

function listing(entries: readonly TreeEntry[]): string {
  const lines = entries.map((entry) => {
    if (entry.kind === 'link') return `link ${entry.path} -> ${entry.target}`;
    const mode = entry.mode.toString(8);
    if (entry.kind === 'folder')
      return `${entry.opaque ? 'opaque' : 'folder'} ${mode} ${entry.path}`;
    const content = entry.content.split('\n').map((line) => (line ? `  | ${line}` : ''));
    return [`file ${mode} ${entry.path}`, ...content].filter(Boolean).join('\n');
  });
  return `${lines.join('\n')}\n`;
}
