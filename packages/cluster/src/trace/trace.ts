/**
 * The packet table: where a flow goes, hop by hop, with the addresses and MACs on the wire and the why of each choice. A request is followed to
 * the last server, then its reply to the client; what each hop rewrites is the mode's own table.
 */
import type { Capabilities } from '../driver.ts';
import type { Hop } from '../model/flow.ts';
import type { Cluster, ClusterNode, L4Mode, L7Mode, Name, Service } from '../model/intent.ts';
import { l4ModeTable, l7ModeTable } from '../modes.ts';
import { type Reason, reason } from '../reason.ts';
import { answersOf, directorNumber } from '../roles.ts';
import {
  type Chosen,
  chooseDirector,
  chooseOwner,
  chooseReal,
  chooseReturn,
  chooseServer,
  deniedBy,
  routerOf,
  serviceOf,
} from './choose.ts';
import type { TraceInput } from './input.ts';
import {
  fromClient,
  hopOf,
  type Passage,
  type Place,
  passageTo,
  placeOf,
  toClient,
} from './passage.ts';
import { routed } from './routed.ts';
import { answersItself, givenBack } from './within.ts';

export interface Trace {
  readonly service: Service | undefined;
  readonly hops: readonly Hop[];
  /** Why the flow goes no further, where it does not reach a server and come back. */
  readonly ends?: Reason;
}

/** Follows a flow. Nothing is guessed: a choice that is not known is `one of`, a MAC that is not known is undefined. */
export function trace(input: TraceInput): Trace {
  const found = serviceOf(input.cluster, input.flow);
  if ('none' in found) return { service: undefined, hops: [], ends: found.none };
  const { service } = found;
  const own = answersItself(input, service);
  if (own !== undefined) return { service, hops: [], ends: own };
  const { passages, ends } = walk(input, service);
  const whole = passages.flatMap((passage) => routed(input, passage));
  const hops = whole.map((passage, index) => hopOf(input, passage, index + 1));
  return { service, hops, ...(ends === undefined ? {} : { ends }) };
}

/** As far as the flow gets: stops at the first "no". */
interface Walk {
  readonly passages: readonly Passage[];
  readonly ends?: Reason;
}

/** Who carries the flow, tier by tier. */
interface Crew {
  readonly router: ClusterNode | undefined;
  readonly director: ClusterNode | undefined;
  readonly real: ClusterNode;
}

function walk(input: TraceInput, service: Service): Walk {
  const router = routerOf(input);
  const entrance = enter(input, router);
  const at: Place = router === undefined ? clientOf(input) : placeOf(router);
  const entry = chooseDirector(input);
  if (entry !== undefined && 'none' in entry) return { passages: entrance, ends: entry.none };
  const arrival =
    entry === undefined
      ? entrance
      : [...entrance, passageTo(entry, { direction: 'request', from: at, carries: fromClient })];
  const denied = entry === undefined ? undefined : deniedBy(input);
  if (denied !== undefined) return { passages: arrival, ends: denied };
  const real = entry === undefined ? chooseOwner(input) : chooseReal(input, service);
  if ('none' in real) return { passages: arrival, ends: real.none };
  const crew: Crew = { router, director: entry?.node, real: real.node };
  const { as, ends } = givenBack(input, service, real.node);
  const request = [...arrival, forward(input, { service: as, crew, before: at, real })];
  if (ends !== undefined) return { passages: request, ends };
  const back = reply(input, as, crew);
  if (service.l7 === undefined) return { passages: [...request, ...back] };
  const server = chooseServer(input, service.l7.pool);
  if ('none' in server) return { passages: request, ends: server.none };
  const inner = proxied(input, service.l7, { proxy: real.node, server });
  return { passages: [...request, ...inner, ...back] };
}

function clientOf({ client }: TraceInput): Place {
  return { name: client.name };
}

function enter(input: TraceInput, router: ClusterNode | undefined): readonly Passage[] {
  if (router === undefined) return [];
  const why = reason(
    'default-route',
    `${input.flow.destinationAddress} is routed by ${router.name}`,
  );
  const from = clientOf(input);
  return [passageTo(exactly(router, why), { direction: 'request', from, carries: fromClient })];
}

function exactly(node: ClusterNode, why: Reason): Chosen {
  return { node, choice: { kind: 'exact', node: node.name }, why };
}

/** Why the packet looks as it does behind a director. */
const forwarded: Readonly<Record<L4Mode, string>> = {
  dsr: 'only the destination MAC changes',
  tunnel: 'the packet travels whole inside another',
  dnat: "the destination address becomes the real's",
  'full-nat': 'both addresses change: the reply comes back here by itself',
};

/** Into the real's hands: as the mode rewrites it, or as it came where there is no director. */
function forward(
  input: TraceInput,
  of: {
    readonly service: Service;
    readonly crew: Crew;
    readonly before: Place;
    readonly real: Chosen;
  },
): Passage {
  const { director, real } = of.crew;
  const direction = 'request';
  if (director === undefined)
    return passageTo(of.real, { direction, from: of.before, carries: fromClient });
  const { mode } = of.service.l4;
  const { request } = l4ModeTable[mode];
  const asBefore = request.sourceMac === 'before';
  const source = asBefore ? input.director.dsrSourceMac : undefined;
  return passageTo(of.real, {
    direction,
    from: placeOf(director),
    carries: request,
    how: reason(mode, `${forwarded[mode]}${asBefore ? sourceMacWords[source ?? 'own'] : ''}`),
    real,
    director,
    ...(source === 'kept' ? { sourceMacOf: of.before } : {}),
    ...(source === 'tagged' ? { sourceMac: directorTag(input.cluster, director.name) } : {}),
  });
}

const sourceMacWords: Readonly<Record<NonNullable<Capabilities['dsrSourceMac']>, string>> = {
  kept: '',
  own: ", and the source MAC to the director's own",
  tagged:
    ', and the source MAC to the tag that names who owned the row before: nobody for a new flow',
};

/** Source MAC of a frame that names no second candidate (`bpf/wire.h`): 02:5a, hop 0, the director's number, id 0. */
function directorTag(cluster: Cluster, director: Name): string {
  const self = directorNumber(cluster, director).toString(16).padStart(2, '0');
  return `02:5a:00:${self}:00:00`;
}

const connected: Readonly<Record<L7Mode, string>> = {
  'transparent-proxy': "a new connection with the client's address",
  'reverse-proxy': "a new connection with the proxy's own address",
};

/** Proxy → server and back, on a connection of the proxy's own. */
function proxied(
  { cluster }: TraceInput,
  l7: { readonly mode: L7Mode; readonly pool: Name },
  ends: { readonly proxy: ClusterNode; readonly server: Chosen },
): readonly Passage[] {
  const { proxy, server } = ends;
  const { request, reply: back } = l7ModeTable[l7.mode];
  const pool = cluster.pools.find((each) => each.name === l7.pool);
  const serverAddress = pool?.servers.find((each) => each.name === server.node.name)?.address ?? '';
  const shared = { real: proxy, serverAddress };
  return [
    passageTo(server, {
      direction: 'request',
      from: placeOf(proxy),
      carries: request,
      how: reason(l7.mode, connected[l7.mode]),
      ...shared,
    }),
    passageTo(exactly(proxy, reason('same-connection', 'the reply of that connection')), {
      direction: 'reply',
      from: placeOf(server.node),
      carries: back.sent,
      ...shared,
    }),
  ];
}

/** Why an answer passes the director. */
function wayBack({ cluster, director }: TraceInput, service: Service): string {
  const { mode } = service.l4;
  if (l4ModeTable[mode].reply.sent.destinationAddress === 'director')
    return 'addressed to the director';
  return director.answersByPort?.includes(mode) &&
    answersOf(cluster).whyByFlow(service) === undefined
    ? "back by the director that it came by; any could undo the translation: the real's address and port tell the VIP"
    : "the director is the real's gateway: only it can undo the translation";
}

/** Real → (director →) router → client. */
function reply(input: TraceInput, service: Service, crew: Crew): readonly Passage[] {
  const { router, director, real } = crew;
  const direction = 'reply';
  const back = director === undefined ? undefined : l4ModeTable[service.l4.mode].reply;
  const carries = back?.forwarded ?? back?.sent ?? toClient;
  const passages: Passage[] = [];
  let from = placeOf(real);
  if (director !== undefined && back?.path === 'through-director') {
    const to = exactly(director, reason('through-director', wayBack(input, service)));
    passages.push(passageTo(to, { direction, from, carries: back.sent, real, director }));
    from = placeOf(director);
  }
  if (router !== undefined) {
    const why =
      from.node === real
        ? reason('direct-return', 'straight to the router, past the director')
        : reason('default-route', 'the way to the client');
    const gateway = chooseReturn(input, { node: from.node, entry: router, why });
    passages.push(passageTo(gateway, { direction, from, carries }));
    from = placeOf(gateway.node);
  }
  const to = clientOf(input);
  const choice = { kind: 'exact', node: to.name } as const;
  const why = [reason('client', 'to the client')];
  return [...passages, { direction, from, to, choice, carries, why }];
}
