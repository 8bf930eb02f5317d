/** What of a lab is on. */
import { isFrozen } from './cgroups.ts';
import { inLab } from './exec.ts';
import { deviceOf, type LabHostKind, managementAddress } from './model.ts';
import { hostInit, isReady, labInit, readSetup } from './state.ts';
import { legsOf, portOf } from './wiring.ts';

export interface LabHostStatus {
  readonly host: string;
  readonly kind: LabHostKind;
  readonly on: boolean;
  /** Frozen by a fault. */
  readonly paused: boolean;
  /** On the management network. */
  readonly address: string;
  readonly legs: readonly {
    readonly network: string;
    readonly device: string;
    /** Switch side, in the lab's own network namespace. */
    readonly port: string;
    readonly plugged: boolean;
  }[];
}

export interface LabStatus {
  readonly lab: string;
  /** `starting`: its hosts have not all answered yet, or `labUp` was killed. */
  readonly phase: 'down' | 'starting' | 'up';
  /** Wall clock, ms since 1970. */
  readonly startedAtMs?: number;
  /** Empty where the lab is down. */
  readonly hosts: readonly LabHostStatus[];
}

/** Looks at a lab; one that is not there is `down`. */
export async function labStatus(lab: string): Promise<LabStatus> {
  if (labInit(lab) === undefined) return { lab, phase: 'down', hosts: [] };
  const { topology, startedAtMs } = readSetup(lab);
  const up = await portsUp(lab);
  const hosts = topology.hosts.map((host, index): LabHostStatus => {
    const on = hostInit(lab, host.name) !== undefined;
    return {
      host: host.name,
      kind: host.kind,
      on,
      paused: on && isFrozen(lab, host.name),
      address: managementAddress(index),
      legs: legsOf(topology, host).map((leg) => {
        const port = portOf(topology, host.name, leg.network);
        return { network: leg.network, device: deviceOf(leg), port, plugged: up.has(port) };
      }),
    };
  });
  return { lab, phase: isReady(lab) ? 'up' : 'starting', startedAtMs, hosts };
}

async function portsUp(lab: string): Promise<ReadonlySet<string>> {
  const { stdout } = await inLab(lab, ['ip', '-json', 'link', 'show', 'up']);
  const links = JSON.parse(stdout || '[]') as { readonly ifname?: string }[];
  return new Set(links.map(({ ifname }) => ifname ?? ''));
}
