/** The packet table as lines for people. Pure. */
import type { Hop, Trace } from '@tricade/cluster';
import { tableLines } from './table.ts';

/** `p1`, or `one of p1 p2`. */
export function choiceText(hop: Pick<Hop, 'to'>): string {
  return hop.to.kind === 'exact' ? hop.to.node : `one of ${hop.to.nodes.join(' ')}`;
}

/** Columns of every table of hops; the last one only where a hop goes through a tunnel. */
export function hopHeading(hops: readonly Hop[]): readonly string[] {
  const tunnelled = hops.some(({ packet }) => packet.outer !== undefined);
  return [
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
}

/** What a packet shows below the addresses of that heading. */
export const addressFields = [
  'sourceAddress',
  'sourceMac',
  'destinationAddress',
  'destinationMac',
] as const;

/** `ipip 198.51.100.11 > 198.51.100.21`; undefined where there is no tunnel. */
export function outerText({ packet: { outer } }: Hop): string | undefined {
  return outer && `${outer.protocol} ${outer.sourceAddress} > ${outer.destinationAddress}`;
}

/** Seed 3's columns, who sends to whom, and why. */
export function traceLines(trace: Trace, wide = false): readonly string[] {
  const heading = hopHeading(trace.hops);
  const rows = trace.hops.map((hop) => [
    String(hop.step),
    hop.from,
    choiceText(hop),
    hop.network,
    ...addressFields.map((name) => hop.packet[name] ?? '?'),
    outerText(hop) ?? '',
  ]);
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
