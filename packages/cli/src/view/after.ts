/** What a change would move and break, as lines for people. Pure. */
import type { Bounds, Foresight, GroupForesight } from '@tricade/cluster';
import { tableLines } from './table.ts';

/** The flow that was traced, before and after: who takes it, where a row says so. */
export interface FlowAfter {
  readonly before: string;
  readonly after: string;
  /** What an established one would do: its owner may be the one that dies. */
  readonly established: 'stays' | 'breaks';
}

function percent(share: number): string {
  const rounded = (share * 100).toFixed(1);
  return `${rounded.endsWith('.0') ? rounded.slice(0, -2) : rounded} %`;
}

/** `0`, `33.3 %`, `33.3 to 50 %`. */
export function boundsText({ least, most }: Bounds): string {
  if (most === 0) return '0';
  if (least === 0 && most === 1) return 'not known';
  const [from, to] = [percent(least), percent(most)];
  return from === to ? to : `${from.replace(' %', '')} to ${to}`;
}

function movedText({ moved, rowsMoved, of }: GroupForesight): string {
  return rowsMoved === undefined
    ? boundsText(moved)
    : `${boundsText(moved)} (${rowsMoved} of ${of} rows)`;
}

function brokenText({ broken, holds }: GroupForesight): string {
  const text = boundsText(broken);
  return broken.most === 0 || holds === undefined ? text : `${text} (it holds ${holds} now)`;
}

/** A row a group, why, what the traced flow does, and how the figures were come by. */
export function afterLines(found: Foresight, flow: FlowAfter | undefined): readonly string[] {
  const { change, groups, waits, method } = found;
  const dies = change.verb === 'off' ? ' (its machine dies)' : '';
  const rows = groups.map((each) => [
    each.group,
    each.unit,
    movedText(each),
    brokenText(each),
    each.why.text,
  ]);
  const table = tableLines(
    ['GROUP', 'SPREAD OVER', 'NEW FLOWS MOVED', 'ESTABLISHED BROKEN', 'BECAUSE'],
    rows,
  );
  const nothing = ['  no group of it spreads flows: nothing is moved, nothing is broken'];
  return [
    '',
    `After ${change.verb} ${change.target}${dies}:`,
    ...(table.length === 0 ? nothing : table.map((line) => `  ${line}`)),
    ...waits.map(({ text }) => `  waits: ${text}`),
    ...(flow === undefined ? [] : [`  This flow: ${flowText(flow)}`]),
    ...method.map((text, at) => `  ${at === 0 ? 'Method:' : '       '} ${text}`),
  ];
}

function flowText({ before, after, established }: FlowAfter): string {
  const fresh =
    before === after
      ? `a new one goes to ${after} as before`
      : `a new one goes to ${after}, not to ${before}`;
  const old =
    established === 'stays'
      ? `an established one stays with ${before}`
      : `one established at ${before} breaks`;
  return `${fresh}; ${old}`;
}
