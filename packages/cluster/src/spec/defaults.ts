/** What a cluster file need not say: every default, its value as one would write it, and why it is so. */

export interface Default {
  /** As it would stand in the file. */
  readonly value: string | number | boolean;
  readonly why: string;
}

/** Default of each key, by its path with `*` for names. */
export const defaults: Readonly<Record<string, Default>> = {
  'networks.*.mtu': { value: 1500, why: 'Ethernet (RFC 894)' },
  'routers.driver': { value: 'bird', why: 'speaks BGP and BFD on any Linux machine' },
  'routers.asn': { value: 64512, why: 'first private AS number (RFC 6996)' },
  'routers.ecmp.hash': {
    value: 'l4',
    why: 'addresses and ports: clients behind one address are spread as well',
  },
  'routers.ecmp.maxPaths': {
    value: 16,
    why: 'next hops per VIP; at least the number of directors',
  },
  'routers.ecmp.resilient': {
    value: false,
    why: 'directors share one table, so a flow that changes director keeps its proxy',
  },
  'l4.driver': { value: 'nft', why: 'in every kernel since 5.3, nothing to load' },
  'l4.asn': { value: 64513, why: 'another AS than the routers’: sessions are external' },
  'l4.scheduler': {
    value: 'mh with ipvs',
    why: 'the same choice on every director, and few flows move when a real comes or goes',
  },
  'l4.trackedFlows': {
    value: 1_048_576,
    why: 'at most 350 MB of a director’s memory, and hours of idle connections fit',
  },
  'l4.limit.burst': {
    value: 'as many as a second allows, at least 10',
    why: 'a browser opens several connections at once',
  },
  'l4.tunnel.encapsulation': {
    value: 'ipip, vxlan with nft',
    why: 'the shortest header that the driver can write',
  },
  'l4.announce.via': { value: 'bgp', why: 'several directors carry a VIP at once (ECMP)' },
  'l4.announce.bfd': {
    value: '300ms x 3',
    why: 'a dead director is found within 0.9 s, without false alarms on a busy machine (RFC 5880)',
  },
  'l4.announce.holdTime': { value: '9s', why: 'BGP’s own detection where BFD is off (RFC 4271)' },
  'l7.driver': { value: 'haproxy', why: 'changes servers and weights without a reload' },
  'l7.maxConnections': {
    value: 8000,
    why: 'two descriptors each fit under the hard limit of 20,000 that small hosts and containers have',
  },
  'l7.timeouts.connect': {
    value: '500ms',
    why: 'servers are near; a dead one costs this long before the next is tried',
  },
  'l7.timeouts.queue': { value: '5s', why: 'a client would have gone by then' },
  'l7.timeouts.request': { value: '10s', why: 'who sends a head slower holds a place for nothing' },
  'l7.timeouts.keepAlive': { value: '60s', why: 'a reader comes back within a page' },
  'l7.timeouts.client': { value: '60s', why: 'lost packets are sent again long before' },
  'l7.timeouts.server': { value: '60s', why: 'the slowest answer that anybody waits for' },
  'l7.timeouts.tunnel': {
    value: '1h',
    why: 'long silences are usual where nobody asks and answers',
  },
  'l7.timeouts.close': {
    value: '10s',
    why: 'what was under way arrives, and the dead do not pile up',
  },
  'pools.*.balance': { value: 'roundrobin', why: 'even where requests cost the same' },
  'pools.*.check.every': { value: '2s', why: 'HAProxy’s interval' },
  'pools.*.check.rise': { value: 2, why: 'HAProxy’s: two successes end a fault' },
  'pools.*.check.fall': { value: 3, why: 'HAProxy’s: one lost packet is no fault' },
  'pools.*.check.fastEvery': {
    value: 'every / 4, at least 100ms',
    why: 'while unknown or in transition a verdict is wanted soon',
  },
  'pools.*.check.downEvery': { value: 'every × 2', why: 'a server that is down is left in peace' },
  'pools.*.check.timeout': { value: 'every, at most 1s', why: 'attempts do not overlap' },
  'pools.*.check.status': { value: '200-399', why: 'HAProxy’s idea of a good answer' },
  'pools.*.check.host': { value: 'the server’s address', why: 'HTTP/1.1 wants a Host header' },
  'pools.*.check.port': { value: 'the server’s port', why: 'what clients use is what is checked' },
  'pools.*.port': {
    value: 'the first port of a service that feeds the pool directly, else 53 for dns, else 80',
    why: 'directors do not change ports in most modes',
  },
  'pools.*.servers.*.weight': { value: 100, why: '10 % of it is still a whole number' },
  'pools.*.servers.*.managed': {
    value: false,
    why: 'Tricade logs in to servers only where it is told to',
  },
  'services.*.listen': { value: 'configured', why: 'the VIP answers pings and is easy to find' },
  'services.*.affinity': { value: 'flow', why: 'the finest spread' },
  'services.*.l4.mode': {
    value: 'dsr',
    why: 'replies pass the directors by, and servers see the client’s address',
  },
  'services.*.l4.onePacket': {
    value: false,
    why: 'datagrams of a flow keep to their real when others come or go',
  },
  'services.*.l4.quic': {
    value: false,
    why: 'other datagrams tell nothing of their flow: they follow their row',
  },
  'services.*.l7.mode': { value: 'reverse-proxy', why: 'asks nothing of the network' },
  'services.*.l7.protocol': { value: 'http', why: 'requests can be told apart' },
  'services.*.l7.stickiness': { value: 'none', why: 'any server can answer any request' },
  'monitor.agree': { value: 1, why: 'vantage points that must agree on a verdict' },
  'monitor.floor': {
    value: '50%',
    why: 'below half of a group a common cause is likelier than so many dead servers (Envoy’s panic threshold)',
  },
  'monitor.check.every': { value: '2s', why: 'as for servers' },
  'monitor.check.rise': { value: 2, why: 'as for servers' },
  'monitor.check.fall': { value: 3, why: 'as for servers' },
  'monitor.check.fastEvery': { value: 'every / 4, at least 100ms', why: 'as for servers' },
  'monitor.check.downEvery': { value: 'every × 2', why: 'as for servers' },
  'monitor.check.timeout': { value: 'every, at most 1s', why: 'as for servers' },
  'state.redis': { value: 'managed', why: 'a redis-server on the first monitor, set up by apply' },
  'ssh.user': { value: 'root', why: 'addresses, routes and daemons need it' },
  'ssh.key': { value: 'file:~/.ssh/id_ed25519', why: 'ssh-keygen’s own default' },
  'ssh.knownHosts': {
    value: './known_hosts',
    why: 'beside the cluster file; unknown hosts are refused',
  },
  'rollout.canary': { value: 1, why: 'nodes changed and watched before the others' },
  'rollout.maxUnavailable': { value: 1, why: 'nodes of a tier out of service at once' },
  'rollout.drain': { value: '180s', why: 'time for old flows to end before a node is changed' },
  'rollout.gates.errorRate': { value: '1%', why: 'more failed requests than this; not judged yet' },
  'rollout.gates.wait': { value: '10s', why: 'how long a wave is to be watched; not judged yet' },
  '*.nodes.*.management.port': { value: 22, why: 'SSH (RFC 4253)' },
  '*.nodes.*.management.address': {
    value: 'the node’s first address',
    why: 'reachable from where the monitor is',
  },
};

/** Throws RangeError for a key without default, which would be a mistake of the program. */
export function defaultOf(key: string): Default {
  const found = defaults[key];
  if (!found) throw new RangeError(`no default for ${key}`);
  return found;
}

/** The default that is a word. */
export function defaultText(key: string): string {
  return String(defaultOf(key).value);
}

/** The default that is a number. */
export function defaultNumber(key: string): number {
  const { value } = defaultOf(key);
  if (typeof value !== 'number') throw new RangeError(`default of ${key} is no number`);
  return value;
}
