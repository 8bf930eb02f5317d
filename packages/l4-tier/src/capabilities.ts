/** What the drivers of this package can do, without loading them. */
import type { Capabilities, Catalog } from '@tricade/cluster';

/**
 * nft: at the netdev ingress hook, and with connection tracking where addresses are rewritten. Rows are elements of a map, so 4,096 of them: one changes in 10–17 ms whatever the size is, all are replaced
 * in 32–44 ms, all are read back in 13 ms, and 4,096 rows keep ten reals within 0.25 % of each other. The hash scales by multiplication, so the
 * number needs to be neither prime nor a power of two; a power of two lets a group grow by doubling.
 */
export const nftDirectorCan: Capabilities = {
  modes: ['dsr', 'dnat', 'full-nat', 'tunnel'],
  protocols: ['tcp', 'udp'],
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
  tableRows: 4096,
  flowHash: 'jhash',
  flowMemory: ['dsr', 'dnat', 'full-nat', 'tunnel'],
  takesOver: ['dnat'],
  encapsulations: ['vxlan'],
  guards: ['deny', 'limit'],
  hairpins: true,
  dsrSourceMac: 'own',
};

/**
 * One BPF program at the driver's hook of the device. Its rows are words in memory, written in place. In DSR and tunnels it remembers no flow, and names the second
 * candidate, in DSR in the source MAC; translated flows it remembers: for rows in change, in full NAT for their ports, and for answers that a real's port does not tell apart. No hairpins
 * in destination NAT: a real that calls the VIP and is picked itself gets its own address as the source.
 */
export const xdpDirectorCan: Capabilities = {
  modes: ['dsr', 'tunnel', 'dnat', 'full-nat'],
  protocols: ['tcp', 'udp', 'any'],
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
  samplesPackets: true,
  tableRows: 65_536,
  arms: 4,
  encapsulations: ['ipip', 'gue'],
  outerSources: true,
  quic: true,
  guards: ['deny', 'limit'],
  flowMemory: ['dnat', 'full-nat'],
  takesOver: ['dnat'],
  answersByPort: ['dnat'],
  flowHash: 'multilinear',
  dsrSourceMac: 'tagged',
};

/**
 * The kernel's IPVS. It picks reals itself and remembers flows, so it computes no hash of ours; of a table's rows it takes who owns any. IPVS
 * balances TCP and UDP (and SCTP, AH, ESP, which no service names), never every protocol.
 */
export const ipvsDirectorCan: Capabilities = {
  modes: ['dnat', 'dsr', 'tunnel'],
  protocols: ['tcp', 'udp'],
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
  dsrSourceMac: 'own',
  flowMemory: ['dnat', 'dsr', 'tunnel'],
  schedulers: ['mh', 'wrr', 'wlc', 'sh'],
  onePacket: true,
  encapsulations: ['ipip'],
  refusesGuard: 'IPVS forwards whatever it has a service for; drop such sources on the routers',
  refuses: { 'full-nat': 'the kernel’s IPVS replaces the destination only' },
};

/**
 * VIPs on loopback, never answered by ARP or ND; ways back of translated flows; VXLAN taken off by a device. Where directors name second candidates or
 * send IP in IP, a program at the device asks the sockets whose a packet is, and takes it out.
 */
export const receiverCan: Capabilities = {
  modes: ['dsr', 'dnat', 'full-nat', 'tunnel'],
  tunnelsFrom: ['nft', 'xdp', 'ipvs'],
  protocols: ['tcp', 'udp', 'any'],
  ipv6: true,
  transparentListening: true,
  weights: false,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
};

/** Capabilities by role and name of driver. */
export const l4Capabilities: Catalog = {
  director: { xdp: xdpDirectorCan, nft: nftDirectorCan, ipvs: ipvsDirectorCan },
  receiver: { linux: receiverCan },
};
