/** The packet table as lines for people. Pure. */
import type { Hop, Trace } from '@tricade/cluster';
import { tableLines } from './table.ts';

/** `p1`, or `one of p1 p2`. */
export function choiceText(hop: Pick<Hop, 'to'>): string {
  return hop.to.kind === 'exact' ? hop.to.node : `one of ${hop.to.nodes.join(' ')}`;
}

/** Seed 3's columns, who sends to whom, and why. */
export function traceLines(trace: Trace, wide = false): readonly string[] {
  const rows = trace.hops.map((hop) => [
    String(hop.step),
    hop.from,
    choiceText(hop),
    hop.network,
    hop.packet.sourceAddress,
    hop.packet.sourceMac ?? '?',
    hop.packet.destinationAddress,
    hop.packet.destinationMac ?? '?',
    hop.packet.outer === undefined
      ? ''
      : `${hop.packet.outer.protocol} ${hop.packet.outer.sourceAddress} > ${hop.packet.outer.destinationAddress}`,
  ]);
  const tunnelled = rows.some((row) => row[8] !== '');
  const heading = [
    'STEP',
    'FROM',
    'TO',
    'NETWORK',
    'SOURCE IP',
    'SOURCE MAC',
    'DESTINATION IP',
    'DESTINATION MAC',
    ...(tunnelled ? ['OUTER'] : []),
  ];
  const more = wide ? ['DIRECTION', 'BY'] : [];
  const table = tableLines(
    [...heading, ...more],
    rows.map((row, at) => {
      const { direction = '', why = [] } = trace.hops[at] ?? {};
      const words = why.map((each) => each.word).join(' ');
      return [...row.slice(0, heading.length), ...(wide ? [direction, words] : [])];
    }),
  );
  const why = trace.hops.map(
    (hop) => `  ${hop.step}  ${hop.why.map((each) => each.text).join('; ')}`,
  );
  const end =
    trace.ends === undefined
      ? `${trace.hops.length} hops, there and back`
      : `ends here: ${trace.ends.text}`;
  return [...table, ...(why.length === 0 ? [] : ['Why:', ...why]), end];
}
