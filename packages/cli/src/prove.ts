/** Captured packets held against `trace`: both packet tables, row by row. Pure. */
import {
  type ClusterNode,
  type Flow,
  guePort,
  type Hop,
  type Name,
  type Service,
  type Taken,
  type Trace,
  type TraceInput,
  trace,
} from '@tricade/cluster';
import type { CapturedFrame } from '@tricade/lab';

/** One hop as the model has it and as it was on the wire. */
export interface ProvedHop {
  readonly hop: Hop;
  /** Undefined: no such packet was seen. */
  readonly seen: Fields | undefined;
  /** Fields that differ, by name. */
  readonly differs: readonly string[];
}

interface Fields {
  readonly sourceAddress: string;
  readonly sourceMac: string;
  readonly destinationAddress: string;
  readonly destinationMac: string;
  readonly outer: string;
}

export interface Proof {
  readonly service: Name;
  readonly flow: Flow;
  readonly trace: Trace;
  readonly hops: readonly ProvedHop[];
  /** Frames of the flow that no hop of the trace explains. */
  readonly unexplained: readonly string[];
  /** The client had an answer. */
  readonly answered: boolean;
  readonly holds: boolean;
}

/** Who took the flow, read off the frames: by the address that a packet is sent to, by MAC where that is the VIP. */
function takenBy(input: TraceInput, service: Service, frames: readonly CapturedFrame[]): Taken {
  const nodes = input.cluster.nodes;
  const owner = (mac: string): Name | undefined =>
    nodes.find((node) => node.legs.some((leg) => input.macOf(node.name, leg.network) === mac))
      ?.name;
  const tier = (name: Name | undefined): string | undefined =>
    nodes.find((node) => node.name === name)?.tier;
  const addressee = (frame: CapturedFrame): Name | undefined =>
    nodes.find((node) => owns(node, frame.packet?.ip.destinationAddress))?.name ??
    owner(frame.destinationMac);
  const forwarded = frames.find((frame) => isForwarded(input, frame));
  const real = forwarded === undefined ? undefined : addressee(forwarded);
  const asked =
    service.l7 === undefined
      ? undefined
      : frames.find(
          (frame) => frame.host === real && tier(owner(frame.destinationMac)) === 'servers',
        );
  const router = frames.find(
    (frame) => tier(frame.host) === 'routers' && isRequest(input, frame),
  )?.host;
  const replyRouter = frames.find(
    (frame) => tier(frame.host) === 'routers' && isReply(input, frame),
  )?.host;
  const server = asked === undefined ? undefined : owner(asked.destinationMac);
  return {
    ...(router === undefined ? {} : { router }),
    ...(replyRouter === undefined ? {} : { replyRouter }),
    ...(forwarded === undefined ? {} : { director: forwarded.host }),
    ...(real === undefined ? {} : { real }),
    ...(server === undefined ? {} : { server }),
  };
}

function owns({ legs }: ClusterNode, address: string | undefined): boolean {
  return legs.some((leg) => leg.addresses.some((each) => each === address));
}

/** The request as a director sends it on: of the client, or in full NAT from the director itself to the port that was asked. */
function isForwarded(input: TraceInput, frame: CapturedFrame): boolean {
  const director = input.cluster.nodes.find((node) => node.name === frame.host);
  if (director?.tier !== 'l4') return false;
  const { ip, transport } = frame.packet ?? {};
  const isOwn =
    owns(director, ip?.sourceAddress) &&
    transport?.protocol === input.flow.protocol &&
    transport.destinationPort === input.flow.destinationPort &&
    transport.flags?.includes('S') !== false;
  return isOwn || isRequest(input, frame);
}

function isRequest(input: TraceInput, frame: CapturedFrame): boolean {
  const packet = frame.packet?.inner ?? frame.packet;
  return (
    packet?.transport?.sourcePort === input.flow.sourcePort &&
    packet.ip.sourceAddress === input.flow.sourceAddress
  );
}

function isReply(input: TraceInput, frame: CapturedFrame): boolean {
  const packet = frame.packet?.inner ?? frame.packet;
  return (
    packet?.transport?.destinationPort === input.flow.sourcePort &&
    packet.ip.destinationAddress === input.flow.sourceAddress
  );
}

/** What a request left behind: every frame as its sender put it on a network, and whether the client had an answer. */
export interface Captured {
  readonly frames: readonly CapturedFrame[];
  readonly answered: boolean;
}

/** Traces the flow as it was taken and holds each hop against the first frame that its sender put on that network for it. */
export function prove(input: TraceInput, service: Service, { frames, answered }: Captured): Proof {
  const found = trace({ ...input, taken: takenBy(input, service, frames) });
  const left = new Set(frames);
  const hops = found.hops.map((hop): ProvedHop => {
    const frame = [...left].find((each) => isOn(hop, each) && belongs(input, hop, each));
    if (frame !== undefined) left.delete(frame);
    return provedHop(hop, frame);
  });
  const unexplained = strangers(input, found.hops, frames);
  const holds =
    answered &&
    found.ends === undefined &&
    hops.length > 0 &&
    hops.every((each) => each.differs.length === 0) &&
    unexplained.length === 0;
  const { flow } = input;
  return { service: service.name, flow, trace: found, hops, unexplained, answered, holds };
}

const isOn = (hop: Hop, frame: CapturedFrame): boolean =>
  frame.host === hop.from && frame.network === hop.network;

function provedHop(hop: Hop, frame: CapturedFrame | undefined): ProvedHop {
  if (frame === undefined) return { hop, seen: undefined, differs: ['packet'] };
  const [want, seen] = [wantedFields(hop), fieldsOf(frame)];
  const names = Object.keys(want) as (keyof Fields)[];
  return { hop, seen, differs: names.filter((name) => want[name] !== seen[name]) };
}

/** Who sent the request on a network where the trace has no hop of it. */
function strangers(
  input: TraceInput,
  hops: readonly Hop[],
  frames: readonly CapturedFrame[],
): readonly string[] {
  const others = frames.filter(
    (frame) => isRequest(input, frame) && !hops.some((hop) => isOn(hop, frame)),
  );
  return [...new Set(others.map(({ host, network }) => `${host} on ${network}`))];
}

/** A frame of the client's own connection by its port; of full NAT by addresses and the port asked, of the proxy's by who sends to whom. */
function belongs(input: TraceInput, hop: Hop, frame: CapturedFrame): boolean {
  const packet = frame.packet?.inner ?? frame.packet;
  const transport = packet?.transport;
  if (transport === undefined) return false;
  const { sourcePort, sourceAddress, destinationAddress, destinationPort } = input.flow;
  const carried = [hop.packet.sourceAddress, hop.packet.destinationAddress];
  const isRequestHop = hop.direction === 'request';
  const ofDirector = isOfDirector(input, hop);
  if (carried.includes(destinationAddress) || (ofDirector && carried.includes(sourceAddress)))
    return (isRequestHop ? transport.sourcePort : transport.destinationPort) === sourcePort;
  if (ofDirector)
    return (
      transport.protocol === input.flow.protocol &&
      packet?.ip.sourceAddress === hop.packet.sourceAddress &&
      packet.ip.destinationAddress === hop.packet.destinationAddress &&
      (isRequestHop ? transport.destinationPort : transport.sourcePort) === destinationPort
    );
  const to = hop.to.kind === 'exact' ? [hop.to.node] : hop.to.nodes;
  const owners = input.cluster.nodes
    .filter((node) => to.includes(node.name))
    .flatMap((node) => node.legs.flatMap((leg) => leg.addresses));
  return (
    owners.includes(frame.packet?.ip.destinationAddress ?? '') &&
    transport.sourcePort !== sourcePort
  );
}

/** Sent by a director, or to one, or in its name by the router between. */
function isOfDirector({ cluster }: TraceInput, { from, to, packet }: Hop): boolean {
  const directors = cluster.nodes.filter(({ tier }) => tier === 'l4');
  return directors.some(
    (node) =>
      node.name === from ||
      (to.kind === 'exact' && to.node === node.name) ||
      owns(node, packet.sourceAddress) ||
      owns(node, packet.destinationAddress),
  );
}

function wantedFields(hop: Hop): Fields {
  const { packet } = hop;
  return {
    sourceAddress: packet.sourceAddress,
    sourceMac: packet.sourceMac ?? '?',
    destinationAddress: packet.destinationAddress,
    destinationMac: packet.destinationMac ?? '?',
    outer: packet.outer === undefined ? '' : outerText(packet.outer.protocol, packet.outer),
  };
}

function fieldsOf(frame: CapturedFrame): Fields {
  const inner = frame.packet?.inner ?? frame.packet;
  const outer =
    frame.packet?.inner === undefined
      ? ''
      : outerText(outerProtocol(frame.packet), frame.packet.ip);
  return {
    sourceAddress: inner?.ip.sourceAddress ?? '',
    sourceMac: frame.sourceMac,
    destinationAddress: inner?.ip.destinationAddress ?? '',
    destinationMac: frame.destinationMac,
    outer,
  };
}

function outerText(
  protocol: string,
  addresses: { readonly sourceAddress: string; readonly destinationAddress: string },
): string {
  return `${protocol} ${addresses.sourceAddress} > ${addresses.destinationAddress}`;
}

/** By IP protocol number: IPv4 and IPv6 inside IP, and UDP, in which the capture reads GUE by its port and VXLAN. */
function outerProtocol({ ip, transport }: NonNullable<CapturedFrame['packet']>): string {
  if (transport?.destinationPort === guePort) return 'gue';
  return { 4: 'ipip', 17: 'vxlan', 41: 'ip6ip6' }[ip.protocol] ?? String(ip.protocol);
}
