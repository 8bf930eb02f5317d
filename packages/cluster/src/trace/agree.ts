/** A packet that a director told of, held against what `trace` says of its flow. */
import type { SeenPacket } from '../driver.ts';
import type { Flow } from '../model/flow.ts';
import type { Name } from '../model/intent.ts';
import type { TraceInput } from './input.ts';
import { trace } from './trace.ts';

export interface Agreement {
  readonly seen: SeenPacket;
  /** Reals that trace would send it to: one where rows are known; none where the flow ends before, and `tracedEnd` says why. */
  readonly traced: readonly Name[];
  readonly tracedEnd?: string;
  /** Undefined: trace says nothing of such packets (neither TCP nor UDP), or has no row to tell from. */
  readonly agrees?: boolean;
}

const protocols: Readonly<Record<number, Flow['protocol']>> = { 6: 'tcp', 17: 'udp' };

/** `input`: of the same moment, without the flow. A packet that was answered or dropped agrees with a trace that ends. */
export function agreementOf(seen: SeenPacket, input: Omit<TraceInput, 'flow'>): Agreement {
  const flow = flowOf(seen);
  if (flow === undefined) return { seen, traced: [] };
  const { hops, ends } = trace({ ...input, flow });
  const proxies = new Set(
    input.cluster.nodes.flatMap(({ name, tier }) =>
      tier === 'l7' || tier === 'servers' ? [name] : [],
    ),
  );
  const to = hops
    .filter(({ direction }) => direction === 'request')
    .map((hop) => (hop.to.kind === 'exact' ? [hop.to.node] : hop.to.nodes))
    .find((names) => names.every((name) => proxies.has(name)));
  const traced = to ?? [];
  const told = { seen, traced, ...(to === undefined && ends ? { tracedEnd: ends.text } : {}) };
  if (traced.length > 1 && seen.sent !== undefined && traced.includes(seen.sent.real)) return told;
  const agrees = seen.sent === undefined ? traced.length === 0 : traced.includes(seen.sent.real);
  return { ...told, agrees };
}

function flowOf(seen: SeenPacket): Flow | undefined {
  const protocol = protocols[seen.protocol];
  if (protocol === undefined || seen.sourcePort === 0) return undefined;
  const { sourceAddress, sourcePort, destinationAddress, destinationPort } = seen;
  return { protocol, sourceAddress, sourcePort, destinationAddress, destinationPort };
}
