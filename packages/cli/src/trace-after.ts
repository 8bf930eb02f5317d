/** `trace --after`: the change that is thought of, and what it does to the flow that is traced. Pure but for its errors. */
import {
  type Cluster,
  type Foresight,
  foresee,
  type Live,
  notDrainable,
  parseWhatIf,
  type Trace,
  type TraceInput,
  TricadeError,
  trace,
  type WhatIf,
  whatIfVerbs,
} from '@tricade/cluster';
import { targetsOf, unknownName } from './unknown-name.ts';
import type { FlowAfter } from './view/after.ts';

/** Reads `drain p1`. Throws TRI-U007 for another verb or an unknown target, TRI-U009 for what cannot be drained. */
export function readWhatIf(text: string, cluster: Cluster): WhatIf {
  const change = parseWhatIf(text);
  if (change === undefined)
    throw new TricadeError('TRI-U007', `not a change: ${JSON.stringify(text)}`, {
      hint: `a verb and a node or member, such as "drain p1": ${whatIfVerbs.join(', ')}`,
    });
  const names = targetsOf(cluster);
  if (!names.includes(change.target)) throw unknownName('node or member', change.target, names);
  const never = change.verb === 'drain' ? notDrainable(cluster, change.target) : undefined;
  if (never !== undefined)
    throw new TricadeError('TRI-U009', never.text, {
      hint: 'ask for `off` to see what its death would do',
    });
  return change;
}

/** What the change would do, and to this flow where a row says who has it. */
export function afterOf(
  input: TraceInput,
  live: Live,
  change: WhatIf,
): { readonly foresight: Foresight; readonly flow: FlowAfter | undefined } {
  const foresight = foresee({ ...live, director: input.director }, change);
  if (input.feed === undefined) return { foresight, flow: undefined };
  const before = realOf(input, trace(input));
  const after = realOf(input, trace({ ...input, feed: foresight.feed }));
  if (before === undefined) return { foresight, flow: undefined };
  const name = change.target.slice(change.target.lastIndexOf('/') + 1);
  const dies = change.verb === 'off' && name === before;
  const flow = {
    before,
    after: after ?? 'nobody',
    established: dies ? 'breaks' : 'stays',
  } as const;
  return { foresight, flow };
}

/** The real that the row of a flow names: where a director sends it. */
function realOf({ cluster }: TraceInput, { hops }: Trace): string | undefined {
  const directors = new Set(
    cluster.nodes.filter(({ tier }) => tier === 'l4').map(({ name }) => name),
  );
  const hop = hops.find(({ from, direction }) => direction === 'request' && directors.has(from));
  return hop?.to.kind === 'exact' ? hop.to.node : undefined;
}
