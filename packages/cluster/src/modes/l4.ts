import type { L4Mode } from '../model/intent.ts';
import type { L4ModeEntry } from './mode-entry.ts';

const direct = {
  path: 'direct',
  sent: {
    sourceAddress: 'vip',
    destinationAddress: 'client',
    sourceMac: 'real',
    destinationMac: 'gateway',
  },
} as const;

/** Modes of directors: packets go on one by one, as they come, and are never put together. */
export const l4Modes: Readonly<Record<L4Mode, L4ModeEntry>> = {
  dnat: {
    kind: 'l4',
    name: 'dnat',
    title: 'Layer 4 destination NAT',
    aliases: ['NAT', 'half NAT', 'LVS-NAT', 'masquerading', 'routed mode'],
    layer: '4',
    presentation:
      'The director forwards packets between client and real, and changes the destination address of each: the VIP becomes the real’s address, and in replies the real’s address becomes the VIP again',
    connections: 'one TCP connection, straight between client and real',
    request: {
      sourceAddress: 'client',
      destinationAddress: 'real',
      sourceMac: 'director',
      destinationMac: 'real',
    },
    reply: {
      path: 'through-director',
      sent: {
        sourceAddress: 'real',
        destinationAddress: 'client',
        sourceMac: 'real',
        destinationMac: 'director',
      },
      forwarded: {
        sourceAddress: 'vip',
        destinationAddress: 'client',
        sourceMac: 'director',
        destinationMac: 'gateway',
      },
    },
    vipOnReal: false,
    seesClientAddress: true,
    pros: ['fast', 'reals know the client’s address at the TCP layer', 'millions of connections'],
    cons: [
      'intrusive: what reals send to clients must pass through the director',
      'clients and reals cannot be in one subnet or VLAN',
      'bandwidth is limited by the director, replies included',
    ],
    usage: [
      'where response time matters',
      'where nothing about the servers can be changed but their default gateway',
    ],
    needs: [
      'TRI-T002',
      'TRI-T003',
      'TRI-T004',
      'TRI-T008',
      'TRI-T009',
      'TRI-T017',
      'TRI-T020',
      'TRI-T030',
    ],
  },
  'full-nat': {
    kind: 'l4',
    name: 'full-nat',
    title: 'Layer 4 full NAT',
    aliases: ['fullnat', 'SNAT', 'source NAT', 'one-armed NAT'],
    layer: '4',
    presentation:
      'The director forwards packets between client and real, and changes both addresses of each: the VIP becomes the real’s address, and the client’s address becomes the director’s own, so that replies come back by themselves',
    connections: 'one TCP connection, straight between client and real',
    request: {
      sourceAddress: 'director',
      destinationAddress: 'real',
      sourceMac: 'director',
      destinationMac: 'real',
    },
    reply: {
      path: 'through-director',
      sent: {
        sourceAddress: 'real',
        destinationAddress: 'director',
        sourceMac: 'real',
        destinationMac: 'director',
      },
      forwarded: {
        sourceAddress: 'vip',
        destinationAddress: 'client',
        sourceMac: 'director',
        destinationMac: 'gateway',
      },
    },
    vipOnReal: false,
    seesClientAddress: false,
    pros: [
      'fast',
      'not intrusive: nothing changes on the reals',
      'clients and reals may be in one subnet or VLAN',
    ],
    cons: [
      'reals do not know the client’s address at the TCP layer',
      'a flow that moves to another director ends: which port it had is known to the first one alone',
      '64,512 flows at most from each address of a director to each port of a real (31,744 with xdp)',
      'bandwidth is limited by the director, replies included',
    ],
    usage: ['where response time matters', 'very simple deployment'],
    needs: [
      'TRI-T002',
      'TRI-T008',
      'TRI-T009',
      'TRI-T010',
      'TRI-T017',
      'TRI-T020',
      'TRI-T030',
    ],
  },
  dsr: {
    kind: 'l4',
    name: 'dsr',
    title: 'Layer 4 direct server return (gateway)',
    aliases: [
      'direct server return',
      'gateway',
      'direct routing',
      'LVS-DR',
      'DR',
      'MAC rewriting',
      'nPath',
    ],
    layer: '4',
    presentation:
      'The director hands packets on with nothing changed but the destination MAC, which becomes the real’s. Reals hold the service’s address on a loopback that answers no ARP, accept the packet as theirs, and answer the client past the director',
    connections:
      'one TCP connection, in two asymmetric flows: client → director → real inbound, real → client outbound',
    request: {
      sourceAddress: 'client',
      destinationAddress: 'vip',
      sourceMac: 'before',
      destinationMac: 'real',
    },
    reply: direct,
    vipOnReal: true,
    seesClientAddress: true,
    pros: [
      'fast',
      'millions of connections',
      'huge outbound bandwidth: replies do not pass the director',
      'reals know the client’s address at the TCP layer',
      'clients and reals may be in one subnet or VLAN',
    ],
    cons: [
      'intrusive: the service’s address must be configured on a loopback of each real',
      'the director must have an interface in the VLAN of the reals',
    ],
    usage: ['where response time matters', 'where bandwidth matters'],
    needs: ['TRI-T001', 'TRI-T006', 'TRI-T012', 'TRI-T017', 'TRI-T020'],
  },
  tunnel: {
    kind: 'l4',
    name: 'tunnel',
    title: 'Layer 4 IP tunnel',
    aliases: ['TUN', 'LVS-TUN', 'IPIP', 'L3DSR', 'layer 3 DSR', 'encapsulation'],
    layer: '4',
    presentation:
      'As DSR, but what goes from director to real can be routed: the director puts the client’s packet, unchanged, into another one addressed to the real (IP in IP, GUE, or VXLAN). The real takes it out, holds the service’s address on a loopback, and answers the client past the director',
    connections:
      'one TCP connection, in two asymmetric flows: client → director → real inbound, real → client outbound',
    request: {
      sourceAddress: 'client',
      destinationAddress: 'vip',
      sourceMac: 'director',
      destinationMac: 'real',
      outer: { sourceAddress: 'director', destinationAddress: 'real' },
    },
    reply: direct,
    vipOnReal: true,
    seesClientAddress: true,
    pros: [
      'fast',
      'millions of connections',
      'huge outbound bandwidth: replies do not pass the director',
      'reals know the client’s address at the TCP layer',
      'clients and reals may be in one subnet or VLAN',
      'reals may be anywhere that the director can route to',
    ],
    // Some lists name an interface in the VLAN of the reals here as for DSR; their own usage, and RFC 2003, say that none is needed.
    cons: [
      'intrusive: a tunnel must be set up between director and real',
      'intrusive: the service’s address must be configured on a loopback of each real',
      'packets grow by the outer header (20 bytes IPv4, 40 IPv6; 44 and 76 with GUE, 50 and 70 with VXLAN): the network between must carry that',
    ],
    usage: [
      'where response time matters',
      'where bandwidth matters',
      'where the director cannot have an interface in the VLAN of the reals',
    ],
    needs: ['TRI-T002', 'TRI-T006', 'TRI-T007', 'TRI-T012', 'TRI-T017', 'TRI-T020', 'TRI-T025'],
  },
};
