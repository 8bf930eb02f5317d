/** A proof as lines for people: the model's table and the wire's side by side. Pure. */
import type { Proof, ProvedHop } from '../prove.ts';
import { type Cell, tableLines, toned } from './table.ts';
import { addressFields, choiceText, hopHeading, outerText } from './trace.ts';

/** One row a hop, then what speaks against the proof besides. */
export function proofLines(proof: Proof): readonly string[] {
  const heading = hopHeading(proof.hops.map(({ hop }) => hop));
  const rows = proof.hops.map((proved) => [
    ...hopCells(proved).slice(0, heading.length),
    wireCell(proved),
  ]);
  const { ends } = proof.trace;
  const faults = [
    ...(ends === undefined ? [] : [`the trace ends early: ${ends.text}`]),
    ...(proof.answered ? [] : ['the client had no answer']),
    ...proof.unexplained.map((place) => `also seen, not in the trace: ${place}`),
  ];
  return [...tableLines([...heading, 'WIRE'], rows), ...faults.map((fault) => toned(fault, 'bad'))];
}

/** What the model says, with what was seen instead where that differs. */
function hopCells({ hop, seen, differs }: ProvedHop): readonly (string | Cell)[] {
  const cell = (name: keyof NonNullable<ProvedHop['seen']>, want: string): string | Cell => {
    if (!differs.includes(name)) return want;
    const [wanted, was] = [want || 'none', seen === undefined ? 'nothing' : seen[name] || 'none'];
    return { text: `${wanted} != ${was}`, tone: 'bad' };
  };
  return [
    String(hop.step),
    hop.from,
    choiceText(hop),
    hop.network,
    ...addressFields.map((name) => cell(name, hop.packet[name] ?? '?')),
    cell('outer', outerText(hop) ?? ''),
  ];
}

function wireCell({ seen, differs }: ProvedHop): Cell {
  if (differs.length === 0) return { text: 'as captured', tone: 'good' };
  const text = seen === undefined ? 'not on the wire' : `differs: ${differs.join(', ')}`;
  return { text, tone: 'bad' };
}
