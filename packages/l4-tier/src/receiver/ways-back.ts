/** Sets and reads the ways back of a receiver: MACs of directors as live elements, rules and routes as installed. */
import { type Host, type ReceiverLive, type ReceiverState, TricadeError } from '@tricade/cluster';
import {
  macsChange,
  macsMap,
  macsText,
  returnTable,
  wantedMacs,
  waysScript,
  waysText,
} from './return-paths.ts';

const readScript = `nft -j list map inet ${returnTable} ${macsMap} || exit
echo; echo ---; ip -j -4 route show table all default; echo; echo ---; ip -j -6 route show table all default
echo; echo ---; ip -j -4 rule; echo; echo ---; ip -j -6 rule`;

interface Read {
  readonly macs: ReadonlyMap<string, number>;
  /** Lines of `waysText` that the kernel does not follow. */
  readonly lacking: readonly string[];
}

interface Route {
  readonly gateway?: string;
  readonly dev?: string;
  readonly table?: string | number;
}
interface Rule {
  readonly fwmark?: string;
  readonly table?: string | number;
}

/** Output of `readScript` against the list. Throws SyntaxError where it is no JSON. */
export function parseWays(output: string, wanted: string): Read {
  const [map = '', ...parts] = output.split('---\n');
  const [routes4, routes6, rules4, rules6] = parts.map((part) => JSON.parse(part.trim() || '[]'));
  const routes = { 4: routes4, 6: routes6 } as Readonly<Record<string, readonly Route[]>>;
  const rules = { 4: rules4, 6: rules6 } as Readonly<Record<string, readonly Rule[]>>;
  const lacking = wanted
    .split('\n')
    .filter((line) => line !== '')
    .filter((line) => {
      const [family = '', mark, gateway, device] = line.split(' ');
      const number = String(Number(mark));
      const isRouted = routes[family]?.some(
        (route) =>
          String(route.table) === number && route.gateway === gateway && route.dev === device,
      );
      const isRuled = rules[family]?.some(
        (rule) => rule.fwmark === mark && String(rule.table) === number,
      );
      return !isRouted || !isRuled;
    });
  return { macs: parseMacs(map), lacking };
}

function parseMacs(json: string): ReadonlyMap<string, number> {
  const { nftables } = JSON.parse(json) as {
    nftables: readonly { map?: { elem?: readonly (readonly [string, number])[] } }[];
  };
  const elements = nftables.find((entry) => entry.map !== undefined)?.map?.elem ?? [];
  return new Map(elements.map(([mac, mark]) => [mac, Number(mark)]));
}

/** Throws TRI-D10. */
export async function readWays(host: Host, state: ReceiverState): Promise<Read> {
  const { code, stdout, stderr } = await host.run(readScript);
  try {
    if (code !== 0) throw new Error(stderr.trim().split('\n')[0]);
    return parseWays(stdout, waysText(state));
  } catch (cause) {
    throw new TricadeError('TRI-D10', 'the ways back cannot be read', { node: host.name, cause });
  }
}

/** What `setWays` returns once all is in force. */
export function waysDigest(state: ReceiverState, live: ReceiverLive): string {
  return macsText(wantedMacs(state, live));
}

/** Puts MACs into the map, and lost routes and rules back; returns what was read back. Throws TRI-D10. */
export async function setWays(
  host: Host,
  state: ReceiverState,
  live: ReceiverLive,
): Promise<string> {
  const have = await readWays(host, state);
  const change = macsChange(have.macs, wantedMacs(state, live));
  if (change === '' && have.lacking.length === 0) return macsText(have.macs);
  const restore = have.lacking.length === 0 ? '' : `sh ${waysScript} start || exit\n`;
  const apply = change === '' ? '' : 'nft -f -';
  const { code, stderr } = await host.run(`${restore}${apply}`, { stdin: change });
  if (code !== 0) {
    const why = stderr.trim().split('\n')[0] ?? '';
    throw new TricadeError('TRI-D10', `the ways back cannot be set: ${why}`, { node: host.name });
  }
  const now = await readWays(host, state);
  const without = now.lacking.map((line) => `; without ${line}`).join('');
  return `${macsText(now.macs)}${without}`;
}
