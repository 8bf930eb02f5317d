/** Faults of a lab, as the world deals them. */
import { TricadeError } from '@tricade/cluster';
import { freeze, killCgroup, removeCgroups, waitEmpty } from './cgroups.ts';
import { inLab, labExec } from './exec.ts';
import type { LabHost } from './model.ts';
import { hostPaths } from './paths.ts';
import { waitReady } from './readiness.ts';
import { hostInit, readSetup, requireHost, requireInit } from './state.ts';
import { startHost } from './up.ts';
import { networksOf, portOf } from './wiring.ts';

export type LabFault =
  /** Power off: nothing gets to say good-bye; what is in memory is gone, the disk stays. Power on: until SSH answers. */
  | { readonly kind: 'off' | 'on'; readonly host: string }
  /** Pull a cable and plug it in again: that of one network, or all but the management's. */
  | { readonly kind: 'cut' | 'join'; readonly host: string; readonly network?: string }
  /** kill -9 a systemd unit's processes. */
  | { readonly kind: 'kill'; readonly host: string; readonly unit: string }
  /** Freeze and thaw a unit, or everything on the host. */
  | { readonly kind: 'pause' | 'resume'; readonly host: string; readonly unit?: string };

/**
 * Deals a fault and returns the wall clock (ms) at which it took effect; `on` returns it once the host answers. Throws TRI-L002, TRI-L004,
 * TRI-L005, TRI-L010 (off already, on already), TRI-L012 (`on`).
 */
export async function labFault(lab: string, fault: LabFault): Promise<number> {
  requireInit(lab);
  const host = requireHost(lab, fault.host);
  switch (fault.kind) {
    case 'off':
      return powerOff(lab, host);
    case 'on':
      return powerOn(lab, host);
    case 'cut':
      return plug(lab, host, fault.network, 'down');
    case 'join':
      return plug(lab, host, fault.network, 'up');
    case 'kill':
      return systemctl(lab, host, ['kill', '--signal=KILL', fault.unit]);
    case 'pause':
      return pause(lab, host, fault.unit, true);
    case 'resume':
      return pause(lab, host, fault.unit, false);
  }
}

async function must(
  result: Promise<{ readonly code: number; readonly stderr: string }>,
): Promise<number> {
  const { code, stderr } = await result;
  if (code !== 0)
    throw new TricadeError('TRI-L005', `the fault could not be dealt: ${stderr.trim()}`);
  return Date.now();
}

function systemctl(lab: string, host: LabHost, argv: readonly string[]): Promise<number> {
  return must(labExec(lab, host.name, ['systemctl', ...argv]));
}

function plug(
  lab: string,
  host: LabHost,
  network: string | undefined,
  state: 'up' | 'down',
): Promise<number> {
  const [, ...data] = networksOf(host);
  if (network !== undefined && !networksOf(host).includes(network))
    throw new TricadeError('TRI-L004', `${host.name} has no leg on ${network}`, {
      node: host.name,
      hint: `networks: ${networksOf(host).join(', ')}`,
    });
  requireOn(lab, host);
  return setLinks(lab, host, network === undefined ? data : [network], state);
}

/** The switch side: the host sees its carrier go and come. */
function setLinks(
  lab: string,
  host: LabHost,
  networks: readonly string[],
  state: 'up' | 'down',
): Promise<number> {
  const { topology } = readSetup(lab);
  const ports = networks.map((network) => portOf(topology, host.name, network));
  const input = ports.map((port) => `link set ${port} ${state}\n`).join('');
  return must(inLab(lab, ['ip', '-batch', '-'], { input }));
}

async function pause(
  lab: string,
  host: LabHost,
  unit: string | undefined,
  frozen: boolean,
): Promise<number> {
  requireOn(lab, host);
  if (unit !== undefined) return must(labExec(lab, host.name, freezeUnit(unit, frozen)));
  freeze(lab, host.name, frozen);
  return Date.now();
}

/** By the unit's cgroup: `systemctl freeze` goes through D-Bus, which hosts lack. */
function freezeUnit(unit: string, frozen: boolean): readonly string[] {
  const script = `group=$(systemctl show -P ControlGroup -- "$1")
[ -n "$group" ] || { echo "unit $1 does not run" >&2; exit 1; }
echo ${frozen ? 1 : 0} >"/sys/fs/cgroup$group/cgroup.freeze"`;
  return ['sh', '-c', script, 'sh', unit];
}

/** First the wires, then everything at once. Then what is left of its network, and its BPF file system, as on a real power loss. */
async function powerOff(lab: string, host: LabHost): Promise<number> {
  requireOn(lab, host);
  const atMs = await setLinks(lab, host, networksOf(host), 'down');
  killCgroup(lab, host.name);
  const left = await waitEmpty(lab, host.name);
  if (left.length > 0)
    throw new TricadeError('TRI-L005', `host ${host.name} does not go off`, { node: host.name });
  await must(inLab(lab, ['sh', hostPaths(lab, host.name).wire, 'down']));
  await removeCgroups(lab, host.name);
  return atMs;
}

async function powerOn(lab: string, host: LabHost): Promise<number> {
  if (hostInit(lab, host.name) !== undefined)
    throw new TricadeError('TRI-L010', `host ${host.name} is on already`, { node: host.name });
  await startHost(lab, host);
  const atMs = Date.now();
  await waitReady(readSetup(lab), [host], { timeoutMs: 30_000 });
  return atMs;
}

function requireOn(lab: string, host: LabHost): void {
  if (hostInit(lab, host.name) !== undefined) return;
  throw new TricadeError('TRI-L010', `host ${host.name} is off`, { node: host.name });
}
