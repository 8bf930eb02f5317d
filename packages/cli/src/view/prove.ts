/** A proof as lines for people: the model's table and the wire's side by side. Pure. */
import type { Proof, ProvedHop } from '../prove.ts';
import { type Cell, tableLines, toned } from './table.ts';
import { choiceText } from './trace.ts';

const headings = [
  'STEP',
  'FROM',
  'TO',
  'NETWORK',
  'SOURCE IP',
  'SOURCE MAC',
  'DESTINATION IP',
  'DESTINATION MAC',
  'OUTER',
  'WIRE',
];
/** Shown only where a hop goes through a tunnel. */
const outerColumn = headings.indexOf('OUTER');

function outerCell({ hop, seen, differs }: ProvedHop): string | Cell {
  const { outer } = hop.packet;
  const want = outer && `${outer.protocol} ${outer.sourceAddress} > ${outer.destinationAddress}`;
  if (!differs.includes('outer')) return want ?? '';
  return { text: `${want ?? 'none'} != ${seen?.outer || 'none'}`, tone: 'bad' };
}

export function proofLines(proof: Proof): readonly string[] {
  const rows = proof.hops.map(({ hop, seen, differs }): readonly (string | Cell)[] => {
    const pair = (
      name: 'sourceAddress' | 'sourceMac' | 'destinationAddress' | 'destinationMac',
    ): string | Cell => {
      const want = hop.packet[name] ?? '?';
      return differs.includes(name)
        ? { text: `${want} != ${seen?.[name] ?? 'nothing'}`, tone: 'bad' }
        : want;
    };
    const state: Cell =
      differs.length === 0
        ? { text: 'as captured', tone: 'good' }
        : {
            text: seen === undefined ? 'not on the wire' : `differs: ${differs.join(', ')}`,
            tone: 'bad',
          };
    return [
      String(hop.step),
      hop.from,
      choiceText(hop),
      hop.network,
      pair('sourceAddress'),
      pair('sourceMac'),
      pair('destinationAddress'),
      pair('destinationMac'),
      outerCell({ hop, seen, differs }),
      state,
    ];
  });
  const tunnelled = proof.hops.some(({ hop }) => hop.packet.outer !== undefined);
  const without = (row: readonly (string | Cell)[]) => row.filter((_, at) => at !== outerColumn);
  const all = [headings, ...rows];
  const [heading = [], ...shown] = tunnelled ? all : all.map(without);
  const lines = [...tableLines(heading as readonly string[], shown)];
  if (proof.trace.ends !== undefined)
    lines.push(toned(`the trace ends early: ${proof.trace.ends.text}`, 'bad'));
  if (!proof.answered) lines.push(toned('the client had no answer', 'bad'));
  for (const place of proof.unexplained)
    lines.push(toned(`also seen, not in the trace: ${place}`, 'bad'));
  return lines;
}
