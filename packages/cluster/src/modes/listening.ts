import type { ListeningEntry } from './mode-entry.ts';

/** VIPless: the service's address is configured nowhere. */
export const transparentListening: ListeningEntry = {
  kind: 'listening',
  name: 'transparent-listening',
  title: 'Layer 4 and 7 transparent listening (VIPless)',
  aliases: ['VIPless', 'listen transparent', 'cut-through', 'AnyIP'],
  layer: '4 and 7',
  presentation:
    'The service’s address is not configured on the balancer; routers route it there, and the balancer matches the traffic on the fly and applies its rules to it',
  connections: 'as in the mode that it is combined with',
  combinesWith: ['reverse-proxy', 'transparent-proxy', 'dnat', 'full-nat', 'dsr', 'tunnel'],
  pros: [
    'affects nothing but the traffic between client and balancer',
    'a cluster needs a single VRRP address (or route), however many service addresses it hosts',
    'a new service address is one route on the core routers; a whole prefix of them is one route as well',
    'the balancer can be hidden, unreachable from the Internet while it balances',
  ],
  cons: [
    'asks for networking skills',
    'the service’s address cannot be pinged, since it is configured nowhere',
  ],
  usage: ['where a huge number of service addresses is required'],
  needs: ['TRI-T023'],
};
