/** What the rules dropped, by their named counters. */
import type { DirectorState, Host } from '@tricade/cluster';
import { tablesOf } from './elements.ts';
import { guardTable, table } from './names.ts';

/** Counter → the word that people see. */
const words: Readonly<Record<string, string>> = {
  denied: 'denied',
  limited: 'limited',
  fragments: 'fragment-lost',
  no_real: 'no-real',
  unserved: 'no-port',
};

/** Packets since the tables were made, by reason; those that are 0 are left out, as is a table that is not there. */
export async function droppedPackets(
  host: Host,
  state: DirectorState,
): Promise<Readonly<Record<string, number>>> {
  const tables = [
    ...(state.guard === undefined ? [] : [guardTable]),
    ...(tablesOf(state).includes('netdev') ? [table] : []),
  ];
  const lists = tables.map((name) => `nft -j list counters table netdev ${name} || echo`);
  if (lists.length === 0) return {};
  const { stdout } = await host.run(lists.join('\n'));
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .flatMap(countersIn)
      .flatMap(({ name, packets }) => {
        const word = words[name];
        return word === undefined || packets === 0 ? [] : [[word, packets]];
      }),
  );
}

interface Counter {
  readonly name: string;
  readonly packets: number;
}

/** Counters of one `nft -j list counters`. Throws SyntaxError where it is no JSON. */
export function countersIn(json: string): readonly Counter[] {
  const { nftables } = JSON.parse(json) as { nftables: readonly { counter?: Counter }[] };
  return nftables.flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
}
