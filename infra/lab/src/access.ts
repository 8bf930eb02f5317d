/** How to reach the hosts of a lab by SSH. */
import { enterNetwork } from './exec.ts';
import { hostKeyName, keyPair, knownHostsPath, operator } from './keys.ts';
import { managementAddress } from './model.ts';
import { readTopology, requireInit } from './state.ts';

export interface LabAccess {
  /** Process whose network namespace the management addresses live in: the lab's init. */
  readonly networkPid: number;
  /** argv before a program that shall run in that network namespace: `[...enter, 'ssh', …]`. */
  readonly enter: readonly string[];
  readonly user: string;
  /** Path of the operator's private key. */
  readonly privateKeyPath: string;
  /** Path of a known_hosts(5) file with every host, by name and management address. */
  readonly knownHostsPath: string;
  readonly hosts: Readonly<Record<string, LabHostAccess>>;
}

export interface LabHostAccess {
  readonly address: string;
  readonly port: number;
  /** `ssh-ed25519 AAAA… name` */
  readonly hostKey: string;
  /** network → MAC */
  readonly macs: Readonly<Record<string, string>>;
}

/** Access to every host of a lab that is up; TRI-L002 where it is not. */
export async function labAccess(lab: string): Promise<LabAccess> {
  const networkPid = requireInit(lab);
  const hosts = readTopology(lab).hosts.map((host, index): [string, LabHostAccess] => [
    host.name,
    {
      address: managementAddress(index),
      port: 22,
      hostKey: keyPair(lab, hostKeyName(host.name)).publicKey,
      macs: Object.fromEntries(host.interfaces.map((each) => [each.network, each.mac])),
    },
  ]);
  return {
    networkPid,
    enter: enterNetwork(lab),
    user: 'root',
    privateKeyPath: keyPair(lab, operator).path,
    knownHostsPath: knownHostsPath(lab),
    hosts: Object.fromEntries(hosts),
  };
}

/** argv of an ssh(1) command to a host of a lab, run from anywhere on this machine; its host key is pinned. */
export async function sshCommand(lab: string, host: string): Promise<readonly string[]> {
  const access = await labAccess(lab);
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=5',
    `UserKnownHostsFile=${access.knownHostsPath}`,
  ];
  return [
    ...access.enter,
    ...['ssh', '-F', 'none', '-i', access.privateKeyPath],
    ...options.flatMap((option) => ['-o', option]),
    `${access.user}@${access.hosts[host]?.address ?? host}`,
  ];
}
