import type { L7Mode } from '../model/intent.ts';
import type { L7ModeEntry } from './mode-entry.ts';

const twoConnections =
  'two TCP connections: one between client and proxy, one between proxy and server (new, or from a pool that is kept open)';

/** Modes of proxies: they end the client’s connection, put the request together and see what it says. */
export const l7Modes: Readonly<Record<L7Mode, L7ModeEntry>> = {
  'reverse-proxy': {
    kind: 'l7',
    name: 'reverse-proxy',
    title: 'Layer 7 reverse proxy',
    aliases: ['proxy', 'proxy mode', 'source NAT proxy'],
    layer: '7',
    presentation:
      'The proxy stands between client and server. Servers see the address of the proxy’s inner side; the proxy keeps the map of client connections to server connections',
    connections: twoConnections,
    request: {
      sourceAddress: 'proxy',
      destinationAddress: 'server',
      sourceMac: 'proxy',
      destinationMac: 'server',
    },
    reply: {
      path: 'through-proxy',
      sent: {
        sourceAddress: 'server',
        destinationAddress: 'proxy',
        sourceMac: 'server',
        destinationMac: 'proxy',
      },
      forwarded: {
        sourceAddress: 'vip',
        destinationAddress: 'client',
        sourceMac: 'proxy',
        destinationMac: 'gateway',
      },
    },
    seesClientAddress: false,
    pros: [
      'not intrusive: nothing changes on the servers or their network',
      'better security: clients never reach a server',
      'requests can be inspected and validated',
      'clients and servers may be in one subnet or VLAN',
    ],
    cons: [
      'servers do not know the client’s address at the TCP layer',
      'limited to hundreds of thousands of connections',
      'bandwidth is limited by the proxy',
    ],
    usage: [
      'advanced features of the application layer: routing by content, stickiness by cookie, caching',
      'TLS offloading',
      'better protection of applications',
      'very simple deployment',
    ],
    needs: ['TRI-T013', 'TRI-T008', 'TRI-T009'],
  },
  'transparent-proxy': {
    kind: 'l7',
    name: 'transparent-proxy',
    title: 'Layer 7 transparent proxy',
    aliases: ['transparent', 'client address spoofing', 'usesrc clientip', 'TPROXY'],
    layer: '7',
    presentation:
      'As the reverse proxy, but towards the server the proxy takes the client’s address for its own connection. Replies to that address must be routed back to the proxy, which takes them as its own',
    connections: twoConnections,
    request: {
      sourceAddress: 'client',
      destinationAddress: 'server',
      sourceMac: 'proxy',
      destinationMac: 'server',
    },
    reply: {
      path: 'through-proxy',
      sent: {
        sourceAddress: 'server',
        destinationAddress: 'client',
        sourceMac: 'server',
        destinationMac: 'proxy',
      },
      forwarded: {
        sourceAddress: 'vip',
        destinationAddress: 'client',
        sourceMac: 'proxy',
        destinationMac: 'gateway',
      },
    },
    seesClientAddress: true,
    pros: [
      'better security: clients never reach a server',
      'requests can be inspected and validated',
      'servers know the client’s address at the TCP layer',
    ],
    cons: [
      'intrusive: what servers send to clients must pass through the proxy',
      'clients and servers cannot be in one subnet or VLAN',
      'takes more resources than the modes of layer 4',
      'bandwidth is limited by the proxy',
    ],
    usage: [
      'advanced features of the application layer',
      'TLS offloading',
      'better protection of applications',
      'where servers must have the client’s address at the TCP layer',
    ],
    needs: ['TRI-T004', 'TRI-T005', 'TRI-T010', 'TRI-T018', 'TRI-T008', 'TRI-T009'],
  },
};
