/** Networks and cables as `ip -batch` text. Pure. */
import {
  type LabHost,
  type LabTopology,
  managementAddress,
  managementBridge,
  managementNetwork,
} from './model.ts';

/** Namespace of a host, inside the lab's own `/run/netns`. */
export function namespaceOf(host: string): string {
  return `lab-${host}`;
}

/** Switch side of a host's cable to a network: short, since device names end at 15 characters. */
export function portOf(topology: LabTopology, host: string, network: string): string {
  const h = topology.hosts.findIndex((each) => each.name === host);
  const n =
    network === managementNetwork
      ? 'm'
      : topology.networks.findIndex((each) => each.name === network);
  return `p${h}.${n}`;
}

function bridgeOf(topology: LabTopology, network: string): string {
  return network === managementNetwork
    ? 'br.m'
    : `br.${topology.networks.findIndex((each) => each.name === network)}`;
}

/** Networks of a host, management first. */
export function networksOf(host: LabHost): readonly string[] {
  return [managementNetwork, ...host.interfaces.map((each) => each.network)];
}

/** Bridges of the lab: no spanning tree, no delay, no multicast snooping (it would eat neighbour discovery at first). */
export function bridgeBatch(topology: LabTopology): string {
  const lines = ['link set lo up'];
  const networks = [{ name: managementNetwork, mtuBytes: 1500 }, ...topology.networks];
  for (const { name, mtuBytes } of networks) {
    const bridge = bridgeOf(topology, name);
    lines.push(
      `link add ${bridge} mtu ${mtuBytes} type bridge forward_delay 0 stp_state 0 mcast_snooping 0`,
      `link set ${bridge} up`,
    );
  }
  lines.push(`addr add ${managementBridge}/16 dev br.m`);
  return `${lines.join('\n')}\n`;
}

/** Cables of one host, switch side: veth pairs whose far ends lie in the host's namespace under the network's name. */
export function cableBatch(topology: LabTopology, host: LabHost): string {
  const index = topology.hosts.indexOf(host);
  const lines: string[] = [];
  for (const network of networksOf(host)) {
    const port = portOf(topology, host.name, network);
    const mtu = topology.networks.find((each) => each.name === network)?.mtuBytes ?? 1500;
    const mac =
      host.interfaces.find((each) => each.network === network)?.mac ??
      `02:00:00:00:09:${(index + 1).toString(16).padStart(2, '0')}`;
    lines.push(
      `link add ${port} mtu ${mtu} type veth peer name ${network} address ${mac} mtu ${mtu} netns ${namespaceOf(host.name)}`,
      `link set ${port} master ${bridgeOf(topology, network)} up`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The host's own side: devices up, addresses, default routes. */
export function addressBatch(topology: LabTopology, host: LabHost): string {
  const index = topology.hosts.indexOf(host);
  const lines = [
    'link set lo up',
    `link set ${managementNetwork} up`,
    `addr add ${managementAddress(index)}/16 dev ${managementNetwork}`,
  ];
  for (const each of host.interfaces) {
    lines.push(`link set ${each.network} up`);
    for (const address of each.addresses)
      lines.push(`addr add ${address} dev ${each.network}${address.includes(':') ? ' nodad' : ''}`);
  }
  for (const gateway of host.gateways) lines.push(`route add default via ${gateway}`);
  return `${lines.join('\n')}\n`;
}
