import type { CodeTable } from '../error.ts';

/** Ways there and back that a mode of the directors needs. */
const wayCodes: CodeTable = {
  'TRI-T001': {
    title: 'DSR without an interface in the network of the reals',
    effect: 'Packets would be sent to a MAC that is not on the wire, and be lost.',
    fix: 'give the directors a leg in that network, or take mode tunnel, which can be routed',
  },
  'TRI-T002': {
    title: 'Directors have no way to reals',
    effect: 'Packets would be dropped by the directors.',
    fix: 'give both a leg in one network, or a router a leg in both networks',
  },
  'TRI-T003': {
    title: 'DNAT whose replies may not return through the director',
    effect:
      'The client would get replies from an address that it did not ask, and reset the connection.',
    fix: 'put directors and reals into one network, or take mode full-nat, dsr or tunnel',
  },
  'TRI-T004': {
    title: 'Clients and servers in one subnet',
    effect:
      'Servers would answer such clients directly, past the balancer: their connections fail.',
    fix: 'give the directors a leg in another network for clients, or take mode full-nat, dsr or reverse-proxy',
  },
  'TRI-T005': {
    title: 'Transparent proxy whose replies may not return to the proxy',
    effect: 'The server’s reply would go to the client, which knows nothing of that connection.',
    fix: 'put proxies and servers into one network, or take mode reverse-proxy',
  },
  'TRI-T006': {
    title: 'Servers that must hold the VIP and are not managed',
    effect:
      'Until it is done there the servers drop the service’s packets, while plain checks stay green.',
    fix: 'set `managed: true` on the servers, or do on them what the finding says',
  },
  'TRI-T007': {
    title: 'A tunnel whose packets do not fit',
    effect: 'Full packets would be dropped or fragmented: small requests work, large ones hang.',
    fix: 'raise the MTU of the network, or lower the MSS that servers offer',
  },
  'TRI-T011': {
    title: 'Routers and directors that do not meet',
    effect: 'The VIPs would not be announced there.',
    fix: 'give both a leg in one network',
  },
  'TRI-T012': {
    title: 'Replies have no router to leave by',
    effect: 'Servers take the requests and their replies are lost.',
    fix: 'give a router a leg in a network of the reals, or take mode full-nat',
  },
  'TRI-T013': {
    title: 'Proxies do not reach servers',
    effect: 'Every request for them would end in 503.',
    fix: 'give both a leg in one network, or a router a leg in both networks',
  },
  'TRI-T025': {
    title: 'A tunnel without room for what every host may send',
    effect: 'Clients that discover no path MTU send packets that never arrive.',
    fix: 'raise the MTU of the network',
  },
};

/** What can or cannot be told apart, kept, or spread. */
const packetCodes: CodeTable = {
  'TRI-T008': {
    title: 'Services that a proxy cannot tell apart',
    effect: 'Requests of one would be answered by the servers of the other.',
    fix: 'give them different ports, or take mode dsr or tunnel, in which proxies see the VIP',
  },
  'TRI-T009': {
    title: 'A port that proxies need for themselves',
    effect: 'The proxies would not start, or would seem down.',
    fix: 'take another port, or mode dsr or tunnel',
  },
  'TRI-T010': {
    title: 'The client’s address is replaced before the transparent proxy',
    effect: 'Servers would see a director’s address and take it for the client.',
    fix: 'take `l4: { mode: dsr }`, or `l7: { mode: reverse-proxy }`',
  },
  'TRI-T014': {
    title: 'Packets without ports in a service that spreads by ports',
    effect: 'Fragments, ESP and ICMP reach another real than the rest of their flow.',
    fix: 'add `affinity: source` to the service',
  },
  'TRI-T017': {
    title: 'A node without an address of the VIP’s family',
    effect: 'Packets for the VIP would stop there.',
    fix: 'add an address of that family to its leg, or take the VIP out',
  },
  'TRI-T018': {
    title: 'A transparent proxy between two families',
    effect: 'The proxy could not open a connection to the server.',
    fix: 'give the servers an address of the clients’ family, or take `mode: reverse-proxy`',
  },
  'TRI-T020': {
    title: 'A server on another port than its service',
    effect: 'Packets arrive for the service’s port, where nobody listens.',
    fix: 'let the server listen on the service’s port, or put proxies between (`l7:`)',
  },
};

/** Answers that are known by their flow. */
const answerCodes: CodeTable = {
  'TRI-T030': {
    title: 'Packets without ports where answers are known by their flow',
    effect: 'Answers to such packets would reach nobody.',
    fix: 'name the ports of TCP and UDP, or take mode dsr or tunnel',
  },
};

const clusterCodes: CodeTable = {
  'TRI-T015': {
    title: 'More directors than next hops',
    effect: 'Some directors would get no traffic.',
    fix: 'raise `routers: { ecmp: { maxPaths: … } }`',
  },
  'TRI-T016': {
    title: 'Resilient ECMP that the routers cannot do',
    effect: 'Flows would move to other directors whenever one comes or goes.',
    fix: 'write `resilient: false`',
  },
  'TRI-T019': {
    title: 'A monitor that does not reach every node',
    effect: 'Those nodes would be down for ever, and get no state.',
    fix: 'give the monitor a leg in their network, or a router a leg in both',
  },
  'TRI-T021': {
    title: 'Several directors answer for one address',
    effect:
      'Neighbours would send to whoever answered ARP last; connections break when that changes.',
    fix: 'write `announce: { via: arp }`, keep one director, or add routers and `via: bgp`',
  },
  'TRI-T022': {
    title: 'A VIP that nobody finds',
    effect: 'No packet for it would arrive.',
    fix: 'take an address of the directors’ network, or add routers',
  },
  'TRI-T023': {
    title: 'Transparent listening without a router',
    effect: 'A VIP that is configured nowhere answers no ARP: no packet for it would arrive.',
    fix: 'add routers, or take out `listen: transparent`',
  },
  'TRI-T024': {
    title: 'A router with one leg',
    effect: 'None if clients come by that network too; else no client reaches the cluster.',
    fix: 'give it a leg in the network of the clients',
  },
  'TRI-T026': {
    title: 'ARP where it cannot lead to the VIPs',
    effect: 'Nobody, or the wrong one, would answer for the VIPs.',
    fix: 'write `announce: { via: bgp }`',
  },
  'TRI-T031': {
    title: 'A deny list that holds nodes of the cluster',
    effect:
      'What these nodes send to VIPs is dropped: calls of servers, and words of routers about packets that are too big.',
    fix: 'write narrower prefixes around the cluster’s own addresses',
  },
};

const armCodes: CodeTable = {
  'TRI-T027': {
    title: 'Reals behind another device than the one packets come in by',
    effect: 'Their packets would go out into a network where nobody has their MAC, and be lost.',
    fix: 'take a driver that sends packets out where the real is (xdp, ipvs; nft with dnat, full-nat or tunnel); or give directors, routers and reals one network',
  },
  'TRI-T028': {
    title: 'Packets would come to a director by another device than it takes them in by',
    effect: 'They would not be looked at: the director’s kernel drops them, or routes them back.',
    fix: 'let routers and directors name the networks that they share in the same order, the one that packets come by first',
  },
  'TRI-T029': {
    title: 'More devices than a director’s program has room for',
    effect: 'Reals behind the last of them would get nothing.',
    fix: 'let a router lead to some of those networks, or take directors of another driver',
  },
};

/** What modes need of the network, and the cluster of its parts. */
export const topologyCodes: CodeTable = {
  ...wayCodes,
  ...packetCodes,
  ...answerCodes,
  ...clusterCodes,
  ...armCodes,
};
