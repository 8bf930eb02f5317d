/** How to reach the hosts of a lab by SSH. */
import { keyPair } from './keys.ts';
import { managementAddress } from './model.ts';
import { readTopology, requireInit } from './state.ts';

export interface LabAccess {
  /** Process whose network namespace the management addresses live in. */
  readonly networkPid: number;
  readonly user: string;
  /** Path of the operator's private key. */
  readonly privateKeyPath: string;
  readonly hosts: Readonly<
    Record<
      string,
      {
        readonly address: string;
        readonly port: number /** `ssh-ed25519 AAAA… name` */;
        readonly hostKey: string /** network → MAC */;
        readonly macs: Readonly<Record<string, string>>;
      }
    >
  >;
}

/** Access to every host of a lab that is up; TRI-L002 where it is not. */
export async function labAccess(lab: string): Promise<LabAccess> {
  const networkPid = requireInit(lab);
  const topology = readTopology(lab);
  const operator = await keyPair('operator');
  const hosts: Record<string, LabAccess['hosts'][string]> = {};
  for (const [index, host] of topology.hosts.entries()) {
    const { publicKey } = await keyPair(`host-${host.name}`);
    const macs = Object.fromEntries(host.interfaces.map((each) => [each.network, each.mac]));
    hosts[host.name] = {
      address: managementAddress(index),
      port: 22,
      hostKey: publicKey.trim(),
      macs,
    };
  }
  return { networkPid, user: 'root', privateKeyPath: operator.path, hosts };
}
