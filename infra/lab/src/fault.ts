/** Faults of a lab, as the world deals them. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import { inLab, labExec } from './exec.ts';
import type { LabTopology } from './model.ts';
import { cgroupsOf, hostInit, labDirectory, pidsIn, readTopology } from './state.ts';
import { namespaceOf, networksOf, portOf } from './wiring.ts';

export type LabFault =
  /** Power off and on: nothing gets to say good-bye. */
  | { readonly kind: 'off' | 'on'; readonly host: string }
  /** Pull a cable and plug it in again. */
  | { readonly kind: 'cut' | 'join'; readonly host: string; readonly network: string }
  /** kill -9 a systemd unit's processes. */
  | { readonly kind: 'kill'; readonly host: string; readonly unit: string }
  /** Freeze and thaw everything on the host. */
  | { readonly kind: 'pause' | 'resume'; readonly host: string };

/** Deals a fault and returns the wall clock (ms) at which it took effect. */
export async function labFault(lab: string, fault: LabFault): Promise<number> {
  const topology = readTopology(lab);
  const host = topology.hosts.find((each) => each.name === fault.host);
  if (host === undefined)
    throw new TricadeError('TRI-L004', `lab ${lab} has no host ${fault.host}`, {
      hint: `hosts: ${topology.hosts.map((each) => each.name).join(', ')}`,
    });
  switch (fault.kind) {
    case 'off':
      return powerOff(lab, topology, fault.host);
    case 'on':
      return powerOn(lab, fault.host);
    case 'cut':
    case 'join': {
      if (!networksOf(host).includes(fault.network))
        throw new TricadeError('TRI-L004', `${fault.host} has no leg on ${fault.network}`, {
          hint: `networks: ${networksOf(host).join(', ')}`,
        });
      const port = portOf(topology, fault.host, fault.network);
      await must(inLab(lab, ['ip', 'link', 'set', port, fault.kind === 'cut' ? 'down' : 'up']));
      return Date.now();
    }
    case 'kill':
      await must(labExec(lab, fault.host, ['systemctl', 'kill', '--signal=KILL', fault.unit]));
      return Date.now();
    case 'pause':
    case 'resume':
      for (const cgroup of cgroupsOf(lab, fault.host)) {
        const file = join(cgroup, 'cgroup.freeze');
        if (existsSync(file)) writeFileSync(file, fault.kind === 'pause' ? '1' : '0');
      }
      return Date.now();
  }
}

async function must(
  result: Promise<{ readonly code: number; readonly stderr: string }>,
): Promise<void> {
  const { code, stderr } = await result;
  if (code !== 0)
    throw new TricadeError('TRI-L005', `the fault could not be dealt: ${stderr.trim()}`);
}

/** First the wires, then everything at once. Names go too: a dying namespace would hold the cables' names for a while; bpffs goes as on a real power loss. */
async function powerOff(lab: string, topology: LabTopology, name: string): Promise<number> {
  const host = topology.hosts.find((each) => each.name === name);
  const ports =
    host === undefined ? [] : networksOf(host).map((network) => portOf(topology, name, network));
  await must(
    inLab(lab, ['ip', '-batch', '-'], {
      input: ports.map((port) => `link set ${port} down\n`).join(''),
    }),
  );
  const atMs = Date.now();
  for (const cgroup of cgroupsOf(lab, name)) {
    const file = join(cgroup, 'cgroup.kill');
    if (existsSync(file)) writeFileSync(file, '1');
  }
  const deadline = performance.now() + 10_000;
  while (cgroupsOf(lab, name).flatMap(pidsIn).length > 0) {
    if (performance.now() > deadline)
      throw new TricadeError('TRI-L005', `host ${name} does not go off`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const home = join(labDirectory(lab), 'h', name);
  const lines = [
    ...ports.map((port) => `ip link del ${port} 2>/dev/null`),
    `ip netns del ${namespaceOf(name)}`,
    `umount ${home}/bpf`,
    ':',
  ];
  await inLab(lab, ['sh', '-c', lines.join('\n')]);
  return atMs;
}

async function powerOn(lab: string, name: string): Promise<number> {
  if (hostInit(lab, name) !== undefined)
    throw new TricadeError('TRI-L005', `host ${name} is on already`);
  await must(
    inLab(lab, [
      process.execPath,
      '--conditions=source',
      join(import.meta.dirname, 'inside.ts'),
      'boot',
      labDirectory(lab),
      name,
    ]),
  );
  return Date.now();
}
