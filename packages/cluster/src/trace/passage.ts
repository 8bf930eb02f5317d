/** One packet between two machines: whose addresses it carries is data (modes.ts), whose values those are is found here. */
import { addressBytes, ipFamily, parsePrefix, sameFamily } from '../ip.ts';
import type { Hop, WirePacket } from '../model/flow.ts';
import type { Address, Cidr, ClusterNode, Name } from '../model/intent.ts';
import type { AddressOwner, Rewrites } from '../modes.ts';
import type { Reason } from '../reason.ts';
import { encapsulationOf, outerAddresses, outerFamilyByDriver, sharedLeg } from '../roles.ts';
import { type Chosen, directorHash } from './choose.ts';
import type { TraceInput } from './input.ts';

/** Somewhere a packet leaves from or arrives at; the client is no node of the cluster. */
export interface Place {
  readonly name: string;
  readonly node?: ClusterNode;
}

/** Whose addresses a packet carries, and its outer header; MACs are always those of who sends and who receives, but for `before`. */
export type Carried = Pick<Rewrites, 'sourceAddress' | 'destinationAddress' | 'outer'>;

/** As the client sent it, and as the client wants its answer. */
export const fromClient: Carried = { sourceAddress: 'client', destinationAddress: 'vip' };
export const toClient: Carried = { sourceAddress: 'vip', destinationAddress: 'client' };

export interface Passage {
  readonly direction: Hop['direction'];
  readonly from: Place;
  readonly to: Place;
  readonly choice: Hop['to'];
  readonly carries: Carried;
  readonly why: readonly Reason[];
  /** Whose MAC is the frame's source, where it is not the sender's: whoever handed the packet over. */
  readonly sourceMacOf?: Place;
  /** The frame's source MAC, where it is nobody's. */
  readonly sourceMac?: string;
  /** Of the connection that the packet belongs to, where that is not the client's own: the server's address. */
  readonly serverAddress?: Address;
  /** Nodes that own addresses besides the two ends. */
  readonly real?: ClusterNode | undefined;
  readonly director?: ClusterNode | undefined;
}

/** A passage to a chosen node. */
export function passageTo(
  chosen: Chosen,
  of: Omit<Passage, 'to' | 'choice' | 'why'> & { readonly how?: Reason },
): Passage {
  const { how, ...rest } = of;
  const why = how === undefined ? [chosen.why] : [chosen.why, how];
  return { ...rest, to: placeOf(chosen.node), choice: chosen.choice, why };
}

export function placeOf(node: ClusterNode): Required<Place> {
  return { name: node.name, node };
}

/** The passage as a row of the packet table. */
export function hopOf(input: TraceInput, passage: Passage, step: number): Hop {
  const { direction, from, to, choice, why, sourceMacOf } = passage;
  const network = networkOf(input, passage);
  const packet: WirePacket = {
    ...addressesOf(input, passage, network),
    sourceMac: passage.sourceMac ?? input.macOf((sourceMacOf ?? from).name, network),
    destinationMac: input.macOf(to.name, network),
  };
  return { step, direction, from: from.name, to: choice, network, packet, why };
}

/** The network on which the packet is seen; where a router stands between, the sender's own. */
function networkOf(input: TraceInput, { from, to }: Passage): Name {
  if (from.node === undefined || to.node === undefined) return input.client.network;
  return (sharedLeg(from.node, [to.node]) ?? from.node.legs[0])?.network ?? '';
}

function addressesOf(
  input: TraceInput,
  passage: Passage,
  network: Name,
): Pick<WirePacket, 'sourceAddress' | 'destinationAddress' | 'outer'> {
  const address = (owner: AddressOwner): Address =>
    addressOfOwner(input, passage, { owner, network });
  const { sourceAddress, destinationAddress, outer } = passage.carries;
  const outerAddress = (node: ClusterNode | undefined): Address =>
    ownAddress(node, network, outerLike(input, passage));
  return {
    sourceAddress: address(sourceAddress),
    destinationAddress: address(destinationAddress),
    ...(outer === undefined
      ? {}
      : {
          outer: {
            protocol: outerProtocol(input),
            sourceAddress: outerSource(input, passage) ?? directorEnd(input, passage),
            destinationAddress: outerAddress(passage.real),
          },
        }),
  };
}

/** The director's own end of the tunnel, wherever the packet is seen. */
function directorEnd(input: TraceInput, passage: Passage): Address {
  const { director } = passage;
  if (director === undefined) return '';
  return (
    sameFamily(outerAddresses(input.cluster, director), outerLike(input, passage)) ?? director.name
  );
}

/** Of those that flows are spread over: the flow's own where its hash is known, else one of them; undefined where the director's address is the source. */
function outerSource(input: TraceInput, passage: Passage): Address | undefined {
  const { sources } = input.cluster.l4.tunnel ?? {};
  if (sources === undefined || ipFamily(outerLike(input, passage)) !== 4) return undefined;
  const hash = directorHash(input);
  return hash === undefined ? `one of ${sources}` : spreadSource(sources, hash);
}

/** The address of a prefix whose host bits are the low ones of a flow's hash: what the program writes (`bpf/encap.h`). */
function spreadSource(sources: Cidr, hash: number): Address {
  const { address = '', length = 32 } = parsePrefix(sources) ?? {};
  const mask = 2 ** (32 - length) - 1;
  const number = addressBytes(address).reduce((sum, byte) => sum * 256 + byte, 0);
  const own = number + ((hash & mask) >>> 0);
  return [24, 16, 8, 0].map((shift) => (own >>> shift) & 0xff).join('.');
}

/** An address of the family that the outer header has. */
function outerLike({ cluster, flow }: TraceInput, { director, real }: Passage): Address {
  const has4 = (node: ClusterNode | undefined) =>
    node?.legs.some(({ addresses }) => addresses.some((address) => ipFamily(address) === 4));
  const first = outerFamilyByDriver[cluster.l4.driver] === 'ipv4-first';
  return first && has4(director) && has4(real) ? '0.0.0.0' : flow.destinationAddress;
}

function outerProtocol({
  cluster,
  flow,
}: TraceInput): NonNullable<WirePacket['outer']>['protocol'] {
  const encapsulation = encapsulationOf(cluster.l4);
  if (encapsulation !== 'ipip') return encapsulation;
  return flow.destinationAddress.includes(':') ? 'ip6ip6' : 'ipip';
}

function addressOfOwner(
  { flow }: TraceInput,
  { serverAddress, real, director }: Passage,
  of: { readonly owner: AddressOwner; readonly network: Name },
): Address {
  switch (of.owner) {
    case 'client':
      return flow.sourceAddress;
    case 'vip':
      return flow.destinationAddress;
    case 'server':
      return serverAddress ?? '';
    case 'director':
      return ownAddress(director, of.network, flow.destinationAddress);
    case 'real':
      return ownAddress(real, of.network, flow.destinationAddress);
    case 'proxy':
      return ownAddress(real, of.network, serverAddress ?? flow.destinationAddress);
  }
}

/** The node's address on the network with the family of `like`; behind a router, its first of that family. */
function ownAddress(node: ClusterNode | undefined, network: Name, like: Address): Address {
  const on = node?.legs.find((leg) => leg.network === network)?.addresses ?? [];
  const all = node?.legs.flatMap((leg) => leg.addresses) ?? [];
  return sameFamily(on, like) ?? sameFamily(all, like) ?? node?.name ?? '';
}
