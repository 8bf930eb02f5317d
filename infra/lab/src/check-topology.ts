/** Can a topology be built: every fault at once. Pure. */
import { contains, ipFamily, parsePrefix, TricadeError } from '@tricade/cluster';
import { deviceOf, type LabHost, type LabTopology, managementNetwork } from './model.ts';

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;
const devicePattern = /^[A-Za-z0-9][\w.-]{0,14}$/;
const macPattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
/** Room in 10.9.1.0–10.9.4.0. */
const mostHosts = 1_000;

/** What keeps the topology from being built, a sentence each; empty: nothing. */
export function topologyFaults(topology: LabTopology): string[] {
  const { name, networks, hosts } = topology;
  return [
    ...(namePattern.test(name) ? [] : [`"${name}" is no name of a lab`]),
    ...networks.flatMap((network) => [
      ...(namePattern.test(network.name) && network.name !== managementNetwork
        ? []
        : [`"${network.name}" is no name of a network`]),
      ...network.cidrs
        .filter((cidr) => !parsePrefix(cidr))
        .map((cidr) => `network ${network.name}: "${cidr}" is no prefix`),
      ...(network.mtuBytes >= 576 && network.mtuBytes <= 65_535
        ? []
        : [`network ${network.name}: MTU ${network.mtuBytes} is outside 576–65535`]),
    ]),
    ...repeated(networks.map((network) => network.name)).map((it) => `two networks ${it}`),
    ...repeated(hosts.map((host) => host.name)).map((it) => `two hosts ${it}`),
    ...repeated(hosts.flatMap((host) => host.interfaces.map(({ mac }) => mac))).map(
      (mac) => `two interfaces with MAC address ${mac}`,
    ),
    ...(hosts.length > mostHosts ? [`${hosts.length} hosts; at most ${mostHosts}`] : []),
    ...hosts.flatMap((host) => hostFaults(topology, host).map((it) => `host ${host.name}: ${it}`)),
  ];
}

function hostFaults(topology: LabTopology, host: LabHost): string[] {
  const addresses = host.interfaces.flatMap((leg) => leg.addresses);
  const devices = host.interfaces.map(deviceOf);
  return [
    ...(namePattern.test(host.name) ? [] : [`"${host.name}" is no name`]),
    ...host.interfaces.flatMap((leg) => {
      const network = topology.networks.find(({ name }) => name === leg.network);
      const at = `interface ${deviceOf(leg)}`;
      return [
        ...(network ? [] : [`no network ${leg.network}`]),
        ...(devicePattern.test(deviceOf(leg)) && ![managementNetwork, 'lo'].includes(deviceOf(leg))
          ? []
          : [`${at}: no name of an interface (1–15 bytes, not lo, not ${managementNetwork})`]),
        ...(macPattern.test(leg.mac) ? [] : [`${at}: "${leg.mac}" is no MAC address`]),
        ...leg.addresses.flatMap((address) => addressFaults(network?.cidrs, address)),
      ];
    }),
    ...repeated(devices).map((device) => `two interfaces ${device}`),
    ...host.gateways
      .filter((it) => ipFamily(it) === 0 || !addresses.some((own) => contains(own, it)))
      .map((it) => `gateway "${it}" is in none of its subnets`),
    ...(host.origin?.ports ?? [])
      .filter((port) => !Number.isInteger(port) || port < 1 || port > 65_535)
      .map((port) => `origin: ${port} is no port`),
  ];
}

function addressFaults(cidrs: readonly string[] = [], address: string): string[] {
  if (!address.includes('/') || !parsePrefix(address)) return [`"${address}" is no address/length`];
  const outside = cidrs.length > 0 && !cidrs.some((cidr) => contains(cidr, address));
  return outside ? [`${address} is outside of ${cidrs.join(', ')}`] : [];
}

/** Throws TRI-L007 with all faults. */
export function checkTopology(topology: LabTopology): void {
  const faults = topologyFaults(topology);
  if (faults.length === 0) return;
  throw new TricadeError('TRI-L007', `the lab cannot be built: ${faults.join('; ')}`, {
    hint: 'Mend the topology.',
  });
}

function repeated(all: readonly string[]): string[] {
  return [...new Set(all.filter((it, at) => all.indexOf(it) !== at))];
}
