/** Flows whose client is itself a machine that takes packets for the VIP. */
import type { ClusterNode, Service } from '../model/intent.ts';
import { l4ModeTable } from '../modes.ts';
import { type Reason, reason } from '../reason.ts';
import { groupOf, nodesOf, proxyGroup } from '../roles.ts';
import type { TraceInput } from './input.ts';

/** The node that has the flow's source address. */
function callerOf({ cluster, flow }: TraceInput): ClusterNode | undefined {
  return cluster.nodes.find(({ legs }) =>
    legs.some(({ addresses }) => addresses.includes(flow.sourceAddress)),
  );
}

/** Why no packet leaves the caller: it holds the VIP, so its own kernel answers. Undefined where one leaves. */
export function answersItself(input: TraceInput, service: Service): Reason | undefined {
  const caller = callerOf(input);
  if (caller === undefined || !l4ModeTable[service.l4.mode].vipOnReal) return undefined;
  const group = groupOf(service);
  const names =
    group === proxyGroup
      ? nodesOf(input.cluster, 'l7').map(({ name }) => name)
      : input.cluster.pools.find(({ name }) => name === group)?.servers.map(({ name }) => name);
  if (names?.includes(caller.name) !== true) return undefined;
  const { destinationAddress } = input.flow;
  const text = `${caller.name} has ${destinationAddress} on its own loopback (${service.l4.mode}): it answers itself, and no packet leaves it`;
  return reason('own-vip', text);
}

/** What becomes of a flow that a translating director gives back to its client: nothing in particular, the source is hidden, or it ends. */
export function givenBack(
  input: TraceInput,
  service: Service,
  real: ClusterNode,
): { readonly as: Service; readonly ends?: Reason } {
  if (service.l4.mode !== 'dnat' || callerOf(input) !== real) return { as: service };
  if (input.director.hairpins === true)
    return { as: { ...service, l4: { ...service.l4, mode: 'full-nat' } } };
  const text = `${real.name} calls the VIP and is picked itself: its kernel drops a packet that comes in from its own address`;
  return { as: service, ends: reason('own-address', text) };
}
