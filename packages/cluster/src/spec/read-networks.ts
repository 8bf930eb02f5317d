/** Networks, nodes and their legs: spec → model. */
import { canonicalAddress, canonicalPrefix, contains, hasHostBits, parsePrefix } from '../ip.ts';
import type { ClusterNode, Leg, Network, Tier } from '../model/intent.ts';
import { defaultNumber } from './defaults.ts';
import { didYouMean, nearest } from './did-you-mean.ts';
import type { Reading } from './reading.ts';
import type { KeyPath } from './source-tree.ts';
import {
  entries,
  items,
  type LegSpec,
  type ManagementSpec,
  type NodeSpec,
  type NodesSpec,
} from './spec-file.ts';
import { listed, shown } from './words.ts';

/** Names of networks that mean something else in a node. */
const reservedNetworks = new Set(['management']);

export function readNetworks({ file, report }: Reading): Network[] {
  return entries(file.networks).flatMap(([name, spec]) => {
    const path = ['networks', name];
    if (reservedNetworks.has(name)) {
      report.error('TRI-C018', { path, part: 'key' }, `a network cannot be called "${name}"`);
    }
    const cidrs = items(spec?.cidr).flatMap(({ value, index }) => {
      const at = { path: [...path, 'cidr', ...(index === undefined ? [] : [index])] };
      const prefix = value.includes('/') ? parsePrefix(value) : undefined;
      const canonical = canonicalPrefix(value);
      if (!prefix || canonical === undefined) {
        report.error('TRI-C022', at, {
          message: `"${shown(value)}" is no subnet`,
          fix: 'write address/length, such as 192.0.2.0/24 or 2001:db8:1::/64',
        });
        return [];
      }
      if (hasHostBits(prefix)) {
        const message = `"${shown(value)}" has bits set behind its length`;
        report.error('TRI-C024', at, { message, fix: `write \`${canonical}\`` });
      }
      return [canonical];
    });
    oneOfEachFamily(cidrs, [...path, 'cidr'], report);
    return [{ name, cidrs, mtuBytes: spec?.mtu ?? defaultNumber('networks.*.mtu') }];
  });
}

/** The canonical addresses of a value that may be one or a list; faults for what is none, and for two of one family. */
export function readAddresses(
  given: Parameters<typeof items<string>>[0],
  path: KeyPath,
  { report }: Pick<Reading, 'report'>,
): string[] {
  const addresses = items(given).flatMap(({ value, index }) => {
    const at = index === undefined ? path : [...path, index];
    const address = readAddress(value, at, report);
    return address === undefined ? [] : [address];
  });
  oneOfEachFamily(addresses, path, report);
  return addresses;
}

function readAddress(value: string, path: KeyPath, report: Reading['report']): string | undefined {
  const address = canonicalAddress(value);
  if (address === undefined) {
    const message = `"${shown(value)}" is no IP address`;
    report.error('TRI-C022', { path }, message);
  }
  return address;
}

/** Of addresses or prefixes; a fault at `path` for two of one family. */
export function oneOfEachFamily(
  given: readonly string[],
  path: KeyPath,
  report: Reading['report'],
): void {
  if (given.length < 2) return;
  for (const family of [4, 6]) {
    const same = given.filter((each) => parsePrefix(each)?.family === family);
    if (same.length < 2) continue;
    report.error(
      'TRI-C023',
      { path },
      `${same.length} of IPv${family}, one is the most: ${listed(same)}`,
    );
  }
}

/** The nodes of one tier, in the order of the file. */
export function readNodes(reading: Reading, tier: Exclude<Tier, 'servers'>): ClusterNode[] {
  const given: NodesSpec | undefined = reading.file[tier]?.nodes;
  return entries(given).flatMap(([name, spec]) => {
    if (spec === undefined) return [];
    const path = [tier, 'nodes', name];
    const legs = readLegs(spec, path, reading);
    const management = readManagement(spec.management, legs, { ...reading, path });
    return [{ name, tier, legs, management, managed: true }];
  });
}

function readLegs(spec: NodeSpec, path: KeyPath, reading: Reading): Leg[] {
  return Object.entries(spec).flatMap(([network, leg]) => {
    if (network === 'management' || leg === undefined) return [];
    const known = reading.networks.get(network);
    const place = [...path, network];
    if (!known) {
      unknownNetwork(network, place, reading);
      return [];
    }
    return [readLeg(leg as LegSpec, known, { ...reading, path: place })];
  });
}

type LegMapping = Exclude<LegSpec, string | readonly (string | undefined)[]>;

function readLeg(
  spec: LegSpec,
  network: Network,
  { path, ...reading }: Reading & { path: KeyPath },
): Leg {
  const isBare = typeof spec === 'string' || Array.isArray(spec);
  const leg: LegMapping = isBare ? { address: spec as string } : (spec as LegMapping);
  const where = isBare ? path : [...path, 'address'];
  const addresses = readAddresses(leg.address, where, reading);
  for (const address of addresses) {
    const { cidrs } = network;
    if (cidrs.length === 0 || cidrs.some((cidr) => contains(cidr, address))) continue;
    const home = reading.networkOf(address);
    const message = `${address} is not in network "${network.name}" (${network.cidrs.join(', ')})`;
    const fix = home
      ? `name the leg \`${home.name}\`, or give an address of ${network.name}`
      : undefined;
    reading.report.error('TRI-C026', { path: where }, { message, ...(fix ? { fix } : {}) });
  }
  return {
    network: network.name,
    addresses,
    device: device(leg.device, network.name, { ...reading, path }),
  };
}

/** Longest name of a network interface: IFNAMSIZ − 1 (Linux, uapi/linux/if.h). */
const longestDevice = 15;

function device(
  given: string | undefined,
  network: string,
  { report, path }: Reading & { path: KeyPath },
): string {
  if (given === undefined && network.length > longestDevice) {
    const message = `no interface can be called "${network}": ${longestDevice} characters are the most`;
    report.error('TRI-C043', { path, part: 'key' }, message);
  }
  return given ?? network;
}

function unknownNetwork(name: string, path: KeyPath, reading: Reading): void {
  const guess = nearest(name, [...reading.networks.keys(), 'management']);
  const known = listed([...reading.networks.keys()]);
  reading.report.error(
    'TRI-C019',
    { path, part: 'key' },
    {
      message: `no network "${shown(name)}"${didYouMean(guess)}`,
      fix: guess ? `write \`${guess}\`` : `add it under \`networks:\`, or use one of ${known}`,
    },
  );
}

export function readManagement(
  spec: ManagementSpec | undefined,
  legs: readonly Leg[],
  { path, report }: Pick<Reading, 'report'> & { path: KeyPath },
): ClusterNode['management'] {
  const given = typeof spec === 'string' ? { address: spec } : (spec ?? {});
  const where = [...path, 'management', ...(typeof spec === 'string' ? [] : ['address'])];
  const address =
    given.address === undefined ? undefined : readAddress(given.address, where, report);
  const { port, jump } = given as Exclude<ManagementSpec, string>;
  return {
    address: address ?? legs[0]?.addresses[0] ?? '',
    port: port ?? defaultNumber('*.nodes.*.management.port'),
    ...(jump === undefined ? {} : { jump }),
  };
}
