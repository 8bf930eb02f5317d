/** What the drivers of this package can do, without loading them. */
import type { Capabilities, Catalog } from '@tricade/cluster';

/**
 * BIRD 2.0 with the Linux kernel's FIB. No resilient ECMP: its kernel protocol installs plain multipath routes, never `nexthop` groups of type
 * `resilient`, so a cluster that asks for it is refused by `validate`.
 */
export const birdRouterCan: Capabilities = {
  modes: ['dnat', 'full-nat', 'dsr', 'tunnel'],
  protocols: ['tcp', 'udp', 'any'],
  ipv6: true,
  transparentListening: true,
  weights: false,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
};

/** The same program on a director. */
export const birdSpeakerCan: Capabilities = { ...birdRouterCan, announces: ['bgp'] };

/** VIPs answered by ARP and ND on the directors' own segment. A prefix has no address that could answer. */
export const arpSpeakerCan: Capabilities = {
  ...birdRouterCan,
  transparentListening: false,
  announces: ['arp'],
};

/** Capabilities by role and name of driver. */
export const routerCapabilities: Catalog = {
  router: { bird: birdRouterCan },
  speaker: { bird: birdSpeakerCan, arp: arpSpeakerCan },
};
