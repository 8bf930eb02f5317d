/**
 * The packet table: where a flow goes, hop by hop, with the addresses and MACs on the wire and the why of each choice (seed 3's two tables are
 * its golden tests). A request is followed to the last server, then its reply to the client.
 */
import type { Hop, WirePacket } from '../model/flow.ts';
import type { ClusterNode, Name, Service } from '../model/intent.ts';
import { type Reason, reason } from '../reason.ts';
import { nodesOf, sharedLeg } from '../roles.ts';
import {
  addressOn,
  announcing,
  type Chosen,
  chooseReal,
  chooseServer,
  pick,
  serviceOf,
  type TraceInput,
} from './input.ts';

export interface Trace {
  readonly service: Service | undefined;
  readonly hops: readonly Hop[];
  /** Why the flow goes no further, where it does not reach a server and come back. */
  readonly ends?: Reason;
}

/** Somewhere a packet leaves from or arrives at. */
interface Place {
  readonly name: string;
  readonly node: ClusterNode | undefined;
}

/** Follows a flow. Nothing is guessed: a choice that is not known is `one of`, a MAC that is not known is undefined. */
export function trace(input: TraceInput): Trace {
  const found = serviceOf(input.cluster, input.flow);
  if ('none' in found) return { service: undefined, hops: [], ends: found.none };
  return new Walk(input, found.service).run();
}

/** One walk; collects hops, stops at the first "no". */
class Walk {
  readonly #input: TraceInput;
  readonly #service: Service;
  readonly #hops: Hop[] = [];
  #ends: Reason | undefined;

  constructor(input: TraceInput, service: Service) {
    this.#input = input;
    this.#service = service;
  }

  run(): Trace {
    this.#walk();
    return {
      service: this.#service,
      hops: this.#hops,
      ...(this.#ends === undefined ? {} : { ends: this.#ends }),
    };
  }

  #walk(): void {
    const { cluster, flow, taken } = this.#input;
    const router = this.#router();
    const client: Place = { name: this.#input.client.name, node: undefined };
    const directors = announcing(this.#input);
    const tier = nodesOf(cluster, 'l4');
    let at: Place = client;
    const forVip = {
      sourceAddress: flow.sourceAddress,
      destinationAddress: flow.destinationAddress,
    };
    if (router !== undefined) {
      this.#hop(
        'request',
        at,
        {
          node: router,
          choice: { kind: 'exact', node: router.name },
          why: reason('default-route', `${flow.destinationAddress} is routed by ${router.name}`),
        },
        { network: this.#input.client.network, addresses: forVip },
      );
      at = { name: router.name, node: router };
    }
    let entry: Chosen | undefined;
    if (tier.length > 0) {
      const why =
        directors.length === 1
          ? reason('only-next-hop', 'the only director that announces')
          : reason(
              'ecmp',
              `ECMP over ${directors.length} next hops (hash ${cluster.routers.ecmp.hash})`,
            );
      entry = this.#chosen(pick(directors, taken?.director, why));
      if (entry === undefined) return;
      this.#hop('request', at, entry, {
        network: this.#between(at, entry.node),
        addresses: forVip,
      });
    }
    const real = this.#real();
    if (real === undefined) return;
    if (entry === undefined)
      this.#hop('request', at, real, { network: this.#between(at, real.node), addresses: forVip });
    else this.#forward(at, entry.node, real);
    const l7 = this.#service.l7;
    if (l7 !== undefined && !this.#proxied(real.node, l7.pool)) return;
    this.#reply(real.node, entry?.node, router);
  }

  #router(): ClusterNode | undefined {
    const routers = nodesOf(this.#input.cluster, 'routers').filter((node) =>
      node.legs.some((leg) => leg.network === this.#input.client.network),
    );
    return routers.find((node) => node.name === this.#input.taken?.router) ?? routers[0];
  }

  /** The proxy or server that directors feed; without directors, any proxy that owns the VIP. */
  #real(): Chosen | undefined {
    if (nodesOf(this.#input.cluster, 'l4').length > 0)
      return this.#chosen(chooseReal(this.#input, this.#service));
    return this.#chosen(
      pick(
        nodesOf(this.#input.cluster, 'l7'),
        this.#input.taken?.real,
        reason('owns-vip', 'the proxy that answers for the VIP'),
      ),
    );
  }

  #chosen(result: Chosen | { readonly none: Reason }): Chosen | undefined {
    if ('none' in result) {
      this.#ends = result.none;
      return undefined;
    }
    return result;
  }

  /** Director → real, as the mode rewrites it. */
  #forward(before: Place, director: ClusterNode, real: Chosen): void {
    const { flow, director: driver } = this.#input;
    const network = this.#between({ name: director.name, node: director }, real.node);
    const own = addressOn(director, network, flow.destinationAddress) ?? director.name;
    const target =
      addressOn(real.node, network, flow.destinationAddress) ??
      real.node.legs[0]?.addresses[0] ??
      real.node.name;
    const at: Place = { name: director.name, node: director };
    switch (this.#service.l4.mode) {
      case 'dsr': {
        const kept = driver.dsrSourceMac === 'kept';
        const sourceMac = kept ? this.#mac(before, network) : this.#mac(at, network);
        const why = reason(
          'dsr',
          `only the destination MAC changes${kept ? '' : ", and the source MAC to the director's own"}`,
        );
        this.#hop('request', at, real, {
          network,
          addresses: {
            sourceAddress: flow.sourceAddress,
            destinationAddress: flow.destinationAddress,
          },
          sourceMac,
          why,
        });
        return;
      }
      case 'tunnel': {
        const outer = {
          protocol: flow.destinationAddress.includes(':') ? ('ip6ip6' as const) : ('ipip' as const),
          sourceAddress: own,
          destinationAddress: target,
        };
        this.#hop('request', at, real, {
          network,
          addresses: {
            sourceAddress: flow.sourceAddress,
            destinationAddress: flow.destinationAddress,
          },
          outer,
          why: reason('tunnel', 'the packet travels whole inside another'),
        });
        return;
      }
      case 'dnat':
        this.#hop('request', at, real, {
          network,
          addresses: { sourceAddress: flow.sourceAddress, destinationAddress: target },
          why: reason('dnat', "the destination address becomes the real's"),
        });
        return;
      case 'full-nat':
        this.#hop('request', at, real, {
          network,
          addresses: { sourceAddress: own, destinationAddress: target },
          why: reason('full-nat', 'both addresses change: the reply comes back here by itself'),
        });
    }
  }

  /** Proxy → server and back, on a connection of the proxy's own. */
  #proxied(proxy: ClusterNode, pool: Name): boolean {
    const server = this.#chosen(chooseServer(this.#input, pool));
    if (server === undefined) return false;
    const at: Place = { name: proxy.name, node: proxy };
    const network = this.#between(at, server.node);
    const destinationAddress =
      this.#input.cluster.pools
        .find((each) => each.name === pool)
        ?.servers.find((each) => each.name === server.node.name)?.address ?? '';
    const transparent = this.#service.l7?.mode === 'transparent-proxy';
    const sourceAddress = transparent
      ? this.#input.flow.sourceAddress
      : (addressOn(proxy, network, destinationAddress) ?? proxy.name);
    const why = transparent
      ? reason('transparent-proxy', "a new connection with the client's address")
      : reason('reverse-proxy', "a new connection with the proxy's own address");
    this.#hop('request', at, server, {
      network,
      addresses: { sourceAddress, destinationAddress },
      why,
    });
    const back: Chosen = {
      node: proxy,
      choice: { kind: 'exact', node: proxy.name },
      why: reason('same-connection', 'the reply of that connection'),
    };
    this.#hop('reply', { name: server.node.name, node: server.node }, back, {
      network,
      addresses: { sourceAddress: destinationAddress, destinationAddress: sourceAddress },
    });
    return true;
  }

  /** Real → (director →) router → client. */
  #reply(
    real: ClusterNode,
    director: ClusterNode | undefined,
    router: ClusterNode | undefined,
  ): void {
    const { flow } = this.#input;
    const mode = director === undefined ? 'dsr' : this.#service.l4.mode;
    const fromVip = {
      sourceAddress: flow.destinationAddress,
      destinationAddress: flow.sourceAddress,
    };
    let at: Place = { name: real.name, node: real };
    if (director !== undefined && (mode === 'dnat' || mode === 'full-nat')) {
      const network = this.#between(at, director);
      const source = addressOn(real, network, flow.destinationAddress) ?? real.name;
      const destination =
        mode === 'dnat'
          ? flow.sourceAddress
          : (addressOn(director, network, flow.destinationAddress) ?? director.name);
      const why = reason(
        'through-director',
        mode === 'dnat'
          ? "the director is the real's gateway: only it can undo the translation"
          : 'addressed to the director',
      );
      this.#hop(
        'reply',
        at,
        { node: director, choice: { kind: 'exact', node: director.name }, why },
        { network, addresses: { sourceAddress: source, destinationAddress: destination } },
      );
      at = { name: director.name, node: director };
    }
    if (router !== undefined) {
      const why =
        at.node === real
          ? reason('direct-return', 'straight to the router, past the director')
          : reason('default-route', 'the way to the client');
      this.#hop(
        'reply',
        at,
        { node: router, choice: { kind: 'exact', node: router.name }, why },
        { network: this.#between(at, router), addresses: fromVip },
      );
      at = { name: router.name, node: router };
    }
    this.#toClient(at, fromVip);
  }

  #toClient(at: Place, addresses: Pick<WirePacket, 'sourceAddress' | 'destinationAddress'>): void {
    const { client } = this.#input;
    const place: Place = { name: client.name, node: undefined };
    this.#push('reply', at, {
      network: client.network,
      to: place,
      choice: { kind: 'exact', node: client.name },
      packet: {
        ...addresses,
        sourceMac: this.#mac(at, client.network),
        destinationMac: this.#mac(place, client.network),
      },
      why: [reason('client', 'to the client')],
    });
  }

  /** The network on which a packet from `at` to `node` is seen; a router in between forwards it on the sender's own. */
  #between(at: Place, node: ClusterNode): Name {
    if (at.node === undefined) return this.#input.client.network;
    return sharedLeg(at.node, [node])?.network ?? at.node.legs[0]?.network ?? '';
  }

  #mac(place: Place, network: Name): string | undefined {
    return this.#input.macOf(place.name, network);
  }

  #hop(direction: Hop['direction'], at: Place, chosen: Chosen, on: HopDetails): void {
    const to: Place = { name: chosen.node.name, node: chosen.node };
    const sourceMac = 'sourceMac' in on ? on.sourceMac : this.#mac(at, on.network);
    const packet: WirePacket = {
      ...on.addresses,
      sourceMac,
      destinationMac: this.#mac(to, on.network),
      ...(on.outer === undefined ? {} : { outer: on.outer }),
    };
    this.#push(direction, at, {
      network: on.network,
      to,
      choice: chosen.choice,
      packet,
      why: on.why === undefined ? [chosen.why] : [chosen.why, on.why],
    });
  }

  #push(
    direction: Hop['direction'],
    at: Place,
    hop: Pick<Hop, 'network' | 'packet' | 'why'> & {
      readonly to: Place;
      readonly choice: Hop['to'];
    },
  ): void {
    const { network, packet, why, choice } = hop;
    this.#hops.push({
      step: this.#hops.length + 1,
      direction,
      from: at.name,
      to: choice,
      network,
      packet,
      why,
    });
  }
}

interface HopDetails {
  readonly network: Name;
  readonly addresses: Pick<WirePacket, 'sourceAddress' | 'destinationAddress'>;
  readonly sourceMac?: string | undefined;
  readonly outer?: NonNullable<WirePacket['outer']>;
  readonly why?: Reason;
}
