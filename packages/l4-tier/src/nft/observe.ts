/** Reads the live maps, the hooks and the flow memories back from the kernel. Parsing is pure. */
import { type Host, TricadeError } from '@tricade/cluster';
import { type Elements, type Entries, type LiveMap, mapKey, rowsIn } from './elements.ts';
import { type TableFamily, table } from './names.ts';

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

type NamedMap = Pick<LiveMap, 'family' | 'name'>;

/** Script that lists maps, one JSON document a line. nft mixes up several lists in one call, so each has its own. */
export function listScript(maps: readonly NamedMap[]): string {
  return maps
    .map(({ family, name }) => `nft -j list map ${family} ${table} ${name} || exit`)
    .join('\n');
}

const hookMark = '---hook';

/** A base chain of ours as it must stand in the kernel. */
export interface Hook {
  readonly family: TableFamily;
  /** Left out: the table that forwards. */
  readonly table?: string;
  readonly chain: string;
  /** As nft writes it, without its priority: `filter hook ingress device "edge"`. */
  readonly at: string;
  readonly rules: number;
}

/** Lists base chains, each behind a mark, with a handle at the end of each rule. */
export function hookScript(hooks: readonly Hook[]): string {
  return hooks
    .map(
      ({ family, table: own = table, chain }) =>
        `\necho ${hookMark}; nft -a list chain ${family} ${own} ${chain}`,
    )
    .join('');
}

/** What stands before and behind the marks of `hookScript`. */
export function atHooks(output: string): {
  readonly maps: string;
  readonly chains: readonly string[];
} {
  const [maps = '', ...chains] = output.split(`${hookMark}\n`);
  return { maps, chains };
}

/** Why packets do not run through our rules; undefined: they do. The chain must stand at its hook and hold as many rules as were rendered. */
export function hookFault(listing: string, wanted: Hook): string | undefined {
  const found = /type (\w+ hook [^;]+?) priority/.exec(listing);
  if (found === null) return `there is no chain ${wanted.chain} at a hook`;
  const at = found[1]?.replace(/devices? = \{ (.*) \}/, 'device $1');
  if (at !== wanted.at) return `the chain ${wanted.chain} is ${at}, not ${wanted.at}`;
  const rules = listing.split('\n').filter((line) => /[^{] # handle \d+$/.test(line)).length;
  return rules === wanted.rules
    ? undefined
    : `the chain ${wanted.chain} has ${rules} rules, not ${wanted.rules}`;
}

/** Elements from the listings of `maps`, in their order. */
export function elementsFrom(maps: readonly LiveMap[], output: string): Elements {
  const listings = output.split('\n').filter((line) => line !== '');
  if (listings.length !== maps.length) throw new Error(`${listings.length} of ${maps.length} maps`);
  return new Map(
    maps.map((map, index) => [mapKey(map), entriesOf(map, parseMap(listings[index] ?? ''))]),
  );
}

function entriesOf(map: LiveMap, elements: readonly MapElement[]): Entries {
  const group = rowsIn(map);
  if (group === undefined)
    return new Map(elements.map(({ key, data }) => [Number(key), String(data)]));
  const rows = new Uint32Array(group.size);
  for (const { key, data } of elements) rows[Number(key)] = Number(data);
  return rows;
}

/** Listings of maps, as they are. Throws TRI-D04. */
export async function readMaps(
  host: Host,
  maps: readonly NamedMap[],
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
