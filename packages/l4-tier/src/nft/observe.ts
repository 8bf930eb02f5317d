/** Reads the live maps and the flow memories back from the kernel. Parsing is pure. */
import { type Host, type TableGroup, TricadeError } from '@tricade/cluster';
import type { Elements } from './elements.ts';
import { realsMap, rowsMap, table, takingMap } from './names.ts';

/** One element of `nft -j list map`: its key, its data, and the packets that met it where it counts. */
export interface MapElement {
  readonly key: unknown;
  readonly data: unknown;
  readonly packets?: number;
}

type Listed = readonly [unknown, unknown];
interface Listing {
  readonly nftables: readonly { readonly map?: { readonly elem?: readonly Listed[] } }[];
}

/** Elements of one `nft -j list map`. Throws SyntaxError where it is no JSON. */
export function parseMap(json: string): readonly MapElement[] {
  const { nftables } = JSON.parse(json) as Listing;
  const elements = nftables.find((entry) => entry.map !== undefined)?.map?.elem ?? [];
  return elements.map(([key, data]) => {
    const inner = (key as { elem?: { val: unknown; counter?: { packets: number } } }).elem;
    if (inner === undefined) return { key, data };
    const packets = inner.counter?.packets;
    return { key: inner.val, data, ...(packets === undefined ? {} : { packets }) };
  });
}

/** Script that lists maps, one JSON document a line. nft mixes up several lists in one call, so each has its own. */
export function listScript(maps: readonly string[]): string {
  return maps.map((map) => `nft -j list map netdev ${table} ${map} || exit`).join('\n');
}

/** Names of the maps that hold live state, in the order in which `elementsFrom` takes their listings. */
export function liveMaps(groups: readonly TableGroup[]): readonly string[] {
  return [...groups.map(rowsMap), realsMap, takingMap];
}

const hookMark = '---hook';

/** Lists the chain at the ingress hook behind a mark, with a handle at the end of each rule. */
export const hookScript: string = `\necho ${hookMark}; nft -a list chain netdev ${table} ingress`;

/** What stands before and behind the mark of `hookScript`. */
export function atHook(output: string): { readonly maps: string; readonly chain: string } {
  const [maps = '', chain = ''] = output.split(`${hookMark}\n`);
  return { maps, chain };
}

/**
 * Why packets of the device do not run through our rules; undefined: they do. The chain must be hooked at the ingress of the device and hold as
 * many rules as were rendered.
 */
export function hookFault(
  chain: string,
  wanted: { device: string; rules: number },
): string | undefined {
  const hook = /type filter hook ingress devices?(?: =)? (?:\{ )?"([^"]+)"/.exec(chain);
  if (hook === null) return 'there is no chain at the ingress hook';
  if (hook[1] !== wanted.device)
    return `the chain is hooked to ${hook[1]}, not to ${wanted.device}`;
  const rules = chain.split('\n').filter((line) => /[^{] # handle \d+$/.test(line)).length;
  return rules === wanted.rules
    ? undefined
    : `the chain at the ingress hook has ${rules} rules, not ${wanted.rules}`;
}

export function elementsFrom(groups: readonly TableGroup[], output: string): Elements {
  const listings = output.split('\n').filter((line) => line !== '');
  const maps = liveMaps(groups);
  if (listings.length !== maps.length) throw new Error(`${listings.length} of ${maps.length} maps`);
  const parsed = listings.map(parseMap);
  const rows = new Map(
    groups.map((group, i) => [group.group, rowsFrom(parsed[i] ?? [], group.size)]),
  );
  return {
    rows,
    reals: realsFrom(parsed[groups.length] ?? []),
    taking: realsFrom(parsed[groups.length + 1] ?? []),
  };
}

function rowsFrom(elements: readonly MapElement[], size: number): Uint32Array {
  const rows = new Uint32Array(size);
  for (const { key, data } of elements) rows[Number(key)] = Number(data);
  return rows;
}

function realsFrom(elements: readonly MapElement[]): ReadonlyMap<number, string> {
  return new Map(elements.map(({ key, data }) => [Number(key), String(data)]));
}

/** Listings of maps, as they are. Throws TRI-D04. */
export async function readMaps(
  host: Host,
  maps: readonly string[],
): Promise<readonly (readonly MapElement[])[]> {
  const result = await host.run(listScript(maps));
  try {
    if (result.code !== 0) throw new Error(result.stderr.trim().split('\n')[0]);
    return result.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(parseMap);
  } catch (cause) {
    throw unreadable(host, cause);
  }
}

export function unreadable(host: Host, cause: unknown): TricadeError {
  return new TricadeError('TRI-D04', 'the maps of nft cannot be read', { node: host.name, cause });
}
