/** Live state ↔ elements of our maps. Pure: what is wanted, what was read, and the smallest change between them. */
import { createHash } from 'node:crypto';
import { type DirectorLive, type TableGroup, tableDigest } from '@tricade/cluster';
import { realsMap, rowsMap, table, takingMap } from './names.ts';

/** Contents of all live maps. */
export interface Elements {
  /** Group → its words, one a row; 0 where there is no element. */
  readonly rows: ReadonlyMap<string, Uint32Array>;
  /** Id → MAC of reals that are not dead. */
  readonly reals: ReadonlyMap<number, string>;
  /** Those of them that take new flows: a SYN or datagram of a remembered flow still goes there. */
  readonly taking: ReadonlyMap<number, string>;
}

/** The elements that a live state asks for. Reals without a MAC are none yet. */
export function wantedElements(live: DirectorLive): Elements {
  const rows = new Map<string, Uint32Array>();
  const reals = new Map<number, string>();
  const taking = new Map<number, string>();
  for (const [group, one] of Object.entries(live.tables)) {
    rows.set(group, one.rows);
    for (const real of one.reals) {
      if (real.dead || real.mac === undefined) continue;
      reals.set(real.id, real.mac.toLowerCase());
      if (real.health !== 'down') taking.set(real.id, real.mac.toLowerCase());
    }
  }
  return { rows, reals, taking };
}

/** SHA-256 (hex) over the tables' digests and the reals, whatever order they came in. */
export function elementsDigest(elements: Elements): string {
  const hash = createHash('sha256');
  for (const [group, rows] of [...elements.rows].sort(byKey)) {
    hash.update(`${group} ${tableDigest(rows)}\n`);
  }
  for (const [id, mac] of [...elements.reals].sort(byKey)) {
    hash.update(`\n${id} ${mac} ${elements.taking.get(id) === mac ? 'taking' : 'keeping'}`);
  }
  return hash.digest('hex');
}

/** The digest that `steer` returns once the kernel holds `live` and nothing else. */
export function directorDigest(live: DirectorLive): string {
  return elementsDigest(wantedElements(live));
}

function byKey<K extends string | number>(a: readonly [K, unknown], b: readonly [K, unknown]) {
  return a[0] < b[0] ? -1 : 1;
}

/** One transaction for `nft -f` that turns `have` into `want`; '' where nothing differs. `groups` are those whose maps the rule set has. */
export function changeScript(
  groups: readonly TableGroup[],
  have: Elements,
  want: Elements,
): string {
  const lines: string[] = [];
  for (const group of groups) {
    const rows = want.rows.get(group.group);
    if (rows === undefined) continue;
    const old = have.rows.get(group.group) ?? new Uint32Array(group.size);
    lines.push(...mapChange(rowsMap(group), entries(old), entries(rows)));
  }
  lines.push(...mapChange(realsMap, have.reals, want.reals));
  lines.push(...mapChange(takingMap, have.taking, want.taking));
  return lines.map((line) => `${line}\n`).join('');
}

function entries(rows: Uint32Array): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  rows.forEach((word, slot) => {
    if (word !== 0) found.set(slot, `0x${word.toString(16).padStart(8, '0')}`);
  });
  return found;
}

/** An element's data cannot be changed in place: it is deleted and added, which is one moment inside a transaction. */
function mapChange(
  map: string,
  have: ReadonlyMap<number, string>,
  want: ReadonlyMap<number, string>,
): readonly string[] {
  const gone = [...have].filter(([key, data]) => want.get(key) !== data).map(([key]) => key);
  const fresh = [...want].filter(([key, data]) => have.get(key) !== data);
  const lines: string[] = [];
  const element = `element netdev ${table} ${map}`;
  if (gone.length > 0) lines.push(`delete ${element} { ${gone.join(', ')} }`);
  if (fresh.length > 0) {
    lines.push(`add ${element} { ${fresh.map(([key, data]) => `${key} : ${data}`).join(', ')} }`);
  }
  return lines;
}
