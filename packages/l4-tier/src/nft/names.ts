/** Names of our objects in nft, and the words that may stand in a rule set. Pure. */
import { type TableGroup, TricadeError } from '@tricade/cluster';

/** Name of our tables; everything else of nft on a host belongs to others. */
export const table = 'tricade';
/** Keeps sources out, before either of the two below. */
export const guardTable = 'tricade_guard';
/** Family of our two tables: netdev forwards by MAC at the ingress hook of the device, inet translates with the kernel's connection tracking. */
export type TableFamily = 'netdev' | 'inet';

/** Paths, and the unit that loads the rules. */
export const rulesFile = '/etc/tricade/director.nft';
export const loadScript = '/etc/tricade/director.sh';
export const unitName = 'tricade-director.service';

export type Protocol = 'tcp' | 'udp';
export type Family = 4 | 6;
/** A protocol in a family: each has a flow memory and chains of its own. */
export interface Flavour {
  readonly protocol: Protocol;
  readonly family: Family;
}
export const flavours: readonly Flavour[] = [
  { protocol: 'tcp', family: 4 },
  { protocol: 'tcp', family: 6 },
  { protocol: 'udp', family: 4 },
  { protocol: 'udp', family: 6 },
];

export function flavourName({ protocol, family }: Flavour): string {
  return `${protocol}${family}`;
}

/** Reals that are not dead: id → MAC. Those that take new flows as well are in `taking`. */
export const realsMap = 'reals';
export const takingMap = 'taking';
/** The same for tunnels: id → MAC of the device at which the real takes them off. */
export const tunnelRealsMap = 'tunnel_reals';
export const tunnelTakingMap = 'tunnel_taking';

export function flowsMap(flavour: Flavour): string {
  return `flows_${flavourName(flavour)}`;
}

/** nft has no hyphens in names and ours no underscores, so the names stay apart. Throws TRI-D02. */
export function groupWord(group: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(group)) {
    throw new TricadeError('TRI-D02', `${JSON.stringify(group)} is no name of a group`);
  }
  return group.replaceAll('-', '_');
}

/** Rows of a group: slot → word. The size is part of the name, since a grown table has other slots. */
export function rowsMap(group: Pick<TableGroup, 'group' | 'size'>): string {
  return `rows_${groupWord(group.group)}_${group.size}`;
}

/** The same rows in the table that translates: nft's tables cannot share a map. No name stands in both, so that leftovers are told apart. */
export function natRowsMap(group: Pick<TableGroup, 'group' | 'size'>): string {
  return `nat_${rowsMap(group)}`;
}

/** Reals that are not dead: id → address of that family. */
export function natRealsMap(family: Family): string {
  return `nat_reals${family}`;
}

/** A device as nft and the shell take it. Throws TRI-D02. */
export function deviceWord(device: string): string {
  if (!/^[A-Za-z0-9_.:@-]{1,15}$/.test(device) || device.startsWith('-')) {
    throw new TricadeError('TRI-D02', `${JSON.stringify(device)} is no device name`);
  }
  return device;
}
