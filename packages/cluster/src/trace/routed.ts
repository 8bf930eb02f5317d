/** A packet between machines that share no network: a router carries it, so it is seen twice. */
import type { Choice } from '../model/flow.ts';
import type { ClusterNode } from '../model/intent.ts';
import { reason } from '../reason.ts';
import { nodesOf, sharedLeg } from '../roles.ts';
import type { TraceInput } from './input.ts';
import { type Passage, placeOf } from './passage.ts';

/** The passage itself where its ends meet; else the part to the router between, and the part from there. Where no router joins them, as it is. */
export function routed({ cluster }: TraceInput, passage: Passage): readonly Passage[] {
  const { from, to } = passage;
  if (from.node === undefined || to.node === undefined) return [passage];
  const ends: readonly [ClusterNode, ClusterNode] = [from.node, to.node];
  if (sharedLeg(ends[0], [ends[1]]) !== undefined) return [passage];
  const between = nodesOf(cluster, 'routers').filter((router) =>
    ends.every((end) => sharedLeg(router, [end]) !== undefined),
  );
  const [router] = between;
  if (router === undefined) return [passage];
  const names = between.map(({ name }) => name);
  const choice: Choice =
    names.length === 1 ? { kind: 'exact', node: router.name } : { kind: 'one-of', nodes: names };
  const text = `${from.name} and ${to.name} share no network: ${router.name} joins theirs`;
  const { sourceMac: _, sourceMacOf: __, ...onward } = passage;
  return [
    { ...passage, to: placeOf(router), choice },
    { ...onward, from: placeOf(router), why: [reason('routed', text)] },
  ];
}
