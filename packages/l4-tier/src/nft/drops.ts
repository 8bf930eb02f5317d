/** What the rules dropped, by their named counters. */
import type { DirectorState, Host } from '@tricade/cluster';
import { tablesOf } from './elements.ts';
import { guardTable, table } from './names.ts';

/** Counter → the word that people see. What both tables count is one reason. */
const words: Readonly<Record<string, string>> = {
  denied: 'denied',
  limited: 'limited',
  fragments: 'fragment-lost',
  no_real: 'no-real',
  unserved: 'no-port',
  nat_no_real: 'no-real',
  nat_unserved: 'no-port',
  nat_stray: 'stray',
};

/** Packets since the tables were made, by reason; those that are 0 are left out, as is a table that is not there. */
export async function droppedPackets(
  host: Host,
  state: DirectorState,
): Promise<Readonly<Record<string, number>>> {
  const tables = [
    ...(state.guard === undefined ? [] : [`netdev ${guardTable}`]),
    ...tablesOf(state).map((family) => `${family} ${table}`),
  ];
  const lists = tables.map((name) => `nft -j list counters table ${name} || echo`);
  const { stdout } = await host.run(lists.join('\n'));
  return dropsIn(stdout);
}

/** By reason, of one `nft -j list counters` a line; other lines say nothing. Throws SyntaxError where it is no JSON. */
export function dropsIn(listed: string): Readonly<Record<string, number>> {
  const drops: Record<string, number> = {};
  const counters = listed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap(countersIn);
  for (const { name, packets } of counters) {
    const word = words[name];
    if (word !== undefined && packets > 0) drops[word] = (drops[word] ?? 0) + packets;
  }
  return drops;
}

interface Counter {
  readonly name: string;
  readonly packets: number;
}

function countersIn(json: string): readonly Counter[] {
  const { nftables } = JSON.parse(json) as { nftables: readonly { counter?: Counter }[] };
  return nftables.flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
}
