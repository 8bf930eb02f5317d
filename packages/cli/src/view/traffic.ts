/** Traffic as lines for people. Pure. */
import type { DropRow, TrafficRow, TrafficView } from '@tricade/cluster';
import { amount } from './quantity.ts';
import { tableLines } from './table.ts';

const columns = ['PACKETS/S', 'BITS/S', 'NEW/S', 'PACKETS', 'BYTES'] as const;

/** A table of services, of reals, of directors, and of what was dropped; then who is not in it. */
export function trafficLines(traffic: TrafficView): readonly string[] {
  const parts = [
    countLines('SERVICE', traffic.services),
    countLines('REAL', traffic.reals),
    countLines('DIRECTOR', traffic.directors),
    dropLines(traffic.drops),
    sourceLines(traffic),
  ].filter((lines) => lines.length > 0);
  const missing =
    traffic.leftOut.length === 0
      ? []
      : [`Note:  not counted, or nothing fresh: ${traffic.leftOut.join(', ')}`];
  return [...parts.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines])), ...missing];
}

function countLines(what: string, rows: readonly TrafficRow[]): readonly string[] {
  return tableLines(
    [what, ...columns],
    rows.map(({ name, packets, bytes, rate }) => [
      name,
      rate === undefined ? '-' : amount(rate.packets),
      rate === undefined ? '-' : amount(rate.bytes * 8),
      rate?.newFlows === undefined ? '-' : amount(rate.newFlows),
      amount(packets),
      amount(bytes),
    ]),
  );
}

/** Sources that were sampled, and how sure that is. */
function sourceLines({ sources, sampled }: TrafficView): readonly string[] {
  if (sampled === undefined) return [];
  const rows = sources.map(({ address, service, reason, perSecond, events }) => [
    address,
    service ?? (reason === undefined ? '-' : reason),
    amount(perSecond),
    String(events),
  ]);
  const lost = sampled.lost === 0 ? '' : `; ${sampled.lost} more were not read in time`;
  const untold = sampled.untold === 0 ? '' : `; for ${sampled.untold} more the ring had no room`;
  return [
    ...tableLines(['SOURCE', 'TO, OR WHY NOT', '~PACKETS/S', 'SAMPLED'], rows),
    `Note:  sources are told from ${sampled.events} packets, one in ${sampled.each}${lost}${untold}`,
  ];
}

function dropLines(drops: readonly DropRow[]): readonly string[] {
  return tableLines(
    ['DROPPED', 'PACKETS/S', 'PACKETS'],
    drops.map(({ name, packets, perSecond }) => [
      name,
      perSecond === undefined ? '-' : amount(perSecond),
      amount(packets),
    ]),
  );
}
