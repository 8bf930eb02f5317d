/** Networks and cables as `ip -batch` text (ip(8)). Pure. */
import { macOf } from './mac.ts';
import {
  deviceOf,
  type LabHost,
  type LabInterface,
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
  return `p${h}.${networkNumber(topology, network)}`;
}

/** The switch of a network. */
function bridgeOf(topology: LabTopology, network: string): string {
  return `br.${networkNumber(topology, network)}`;
}

function networkNumber(topology: LabTopology, network: string): string {
  if (network === managementNetwork) return 'm';
  return String(topology.networks.findIndex((each) => each.name === network));
}

/** Legs of a host, management first. */
export function legsOf(topology: LabTopology, host: LabHost): readonly LabInterface[] {
  const address = `${managementAddress(topology.hosts.indexOf(host))}/16`;
  const mac = macOf(host.name, managementNetwork);
  return [{ network: managementNetwork, addresses: [address], mac }, ...host.interfaces];
}

/** Networks of a host, management first. */
export function networksOf(host: LabHost): readonly string[] {
  return [managementNetwork, ...host.interfaces.map((each) => each.network)];
}

/** Bridges of the lab: no spanning tree, no delay, no multicast snooping (it would eat neighbour discovery at first). */
export function bridgeBatch(topology: LabTopology): string {
  const networks = [{ name: managementNetwork, mtuBytes: 1500 }, ...topology.networks];
  return batch([
    'link set lo up',
    ...networks.flatMap(({ name, mtuBytes }) => [
      `link add ${bridgeOf(topology, name)} mtu ${mtuBytes} type bridge forward_delay 0 stp_state 0 mcast_snooping 0`,
      `link set ${bridgeOf(topology, name)} alias ${name} up`,
    ]),
    `addr add ${managementBridge}/16 dev ${bridgeOf(topology, managementNetwork)}`,
  ]);
}

/**
 * Cables of one host, switch side: veth pairs whose far ends lie in the host's namespace. `passProgram`: path of the BPF object that goes onto
 * the switch side of those who may run XDP: what they send by XDP_TX or XDP_REDIRECT vanishes unless the other end of the veth runs a program.
 */
export function cableBatch(topology: LabTopology, host: LabHost, passProgram?: string): string {
  const mayRunXdp = ['l4', 'l7', 'server'].includes(host.kind);
  return batch(
    legsOf(topology, host).flatMap((leg) => {
      const port = portOf(topology, host.name, leg.network);
      const mtu = topology.networks.find((each) => each.name === leg.network)?.mtuBytes ?? 1500;
      const passes = mayRunXdp && leg.network !== managementNetwork && mtu <= mostXdpMtuBytes;
      return [
        `link add ${port} mtu ${mtu} type veth peer name ${deviceOf(leg)} address ${leg.mac} mtu ${mtu} netns ${namespaceOf(host.name)}`,
        `link set ${port} alias ${host.name}/${leg.network} master ${bridgeOf(topology, leg.network)} up`,
        ...(passProgram && passes ? [`link set ${port} xdp obj ${passProgram} sec xdp`] : []),
      ];
    }),
  );
}

/** A veth with an XDP program takes frames of one page, less headroom. */
const mostXdpMtuBytes = 3498;

/** The host's own side: devices up, addresses usable at once, default routes. */
export function addressBatch(topology: LabTopology, host: LabHost): string {
  return batch([
    'link set lo up',
    ...legsOf(topology, host).flatMap((leg) => [
      `link set ${deviceOf(leg)} up`,
      ...leg.addresses.map(
        (address) =>
          `addr add ${address} dev ${deviceOf(leg)}${address.includes(':') ? ' nodad' : ''}`,
      ),
    ]),
    ...host.gateways.map(
      (gateway) => `route add ${gateway.includes(':') ? '::/0' : '0.0.0.0/0'} via ${gateway}`,
    ),
  ]);
}

function batch(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
