// @ts-nocheck
/** What ajv makes of schema.ts, so that no command compiles it. Written by schema-validator.test.ts. */
import type { ValidateFunction } from 'ajv';

export const validate: ValidateFunction = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Tricade cluster file","description":"A load-balancing cluster of three tiers.","type":"object","properties":{"version":{"description":"Version of this format.","const":1,"expects":"1"},"cluster":{"description":"Name of the cluster.","type":"string","minLength":1,"expects":"a name: a small letter, then at most 31 small letters, digits or hyphens","pattern":"^[a-z][a-z0-9-]{0,31}$"},"networks":{"description":"Subnets that tiers share, by name.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"One network: one IPv4 subnet, one IPv6 subnet, or both.","type":"object","properties":{"cidr":{"description":"Subnet, or a list of one IPv4 and one IPv6 subnet.","expects":"a subnet such as 192.0.2.0/24, or a list of one IPv4 and one IPv6 subnet","type":["string","array"],"items":{"type":"string","expects":"a subnet such as 192.0.2.0/24"},"minItems":1,"maxItems":2},"mtu":{"description":"Largest packet in bytes.","type":"integer","minimum":576,"maximum":65535,"expects":"a whole number from 576 to 65535","default":1500,"$comment":"Ethernet (RFC 894)"}},"additionalProperties":false,"expects":"a mapping with cidr, mtu","required":["cidr"]},"expects":"a mapping from names to settings"},"routers":{"description":"First tier: routers spread flows over directors by ECMP.","type":"object","properties":{"driver":{"description":"Program that runs on the routers.","type":"string","enum":["bird","frr","linux","eos","junos","nxos","iosxr","template"],"expects":"bird, frr, linux, eos, junos, nxos, iosxr or template","default":"bird","$comment":"speaks BGP and BFD on any Linux machine"},"asn":{"description":"AS number of the routers.","type":"integer","minimum":1,"maximum":4294967294,"expects":"a whole number from 1 to 4294967294","default":64512,"$comment":"first private AS number (RFC 6996)"},"ecmp":{"description":"How routers spread flows over directors.","type":"object","properties":{"hash":{"description":"l3: addresses; l4: addresses and ports.","type":"string","enum":["l3","l4"],"expects":"l3 or l4","default":"l4","$comment":"addresses and ports: clients behind one address are spread as well"},"maxPaths":{"description":"Next hops per VIP at most.","type":"integer","minimum":1,"maximum":1024,"expects":"a whole number from 1 to 1024","default":16,"$comment":"next hops per VIP; at least the number of directors"},"resilient":{"description":"Keep flows on their next hop when others come or go.","type":"boolean","expects":"true or false","default":false,"$comment":"directors share one table, so a flow that changes director keeps its proxy"}},"additionalProperties":false,"expects":"a mapping with hash, maxPaths, resilient"},"nodes":{"description":"The routers.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"Network → address; `management` where SSH goes elsewhere.","type":"object","properties":{"management":{"description":"Where SSH goes: an address, or with port and jump host.","expects":"an address, or { address, port, jump }","type":["string","object"],"properties":{"address":{"description":"Address.","type":"string","minLength":1,"expects":"an address"},"port":{"description":"Port of SSH.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535","default":22,"$comment":"SSH (RFC 4253)"},"jump":{"description":"Jump host: [user@]host[:port].","type":"string","minLength":1,"expects":"a jump host such as admin@192.0.2.9:22","pattern":"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"}},"additionalProperties":false}},"additionalProperties":{"description":"Address in this network, a list of one IPv4 and one IPv6 address, or both with a device.","expects":"an address, a list of one IPv4 and one IPv6 address, or { address, device }","type":["string","array","object"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2,"properties":{"address":{"description":"Address, or a list of one IPv4 and one IPv6 address.","expects":"an address, or a list of one IPv4 and one IPv6 address","type":["string","array"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2},"device":{"description":"Interface on the machine; default: the name of the network.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$","expects":"an interface name of at most 15 letters, digits, dots, hyphens"}},"required":["address"],"additionalProperties":false},"minProperties":1,"expects":"a mapping from networks to addresses"},"expects":"a mapping from names to settings"}},"additionalProperties":false,"expects":"a mapping with driver, asn, ecmp, nodes"},"l4":{"description":"Second tier: directors spread packets over proxies or servers.","type":"object","properties":{"driver":{"description":"Data plane of the directors.","type":"string","enum":["xdp","nft","ipvs"],"expects":"xdp, nft or ipvs","default":"nft","$comment":"in every kernel since 5.3, nothing to load"},"asn":{"description":"AS number of the directors.","type":"integer","minimum":1,"maximum":4294967294,"expects":"a whole number from 1 to 4294967294","default":64513,"$comment":"another AS than the routers’: sessions are external"},"scheduler":{"description":"How the kernels of ipvs directors pick a real: Maglev hash, weighted round robin, weighted least connections, source hash.","type":"string","enum":["mh","wrr","wlc","sh"],"expects":"mh, wrr, wlc or sh","$comment":"default: mh with ipvs (the same choice on every director, and few flows move when a real comes or goes)"},"trackedFlows":{"description":"Flows that there is room for: on directors (nft, xdp) in dnat and full-nat, and in the kernels of what stands behind dnat.","type":"integer","minimum":65536,"maximum":100000000,"expects":"a whole number from 65536 to 100000000","default":1048576,"$comment":"at most 350 MB of a director’s memory, and hours of idle connections fit"},"deny":{"description":"Sources whose packets to any VIP are dropped: an address, a prefix, or a list of them.","expects":"an address, a prefix such as 192.0.2.0/24, or a list of them","type":["string","array"],"items":{"type":"string","expects":"an address or a prefix such as 192.0.2.0/24"},"minItems":1},"limit":{"description":"New flows that one source may open: an IPv4 address, or an IPv6 /64.","type":"object","properties":{"newFlows":{"description":"TCP connections begun in a second or a minute.","type":"string","minLength":1,"expects":"a rate such as 100/s or 30/m","pattern":"^[1-9][0-9]{0,5}/(s|m)$"},"burst":{"description":"Of them at once.","type":"integer","minimum":1,"maximum":1000000,"expects":"a whole number from 1 to 1000000","$comment":"default: as many as a second allows, at least 10 (a browser opens several connections at once)"}},"additionalProperties":false,"expects":"a mapping with newFlows, burst","required":["newFlows"]},"sample":{"description":"One packet in so many of each service and each reason to drop is told of, with who sent it (status, top); rounded up to a power of two, xdp takes 4096 where nothing is said. 0: none.","type":"integer","minimum":0,"maximum":16777216,"expects":"a whole number from 0 to 16777216"},"tunnel":{"description":"How tunnels of directors look.","type":"object","properties":{"encapsulation":{"description":"ipip: IP in IP; gue: IP in GUE in UDP; vxlan: whole frames in UDP.","type":"string","enum":["ipip","gue","vxlan"],"expects":"ipip, gue or vxlan","$comment":"default: ipip, vxlan with nft (the shortest header that the driver can write)"},"sources":{"description":"IPv4 prefix: each flow has one of its addresses as the outer source, so that receivers spread flows over queues.","type":"string","minLength":1,"expects":"an IPv4 prefix such as 198.51.100.192/26"},"accept":{"description":"IPv4 prefix that receivers take besides: the sources of before, while they change.","type":"string","minLength":1,"expects":"an IPv4 prefix such as 198.51.100.192/26"}},"additionalProperties":false,"expects":"a mapping with encapsulation, sources, accept"},"announce":{"description":"How others learn which directors carry a VIP.","type":"object","properties":{"via":{"description":"bgp: sessions with the routers; static: routes on the routers; vrrp: one director at a time; arp: no routers, one director at a time answers for the VIPs.","type":"string","enum":["bgp","static","vrrp","arp"],"expects":"bgp, static, vrrp or arp","default":"bgp","$comment":"several directors carry a VIP at once (ECMP)"},"bfd":{"description":"Transmit interval and multiplier (RFC 5880), or off.","type":"string","minLength":1,"expects":"an interval and a multiplier such as `50ms x 3`, or off","default":"300ms x 3","$comment":"a dead director is found within 0.9 s, without false alarms on a busy machine (RFC 5880)","pattern":"^(off|[1-9][0-9]{0,4}ms x [1-9][0-9]{0,2})$"},"holdTime":{"description":"BGP hold time (RFC 4271), 3s or more.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"9s","$comment":"BGP’s own detection where BFD is off (RFC 4271)"}},"additionalProperties":false,"expects":"a mapping with via, bfd, holdTime"},"nodes":{"description":"The directors.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"Network → address; `management` where SSH goes elsewhere.","type":"object","properties":{"management":{"description":"Where SSH goes: an address, or with port and jump host.","expects":"an address, or { address, port, jump }","type":["string","object"],"properties":{"address":{"description":"Address.","type":"string","minLength":1,"expects":"an address"},"port":{"description":"Port of SSH.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535","default":22,"$comment":"SSH (RFC 4253)"},"jump":{"description":"Jump host: [user@]host[:port].","type":"string","minLength":1,"expects":"a jump host such as admin@192.0.2.9:22","pattern":"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"}},"additionalProperties":false}},"additionalProperties":{"description":"Address in this network, a list of one IPv4 and one IPv6 address, or both with a device.","expects":"an address, a list of one IPv4 and one IPv6 address, or { address, device }","type":["string","array","object"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2,"properties":{"address":{"description":"Address, or a list of one IPv4 and one IPv6 address.","expects":"an address, or a list of one IPv4 and one IPv6 address","type":["string","array"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2},"device":{"description":"Interface on the machine; default: the name of the network.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$","expects":"an interface name of at most 15 letters, digits, dots, hyphens"}},"required":["address"],"additionalProperties":false},"minProperties":1,"expects":"a mapping from networks to addresses"},"expects":"a mapping from names to settings"}},"additionalProperties":false,"expects":"a mapping with driver, asn, scheduler, trackedFlows, deny, limit, sample, tunnel, announce, nodes"},"l7":{"description":"Third tier: proxies spread requests over servers.","type":"object","properties":{"driver":{"description":"Program that runs on the proxies.","type":"string","enum":["haproxy","nginx"],"expects":"haproxy or nginx","default":"haproxy","$comment":"changes servers and weights without a reload"},"maxConnections":{"description":"Client connections that a proxy takes at most; two descriptors each.","type":"integer","minimum":100,"maximum":1000000,"expects":"a whole number from 100 to 1000000","default":8000,"$comment":"two descriptors each fit under the hard limit of 20,000 that small hosts and containers have"},"timeouts":{"description":"How long proxies wait.","type":"object","properties":{"connect":{"description":"For a server to take a connection.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"500ms","$comment":"servers are near; a dead one costs this long before the next is tried"},"queue":{"description":"For a server to have room.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"5s","$comment":"a client would have gone by then"},"request":{"description":"For a whole request head.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"10s","$comment":"who sends a head slower holds a place for nothing"},"keepAlive":{"description":"For the next request on a connection.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"60s","$comment":"a reader comes back within a page"},"client":{"description":"For a client to send or take something.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"60s","$comment":"lost packets are sent again long before"},"server":{"description":"For a server to answer or send something.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"60s","$comment":"the slowest answer that anybody waits for"},"tunnel":{"description":"For either side, where bytes pass as they come: TCP services, WebSocket.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"1h","$comment":"long silences are usual where nobody asks and answers"},"close":{"description":"For the other half of a connection that one side has ended.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"10s","$comment":"what was under way arrives, and the dead do not pile up"}},"additionalProperties":false,"expects":"a mapping with connect, queue, request, keepAlive, client, server, tunnel, close"},"nodes":{"description":"The proxies.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"Network → address; `management` where SSH goes elsewhere.","type":"object","properties":{"management":{"description":"Where SSH goes: an address, or with port and jump host.","expects":"an address, or { address, port, jump }","type":["string","object"],"properties":{"address":{"description":"Address.","type":"string","minLength":1,"expects":"an address"},"port":{"description":"Port of SSH.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535","default":22,"$comment":"SSH (RFC 4253)"},"jump":{"description":"Jump host: [user@]host[:port].","type":"string","minLength":1,"expects":"a jump host such as admin@192.0.2.9:22","pattern":"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"}},"additionalProperties":false}},"additionalProperties":{"description":"Address in this network, a list of one IPv4 and one IPv6 address, or both with a device.","expects":"an address, a list of one IPv4 and one IPv6 address, or { address, device }","type":["string","array","object"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2,"properties":{"address":{"description":"Address, or a list of one IPv4 and one IPv6 address.","expects":"an address, or a list of one IPv4 and one IPv6 address","type":["string","array"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2},"device":{"description":"Interface on the machine; default: the name of the network.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$","expects":"an interface name of at most 15 letters, digits, dots, hyphens"}},"required":["address"],"additionalProperties":false},"minProperties":1,"expects":"a mapping from networks to addresses"},"expects":"a mapping from names to settings"}},"additionalProperties":false,"expects":"a mapping with driver, maxConnections, timeouts, nodes"},"pools":{"description":"Groups of servers that answer alike.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"A group of servers that answer alike.","expects":"a mapping with servers, check, balance, port","type":"object","properties":{"servers":{"description":"The servers.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"address, address:port, or both with settings.","expects":"an address, address:port (IPv6: \"[address]:port\"), or { address, port, weight, managed }","type":["string","object"],"minLength":1,"properties":{"address":{"description":"Address, or a list of one IPv4 and one IPv6 address.","expects":"an address, or a list of one IPv4 and one IPv6 address","type":["string","array"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2},"port":{"description":"Port it listens on.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535"},"weight":{"description":"Share of new flows; 0: none.","type":"integer","minimum":0,"maximum":256,"expects":"a whole number from 0 to 256","default":100,"$comment":"10 % of it is still a whole number"},"managed":{"description":"Tricade sets up VIPs, return routes and tunnels on it over SSH.","type":"boolean","expects":"true or false","default":false,"$comment":"Tricade logs in to servers only where it is told to"},"device":{"description":"Interface on the machine; default: the name of the network.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$","expects":"an interface name of at most 15 letters, digits, dots, hyphens"},"management":{"description":"Where SSH goes: an address, or with port and jump host.","expects":"an address, or { address, port, jump }","type":["string","object"],"properties":{"address":{"description":"Address.","type":"string","minLength":1,"expects":"an address"},"port":{"description":"Port of SSH.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535","default":22,"$comment":"SSH (RFC 4253)"},"jump":{"description":"Jump host: [user@]host[:port].","type":"string","minLength":1,"expects":"a jump host such as admin@192.0.2.9:22","pattern":"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"}},"additionalProperties":false}},"required":["address"],"additionalProperties":false},"expects":"a mapping from names to settings"},"check":{"description":"How a server is proved good: http, dns or tcp with their settings; tcp; or none.","expects":"none, tcp, or a mapping such as { http: /healthz, every: 2s }","type":["string","object"],"pattern":"^(none|tcp)$","properties":{"tcp":{"description":"A connection is enough.","type":"boolean","enum":[true],"expects":"true"},"http":{"description":"Path asked for.","type":"string","minLength":1,"expects":"a path such as /healthz","pattern":"^/[A-Za-z0-9._~&+,=:@%/?-]{0,1023}$"},"dns":{"description":"Name asked for.","type":"string","minLength":1,"expects":"a name such as example.net","pattern":"^[A-Za-z0-9_.-]{1,253}$"},"host":{"description":"Host header.","type":"string","minLength":1,"expects":"a host name","pattern":"^[A-Za-z0-9_.:[\\]-]{1,253}$"},"status":{"description":"Good answers: a status, a range, or a list of them.","expects":"a status such as 200, a range such as 200-399, or a list of them","type":["integer","string","array"],"minimum":100,"maximum":599,"pattern":"^[1-5][0-9]{2}(-[1-5][0-9]{2})?$","minItems":1,"items":{"type":["integer","string"],"minimum":100,"maximum":599,"pattern":"^[1-5][0-9]{2}(-[1-5][0-9]{2})?$","expects":"a status such as 200 or a range such as 200-399"},"default":"200-399"},"port":{"description":"Port that is checked.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535"},"every":{"description":"Between two attempts.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"2s","$comment":"HAProxy’s interval"},"fastEvery":{"description":"The same while unknown or in transition.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","$comment":"default: every / 4, at least 100ms (while unknown or in transition a verdict is wanted soon)"},"downEvery":{"description":"The same while down.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","$comment":"default: every × 2 (a server that is down is left in peace)"},"timeout":{"description":"Until an attempt has failed.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","$comment":"default: every, at most 1s (attempts do not overlap)"},"rise":{"description":"Successes in a row that mark up.","type":"integer","minimum":1,"maximum":100,"expects":"a whole number from 1 to 100","default":2,"$comment":"HAProxy’s: two successes end a fault"},"fall":{"description":"Failures in a row that mark down.","type":"integer","minimum":1,"maximum":100,"expects":"a whole number from 1 to 100","default":3,"$comment":"HAProxy’s: one lost packet is no fault"}},"additionalProperties":false},"balance":{"description":"How a proxy picks a server.","type":"string","enum":["roundrobin","leastconn","source","random"],"expects":"roundrobin, leastconn, source or random","default":"roundrobin","$comment":"even where requests cost the same"},"port":{"description":"Port of servers that name none.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535"}},"required":["servers"],"additionalProperties":false},"expects":"a mapping from names to settings"},"services":{"description":"What clients ask for.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"One service: addresses, ports, and what each tier does for it.","type":"object","properties":{"vip":{"description":"Service address, or a list of one IPv4 and one IPv6 address; prefixes with `listen: transparent`.","expects":"an address, or a list of one IPv4 and one IPv6 address","type":["string","array"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2},"ports":{"description":"One port or a list: 80, 443/tcp, 53/udp, all/udp; all: every packet (layer 3).","expects":"a port (1–65535) such as 80, 53/udp or all, or a list of them","type":["integer","string","array"],"minimum":1,"maximum":65535,"pattern":"^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$","items":{"expects":"a port (1–65535) such as 80, 53/udp, all/tcp or all","type":["integer","string"],"minimum":1,"maximum":65535,"pattern":"^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$"},"minItems":1},"listen":{"description":"configured: proxies and servers hold the VIP; transparent: it is only routed (VIPless).","type":"string","enum":["configured","transparent"],"expects":"configured or transparent","default":"configured","$comment":"the VIP answers pings and is easy to find"},"affinity":{"description":"What keeps packets together: the flow, the client, or its network.","type":"string","enum":["flow","source","source-network"],"expects":"flow, source or source-network","default":"flow","$comment":"the finest spread"},"l4":{"description":"What directors do with packets.","type":"object","properties":{"mode":{"description":"How packets reach proxies or servers.","type":"string","enum":["dnat","full-nat","dsr","tunnel"],"expects":"dnat, full-nat, dsr or tunnel","default":"dsr","$comment":"replies pass the directors by, and servers see the client’s address"},"pool":{"description":"Pool that directors feed themselves; only without l7.","type":"string","minLength":1,"expects":"the name of a pool"},"scheduler":{"description":"How the kernel of an ipvs director picks a real; default: that of l4.scheduler.","type":"string","enum":["mh","wrr","wlc","sh"],"expects":"mh, wrr, wlc or sh"},"onePacket":{"description":"ipvs directors remember no datagram: each is scheduled anew. UDP by dsr or tunnel.","type":"boolean","expects":"true or false","default":false,"$comment":"datagrams of a flow keep to their real when others come or go"},"quic":{"description":"Servers put their number into QUIC connection ids: while rows change, xdp directors and receivers find them by it.","type":"boolean","expects":"true or false","default":false,"$comment":"other datagrams tell nothing of their flow: they follow their row"}},"additionalProperties":false,"expects":"a mapping with mode, pool, scheduler, onePacket, quic"},"l7":{"description":"What proxies do with connections.","type":"object","properties":{"mode":{"description":"Whose address servers see.","type":"string","enum":["reverse-proxy","transparent-proxy"],"expects":"reverse-proxy or transparent-proxy","default":"reverse-proxy","$comment":"asks nothing of the network"},"pool":{"description":"Name of a pool.","type":"string","minLength":1,"expects":"the name of a pool"},"protocol":{"description":"HTTP, or bytes as they come.","type":"string","enum":["http","tcp"],"expects":"http or tcp","default":"http","$comment":"requests can be told apart"},"stickiness":{"description":"Keeps a client on a server: none, source (its address), or { cookie: NAME }.","expects":"none, source, or { cookie: NAME }","type":["string","object"],"pattern":"^(none|source)$","default":"none","properties":{"cookie":{"description":"Name of the cookie that the proxy sets.","type":"string","minLength":1,"expects":"a cookie name of letters, digits, _ and -","pattern":"^[A-Za-z0-9_-]{1,64}$"}},"required":["cookie"],"additionalProperties":false},"tls":{"description":"Ends TLS on the proxy.","type":"object","properties":{"certificate":{"description":"Certificate with key, as a reference.","type":"string","minLength":1,"expects":"a reference such as file:shop.pem or env:NAME"}},"additionalProperties":false,"expects":"a mapping with certificate","required":["certificate"]}},"additionalProperties":false,"expects":"a mapping with mode, pool, protocol, stickiness, tls"}},"additionalProperties":false,"expects":"a mapping with vip, ports, listen, affinity, l4, l7","required":["vip","ports"]},"expects":"a mapping from names to settings"},"monitor":{"description":"Who watches, and what counts as down.","type":"object","properties":{"nodes":{"description":"The monitors.","type":"object","propertyNames":{"pattern":"^[a-z][a-z0-9-]{0,31}$"},"additionalProperties":{"description":"Network → address; `management` where SSH goes elsewhere.","type":"object","properties":{"management":{"description":"Where SSH goes: an address, or with port and jump host.","expects":"an address, or { address, port, jump }","type":["string","object"],"properties":{"address":{"description":"Address.","type":"string","minLength":1,"expects":"an address"},"port":{"description":"Port of SSH.","type":"integer","minimum":1,"maximum":65535,"expects":"a whole number from 1 to 65535","default":22,"$comment":"SSH (RFC 4253)"},"jump":{"description":"Jump host: [user@]host[:port].","type":"string","minLength":1,"expects":"a jump host such as admin@192.0.2.9:22","pattern":"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"}},"additionalProperties":false}},"additionalProperties":{"description":"Address in this network, a list of one IPv4 and one IPv6 address, or both with a device.","expects":"an address, a list of one IPv4 and one IPv6 address, or { address, device }","type":["string","array","object"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2,"properties":{"address":{"description":"Address, or a list of one IPv4 and one IPv6 address.","expects":"an address, or a list of one IPv4 and one IPv6 address","type":["string","array"],"items":{"type":"string","expects":"an address"},"minItems":1,"maxItems":2},"device":{"description":"Interface on the machine; default: the name of the network.","type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$","expects":"an interface name of at most 15 letters, digits, dots, hyphens"}},"required":["address"],"additionalProperties":false},"minProperties":1,"expects":"a mapping from networks to addresses"},"expects":"a mapping from names to settings"},"agree":{"description":"Vantage points that must agree.","type":"integer","minimum":1,"maximum":1000,"expects":"a whole number from 1 to 1000","default":1,"$comment":"vantage points that must agree on a verdict"},"floor":{"description":"Share of a group below which health is ignored for it.","type":"string","pattern":"^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$","expects":"a share such as 50%","default":"50%","$comment":"below half of a group a common cause is likelier than so many dead servers (Envoy’s panic threshold)"},"check":{"description":"Check of routers, directors and proxies.","type":"object","properties":{"every":{"description":"Between two attempts.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"2s","$comment":"as for servers"},"fastEvery":{"description":"The same while unknown or in transition.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","$comment":"default: every / 4, at least 100ms (as for servers)"},"downEvery":{"description":"The same while down.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","$comment":"default: every × 2 (as for servers)"},"timeout":{"description":"Until an attempt has failed.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","$comment":"default: every, at most 1s (as for servers)"},"rise":{"description":"Successes in a row that mark up.","type":"integer","minimum":1,"maximum":100,"expects":"a whole number from 1 to 100","default":2,"$comment":"as for servers"},"fall":{"description":"Failures in a row that mark down.","type":"integer","minimum":1,"maximum":100,"expects":"a whole number from 1 to 100","default":3,"$comment":"as for servers"}},"additionalProperties":false,"expects":"a mapping with every, fastEvery, downEvery, timeout, rise, fall"}},"additionalProperties":false,"expects":"a mapping with nodes, agree, floor, check"},"state":{"description":"Where the live state is kept.","type":"object","properties":{"redis":{"description":"managed: a redis-server on the first monitor; or a URL (single, Sentinel, Cluster; TLS).","expects":"managed, a URL such as rediss://192.0.2.1:6379, or { url, password }","type":["string","object"],"default":"managed","properties":{"url":{"description":"URL without a password.","type":"string","minLength":1,"expects":"text"},"password":{"description":"Its password, as a reference.","type":"string","minLength":1,"expects":"a reference such as file:key.pem or env:NAME"}},"required":["url"],"additionalProperties":false}},"additionalProperties":false,"expects":"a mapping with redis"},"ssh":{"description":"How Tricade logs in to nodes.","type":"object","properties":{"user":{"description":"Login name.","type":"string","minLength":1,"expects":"a login name","default":"root","$comment":"addresses, routes and daemons need it","pattern":"^[a-z_][a-z0-9_-]{0,31}$"},"key":{"description":"Private key, as a reference.","type":"string","minLength":1,"expects":"a reference such as file:key.pem or env:NAME","default":"file:~/.ssh/id_ed25519"},"knownHosts":{"description":"File of known host keys; others are refused.","type":"string","minLength":1,"expects":"the path of a file, without quotes","default":"./known_hosts","$comment":"beside the cluster file; unknown hosts are refused","pattern":"^[^-\\s\"'\\\\][^\"'\\\\]*$"}},"additionalProperties":false,"expects":"a mapping with user, key, knownHosts"},"rollout":{"description":"How changes reach the nodes.","type":"object","properties":{"canary":{"description":"Nodes that are changed first.","type":"integer","minimum":0,"maximum":1000,"expects":"a whole number from 0 to 1000","default":1,"$comment":"nodes changed and watched before the others"},"maxUnavailable":{"description":"Nodes of a tier that may be out of service at once.","type":"integer","minimum":1,"maximum":1000,"expects":"a whole number from 1 to 1000","default":1,"$comment":"nodes of a tier out of service at once"},"drain":{"description":"Time for old flows to end.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"180s","$comment":"time for old flows to end before a node is changed"},"gates":{"description":"What is to stop a rollout; not judged yet.","type":"object","properties":{"errorRate":{"description":"Share of failed requests.","type":"string","pattern":"^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$","expects":"a share such as 50%","default":"1%","$comment":"more failed requests than this; not judged yet"},"wait":{"description":"How long a wave is watched.","type":"string","pattern":"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$","expects":"a duration such as 500ms, 1s, 2m or 3h","default":"10s","$comment":"how long a wave is to be watched; not judged yet"}},"additionalProperties":false,"expects":"a mapping with errorRate, wait"}},"additionalProperties":false,"expects":"a mapping with canary, maxUnavailable, drain, gates"}},"additionalProperties":false,"expects":"a mapping with version, cluster, networks, routers, l4, l7, pools, services, monitor, state, ssh, rollout","required":["version","cluster","networks","l4","services","monitor"]};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^[a-z][a-z0-9-]{0,31}$", "u");
const pattern3 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$", "u");
const pattern4 = new RegExp("^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$", "u");
const pattern5 = new RegExp("^[1-9][0-9]{0,5}/(s|m)$", "u");
const pattern6 = new RegExp("^(off|[1-9][0-9]{0,4}ms x [1-9][0-9]{0,2})$", "u");
const pattern7 = new RegExp("^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$", "u");
const pattern26 = new RegExp("^(none|tcp)$", "u");
const pattern27 = new RegExp("^/[A-Za-z0-9._~&+,=:@%/?-]{0,1023}$", "u");
const pattern28 = new RegExp("^[A-Za-z0-9_.-]{1,253}$", "u");
const pattern29 = new RegExp("^[A-Za-z0-9_.:[\\]-]{1,253}$", "u");
const pattern30 = new RegExp("^[1-5][0-9]{2}(-[1-5][0-9]{2})?$", "u");
const pattern37 = new RegExp("^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$", "u");
const pattern39 = new RegExp("^(none|source)$", "u");
const pattern40 = new RegExp("^[A-Za-z0-9_-]{1,64}$", "u");
const pattern44 = new RegExp("^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$", "u");
const pattern49 = new RegExp("^[a-z_][a-z0-9_-]{0,31}$", "u");
const pattern50 = new RegExp("^[^-\\s\"'\\\\][^\"'\\\\]*$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.cluster === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cluster"},message:"must have required property '"+"cluster"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.networks === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "networks"},message:"must have required property '"+"networks"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.l4 === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "l4"},message:"must have required property '"+"l4"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.services === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "services"},message:"must have required property '"+"services"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.monitor === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "monitor"},message:"must have required property '"+"monitor"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema11.properties, key0))){
const err6 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.version !== undefined){
let data0 = data.version;
if(1 !== data0){
const err7 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.version,data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.cluster !== undefined){
let data1 = data.cluster;
if(typeof data1 === "string"){
if(data1.length < 1){
const err8 = {instancePath:instancePath+"/cluster",schemaPath:"#/properties/cluster/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.cluster,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(!pattern0.test(data1)){
const err9 = {instancePath:instancePath+"/cluster",schemaPath:"#/properties/cluster/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.cluster,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/cluster",schemaPath:"#/properties/cluster/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cluster.type,parentSchema:schema11.properties.cluster,data:data1};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.networks !== undefined){
let data2 = data.networks;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
const _errs7 = errors;
if(typeof key1 === "string"){
if(!pattern0.test(key1)){
const err11 = {instancePath:instancePath+"/networks",schemaPath:"#/properties/networks/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.networks.propertyNames,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
var valid1 = _errs7 === errors;
if(!valid1){
const err12 = {instancePath:instancePath+"/networks",schemaPath:"#/properties/networks/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema11.properties.networks.propertyNames,parentSchema:schema11.properties.networks,data:data2};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
for(const key2 in data2){
let data3 = data2[key2];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.cidr === undefined){
const err13 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/networks/additionalProperties/required",keyword:"required",params:{missingProperty: "cidr"},message:"must have required property '"+"cidr"+"'",schema:schema11.properties.networks.additionalProperties.required,parentSchema:schema11.properties.networks.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
for(const key3 in data3){
if(!((key3 === "cidr") || (key3 === "mtu"))){
const err14 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/networks/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.networks.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data3.cidr !== undefined){
let data4 = data3.cidr;
if((typeof data4 !== "string") && (!(Array.isArray(data4)))){
const err15 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/cidr",schemaPath:"#/properties/networks/additionalProperties/properties/cidr/type",keyword:"type",params:{type: schema11.properties.networks.additionalProperties.properties.cidr.type},message:"must be string,array",schema:schema11.properties.networks.additionalProperties.properties.cidr.type,parentSchema:schema11.properties.networks.additionalProperties.properties.cidr,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(Array.isArray(data4)){
if(data4.length > 2){
const err16 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/cidr",schemaPath:"#/properties/networks/additionalProperties/properties/cidr/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.networks.additionalProperties.properties.cidr,data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data4.length < 1){
const err17 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/cidr",schemaPath:"#/properties/networks/additionalProperties/properties/cidr/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.networks.additionalProperties.properties.cidr,data:data4};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(typeof data5 !== "string"){
const err18 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/cidr/" + i0,schemaPath:"#/properties/networks/additionalProperties/properties/cidr/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.networks.additionalProperties.properties.cidr.items.type,parentSchema:schema11.properties.networks.additionalProperties.properties.cidr.items,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
}
if(data3.mtu !== undefined){
let data6 = data3.mtu;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err19 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/mtu",schemaPath:"#/properties/networks/additionalProperties/properties/mtu/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.networks.additionalProperties.properties.mtu.type,parentSchema:schema11.properties.networks.additionalProperties.properties.mtu,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 65535 || isNaN(data6)){
const err20 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/mtu",schemaPath:"#/properties/networks/additionalProperties/properties/mtu/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.networks.additionalProperties.properties.mtu,data:data6};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data6 < 576 || isNaN(data6)){
const err21 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/mtu",schemaPath:"#/properties/networks/additionalProperties/properties/mtu/minimum",keyword:"minimum",params:{comparison: ">=", limit: 576},message:"must be >= 576",schema:576,parentSchema:schema11.properties.networks.additionalProperties.properties.mtu,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
}
else {
const err22 = {instancePath:instancePath+"/networks/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/networks/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.networks.additionalProperties.type,parentSchema:schema11.properties.networks.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/networks",schemaPath:"#/properties/networks/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.networks.type,parentSchema:schema11.properties.networks,data:data2};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.routers !== undefined){
let data7 = data.routers;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key4 in data7){
if(!((((key4 === "driver") || (key4 === "asn")) || (key4 === "ecmp")) || (key4 === "nodes"))){
const err24 = {instancePath:instancePath+"/routers",schemaPath:"#/properties/routers/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.routers,data:data7};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data7.driver !== undefined){
let data8 = data7.driver;
if(typeof data8 !== "string"){
const err25 = {instancePath:instancePath+"/routers/driver",schemaPath:"#/properties/routers/properties/driver/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.driver.type,parentSchema:schema11.properties.routers.properties.driver,data:data8};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(!((((((((data8 === "bird") || (data8 === "frr")) || (data8 === "linux")) || (data8 === "eos")) || (data8 === "junos")) || (data8 === "nxos")) || (data8 === "iosxr")) || (data8 === "template"))){
const err26 = {instancePath:instancePath+"/routers/driver",schemaPath:"#/properties/routers/properties/driver/enum",keyword:"enum",params:{allowedValues: schema11.properties.routers.properties.driver.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.routers.properties.driver.enum,parentSchema:schema11.properties.routers.properties.driver,data:data8};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data7.asn !== undefined){
let data9 = data7.asn;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err27 = {instancePath:instancePath+"/routers/asn",schemaPath:"#/properties/routers/properties/asn/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.routers.properties.asn.type,parentSchema:schema11.properties.routers.properties.asn,data:data9};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 4294967294 || isNaN(data9)){
const err28 = {instancePath:instancePath+"/routers/asn",schemaPath:"#/properties/routers/properties/asn/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},message:"must be <= 4294967294",schema:4294967294,parentSchema:schema11.properties.routers.properties.asn,data:data9};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err29 = {instancePath:instancePath+"/routers/asn",schemaPath:"#/properties/routers/properties/asn/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.routers.properties.asn,data:data9};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
if(data7.ecmp !== undefined){
let data10 = data7.ecmp;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key5 in data10){
if(!(((key5 === "hash") || (key5 === "maxPaths")) || (key5 === "resilient"))){
const err30 = {instancePath:instancePath+"/routers/ecmp",schemaPath:"#/properties/routers/properties/ecmp/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.routers.properties.ecmp,data:data10};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data10.hash !== undefined){
let data11 = data10.hash;
if(typeof data11 !== "string"){
const err31 = {instancePath:instancePath+"/routers/ecmp/hash",schemaPath:"#/properties/routers/properties/ecmp/properties/hash/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.ecmp.properties.hash.type,parentSchema:schema11.properties.routers.properties.ecmp.properties.hash,data:data11};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(!((data11 === "l3") || (data11 === "l4"))){
const err32 = {instancePath:instancePath+"/routers/ecmp/hash",schemaPath:"#/properties/routers/properties/ecmp/properties/hash/enum",keyword:"enum",params:{allowedValues: schema11.properties.routers.properties.ecmp.properties.hash.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.routers.properties.ecmp.properties.hash.enum,parentSchema:schema11.properties.routers.properties.ecmp.properties.hash,data:data11};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data10.maxPaths !== undefined){
let data12 = data10.maxPaths;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err33 = {instancePath:instancePath+"/routers/ecmp/maxPaths",schemaPath:"#/properties/routers/properties/ecmp/properties/maxPaths/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.routers.properties.ecmp.properties.maxPaths.type,parentSchema:schema11.properties.routers.properties.ecmp.properties.maxPaths,data:data12};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 1024 || isNaN(data12)){
const err34 = {instancePath:instancePath+"/routers/ecmp/maxPaths",schemaPath:"#/properties/routers/properties/ecmp/properties/maxPaths/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024",schema:1024,parentSchema:schema11.properties.routers.properties.ecmp.properties.maxPaths,data:data12};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data12 < 1 || isNaN(data12)){
const err35 = {instancePath:instancePath+"/routers/ecmp/maxPaths",schemaPath:"#/properties/routers/properties/ecmp/properties/maxPaths/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.routers.properties.ecmp.properties.maxPaths,data:data12};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
if(data10.resilient !== undefined){
let data13 = data10.resilient;
if(typeof data13 !== "boolean"){
const err36 = {instancePath:instancePath+"/routers/ecmp/resilient",schemaPath:"#/properties/routers/properties/ecmp/properties/resilient/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.routers.properties.ecmp.properties.resilient.type,parentSchema:schema11.properties.routers.properties.ecmp.properties.resilient,data:data13};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/routers/ecmp",schemaPath:"#/properties/routers/properties/ecmp/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.routers.properties.ecmp.type,parentSchema:schema11.properties.routers.properties.ecmp,data:data10};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data7.nodes !== undefined){
let data14 = data7.nodes;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
for(const key6 in data14){
const _errs42 = errors;
if(typeof key6 === "string"){
if(!pattern0.test(key6)){
const err38 = {instancePath:instancePath+"/routers/nodes",schemaPath:"#/properties/routers/properties/nodes/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.routers.properties.nodes.propertyNames,data:key6,propertyName:key6};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
var valid8 = _errs42 === errors;
if(!valid8){
const err39 = {instancePath:instancePath+"/routers/nodes",schemaPath:"#/properties/routers/properties/nodes/propertyNames",keyword:"propertyNames",params:{propertyName: key6},message:"property name must be valid",schema:schema11.properties.routers.properties.nodes.propertyNames,parentSchema:schema11.properties.routers.properties.nodes,data:data14};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
for(const key7 in data14){
let data15 = data14[key7];
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(Object.keys(data15).length < 1){
const err40 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties,data:data15};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
for(const key8 in data15){
if(!(key8 === "management")){
let data16 = data15[key8];
if((!data16 || typeof data16 != "object") && (typeof data16 !== "string")){
const err41 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/type",keyword:"type",params:{type: schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.type},message:"must be string,array,object",schema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(Array.isArray(data16)){
if(data16.length > 2){
const err42 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data16.length < 1){
const err43 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
const len1 = data16.length;
for(let i1=0; i1<len1; i1++){
let data17 = data16[i1];
if(typeof data17 !== "string"){
const err44 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i1,schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.items.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.items,data:data17};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.address === undefined){
const err45 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.required,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
for(const key9 in data16){
if(!((key9 === "address") || (key9 === "device"))){
const err46 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data16.address !== undefined){
let data18 = data16.address;
if((typeof data18 !== "string") && (!(Array.isArray(data18)))){
const err47 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/properties/address/type",keyword:"type",params:{type: schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address.type},message:"must be string,array",schema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data18};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(Array.isArray(data18)){
if(data18.length > 2){
const err48 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/properties/address/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data18};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(data18.length < 1){
const err49 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/properties/address/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data18};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
const len2 = data18.length;
for(let i2=0; i2<len2; i2++){
let data19 = data18[i2];
if(typeof data19 !== "string"){
const err50 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/address/" + i2,schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/properties/address/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address.items.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.address.items,data:data19};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
}
if(data16.device !== undefined){
let data20 = data16.device;
if(typeof data20 === "string"){
if(!pattern3.test(data20)){
const err51 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/properties/device/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$",parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data20};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key8.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/additionalProperties/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.device.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data20};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
}
}
if(data15.management !== undefined){
let data21 = data15.management;
if((typeof data21 !== "string") && (!(data21 && typeof data21 == "object" && !Array.isArray(data21)))){
const err53 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/type",keyword:"type",params:{type: schema11.properties.routers.properties.nodes.additionalProperties.properties.management.type},message:"must be string,object",schema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management,data:data21};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
for(const key10 in data21){
if(!(((key10 === "address") || (key10 === "port")) || (key10 === "jump"))){
const err54 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management,data:data21};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data21.address !== undefined){
let data22 = data21.address;
if(typeof data22 === "string"){
if(data22.length < 1){
const err55 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/address/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.address,data:data22};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.address.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.address,data:data22};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data21.port !== undefined){
let data23 = data21.port;
if(!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23)))){
const err57 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.port.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.port,data:data23};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 65535 || isNaN(data23)){
const err58 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.port,data:data23};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(data23 < 1 || isNaN(data23)){
const err59 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.port,data:data23};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
if(data21.jump !== undefined){
let data24 = data21.jump;
if(typeof data24 === "string"){
if(data24.length < 1){
const err60 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/jump/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.jump,data:data24};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(!pattern4.test(data24)){
const err61 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/jump/pattern",keyword:"pattern",params:{pattern: "^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"},message:"must match pattern \""+"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"+"\"",schema:"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$",parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.jump,data:data24};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/routers/properties/nodes/additionalProperties/properties/management/properties/jump/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.jump.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties.properties.management.properties.jump,data:data24};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
}
}
else {
const err63 = {instancePath:instancePath+"/routers/nodes/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/routers/properties/nodes/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.routers.properties.nodes.additionalProperties.type,parentSchema:schema11.properties.routers.properties.nodes.additionalProperties,data:data15};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/routers/nodes",schemaPath:"#/properties/routers/properties/nodes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.routers.properties.nodes.type,parentSchema:schema11.properties.routers.properties.nodes,data:data14};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/routers",schemaPath:"#/properties/routers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.routers.type,parentSchema:schema11.properties.routers,data:data7};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data.l4 !== undefined){
let data25 = data.l4;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
for(const key11 in data25){
if(!(func2.call(schema11.properties.l4.properties, key11))){
const err66 = {instancePath:instancePath+"/l4",schemaPath:"#/properties/l4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l4,data:data25};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data25.driver !== undefined){
let data26 = data25.driver;
if(typeof data26 !== "string"){
const err67 = {instancePath:instancePath+"/l4/driver",schemaPath:"#/properties/l4/properties/driver/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.driver.type,parentSchema:schema11.properties.l4.properties.driver,data:data26};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(!(((data26 === "xdp") || (data26 === "nft")) || (data26 === "ipvs"))){
const err68 = {instancePath:instancePath+"/l4/driver",schemaPath:"#/properties/l4/properties/driver/enum",keyword:"enum",params:{allowedValues: schema11.properties.l4.properties.driver.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.l4.properties.driver.enum,parentSchema:schema11.properties.l4.properties.driver,data:data26};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data25.asn !== undefined){
let data27 = data25.asn;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err69 = {instancePath:instancePath+"/l4/asn",schemaPath:"#/properties/l4/properties/asn/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l4.properties.asn.type,parentSchema:schema11.properties.l4.properties.asn,data:data27};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 4294967294 || isNaN(data27)){
const err70 = {instancePath:instancePath+"/l4/asn",schemaPath:"#/properties/l4/properties/asn/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},message:"must be <= 4294967294",schema:4294967294,parentSchema:schema11.properties.l4.properties.asn,data:data27};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if(data27 < 1 || isNaN(data27)){
const err71 = {instancePath:instancePath+"/l4/asn",schemaPath:"#/properties/l4/properties/asn/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.l4.properties.asn,data:data27};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
}
if(data25.scheduler !== undefined){
let data28 = data25.scheduler;
if(typeof data28 !== "string"){
const err72 = {instancePath:instancePath+"/l4/scheduler",schemaPath:"#/properties/l4/properties/scheduler/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.scheduler.type,parentSchema:schema11.properties.l4.properties.scheduler,data:data28};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
if(!((((data28 === "mh") || (data28 === "wrr")) || (data28 === "wlc")) || (data28 === "sh"))){
const err73 = {instancePath:instancePath+"/l4/scheduler",schemaPath:"#/properties/l4/properties/scheduler/enum",keyword:"enum",params:{allowedValues: schema11.properties.l4.properties.scheduler.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.l4.properties.scheduler.enum,parentSchema:schema11.properties.l4.properties.scheduler,data:data28};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data25.trackedFlows !== undefined){
let data29 = data25.trackedFlows;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err74 = {instancePath:instancePath+"/l4/trackedFlows",schemaPath:"#/properties/l4/properties/trackedFlows/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l4.properties.trackedFlows.type,parentSchema:schema11.properties.l4.properties.trackedFlows,data:data29};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 100000000 || isNaN(data29)){
const err75 = {instancePath:instancePath+"/l4/trackedFlows",schemaPath:"#/properties/l4/properties/trackedFlows/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000000},message:"must be <= 100000000",schema:100000000,parentSchema:schema11.properties.l4.properties.trackedFlows,data:data29};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(data29 < 65536 || isNaN(data29)){
const err76 = {instancePath:instancePath+"/l4/trackedFlows",schemaPath:"#/properties/l4/properties/trackedFlows/minimum",keyword:"minimum",params:{comparison: ">=", limit: 65536},message:"must be >= 65536",schema:65536,parentSchema:schema11.properties.l4.properties.trackedFlows,data:data29};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
if(data25.deny !== undefined){
let data30 = data25.deny;
if((typeof data30 !== "string") && (!(Array.isArray(data30)))){
const err77 = {instancePath:instancePath+"/l4/deny",schemaPath:"#/properties/l4/properties/deny/type",keyword:"type",params:{type: schema11.properties.l4.properties.deny.type},message:"must be string,array",schema:schema11.properties.l4.properties.deny.type,parentSchema:schema11.properties.l4.properties.deny,data:data30};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
if(Array.isArray(data30)){
if(data30.length < 1){
const err78 = {instancePath:instancePath+"/l4/deny",schemaPath:"#/properties/l4/properties/deny/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.l4.properties.deny,data:data30};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
const len3 = data30.length;
for(let i3=0; i3<len3; i3++){
let data31 = data30[i3];
if(typeof data31 !== "string"){
const err79 = {instancePath:instancePath+"/l4/deny/" + i3,schemaPath:"#/properties/l4/properties/deny/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.deny.items.type,parentSchema:schema11.properties.l4.properties.deny.items,data:data31};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
}
}
if(data25.limit !== undefined){
let data32 = data25.limit;
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
if(data32.newFlows === undefined){
const err80 = {instancePath:instancePath+"/l4/limit",schemaPath:"#/properties/l4/properties/limit/required",keyword:"required",params:{missingProperty: "newFlows"},message:"must have required property '"+"newFlows"+"'",schema:schema11.properties.l4.properties.limit.required,parentSchema:schema11.properties.l4.properties.limit,data:data32};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
for(const key12 in data32){
if(!((key12 === "newFlows") || (key12 === "burst"))){
const err81 = {instancePath:instancePath+"/l4/limit",schemaPath:"#/properties/l4/properties/limit/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l4.properties.limit,data:data32};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data32.newFlows !== undefined){
let data33 = data32.newFlows;
if(typeof data33 === "string"){
if(data33.length < 1){
const err82 = {instancePath:instancePath+"/l4/limit/newFlows",schemaPath:"#/properties/l4/properties/limit/properties/newFlows/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l4.properties.limit.properties.newFlows,data:data33};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if(!pattern5.test(data33)){
const err83 = {instancePath:instancePath+"/l4/limit/newFlows",schemaPath:"#/properties/l4/properties/limit/properties/newFlows/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,5}/(s|m)$"},message:"must match pattern \""+"^[1-9][0-9]{0,5}/(s|m)$"+"\"",schema:"^[1-9][0-9]{0,5}/(s|m)$",parentSchema:schema11.properties.l4.properties.limit.properties.newFlows,data:data33};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
else {
const err84 = {instancePath:instancePath+"/l4/limit/newFlows",schemaPath:"#/properties/l4/properties/limit/properties/newFlows/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.limit.properties.newFlows.type,parentSchema:schema11.properties.l4.properties.limit.properties.newFlows,data:data33};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data32.burst !== undefined){
let data34 = data32.burst;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
const err85 = {instancePath:instancePath+"/l4/limit/burst",schemaPath:"#/properties/l4/properties/limit/properties/burst/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l4.properties.limit.properties.burst.type,parentSchema:schema11.properties.l4.properties.limit.properties.burst,data:data34};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 > 1000000 || isNaN(data34)){
const err86 = {instancePath:instancePath+"/l4/limit/burst",schemaPath:"#/properties/l4/properties/limit/properties/burst/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema11.properties.l4.properties.limit.properties.burst,data:data34};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if(data34 < 1 || isNaN(data34)){
const err87 = {instancePath:instancePath+"/l4/limit/burst",schemaPath:"#/properties/l4/properties/limit/properties/burst/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.l4.properties.limit.properties.burst,data:data34};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
}
else {
const err88 = {instancePath:instancePath+"/l4/limit",schemaPath:"#/properties/l4/properties/limit/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l4.properties.limit.type,parentSchema:schema11.properties.l4.properties.limit,data:data32};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data25.sample !== undefined){
let data35 = data25.sample;
if(!(((typeof data35 == "number") && (!(data35 % 1) && !isNaN(data35))) && (isFinite(data35)))){
const err89 = {instancePath:instancePath+"/l4/sample",schemaPath:"#/properties/l4/properties/sample/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l4.properties.sample.type,parentSchema:schema11.properties.l4.properties.sample,data:data35};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 > 16777216 || isNaN(data35)){
const err90 = {instancePath:instancePath+"/l4/sample",schemaPath:"#/properties/l4/properties/sample/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216",schema:16777216,parentSchema:schema11.properties.l4.properties.sample,data:data35};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
if(data35 < 0 || isNaN(data35)){
const err91 = {instancePath:instancePath+"/l4/sample",schemaPath:"#/properties/l4/properties/sample/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.l4.properties.sample,data:data35};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
}
if(data25.tunnel !== undefined){
let data36 = data25.tunnel;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
for(const key13 in data36){
if(!(((key13 === "encapsulation") || (key13 === "sources")) || (key13 === "accept"))){
const err92 = {instancePath:instancePath+"/l4/tunnel",schemaPath:"#/properties/l4/properties/tunnel/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l4.properties.tunnel,data:data36};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(data36.encapsulation !== undefined){
let data37 = data36.encapsulation;
if(typeof data37 !== "string"){
const err93 = {instancePath:instancePath+"/l4/tunnel/encapsulation",schemaPath:"#/properties/l4/properties/tunnel/properties/encapsulation/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.tunnel.properties.encapsulation.type,parentSchema:schema11.properties.l4.properties.tunnel.properties.encapsulation,data:data37};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
if(!(((data37 === "ipip") || (data37 === "gue")) || (data37 === "vxlan"))){
const err94 = {instancePath:instancePath+"/l4/tunnel/encapsulation",schemaPath:"#/properties/l4/properties/tunnel/properties/encapsulation/enum",keyword:"enum",params:{allowedValues: schema11.properties.l4.properties.tunnel.properties.encapsulation.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.l4.properties.tunnel.properties.encapsulation.enum,parentSchema:schema11.properties.l4.properties.tunnel.properties.encapsulation,data:data37};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
if(data36.sources !== undefined){
let data38 = data36.sources;
if(typeof data38 === "string"){
if(data38.length < 1){
const err95 = {instancePath:instancePath+"/l4/tunnel/sources",schemaPath:"#/properties/l4/properties/tunnel/properties/sources/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l4.properties.tunnel.properties.sources,data:data38};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
else {
const err96 = {instancePath:instancePath+"/l4/tunnel/sources",schemaPath:"#/properties/l4/properties/tunnel/properties/sources/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.tunnel.properties.sources.type,parentSchema:schema11.properties.l4.properties.tunnel.properties.sources,data:data38};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data36.accept !== undefined){
let data39 = data36.accept;
if(typeof data39 === "string"){
if(data39.length < 1){
const err97 = {instancePath:instancePath+"/l4/tunnel/accept",schemaPath:"#/properties/l4/properties/tunnel/properties/accept/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l4.properties.tunnel.properties.accept,data:data39};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
else {
const err98 = {instancePath:instancePath+"/l4/tunnel/accept",schemaPath:"#/properties/l4/properties/tunnel/properties/accept/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.tunnel.properties.accept.type,parentSchema:schema11.properties.l4.properties.tunnel.properties.accept,data:data39};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
}
else {
const err99 = {instancePath:instancePath+"/l4/tunnel",schemaPath:"#/properties/l4/properties/tunnel/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l4.properties.tunnel.type,parentSchema:schema11.properties.l4.properties.tunnel,data:data36};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data25.announce !== undefined){
let data40 = data25.announce;
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
for(const key14 in data40){
if(!(((key14 === "via") || (key14 === "bfd")) || (key14 === "holdTime"))){
const err100 = {instancePath:instancePath+"/l4/announce",schemaPath:"#/properties/l4/properties/announce/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l4.properties.announce,data:data40};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data40.via !== undefined){
let data41 = data40.via;
if(typeof data41 !== "string"){
const err101 = {instancePath:instancePath+"/l4/announce/via",schemaPath:"#/properties/l4/properties/announce/properties/via/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.announce.properties.via.type,parentSchema:schema11.properties.l4.properties.announce.properties.via,data:data41};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
if(!((((data41 === "bgp") || (data41 === "static")) || (data41 === "vrrp")) || (data41 === "arp"))){
const err102 = {instancePath:instancePath+"/l4/announce/via",schemaPath:"#/properties/l4/properties/announce/properties/via/enum",keyword:"enum",params:{allowedValues: schema11.properties.l4.properties.announce.properties.via.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.l4.properties.announce.properties.via.enum,parentSchema:schema11.properties.l4.properties.announce.properties.via,data:data41};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
if(data40.bfd !== undefined){
let data42 = data40.bfd;
if(typeof data42 === "string"){
if(data42.length < 1){
const err103 = {instancePath:instancePath+"/l4/announce/bfd",schemaPath:"#/properties/l4/properties/announce/properties/bfd/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l4.properties.announce.properties.bfd,data:data42};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if(!pattern6.test(data42)){
const err104 = {instancePath:instancePath+"/l4/announce/bfd",schemaPath:"#/properties/l4/properties/announce/properties/bfd/pattern",keyword:"pattern",params:{pattern: "^(off|[1-9][0-9]{0,4}ms x [1-9][0-9]{0,2})$"},message:"must match pattern \""+"^(off|[1-9][0-9]{0,4}ms x [1-9][0-9]{0,2})$"+"\"",schema:"^(off|[1-9][0-9]{0,4}ms x [1-9][0-9]{0,2})$",parentSchema:schema11.properties.l4.properties.announce.properties.bfd,data:data42};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
else {
const err105 = {instancePath:instancePath+"/l4/announce/bfd",schemaPath:"#/properties/l4/properties/announce/properties/bfd/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.announce.properties.bfd.type,parentSchema:schema11.properties.l4.properties.announce.properties.bfd,data:data42};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data40.holdTime !== undefined){
let data43 = data40.holdTime;
if(typeof data43 === "string"){
if(!pattern7.test(data43)){
const err106 = {instancePath:instancePath+"/l4/announce/holdTime",schemaPath:"#/properties/l4/properties/announce/properties/holdTime/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l4.properties.announce.properties.holdTime,data:data43};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
else {
const err107 = {instancePath:instancePath+"/l4/announce/holdTime",schemaPath:"#/properties/l4/properties/announce/properties/holdTime/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.announce.properties.holdTime.type,parentSchema:schema11.properties.l4.properties.announce.properties.holdTime,data:data43};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
}
else {
const err108 = {instancePath:instancePath+"/l4/announce",schemaPath:"#/properties/l4/properties/announce/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l4.properties.announce.type,parentSchema:schema11.properties.l4.properties.announce,data:data40};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
if(data25.nodes !== undefined){
let data44 = data25.nodes;
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
for(const key15 in data44){
const _errs121 = errors;
if(typeof key15 === "string"){
if(!pattern0.test(key15)){
const err109 = {instancePath:instancePath+"/l4/nodes",schemaPath:"#/properties/l4/properties/nodes/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.l4.properties.nodes.propertyNames,data:key15,propertyName:key15};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
var valid24 = _errs121 === errors;
if(!valid24){
const err110 = {instancePath:instancePath+"/l4/nodes",schemaPath:"#/properties/l4/properties/nodes/propertyNames",keyword:"propertyNames",params:{propertyName: key15},message:"property name must be valid",schema:schema11.properties.l4.properties.nodes.propertyNames,parentSchema:schema11.properties.l4.properties.nodes,data:data44};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
for(const key16 in data44){
let data45 = data44[key16];
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
if(Object.keys(data45).length < 1){
const err111 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties,data:data45};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
for(const key17 in data45){
if(!(key17 === "management")){
let data46 = data45[key17];
if((!data46 || typeof data46 != "object") && (typeof data46 !== "string")){
const err112 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/type",keyword:"type",params:{type: schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.type},message:"must be string,array,object",schema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
if(Array.isArray(data46)){
if(data46.length > 2){
const err113 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
if(data46.length < 1){
const err114 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
const len4 = data46.length;
for(let i4=0; i4<len4; i4++){
let data47 = data46[i4];
if(typeof data47 !== "string"){
const err115 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i4,schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.items.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.items,data:data47};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
}
if(data46 && typeof data46 == "object" && !Array.isArray(data46)){
if(data46.address === undefined){
const err116 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.required,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
for(const key18 in data46){
if(!((key18 === "address") || (key18 === "device"))){
const err117 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties,data:data46};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data46.address !== undefined){
let data48 = data46.address;
if((typeof data48 !== "string") && (!(Array.isArray(data48)))){
const err118 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/properties/address/type",keyword:"type",params:{type: schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address.type},message:"must be string,array",schema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data48};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if(Array.isArray(data48)){
if(data48.length > 2){
const err119 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/properties/address/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data48};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
if(data48.length < 1){
const err120 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/properties/address/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data48};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
const len5 = data48.length;
for(let i5=0; i5<len5; i5++){
let data49 = data48[i5];
if(typeof data49 !== "string"){
const err121 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/address/" + i5,schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/properties/address/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address.items.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.address.items,data:data49};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
}
}
if(data46.device !== undefined){
let data50 = data46.device;
if(typeof data50 === "string"){
if(!pattern3.test(data50)){
const err122 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/properties/device/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$",parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data50};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
else {
const err123 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key17.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/additionalProperties/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.device.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data50};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
}
}
if(data45.management !== undefined){
let data51 = data45.management;
if((typeof data51 !== "string") && (!(data51 && typeof data51 == "object" && !Array.isArray(data51)))){
const err124 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/type",keyword:"type",params:{type: schema11.properties.l4.properties.nodes.additionalProperties.properties.management.type},message:"must be string,object",schema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management,data:data51};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
if(data51 && typeof data51 == "object" && !Array.isArray(data51)){
for(const key19 in data51){
if(!(((key19 === "address") || (key19 === "port")) || (key19 === "jump"))){
const err125 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management,data:data51};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
if(data51.address !== undefined){
let data52 = data51.address;
if(typeof data52 === "string"){
if(data52.length < 1){
const err126 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/address/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.address,data:data52};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
else {
const err127 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.address.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.address,data:data52};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
if(data51.port !== undefined){
let data53 = data51.port;
if(!(((typeof data53 == "number") && (!(data53 % 1) && !isNaN(data53))) && (isFinite(data53)))){
const err128 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.port.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.port,data:data53};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
if((typeof data53 == "number") && (isFinite(data53))){
if(data53 > 65535 || isNaN(data53)){
const err129 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.port,data:data53};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
if(data53 < 1 || isNaN(data53)){
const err130 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.port,data:data53};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
}
if(data51.jump !== undefined){
let data54 = data51.jump;
if(typeof data54 === "string"){
if(data54.length < 1){
const err131 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/jump/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.jump,data:data54};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
if(!pattern4.test(data54)){
const err132 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/jump/pattern",keyword:"pattern",params:{pattern: "^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"},message:"must match pattern \""+"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"+"\"",schema:"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$",parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.jump,data:data54};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
else {
const err133 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/l4/properties/nodes/additionalProperties/properties/management/properties/jump/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.jump.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties.properties.management.properties.jump,data:data54};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
}
}
}
else {
const err134 = {instancePath:instancePath+"/l4/nodes/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l4/properties/nodes/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l4.properties.nodes.additionalProperties.type,parentSchema:schema11.properties.l4.properties.nodes.additionalProperties,data:data45};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
}
else {
const err135 = {instancePath:instancePath+"/l4/nodes",schemaPath:"#/properties/l4/properties/nodes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l4.properties.nodes.type,parentSchema:schema11.properties.l4.properties.nodes,data:data44};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
}
else {
const err136 = {instancePath:instancePath+"/l4",schemaPath:"#/properties/l4/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l4.type,parentSchema:schema11.properties.l4,data:data25};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data.l7 !== undefined){
let data55 = data.l7;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
for(const key20 in data55){
if(!((((key20 === "driver") || (key20 === "maxConnections")) || (key20 === "timeouts")) || (key20 === "nodes"))){
const err137 = {instancePath:instancePath+"/l7",schemaPath:"#/properties/l7/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l7,data:data55};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data55.driver !== undefined){
let data56 = data55.driver;
if(typeof data56 !== "string"){
const err138 = {instancePath:instancePath+"/l7/driver",schemaPath:"#/properties/l7/properties/driver/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.driver.type,parentSchema:schema11.properties.l7.properties.driver,data:data56};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
if(!((data56 === "haproxy") || (data56 === "nginx"))){
const err139 = {instancePath:instancePath+"/l7/driver",schemaPath:"#/properties/l7/properties/driver/enum",keyword:"enum",params:{allowedValues: schema11.properties.l7.properties.driver.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.l7.properties.driver.enum,parentSchema:schema11.properties.l7.properties.driver,data:data56};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
if(data55.maxConnections !== undefined){
let data57 = data55.maxConnections;
if(!(((typeof data57 == "number") && (!(data57 % 1) && !isNaN(data57))) && (isFinite(data57)))){
const err140 = {instancePath:instancePath+"/l7/maxConnections",schemaPath:"#/properties/l7/properties/maxConnections/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l7.properties.maxConnections.type,parentSchema:schema11.properties.l7.properties.maxConnections,data:data57};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
if((typeof data57 == "number") && (isFinite(data57))){
if(data57 > 1000000 || isNaN(data57)){
const err141 = {instancePath:instancePath+"/l7/maxConnections",schemaPath:"#/properties/l7/properties/maxConnections/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema11.properties.l7.properties.maxConnections,data:data57};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
if(data57 < 100 || isNaN(data57)){
const err142 = {instancePath:instancePath+"/l7/maxConnections",schemaPath:"#/properties/l7/properties/maxConnections/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100},message:"must be >= 100",schema:100,parentSchema:schema11.properties.l7.properties.maxConnections,data:data57};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
}
if(data55.timeouts !== undefined){
let data58 = data55.timeouts;
if(data58 && typeof data58 == "object" && !Array.isArray(data58)){
for(const key21 in data58){
if(!((((((((key21 === "connect") || (key21 === "queue")) || (key21 === "request")) || (key21 === "keepAlive")) || (key21 === "client")) || (key21 === "server")) || (key21 === "tunnel")) || (key21 === "close"))){
const err143 = {instancePath:instancePath+"/l7/timeouts",schemaPath:"#/properties/l7/properties/timeouts/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l7.properties.timeouts,data:data58};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data58.connect !== undefined){
let data59 = data58.connect;
if(typeof data59 === "string"){
if(!pattern7.test(data59)){
const err144 = {instancePath:instancePath+"/l7/timeouts/connect",schemaPath:"#/properties/l7/properties/timeouts/properties/connect/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.connect,data:data59};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
else {
const err145 = {instancePath:instancePath+"/l7/timeouts/connect",schemaPath:"#/properties/l7/properties/timeouts/properties/connect/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.connect.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.connect,data:data59};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
if(data58.queue !== undefined){
let data60 = data58.queue;
if(typeof data60 === "string"){
if(!pattern7.test(data60)){
const err146 = {instancePath:instancePath+"/l7/timeouts/queue",schemaPath:"#/properties/l7/properties/timeouts/properties/queue/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.queue,data:data60};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
else {
const err147 = {instancePath:instancePath+"/l7/timeouts/queue",schemaPath:"#/properties/l7/properties/timeouts/properties/queue/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.queue.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.queue,data:data60};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
if(data58.request !== undefined){
let data61 = data58.request;
if(typeof data61 === "string"){
if(!pattern7.test(data61)){
const err148 = {instancePath:instancePath+"/l7/timeouts/request",schemaPath:"#/properties/l7/properties/timeouts/properties/request/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.request,data:data61};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
else {
const err149 = {instancePath:instancePath+"/l7/timeouts/request",schemaPath:"#/properties/l7/properties/timeouts/properties/request/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.request.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.request,data:data61};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data58.keepAlive !== undefined){
let data62 = data58.keepAlive;
if(typeof data62 === "string"){
if(!pattern7.test(data62)){
const err150 = {instancePath:instancePath+"/l7/timeouts/keepAlive",schemaPath:"#/properties/l7/properties/timeouts/properties/keepAlive/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.keepAlive,data:data62};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/l7/timeouts/keepAlive",schemaPath:"#/properties/l7/properties/timeouts/properties/keepAlive/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.keepAlive.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.keepAlive,data:data62};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data58.client !== undefined){
let data63 = data58.client;
if(typeof data63 === "string"){
if(!pattern7.test(data63)){
const err152 = {instancePath:instancePath+"/l7/timeouts/client",schemaPath:"#/properties/l7/properties/timeouts/properties/client/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.client,data:data63};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
else {
const err153 = {instancePath:instancePath+"/l7/timeouts/client",schemaPath:"#/properties/l7/properties/timeouts/properties/client/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.client.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.client,data:data63};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
if(data58.server !== undefined){
let data64 = data58.server;
if(typeof data64 === "string"){
if(!pattern7.test(data64)){
const err154 = {instancePath:instancePath+"/l7/timeouts/server",schemaPath:"#/properties/l7/properties/timeouts/properties/server/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.server,data:data64};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
else {
const err155 = {instancePath:instancePath+"/l7/timeouts/server",schemaPath:"#/properties/l7/properties/timeouts/properties/server/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.server.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.server,data:data64};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
if(data58.tunnel !== undefined){
let data65 = data58.tunnel;
if(typeof data65 === "string"){
if(!pattern7.test(data65)){
const err156 = {instancePath:instancePath+"/l7/timeouts/tunnel",schemaPath:"#/properties/l7/properties/timeouts/properties/tunnel/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.tunnel,data:data65};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
else {
const err157 = {instancePath:instancePath+"/l7/timeouts/tunnel",schemaPath:"#/properties/l7/properties/timeouts/properties/tunnel/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.tunnel.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.tunnel,data:data65};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
if(data58.close !== undefined){
let data66 = data58.close;
if(typeof data66 === "string"){
if(!pattern7.test(data66)){
const err158 = {instancePath:instancePath+"/l7/timeouts/close",schemaPath:"#/properties/l7/properties/timeouts/properties/close/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.l7.properties.timeouts.properties.close,data:data66};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
else {
const err159 = {instancePath:instancePath+"/l7/timeouts/close",schemaPath:"#/properties/l7/properties/timeouts/properties/close/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.timeouts.properties.close.type,parentSchema:schema11.properties.l7.properties.timeouts.properties.close,data:data66};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
}
else {
const err160 = {instancePath:instancePath+"/l7/timeouts",schemaPath:"#/properties/l7/properties/timeouts/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l7.properties.timeouts.type,parentSchema:schema11.properties.l7.properties.timeouts,data:data58};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
if(data55.nodes !== undefined){
let data67 = data55.nodes;
if(data67 && typeof data67 == "object" && !Array.isArray(data67)){
for(const key22 in data67){
const _errs185 = errors;
if(typeof key22 === "string"){
if(!pattern0.test(key22)){
const err161 = {instancePath:instancePath+"/l7/nodes",schemaPath:"#/properties/l7/properties/nodes/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.l7.properties.nodes.propertyNames,data:key22,propertyName:key22};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
}
var valid36 = _errs185 === errors;
if(!valid36){
const err162 = {instancePath:instancePath+"/l7/nodes",schemaPath:"#/properties/l7/properties/nodes/propertyNames",keyword:"propertyNames",params:{propertyName: key22},message:"property name must be valid",schema:schema11.properties.l7.properties.nodes.propertyNames,parentSchema:schema11.properties.l7.properties.nodes,data:data67};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
for(const key23 in data67){
let data68 = data67[key23];
if(data68 && typeof data68 == "object" && !Array.isArray(data68)){
if(Object.keys(data68).length < 1){
const err163 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties,data:data68};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
for(const key24 in data68){
if(!(key24 === "management")){
let data69 = data68[key24];
if((!data69 || typeof data69 != "object") && (typeof data69 !== "string")){
const err164 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/type",keyword:"type",params:{type: schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.type},message:"must be string,array,object",schema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties,data:data69};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
if(Array.isArray(data69)){
if(data69.length > 2){
const err165 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties,data:data69};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if(data69.length < 1){
const err166 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties,data:data69};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
const len6 = data69.length;
for(let i6=0; i6<len6; i6++){
let data70 = data69[i6];
if(typeof data70 !== "string"){
const err167 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i6,schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.items.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.items,data:data70};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
}
if(data69 && typeof data69 == "object" && !Array.isArray(data69)){
if(data69.address === undefined){
const err168 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.required,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties,data:data69};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
for(const key25 in data69){
if(!((key25 === "address") || (key25 === "device"))){
const err169 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key25},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties,data:data69};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
if(data69.address !== undefined){
let data71 = data69.address;
if((typeof data71 !== "string") && (!(Array.isArray(data71)))){
const err170 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/properties/address/type",keyword:"type",params:{type: schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address.type},message:"must be string,array",schema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data71};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
if(Array.isArray(data71)){
if(data71.length > 2){
const err171 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/properties/address/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data71};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
if(data71.length < 1){
const err172 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/properties/address/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data71};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
const len7 = data71.length;
for(let i7=0; i7<len7; i7++){
let data72 = data71[i7];
if(typeof data72 !== "string"){
const err173 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/address/" + i7,schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/properties/address/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address.items.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.address.items,data:data72};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
}
}
if(data69.device !== undefined){
let data73 = data69.device;
if(typeof data73 === "string"){
if(!pattern3.test(data73)){
const err174 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/properties/device/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$",parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data73};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
else {
const err175 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key24.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/additionalProperties/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.device.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data73};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
}
}
}
if(data68.management !== undefined){
let data74 = data68.management;
if((typeof data74 !== "string") && (!(data74 && typeof data74 == "object" && !Array.isArray(data74)))){
const err176 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/type",keyword:"type",params:{type: schema11.properties.l7.properties.nodes.additionalProperties.properties.management.type},message:"must be string,object",schema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management,data:data74};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
if(data74 && typeof data74 == "object" && !Array.isArray(data74)){
for(const key26 in data74){
if(!(((key26 === "address") || (key26 === "port")) || (key26 === "jump"))){
const err177 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key26},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management,data:data74};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
if(data74.address !== undefined){
let data75 = data74.address;
if(typeof data75 === "string"){
if(data75.length < 1){
const err178 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/address/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.address,data:data75};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
else {
const err179 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.address.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.address,data:data75};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
if(data74.port !== undefined){
let data76 = data74.port;
if(!(((typeof data76 == "number") && (!(data76 % 1) && !isNaN(data76))) && (isFinite(data76)))){
const err180 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.port.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.port,data:data76};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
if((typeof data76 == "number") && (isFinite(data76))){
if(data76 > 65535 || isNaN(data76)){
const err181 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.port,data:data76};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
if(data76 < 1 || isNaN(data76)){
const err182 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.port,data:data76};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
}
if(data74.jump !== undefined){
let data77 = data74.jump;
if(typeof data77 === "string"){
if(data77.length < 1){
const err183 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/jump/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.jump,data:data77};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
if(!pattern4.test(data77)){
const err184 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/jump/pattern",keyword:"pattern",params:{pattern: "^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"},message:"must match pattern \""+"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"+"\"",schema:"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$",parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.jump,data:data77};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
}
else {
const err185 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/l7/properties/nodes/additionalProperties/properties/management/properties/jump/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.jump.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties.properties.management.properties.jump,data:data77};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
}
}
}
}
else {
const err186 = {instancePath:instancePath+"/l7/nodes/" + key23.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/l7/properties/nodes/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l7.properties.nodes.additionalProperties.type,parentSchema:schema11.properties.l7.properties.nodes.additionalProperties,data:data68};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
}
else {
const err187 = {instancePath:instancePath+"/l7/nodes",schemaPath:"#/properties/l7/properties/nodes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l7.properties.nodes.type,parentSchema:schema11.properties.l7.properties.nodes,data:data67};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
}
else {
const err188 = {instancePath:instancePath+"/l7",schemaPath:"#/properties/l7/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.l7.type,parentSchema:schema11.properties.l7,data:data55};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
if(data.pools !== undefined){
let data78 = data.pools;
if(data78 && typeof data78 == "object" && !Array.isArray(data78)){
for(const key27 in data78){
const _errs213 = errors;
if(typeof key27 === "string"){
if(!pattern0.test(key27)){
const err189 = {instancePath:instancePath+"/pools",schemaPath:"#/properties/pools/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.pools.propertyNames,data:key27,propertyName:key27};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
var valid46 = _errs213 === errors;
if(!valid46){
const err190 = {instancePath:instancePath+"/pools",schemaPath:"#/properties/pools/propertyNames",keyword:"propertyNames",params:{propertyName: key27},message:"property name must be valid",schema:schema11.properties.pools.propertyNames,parentSchema:schema11.properties.pools,data:data78};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
}
for(const key28 in data78){
let data79 = data78[key28];
if(data79 && typeof data79 == "object" && !Array.isArray(data79)){
if(data79.servers === undefined){
const err191 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'",schema:schema11.properties.pools.additionalProperties.required,parentSchema:schema11.properties.pools.additionalProperties,data:data79};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
for(const key29 in data79){
if(!((((key29 === "servers") || (key29 === "check")) || (key29 === "balance")) || (key29 === "port"))){
const err192 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key29},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.pools.additionalProperties,data:data79};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
if(data79.servers !== undefined){
let data80 = data79.servers;
if(data80 && typeof data80 == "object" && !Array.isArray(data80)){
for(const key30 in data80){
const _errs220 = errors;
if(typeof key30 === "string"){
if(!pattern0.test(key30)){
const err193 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers",schemaPath:"#/properties/pools/additionalProperties/properties/servers/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.pools.additionalProperties.properties.servers.propertyNames,data:key30,propertyName:key30};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
var valid49 = _errs220 === errors;
if(!valid49){
const err194 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers",schemaPath:"#/properties/pools/additionalProperties/properties/servers/propertyNames",keyword:"propertyNames",params:{propertyName: key30},message:"property name must be valid",schema:schema11.properties.pools.additionalProperties.properties.servers.propertyNames,parentSchema:schema11.properties.pools.additionalProperties.properties.servers,data:data80};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
for(const key31 in data80){
let data81 = data80[key31];
if((typeof data81 !== "string") && (!(data81 && typeof data81 == "object" && !Array.isArray(data81)))){
const err195 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/type",keyword:"type",params:{type: schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.type},message:"must be string,object",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties,data:data81};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
if(typeof data81 === "string"){
if(data81.length < 1){
const err196 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties,data:data81};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
if(data81 && typeof data81 == "object" && !Array.isArray(data81)){
if(data81.address === undefined){
const err197 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.required,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties,data:data81};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
for(const key32 in data81){
if(!((((((key32 === "address") || (key32 === "port")) || (key32 === "weight")) || (key32 === "managed")) || (key32 === "device")) || (key32 === "management"))){
const err198 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key32},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties,data:data81};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
if(data81.address !== undefined){
let data82 = data81.address;
if((typeof data82 !== "string") && (!(Array.isArray(data82)))){
const err199 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/address/type",keyword:"type",params:{type: schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address.type},message:"must be string,array",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address,data:data82};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
if(Array.isArray(data82)){
if(data82.length > 2){
const err200 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/address/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address,data:data82};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
if(data82.length < 1){
const err201 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/address/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address,data:data82};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
const len8 = data82.length;
for(let i8=0; i8<len8; i8++){
let data83 = data82[i8];
if(typeof data83 !== "string"){
const err202 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/address/" + i8,schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/address/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address.items.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.address.items,data:data83};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
}
}
if(data81.port !== undefined){
let data84 = data81.port;
if(!(((typeof data84 == "number") && (!(data84 % 1) && !isNaN(data84))) && (isFinite(data84)))){
const err203 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/port",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.port.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.port,data:data84};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
if((typeof data84 == "number") && (isFinite(data84))){
if(data84 > 65535 || isNaN(data84)){
const err204 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/port",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.port,data:data84};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
if(data84 < 1 || isNaN(data84)){
const err205 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/port",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.port,data:data84};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
}
}
if(data81.weight !== undefined){
let data85 = data81.weight;
if(!(((typeof data85 == "number") && (!(data85 % 1) && !isNaN(data85))) && (isFinite(data85)))){
const err206 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/weight",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/weight/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.weight.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.weight,data:data85};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
if((typeof data85 == "number") && (isFinite(data85))){
if(data85 > 256 || isNaN(data85)){
const err207 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/weight",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 256},message:"must be <= 256",schema:256,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.weight,data:data85};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
if(data85 < 0 || isNaN(data85)){
const err208 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/weight",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.weight,data:data85};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
}
if(data81.managed !== undefined){
let data86 = data81.managed;
if(typeof data86 !== "boolean"){
const err209 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/managed",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/managed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.managed.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.managed,data:data86};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
if(data81.device !== undefined){
let data87 = data81.device;
if(typeof data87 === "string"){
if(!pattern3.test(data87)){
const err210 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/device/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$",parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.device,data:data87};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
else {
const err211 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.device.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.device,data:data87};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
}
if(data81.management !== undefined){
let data88 = data81.management;
if((typeof data88 !== "string") && (!(data88 && typeof data88 == "object" && !Array.isArray(data88)))){
const err212 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/type",keyword:"type",params:{type: schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.type},message:"must be string,object",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management,data:data88};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
if(data88 && typeof data88 == "object" && !Array.isArray(data88)){
for(const key33 in data88){
if(!(((key33 === "address") || (key33 === "port")) || (key33 === "jump"))){
const err213 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key33},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management,data:data88};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
if(data88.address !== undefined){
let data89 = data88.address;
if(typeof data89 === "string"){
if(data89.length < 1){
const err214 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/address/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.address,data:data89};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
}
else {
const err215 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.address.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.address,data:data89};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
if(data88.port !== undefined){
let data90 = data88.port;
if(!(((typeof data90 == "number") && (!(data90 % 1) && !isNaN(data90))) && (isFinite(data90)))){
const err216 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.port.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.port,data:data90};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
if((typeof data90 == "number") && (isFinite(data90))){
if(data90 > 65535 || isNaN(data90)){
const err217 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.port,data:data90};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
if(data90 < 1 || isNaN(data90)){
const err218 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.port,data:data90};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
}
}
if(data88.jump !== undefined){
let data91 = data88.jump;
if(typeof data91 === "string"){
if(data91.length < 1){
const err219 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/jump/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.jump,data:data91};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
if(!pattern4.test(data91)){
const err220 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/jump/pattern",keyword:"pattern",params:{pattern: "^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"},message:"must match pattern \""+"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"+"\"",schema:"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$",parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.jump,data:data91};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
else {
const err221 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers/" + key31.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/pools/additionalProperties/properties/servers/additionalProperties/properties/management/properties/jump/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.jump.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers.additionalProperties.properties.management.properties.jump,data:data91};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
}
}
}
}
}
else {
const err222 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/servers",schemaPath:"#/properties/pools/additionalProperties/properties/servers/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.pools.additionalProperties.properties.servers.type,parentSchema:schema11.properties.pools.additionalProperties.properties.servers,data:data80};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
if(data79.check !== undefined){
let data92 = data79.check;
if((typeof data92 !== "string") && (!(data92 && typeof data92 == "object" && !Array.isArray(data92)))){
const err223 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check",schemaPath:"#/properties/pools/additionalProperties/properties/check/type",keyword:"type",params:{type: schema11.properties.pools.additionalProperties.properties.check.type},message:"must be string,object",schema:schema11.properties.pools.additionalProperties.properties.check.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check,data:data92};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
if(typeof data92 === "string"){
if(!pattern26.test(data92)){
const err224 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check",schemaPath:"#/properties/pools/additionalProperties/properties/check/pattern",keyword:"pattern",params:{pattern: "^(none|tcp)$"},message:"must match pattern \""+"^(none|tcp)$"+"\"",schema:"^(none|tcp)$",parentSchema:schema11.properties.pools.additionalProperties.properties.check,data:data92};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
}
if(data92 && typeof data92 == "object" && !Array.isArray(data92)){
for(const key34 in data92){
if(!(func2.call(schema11.properties.pools.additionalProperties.properties.check.properties, key34))){
const err225 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check",schemaPath:"#/properties/pools/additionalProperties/properties/check/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key34},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.pools.additionalProperties.properties.check,data:data92};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
}
if(data92.tcp !== undefined){
let data93 = data92.tcp;
if(typeof data93 !== "boolean"){
const err226 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/tcp",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/tcp/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.pools.additionalProperties.properties.check.properties.tcp.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.tcp,data:data93};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
if(!(data93 === true)){
const err227 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/tcp",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/tcp/enum",keyword:"enum",params:{allowedValues: schema11.properties.pools.additionalProperties.properties.check.properties.tcp.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.pools.additionalProperties.properties.check.properties.tcp.enum,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.tcp,data:data93};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
}
if(data92.http !== undefined){
let data94 = data92.http;
if(typeof data94 === "string"){
if(data94.length < 1){
const err228 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/http",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/http/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.http,data:data94};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
if(!pattern27.test(data94)){
const err229 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/http",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/http/pattern",keyword:"pattern",params:{pattern: "^/[A-Za-z0-9._~&+,=:@%/?-]{0,1023}$"},message:"must match pattern \""+"^/[A-Za-z0-9._~&+,=:@%/?-]{0,1023}$"+"\"",schema:"^/[A-Za-z0-9._~&+,=:@%/?-]{0,1023}$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.http,data:data94};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
else {
const err230 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/http",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/http/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.http.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.http,data:data94};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
}
if(data92.dns !== undefined){
let data95 = data92.dns;
if(typeof data95 === "string"){
if(data95.length < 1){
const err231 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/dns",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/dns/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.dns,data:data95};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
if(!pattern28.test(data95)){
const err232 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/dns",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/dns/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_.-]{1,253}$"},message:"must match pattern \""+"^[A-Za-z0-9_.-]{1,253}$"+"\"",schema:"^[A-Za-z0-9_.-]{1,253}$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.dns,data:data95};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
}
else {
const err233 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/dns",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/dns/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.dns.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.dns,data:data95};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
}
if(data92.host !== undefined){
let data96 = data92.host;
if(typeof data96 === "string"){
if(data96.length < 1){
const err234 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/host",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.host,data:data96};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
if(!pattern29.test(data96)){
const err235 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/host",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/host/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_.:[\\]-]{1,253}$"},message:"must match pattern \""+"^[A-Za-z0-9_.:[\\]-]{1,253}$"+"\"",schema:"^[A-Za-z0-9_.:[\\]-]{1,253}$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.host,data:data96};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
else {
const err236 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/host",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.host.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.host,data:data96};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
}
if(data92.status !== undefined){
let data97 = data92.status;
if(((!(((typeof data97 == "number") && (!(data97 % 1) && !isNaN(data97))) && (isFinite(data97)))) && (typeof data97 !== "string")) && (!(Array.isArray(data97)))){
const err237 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/type",keyword:"type",params:{type: schema11.properties.pools.additionalProperties.properties.check.properties.status.type},message:"must be integer,string,array",schema:schema11.properties.pools.additionalProperties.properties.check.properties.status.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status,data:data97};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
if((typeof data97 == "number") && (isFinite(data97))){
if(data97 > 599 || isNaN(data97)){
const err238 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/maximum",keyword:"maximum",params:{comparison: "<=", limit: 599},message:"must be <= 599",schema:599,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status,data:data97};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
if(data97 < 100 || isNaN(data97)){
const err239 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100},message:"must be >= 100",schema:100,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status,data:data97};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
if(typeof data97 === "string"){
if(!pattern30.test(data97)){
const err240 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/pattern",keyword:"pattern",params:{pattern: "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$"},message:"must match pattern \""+"^[1-5][0-9]{2}(-[1-5][0-9]{2})?$"+"\"",schema:"^[1-5][0-9]{2}(-[1-5][0-9]{2})?$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status,data:data97};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
}
if(Array.isArray(data97)){
if(data97.length < 1){
const err241 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status,data:data97};
if(vErrors === null){
vErrors = [err241];
}
else {
vErrors.push(err241);
}
errors++;
}
const len9 = data97.length;
for(let i9=0; i9<len9; i9++){
let data98 = data97[i9];
if((!(((typeof data98 == "number") && (!(data98 % 1) && !isNaN(data98))) && (isFinite(data98)))) && (typeof data98 !== "string")){
const err242 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status/" + i9,schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/items/type",keyword:"type",params:{type: schema11.properties.pools.additionalProperties.properties.check.properties.status.items.type},message:"must be integer,string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.status.items.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status.items,data:data98};
if(vErrors === null){
vErrors = [err242];
}
else {
vErrors.push(err242);
}
errors++;
}
if((typeof data98 == "number") && (isFinite(data98))){
if(data98 > 599 || isNaN(data98)){
const err243 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status/" + i9,schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 599},message:"must be <= 599",schema:599,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status.items,data:data98};
if(vErrors === null){
vErrors = [err243];
}
else {
vErrors.push(err243);
}
errors++;
}
if(data98 < 100 || isNaN(data98)){
const err244 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status/" + i9,schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100},message:"must be >= 100",schema:100,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status.items,data:data98};
if(vErrors === null){
vErrors = [err244];
}
else {
vErrors.push(err244);
}
errors++;
}
}
if(typeof data98 === "string"){
if(!pattern30.test(data98)){
const err245 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/status/" + i9,schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/status/items/pattern",keyword:"pattern",params:{pattern: "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$"},message:"must match pattern \""+"^[1-5][0-9]{2}(-[1-5][0-9]{2})?$"+"\"",schema:"^[1-5][0-9]{2}(-[1-5][0-9]{2})?$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.status.items,data:data98};
if(vErrors === null){
vErrors = [err245];
}
else {
vErrors.push(err245);
}
errors++;
}
}
}
}
}
if(data92.port !== undefined){
let data99 = data92.port;
if(!(((typeof data99 == "number") && (!(data99 % 1) && !isNaN(data99))) && (isFinite(data99)))){
const err246 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/port",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.check.properties.port.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.port,data:data99};
if(vErrors === null){
vErrors = [err246];
}
else {
vErrors.push(err246);
}
errors++;
}
if((typeof data99 == "number") && (isFinite(data99))){
if(data99 > 65535 || isNaN(data99)){
const err247 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/port",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.port,data:data99};
if(vErrors === null){
vErrors = [err247];
}
else {
vErrors.push(err247);
}
errors++;
}
if(data99 < 1 || isNaN(data99)){
const err248 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/port",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.port,data:data99};
if(vErrors === null){
vErrors = [err248];
}
else {
vErrors.push(err248);
}
errors++;
}
}
}
if(data92.every !== undefined){
let data100 = data92.every;
if(typeof data100 === "string"){
if(!pattern7.test(data100)){
const err249 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/every",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/every/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.every,data:data100};
if(vErrors === null){
vErrors = [err249];
}
else {
vErrors.push(err249);
}
errors++;
}
}
else {
const err250 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/every",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/every/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.every.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.every,data:data100};
if(vErrors === null){
vErrors = [err250];
}
else {
vErrors.push(err250);
}
errors++;
}
}
if(data92.fastEvery !== undefined){
let data101 = data92.fastEvery;
if(typeof data101 === "string"){
if(!pattern7.test(data101)){
const err251 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/fastEvery",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/fastEvery/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.fastEvery,data:data101};
if(vErrors === null){
vErrors = [err251];
}
else {
vErrors.push(err251);
}
errors++;
}
}
else {
const err252 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/fastEvery",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/fastEvery/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.fastEvery.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.fastEvery,data:data101};
if(vErrors === null){
vErrors = [err252];
}
else {
vErrors.push(err252);
}
errors++;
}
}
if(data92.downEvery !== undefined){
let data102 = data92.downEvery;
if(typeof data102 === "string"){
if(!pattern7.test(data102)){
const err253 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/downEvery",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/downEvery/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.downEvery,data:data102};
if(vErrors === null){
vErrors = [err253];
}
else {
vErrors.push(err253);
}
errors++;
}
}
else {
const err254 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/downEvery",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/downEvery/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.downEvery.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.downEvery,data:data102};
if(vErrors === null){
vErrors = [err254];
}
else {
vErrors.push(err254);
}
errors++;
}
}
if(data92.timeout !== undefined){
let data103 = data92.timeout;
if(typeof data103 === "string"){
if(!pattern7.test(data103)){
const err255 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/timeout",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/timeout/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.timeout,data:data103};
if(vErrors === null){
vErrors = [err255];
}
else {
vErrors.push(err255);
}
errors++;
}
}
else {
const err256 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/timeout",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/timeout/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.check.properties.timeout.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.timeout,data:data103};
if(vErrors === null){
vErrors = [err256];
}
else {
vErrors.push(err256);
}
errors++;
}
}
if(data92.rise !== undefined){
let data104 = data92.rise;
if(!(((typeof data104 == "number") && (!(data104 % 1) && !isNaN(data104))) && (isFinite(data104)))){
const err257 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/rise",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/rise/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.check.properties.rise.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.rise,data:data104};
if(vErrors === null){
vErrors = [err257];
}
else {
vErrors.push(err257);
}
errors++;
}
if((typeof data104 == "number") && (isFinite(data104))){
if(data104 > 100 || isNaN(data104)){
const err258 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/rise",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/rise/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.rise,data:data104};
if(vErrors === null){
vErrors = [err258];
}
else {
vErrors.push(err258);
}
errors++;
}
if(data104 < 1 || isNaN(data104)){
const err259 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/rise",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/rise/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.rise,data:data104};
if(vErrors === null){
vErrors = [err259];
}
else {
vErrors.push(err259);
}
errors++;
}
}
}
if(data92.fall !== undefined){
let data105 = data92.fall;
if(!(((typeof data105 == "number") && (!(data105 % 1) && !isNaN(data105))) && (isFinite(data105)))){
const err260 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/fall",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/fall/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.check.properties.fall.type,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.fall,data:data105};
if(vErrors === null){
vErrors = [err260];
}
else {
vErrors.push(err260);
}
errors++;
}
if((typeof data105 == "number") && (isFinite(data105))){
if(data105 > 100 || isNaN(data105)){
const err261 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/fall",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/fall/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.fall,data:data105};
if(vErrors === null){
vErrors = [err261];
}
else {
vErrors.push(err261);
}
errors++;
}
if(data105 < 1 || isNaN(data105)){
const err262 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/check/fall",schemaPath:"#/properties/pools/additionalProperties/properties/check/properties/fall/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.check.properties.fall,data:data105};
if(vErrors === null){
vErrors = [err262];
}
else {
vErrors.push(err262);
}
errors++;
}
}
}
}
}
if(data79.balance !== undefined){
let data106 = data79.balance;
if(typeof data106 !== "string"){
const err263 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/balance",schemaPath:"#/properties/pools/additionalProperties/properties/balance/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.pools.additionalProperties.properties.balance.type,parentSchema:schema11.properties.pools.additionalProperties.properties.balance,data:data106};
if(vErrors === null){
vErrors = [err263];
}
else {
vErrors.push(err263);
}
errors++;
}
if(!((((data106 === "roundrobin") || (data106 === "leastconn")) || (data106 === "source")) || (data106 === "random"))){
const err264 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/balance",schemaPath:"#/properties/pools/additionalProperties/properties/balance/enum",keyword:"enum",params:{allowedValues: schema11.properties.pools.additionalProperties.properties.balance.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.pools.additionalProperties.properties.balance.enum,parentSchema:schema11.properties.pools.additionalProperties.properties.balance,data:data106};
if(vErrors === null){
vErrors = [err264];
}
else {
vErrors.push(err264);
}
errors++;
}
}
if(data79.port !== undefined){
let data107 = data79.port;
if(!(((typeof data107 == "number") && (!(data107 % 1) && !isNaN(data107))) && (isFinite(data107)))){
const err265 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/port",schemaPath:"#/properties/pools/additionalProperties/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.pools.additionalProperties.properties.port.type,parentSchema:schema11.properties.pools.additionalProperties.properties.port,data:data107};
if(vErrors === null){
vErrors = [err265];
}
else {
vErrors.push(err265);
}
errors++;
}
if((typeof data107 == "number") && (isFinite(data107))){
if(data107 > 65535 || isNaN(data107)){
const err266 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/port",schemaPath:"#/properties/pools/additionalProperties/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.pools.additionalProperties.properties.port,data:data107};
if(vErrors === null){
vErrors = [err266];
}
else {
vErrors.push(err266);
}
errors++;
}
if(data107 < 1 || isNaN(data107)){
const err267 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1")+"/port",schemaPath:"#/properties/pools/additionalProperties/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.pools.additionalProperties.properties.port,data:data107};
if(vErrors === null){
vErrors = [err267];
}
else {
vErrors.push(err267);
}
errors++;
}
}
}
}
else {
const err268 = {instancePath:instancePath+"/pools/" + key28.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/pools/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.pools.additionalProperties.type,parentSchema:schema11.properties.pools.additionalProperties,data:data79};
if(vErrors === null){
vErrors = [err268];
}
else {
vErrors.push(err268);
}
errors++;
}
}
}
else {
const err269 = {instancePath:instancePath+"/pools",schemaPath:"#/properties/pools/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.pools.type,parentSchema:schema11.properties.pools,data:data78};
if(vErrors === null){
vErrors = [err269];
}
else {
vErrors.push(err269);
}
errors++;
}
}
if(data.services !== undefined){
let data108 = data.services;
if(data108 && typeof data108 == "object" && !Array.isArray(data108)){
for(const key35 in data108){
const _errs291 = errors;
if(typeof key35 === "string"){
if(!pattern0.test(key35)){
const err270 = {instancePath:instancePath+"/services",schemaPath:"#/properties/services/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.services.propertyNames,data:key35,propertyName:key35};
if(vErrors === null){
vErrors = [err270];
}
else {
vErrors.push(err270);
}
errors++;
}
}
var valid58 = _errs291 === errors;
if(!valid58){
const err271 = {instancePath:instancePath+"/services",schemaPath:"#/properties/services/propertyNames",keyword:"propertyNames",params:{propertyName: key35},message:"property name must be valid",schema:schema11.properties.services.propertyNames,parentSchema:schema11.properties.services,data:data108};
if(vErrors === null){
vErrors = [err271];
}
else {
vErrors.push(err271);
}
errors++;
}
}
for(const key36 in data108){
let data109 = data108[key36];
if(data109 && typeof data109 == "object" && !Array.isArray(data109)){
if(data109.vip === undefined){
const err272 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/services/additionalProperties/required",keyword:"required",params:{missingProperty: "vip"},message:"must have required property '"+"vip"+"'",schema:schema11.properties.services.additionalProperties.required,parentSchema:schema11.properties.services.additionalProperties,data:data109};
if(vErrors === null){
vErrors = [err272];
}
else {
vErrors.push(err272);
}
errors++;
}
if(data109.ports === undefined){
const err273 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/services/additionalProperties/required",keyword:"required",params:{missingProperty: "ports"},message:"must have required property '"+"ports"+"'",schema:schema11.properties.services.additionalProperties.required,parentSchema:schema11.properties.services.additionalProperties,data:data109};
if(vErrors === null){
vErrors = [err273];
}
else {
vErrors.push(err273);
}
errors++;
}
for(const key37 in data109){
if(!((((((key37 === "vip") || (key37 === "ports")) || (key37 === "listen")) || (key37 === "affinity")) || (key37 === "l4")) || (key37 === "l7"))){
const err274 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/services/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key37},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.services.additionalProperties,data:data109};
if(vErrors === null){
vErrors = [err274];
}
else {
vErrors.push(err274);
}
errors++;
}
}
if(data109.vip !== undefined){
let data110 = data109.vip;
if((typeof data110 !== "string") && (!(Array.isArray(data110)))){
const err275 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/vip",schemaPath:"#/properties/services/additionalProperties/properties/vip/type",keyword:"type",params:{type: schema11.properties.services.additionalProperties.properties.vip.type},message:"must be string,array",schema:schema11.properties.services.additionalProperties.properties.vip.type,parentSchema:schema11.properties.services.additionalProperties.properties.vip,data:data110};
if(vErrors === null){
vErrors = [err275];
}
else {
vErrors.push(err275);
}
errors++;
}
if(Array.isArray(data110)){
if(data110.length > 2){
const err276 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/vip",schemaPath:"#/properties/services/additionalProperties/properties/vip/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.services.additionalProperties.properties.vip,data:data110};
if(vErrors === null){
vErrors = [err276];
}
else {
vErrors.push(err276);
}
errors++;
}
if(data110.length < 1){
const err277 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/vip",schemaPath:"#/properties/services/additionalProperties/properties/vip/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.vip,data:data110};
if(vErrors === null){
vErrors = [err277];
}
else {
vErrors.push(err277);
}
errors++;
}
const len10 = data110.length;
for(let i10=0; i10<len10; i10++){
let data111 = data110[i10];
if(typeof data111 !== "string"){
const err278 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/vip/" + i10,schemaPath:"#/properties/services/additionalProperties/properties/vip/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.vip.items.type,parentSchema:schema11.properties.services.additionalProperties.properties.vip.items,data:data111};
if(vErrors === null){
vErrors = [err278];
}
else {
vErrors.push(err278);
}
errors++;
}
}
}
}
if(data109.ports !== undefined){
let data112 = data109.ports;
if(((!(((typeof data112 == "number") && (!(data112 % 1) && !isNaN(data112))) && (isFinite(data112)))) && (typeof data112 !== "string")) && (!(Array.isArray(data112)))){
const err279 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports",schemaPath:"#/properties/services/additionalProperties/properties/ports/type",keyword:"type",params:{type: schema11.properties.services.additionalProperties.properties.ports.type},message:"must be integer,string,array",schema:schema11.properties.services.additionalProperties.properties.ports.type,parentSchema:schema11.properties.services.additionalProperties.properties.ports,data:data112};
if(vErrors === null){
vErrors = [err279];
}
else {
vErrors.push(err279);
}
errors++;
}
if((typeof data112 == "number") && (isFinite(data112))){
if(data112 > 65535 || isNaN(data112)){
const err280 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports",schemaPath:"#/properties/services/additionalProperties/properties/ports/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.services.additionalProperties.properties.ports,data:data112};
if(vErrors === null){
vErrors = [err280];
}
else {
vErrors.push(err280);
}
errors++;
}
if(data112 < 1 || isNaN(data112)){
const err281 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports",schemaPath:"#/properties/services/additionalProperties/properties/ports/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.ports,data:data112};
if(vErrors === null){
vErrors = [err281];
}
else {
vErrors.push(err281);
}
errors++;
}
}
if(typeof data112 === "string"){
if(!pattern37.test(data112)){
const err282 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports",schemaPath:"#/properties/services/additionalProperties/properties/ports/pattern",keyword:"pattern",params:{pattern: "^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$"},message:"must match pattern \""+"^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$"+"\"",schema:"^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$",parentSchema:schema11.properties.services.additionalProperties.properties.ports,data:data112};
if(vErrors === null){
vErrors = [err282];
}
else {
vErrors.push(err282);
}
errors++;
}
}
if(Array.isArray(data112)){
if(data112.length < 1){
const err283 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports",schemaPath:"#/properties/services/additionalProperties/properties/ports/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.ports,data:data112};
if(vErrors === null){
vErrors = [err283];
}
else {
vErrors.push(err283);
}
errors++;
}
const len11 = data112.length;
for(let i11=0; i11<len11; i11++){
let data113 = data112[i11];
if((!(((typeof data113 == "number") && (!(data113 % 1) && !isNaN(data113))) && (isFinite(data113)))) && (typeof data113 !== "string")){
const err284 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports/" + i11,schemaPath:"#/properties/services/additionalProperties/properties/ports/items/type",keyword:"type",params:{type: schema11.properties.services.additionalProperties.properties.ports.items.type},message:"must be integer,string",schema:schema11.properties.services.additionalProperties.properties.ports.items.type,parentSchema:schema11.properties.services.additionalProperties.properties.ports.items,data:data113};
if(vErrors === null){
vErrors = [err284];
}
else {
vErrors.push(err284);
}
errors++;
}
if((typeof data113 == "number") && (isFinite(data113))){
if(data113 > 65535 || isNaN(data113)){
const err285 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports/" + i11,schemaPath:"#/properties/services/additionalProperties/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.services.additionalProperties.properties.ports.items,data:data113};
if(vErrors === null){
vErrors = [err285];
}
else {
vErrors.push(err285);
}
errors++;
}
if(data113 < 1 || isNaN(data113)){
const err286 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports/" + i11,schemaPath:"#/properties/services/additionalProperties/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.ports.items,data:data113};
if(vErrors === null){
vErrors = [err286];
}
else {
vErrors.push(err286);
}
errors++;
}
}
if(typeof data113 === "string"){
if(!pattern37.test(data113)){
const err287 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/ports/" + i11,schemaPath:"#/properties/services/additionalProperties/properties/ports/items/pattern",keyword:"pattern",params:{pattern: "^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$"},message:"must match pattern \""+"^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$"+"\"",schema:"^(all|all/(tcp|udp)|[1-9][0-9]{0,4}(/(tcp|udp))?)$",parentSchema:schema11.properties.services.additionalProperties.properties.ports.items,data:data113};
if(vErrors === null){
vErrors = [err287];
}
else {
vErrors.push(err287);
}
errors++;
}
}
}
}
}
if(data109.listen !== undefined){
let data114 = data109.listen;
if(typeof data114 !== "string"){
const err288 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/listen",schemaPath:"#/properties/services/additionalProperties/properties/listen/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.listen.type,parentSchema:schema11.properties.services.additionalProperties.properties.listen,data:data114};
if(vErrors === null){
vErrors = [err288];
}
else {
vErrors.push(err288);
}
errors++;
}
if(!((data114 === "configured") || (data114 === "transparent"))){
const err289 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/listen",schemaPath:"#/properties/services/additionalProperties/properties/listen/enum",keyword:"enum",params:{allowedValues: schema11.properties.services.additionalProperties.properties.listen.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.services.additionalProperties.properties.listen.enum,parentSchema:schema11.properties.services.additionalProperties.properties.listen,data:data114};
if(vErrors === null){
vErrors = [err289];
}
else {
vErrors.push(err289);
}
errors++;
}
}
if(data109.affinity !== undefined){
let data115 = data109.affinity;
if(typeof data115 !== "string"){
const err290 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/affinity",schemaPath:"#/properties/services/additionalProperties/properties/affinity/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.affinity.type,parentSchema:schema11.properties.services.additionalProperties.properties.affinity,data:data115};
if(vErrors === null){
vErrors = [err290];
}
else {
vErrors.push(err290);
}
errors++;
}
if(!(((data115 === "flow") || (data115 === "source")) || (data115 === "source-network"))){
const err291 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/affinity",schemaPath:"#/properties/services/additionalProperties/properties/affinity/enum",keyword:"enum",params:{allowedValues: schema11.properties.services.additionalProperties.properties.affinity.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.services.additionalProperties.properties.affinity.enum,parentSchema:schema11.properties.services.additionalProperties.properties.affinity,data:data115};
if(vErrors === null){
vErrors = [err291];
}
else {
vErrors.push(err291);
}
errors++;
}
}
if(data109.l4 !== undefined){
let data116 = data109.l4;
if(data116 && typeof data116 == "object" && !Array.isArray(data116)){
for(const key38 in data116){
if(!(((((key38 === "mode") || (key38 === "pool")) || (key38 === "scheduler")) || (key38 === "onePacket")) || (key38 === "quic"))){
const err292 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4",schemaPath:"#/properties/services/additionalProperties/properties/l4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key38},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.services.additionalProperties.properties.l4,data:data116};
if(vErrors === null){
vErrors = [err292];
}
else {
vErrors.push(err292);
}
errors++;
}
}
if(data116.mode !== undefined){
let data117 = data116.mode;
if(typeof data117 !== "string"){
const err293 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/mode",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l4.properties.mode.type,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.mode,data:data117};
if(vErrors === null){
vErrors = [err293];
}
else {
vErrors.push(err293);
}
errors++;
}
if(!((((data117 === "dnat") || (data117 === "full-nat")) || (data117 === "dsr")) || (data117 === "tunnel"))){
const err294 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/mode",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.services.additionalProperties.properties.l4.properties.mode.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.services.additionalProperties.properties.l4.properties.mode.enum,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.mode,data:data117};
if(vErrors === null){
vErrors = [err294];
}
else {
vErrors.push(err294);
}
errors++;
}
}
if(data116.pool !== undefined){
let data118 = data116.pool;
if(typeof data118 === "string"){
if(data118.length < 1){
const err295 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/pool",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/pool/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.pool,data:data118};
if(vErrors === null){
vErrors = [err295];
}
else {
vErrors.push(err295);
}
errors++;
}
}
else {
const err296 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/pool",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/pool/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l4.properties.pool.type,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.pool,data:data118};
if(vErrors === null){
vErrors = [err296];
}
else {
vErrors.push(err296);
}
errors++;
}
}
if(data116.scheduler !== undefined){
let data119 = data116.scheduler;
if(typeof data119 !== "string"){
const err297 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/scheduler",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/scheduler/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l4.properties.scheduler.type,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.scheduler,data:data119};
if(vErrors === null){
vErrors = [err297];
}
else {
vErrors.push(err297);
}
errors++;
}
if(!((((data119 === "mh") || (data119 === "wrr")) || (data119 === "wlc")) || (data119 === "sh"))){
const err298 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/scheduler",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/scheduler/enum",keyword:"enum",params:{allowedValues: schema11.properties.services.additionalProperties.properties.l4.properties.scheduler.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.services.additionalProperties.properties.l4.properties.scheduler.enum,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.scheduler,data:data119};
if(vErrors === null){
vErrors = [err298];
}
else {
vErrors.push(err298);
}
errors++;
}
}
if(data116.onePacket !== undefined){
let data120 = data116.onePacket;
if(typeof data120 !== "boolean"){
const err299 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/onePacket",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/onePacket/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.services.additionalProperties.properties.l4.properties.onePacket.type,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.onePacket,data:data120};
if(vErrors === null){
vErrors = [err299];
}
else {
vErrors.push(err299);
}
errors++;
}
}
if(data116.quic !== undefined){
let data121 = data116.quic;
if(typeof data121 !== "boolean"){
const err300 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4/quic",schemaPath:"#/properties/services/additionalProperties/properties/l4/properties/quic/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.services.additionalProperties.properties.l4.properties.quic.type,parentSchema:schema11.properties.services.additionalProperties.properties.l4.properties.quic,data:data121};
if(vErrors === null){
vErrors = [err300];
}
else {
vErrors.push(err300);
}
errors++;
}
}
}
else {
const err301 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l4",schemaPath:"#/properties/services/additionalProperties/properties/l4/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.services.additionalProperties.properties.l4.type,parentSchema:schema11.properties.services.additionalProperties.properties.l4,data:data116};
if(vErrors === null){
vErrors = [err301];
}
else {
vErrors.push(err301);
}
errors++;
}
}
if(data109.l7 !== undefined){
let data122 = data109.l7;
if(data122 && typeof data122 == "object" && !Array.isArray(data122)){
for(const key39 in data122){
if(!(((((key39 === "mode") || (key39 === "pool")) || (key39 === "protocol")) || (key39 === "stickiness")) || (key39 === "tls"))){
const err302 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7",schemaPath:"#/properties/services/additionalProperties/properties/l7/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key39},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.services.additionalProperties.properties.l7,data:data122};
if(vErrors === null){
vErrors = [err302];
}
else {
vErrors.push(err302);
}
errors++;
}
}
if(data122.mode !== undefined){
let data123 = data122.mode;
if(typeof data123 !== "string"){
const err303 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/mode",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l7.properties.mode.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.mode,data:data123};
if(vErrors === null){
vErrors = [err303];
}
else {
vErrors.push(err303);
}
errors++;
}
if(!((data123 === "reverse-proxy") || (data123 === "transparent-proxy"))){
const err304 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/mode",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.services.additionalProperties.properties.l7.properties.mode.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.services.additionalProperties.properties.l7.properties.mode.enum,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.mode,data:data123};
if(vErrors === null){
vErrors = [err304];
}
else {
vErrors.push(err304);
}
errors++;
}
}
if(data122.pool !== undefined){
let data124 = data122.pool;
if(typeof data124 === "string"){
if(data124.length < 1){
const err305 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/pool",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/pool/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.pool,data:data124};
if(vErrors === null){
vErrors = [err305];
}
else {
vErrors.push(err305);
}
errors++;
}
}
else {
const err306 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/pool",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/pool/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l7.properties.pool.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.pool,data:data124};
if(vErrors === null){
vErrors = [err306];
}
else {
vErrors.push(err306);
}
errors++;
}
}
if(data122.protocol !== undefined){
let data125 = data122.protocol;
if(typeof data125 !== "string"){
const err307 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/protocol",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/protocol/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l7.properties.protocol.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.protocol,data:data125};
if(vErrors === null){
vErrors = [err307];
}
else {
vErrors.push(err307);
}
errors++;
}
if(!((data125 === "http") || (data125 === "tcp"))){
const err308 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/protocol",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/protocol/enum",keyword:"enum",params:{allowedValues: schema11.properties.services.additionalProperties.properties.l7.properties.protocol.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.services.additionalProperties.properties.l7.properties.protocol.enum,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.protocol,data:data125};
if(vErrors === null){
vErrors = [err308];
}
else {
vErrors.push(err308);
}
errors++;
}
}
if(data122.stickiness !== undefined){
let data126 = data122.stickiness;
if((typeof data126 !== "string") && (!(data126 && typeof data126 == "object" && !Array.isArray(data126)))){
const err309 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/type",keyword:"type",params:{type: schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.type},message:"must be string,object",schema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness,data:data126};
if(vErrors === null){
vErrors = [err309];
}
else {
vErrors.push(err309);
}
errors++;
}
if(typeof data126 === "string"){
if(!pattern39.test(data126)){
const err310 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/pattern",keyword:"pattern",params:{pattern: "^(none|source)$"},message:"must match pattern \""+"^(none|source)$"+"\"",schema:"^(none|source)$",parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness,data:data126};
if(vErrors === null){
vErrors = [err310];
}
else {
vErrors.push(err310);
}
errors++;
}
}
if(data126 && typeof data126 == "object" && !Array.isArray(data126)){
if(data126.cookie === undefined){
const err311 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/required",keyword:"required",params:{missingProperty: "cookie"},message:"must have required property '"+"cookie"+"'",schema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.required,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness,data:data126};
if(vErrors === null){
vErrors = [err311];
}
else {
vErrors.push(err311);
}
errors++;
}
for(const key40 in data126){
if(!(key40 === "cookie")){
const err312 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key40},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness,data:data126};
if(vErrors === null){
vErrors = [err312];
}
else {
vErrors.push(err312);
}
errors++;
}
}
if(data126.cookie !== undefined){
let data127 = data126.cookie;
if(typeof data127 === "string"){
if(data127.length < 1){
const err313 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness/cookie",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/properties/cookie/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.properties.cookie,data:data127};
if(vErrors === null){
vErrors = [err313];
}
else {
vErrors.push(err313);
}
errors++;
}
if(!pattern40.test(data127)){
const err314 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness/cookie",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/properties/cookie/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_-]{1,64}$"},message:"must match pattern \""+"^[A-Za-z0-9_-]{1,64}$"+"\"",schema:"^[A-Za-z0-9_-]{1,64}$",parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.properties.cookie,data:data127};
if(vErrors === null){
vErrors = [err314];
}
else {
vErrors.push(err314);
}
errors++;
}
}
else {
const err315 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/stickiness/cookie",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/stickiness/properties/cookie/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.properties.cookie.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.stickiness.properties.cookie,data:data127};
if(vErrors === null){
vErrors = [err315];
}
else {
vErrors.push(err315);
}
errors++;
}
}
}
}
if(data122.tls !== undefined){
let data128 = data122.tls;
if(data128 && typeof data128 == "object" && !Array.isArray(data128)){
if(data128.certificate === undefined){
const err316 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/tls",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/tls/required",keyword:"required",params:{missingProperty: "certificate"},message:"must have required property '"+"certificate"+"'",schema:schema11.properties.services.additionalProperties.properties.l7.properties.tls.required,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.tls,data:data128};
if(vErrors === null){
vErrors = [err316];
}
else {
vErrors.push(err316);
}
errors++;
}
for(const key41 in data128){
if(!(key41 === "certificate")){
const err317 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/tls",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/tls/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key41},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.tls,data:data128};
if(vErrors === null){
vErrors = [err317];
}
else {
vErrors.push(err317);
}
errors++;
}
}
if(data128.certificate !== undefined){
let data129 = data128.certificate;
if(typeof data129 === "string"){
if(data129.length < 1){
const err318 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/tls/certificate",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/tls/properties/certificate/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.tls.properties.certificate,data:data129};
if(vErrors === null){
vErrors = [err318];
}
else {
vErrors.push(err318);
}
errors++;
}
}
else {
const err319 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/tls/certificate",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/tls/properties/certificate/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.services.additionalProperties.properties.l7.properties.tls.properties.certificate.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.tls.properties.certificate,data:data129};
if(vErrors === null){
vErrors = [err319];
}
else {
vErrors.push(err319);
}
errors++;
}
}
}
else {
const err320 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7/tls",schemaPath:"#/properties/services/additionalProperties/properties/l7/properties/tls/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.services.additionalProperties.properties.l7.properties.tls.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7.properties.tls,data:data128};
if(vErrors === null){
vErrors = [err320];
}
else {
vErrors.push(err320);
}
errors++;
}
}
}
else {
const err321 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1")+"/l7",schemaPath:"#/properties/services/additionalProperties/properties/l7/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.services.additionalProperties.properties.l7.type,parentSchema:schema11.properties.services.additionalProperties.properties.l7,data:data122};
if(vErrors === null){
vErrors = [err321];
}
else {
vErrors.push(err321);
}
errors++;
}
}
}
else {
const err322 = {instancePath:instancePath+"/services/" + key36.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/services/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.services.additionalProperties.type,parentSchema:schema11.properties.services.additionalProperties,data:data109};
if(vErrors === null){
vErrors = [err322];
}
else {
vErrors.push(err322);
}
errors++;
}
}
}
else {
const err323 = {instancePath:instancePath+"/services",schemaPath:"#/properties/services/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.services.type,parentSchema:schema11.properties.services,data:data108};
if(vErrors === null){
vErrors = [err323];
}
else {
vErrors.push(err323);
}
errors++;
}
}
if(data.monitor !== undefined){
let data130 = data.monitor;
if(data130 && typeof data130 == "object" && !Array.isArray(data130)){
for(const key42 in data130){
if(!((((key42 === "nodes") || (key42 === "agree")) || (key42 === "floor")) || (key42 === "check"))){
const err324 = {instancePath:instancePath+"/monitor",schemaPath:"#/properties/monitor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key42},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.monitor,data:data130};
if(vErrors === null){
vErrors = [err324];
}
else {
vErrors.push(err324);
}
errors++;
}
}
if(data130.nodes !== undefined){
let data131 = data130.nodes;
if(data131 && typeof data131 == "object" && !Array.isArray(data131)){
for(const key43 in data131){
const _errs352 = errors;
if(typeof key43 === "string"){
if(!pattern0.test(key43)){
const err325 = {instancePath:instancePath+"/monitor/nodes",schemaPath:"#/properties/monitor/properties/nodes/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9-]{0,31}$"},message:"must match pattern \""+"^[a-z][a-z0-9-]{0,31}$"+"\"",schema:"^[a-z][a-z0-9-]{0,31}$",parentSchema:schema11.properties.monitor.properties.nodes.propertyNames,data:key43,propertyName:key43};
if(vErrors === null){
vErrors = [err325];
}
else {
vErrors.push(err325);
}
errors++;
}
}
var valid70 = _errs352 === errors;
if(!valid70){
const err326 = {instancePath:instancePath+"/monitor/nodes",schemaPath:"#/properties/monitor/properties/nodes/propertyNames",keyword:"propertyNames",params:{propertyName: key43},message:"property name must be valid",schema:schema11.properties.monitor.properties.nodes.propertyNames,parentSchema:schema11.properties.monitor.properties.nodes,data:data131};
if(vErrors === null){
vErrors = [err326];
}
else {
vErrors.push(err326);
}
errors++;
}
}
for(const key44 in data131){
let data132 = data131[key44];
if(data132 && typeof data132 == "object" && !Array.isArray(data132)){
if(Object.keys(data132).length < 1){
const err327 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties,data:data132};
if(vErrors === null){
vErrors = [err327];
}
else {
vErrors.push(err327);
}
errors++;
}
for(const key45 in data132){
if(!(key45 === "management")){
let data133 = data132[key45];
if((!data133 || typeof data133 != "object") && (typeof data133 !== "string")){
const err328 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/type",keyword:"type",params:{type: schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.type},message:"must be string,array,object",schema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties,data:data133};
if(vErrors === null){
vErrors = [err328];
}
else {
vErrors.push(err328);
}
errors++;
}
if(Array.isArray(data133)){
if(data133.length > 2){
const err329 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties,data:data133};
if(vErrors === null){
vErrors = [err329];
}
else {
vErrors.push(err329);
}
errors++;
}
if(data133.length < 1){
const err330 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties,data:data133};
if(vErrors === null){
vErrors = [err330];
}
else {
vErrors.push(err330);
}
errors++;
}
const len12 = data133.length;
for(let i12=0; i12<len12; i12++){
let data134 = data133[i12];
if(typeof data134 !== "string"){
const err331 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i12,schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.items.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.items,data:data134};
if(vErrors === null){
vErrors = [err331];
}
else {
vErrors.push(err331);
}
errors++;
}
}
}
if(data133 && typeof data133 == "object" && !Array.isArray(data133)){
if(data133.address === undefined){
const err332 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/required",keyword:"required",params:{missingProperty: "address"},message:"must have required property '"+"address"+"'",schema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.required,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties,data:data133};
if(vErrors === null){
vErrors = [err332];
}
else {
vErrors.push(err332);
}
errors++;
}
for(const key46 in data133){
if(!((key46 === "address") || (key46 === "device"))){
const err333 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key46},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties,data:data133};
if(vErrors === null){
vErrors = [err333];
}
else {
vErrors.push(err333);
}
errors++;
}
}
if(data133.address !== undefined){
let data135 = data133.address;
if((typeof data135 !== "string") && (!(Array.isArray(data135)))){
const err334 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/properties/address/type",keyword:"type",params:{type: schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address.type},message:"must be string,array",schema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data135};
if(vErrors === null){
vErrors = [err334];
}
else {
vErrors.push(err334);
}
errors++;
}
if(Array.isArray(data135)){
if(data135.length > 2){
const err335 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/properties/address/maxItems",keyword:"maxItems",params:{limit: 2},message:"must NOT have more than 2 items",schema:2,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data135};
if(vErrors === null){
vErrors = [err335];
}
else {
vErrors.push(err335);
}
errors++;
}
if(data135.length < 1){
const err336 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/address",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/properties/address/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address,data:data135};
if(vErrors === null){
vErrors = [err336];
}
else {
vErrors.push(err336);
}
errors++;
}
const len13 = data135.length;
for(let i13=0; i13<len13; i13++){
let data136 = data135[i13];
if(typeof data136 !== "string"){
const err337 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/address/" + i13,schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/properties/address/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address.items.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.address.items,data:data136};
if(vErrors === null){
vErrors = [err337];
}
else {
vErrors.push(err337);
}
errors++;
}
}
}
}
if(data133.device !== undefined){
let data137 = data133.device;
if(typeof data137 === "string"){
if(!pattern3.test(data137)){
const err338 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/properties/device/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$",parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data137};
if(vErrors === null){
vErrors = [err338];
}
else {
vErrors.push(err338);
}
errors++;
}
}
else {
const err339 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key45.replace(/~/g, "~0").replace(/\//g, "~1")+"/device",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/additionalProperties/properties/device/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.device.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.additionalProperties.properties.device,data:data137};
if(vErrors === null){
vErrors = [err339];
}
else {
vErrors.push(err339);
}
errors++;
}
}
}
}
}
if(data132.management !== undefined){
let data138 = data132.management;
if((typeof data138 !== "string") && (!(data138 && typeof data138 == "object" && !Array.isArray(data138)))){
const err340 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/type",keyword:"type",params:{type: schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.type},message:"must be string,object",schema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management,data:data138};
if(vErrors === null){
vErrors = [err340];
}
else {
vErrors.push(err340);
}
errors++;
}
if(data138 && typeof data138 == "object" && !Array.isArray(data138)){
for(const key47 in data138){
if(!(((key47 === "address") || (key47 === "port")) || (key47 === "jump"))){
const err341 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key47},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management,data:data138};
if(vErrors === null){
vErrors = [err341];
}
else {
vErrors.push(err341);
}
errors++;
}
}
if(data138.address !== undefined){
let data139 = data138.address;
if(typeof data139 === "string"){
if(data139.length < 1){
const err342 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/address/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.address,data:data139};
if(vErrors === null){
vErrors = [err342];
}
else {
vErrors.push(err342);
}
errors++;
}
}
else {
const err343 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/address",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.address.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.address,data:data139};
if(vErrors === null){
vErrors = [err343];
}
else {
vErrors.push(err343);
}
errors++;
}
}
if(data138.port !== undefined){
let data140 = data138.port;
if(!(((typeof data140 == "number") && (!(data140 % 1) && !isNaN(data140))) && (isFinite(data140)))){
const err344 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.port.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.port,data:data140};
if(vErrors === null){
vErrors = [err344];
}
else {
vErrors.push(err344);
}
errors++;
}
if((typeof data140 == "number") && (isFinite(data140))){
if(data140 > 65535 || isNaN(data140)){
const err345 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.port,data:data140};
if(vErrors === null){
vErrors = [err345];
}
else {
vErrors.push(err345);
}
errors++;
}
if(data140 < 1 || isNaN(data140)){
const err346 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/port",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.port,data:data140};
if(vErrors === null){
vErrors = [err346];
}
else {
vErrors.push(err346);
}
errors++;
}
}
}
if(data138.jump !== undefined){
let data141 = data138.jump;
if(typeof data141 === "string"){
if(data141.length < 1){
const err347 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/jump/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.jump,data:data141};
if(vErrors === null){
vErrors = [err347];
}
else {
vErrors.push(err347);
}
errors++;
}
if(!pattern4.test(data141)){
const err348 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/jump/pattern",keyword:"pattern",params:{pattern: "^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"},message:"must match pattern \""+"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$"+"\"",schema:"^([a-z_][a-z0-9_-]{0,31}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\])(:[1-9][0-9]{0,4})?$",parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.jump,data:data141};
if(vErrors === null){
vErrors = [err348];
}
else {
vErrors.push(err348);
}
errors++;
}
}
else {
const err349 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1")+"/management/jump",schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/properties/management/properties/jump/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.jump.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties.properties.management.properties.jump,data:data141};
if(vErrors === null){
vErrors = [err349];
}
else {
vErrors.push(err349);
}
errors++;
}
}
}
}
}
else {
const err350 = {instancePath:instancePath+"/monitor/nodes/" + key44.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/monitor/properties/nodes/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.monitor.properties.nodes.additionalProperties.type,parentSchema:schema11.properties.monitor.properties.nodes.additionalProperties,data:data132};
if(vErrors === null){
vErrors = [err350];
}
else {
vErrors.push(err350);
}
errors++;
}
}
}
else {
const err351 = {instancePath:instancePath+"/monitor/nodes",schemaPath:"#/properties/monitor/properties/nodes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.monitor.properties.nodes.type,parentSchema:schema11.properties.monitor.properties.nodes,data:data131};
if(vErrors === null){
vErrors = [err351];
}
else {
vErrors.push(err351);
}
errors++;
}
}
if(data130.agree !== undefined){
let data142 = data130.agree;
if(!(((typeof data142 == "number") && (!(data142 % 1) && !isNaN(data142))) && (isFinite(data142)))){
const err352 = {instancePath:instancePath+"/monitor/agree",schemaPath:"#/properties/monitor/properties/agree/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.monitor.properties.agree.type,parentSchema:schema11.properties.monitor.properties.agree,data:data142};
if(vErrors === null){
vErrors = [err352];
}
else {
vErrors.push(err352);
}
errors++;
}
if((typeof data142 == "number") && (isFinite(data142))){
if(data142 > 1000 || isNaN(data142)){
const err353 = {instancePath:instancePath+"/monitor/agree",schemaPath:"#/properties/monitor/properties/agree/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema11.properties.monitor.properties.agree,data:data142};
if(vErrors === null){
vErrors = [err353];
}
else {
vErrors.push(err353);
}
errors++;
}
if(data142 < 1 || isNaN(data142)){
const err354 = {instancePath:instancePath+"/monitor/agree",schemaPath:"#/properties/monitor/properties/agree/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.monitor.properties.agree,data:data142};
if(vErrors === null){
vErrors = [err354];
}
else {
vErrors.push(err354);
}
errors++;
}
}
}
if(data130.floor !== undefined){
let data143 = data130.floor;
if(typeof data143 === "string"){
if(!pattern44.test(data143)){
const err355 = {instancePath:instancePath+"/monitor/floor",schemaPath:"#/properties/monitor/properties/floor/pattern",keyword:"pattern",params:{pattern: "^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$"},message:"must match pattern \""+"^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$"+"\"",schema:"^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$",parentSchema:schema11.properties.monitor.properties.floor,data:data143};
if(vErrors === null){
vErrors = [err355];
}
else {
vErrors.push(err355);
}
errors++;
}
}
else {
const err356 = {instancePath:instancePath+"/monitor/floor",schemaPath:"#/properties/monitor/properties/floor/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.floor.type,parentSchema:schema11.properties.monitor.properties.floor,data:data143};
if(vErrors === null){
vErrors = [err356];
}
else {
vErrors.push(err356);
}
errors++;
}
}
if(data130.check !== undefined){
let data144 = data130.check;
if(data144 && typeof data144 == "object" && !Array.isArray(data144)){
for(const key48 in data144){
if(!((((((key48 === "every") || (key48 === "fastEvery")) || (key48 === "downEvery")) || (key48 === "timeout")) || (key48 === "rise")) || (key48 === "fall"))){
const err357 = {instancePath:instancePath+"/monitor/check",schemaPath:"#/properties/monitor/properties/check/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key48},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.monitor.properties.check,data:data144};
if(vErrors === null){
vErrors = [err357];
}
else {
vErrors.push(err357);
}
errors++;
}
}
if(data144.every !== undefined){
let data145 = data144.every;
if(typeof data145 === "string"){
if(!pattern7.test(data145)){
const err358 = {instancePath:instancePath+"/monitor/check/every",schemaPath:"#/properties/monitor/properties/check/properties/every/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.monitor.properties.check.properties.every,data:data145};
if(vErrors === null){
vErrors = [err358];
}
else {
vErrors.push(err358);
}
errors++;
}
}
else {
const err359 = {instancePath:instancePath+"/monitor/check/every",schemaPath:"#/properties/monitor/properties/check/properties/every/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.check.properties.every.type,parentSchema:schema11.properties.monitor.properties.check.properties.every,data:data145};
if(vErrors === null){
vErrors = [err359];
}
else {
vErrors.push(err359);
}
errors++;
}
}
if(data144.fastEvery !== undefined){
let data146 = data144.fastEvery;
if(typeof data146 === "string"){
if(!pattern7.test(data146)){
const err360 = {instancePath:instancePath+"/monitor/check/fastEvery",schemaPath:"#/properties/monitor/properties/check/properties/fastEvery/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.monitor.properties.check.properties.fastEvery,data:data146};
if(vErrors === null){
vErrors = [err360];
}
else {
vErrors.push(err360);
}
errors++;
}
}
else {
const err361 = {instancePath:instancePath+"/monitor/check/fastEvery",schemaPath:"#/properties/monitor/properties/check/properties/fastEvery/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.check.properties.fastEvery.type,parentSchema:schema11.properties.monitor.properties.check.properties.fastEvery,data:data146};
if(vErrors === null){
vErrors = [err361];
}
else {
vErrors.push(err361);
}
errors++;
}
}
if(data144.downEvery !== undefined){
let data147 = data144.downEvery;
if(typeof data147 === "string"){
if(!pattern7.test(data147)){
const err362 = {instancePath:instancePath+"/monitor/check/downEvery",schemaPath:"#/properties/monitor/properties/check/properties/downEvery/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.monitor.properties.check.properties.downEvery,data:data147};
if(vErrors === null){
vErrors = [err362];
}
else {
vErrors.push(err362);
}
errors++;
}
}
else {
const err363 = {instancePath:instancePath+"/monitor/check/downEvery",schemaPath:"#/properties/monitor/properties/check/properties/downEvery/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.check.properties.downEvery.type,parentSchema:schema11.properties.monitor.properties.check.properties.downEvery,data:data147};
if(vErrors === null){
vErrors = [err363];
}
else {
vErrors.push(err363);
}
errors++;
}
}
if(data144.timeout !== undefined){
let data148 = data144.timeout;
if(typeof data148 === "string"){
if(!pattern7.test(data148)){
const err364 = {instancePath:instancePath+"/monitor/check/timeout",schemaPath:"#/properties/monitor/properties/check/properties/timeout/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.monitor.properties.check.properties.timeout,data:data148};
if(vErrors === null){
vErrors = [err364];
}
else {
vErrors.push(err364);
}
errors++;
}
}
else {
const err365 = {instancePath:instancePath+"/monitor/check/timeout",schemaPath:"#/properties/monitor/properties/check/properties/timeout/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.monitor.properties.check.properties.timeout.type,parentSchema:schema11.properties.monitor.properties.check.properties.timeout,data:data148};
if(vErrors === null){
vErrors = [err365];
}
else {
vErrors.push(err365);
}
errors++;
}
}
if(data144.rise !== undefined){
let data149 = data144.rise;
if(!(((typeof data149 == "number") && (!(data149 % 1) && !isNaN(data149))) && (isFinite(data149)))){
const err366 = {instancePath:instancePath+"/monitor/check/rise",schemaPath:"#/properties/monitor/properties/check/properties/rise/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.monitor.properties.check.properties.rise.type,parentSchema:schema11.properties.monitor.properties.check.properties.rise,data:data149};
if(vErrors === null){
vErrors = [err366];
}
else {
vErrors.push(err366);
}
errors++;
}
if((typeof data149 == "number") && (isFinite(data149))){
if(data149 > 100 || isNaN(data149)){
const err367 = {instancePath:instancePath+"/monitor/check/rise",schemaPath:"#/properties/monitor/properties/check/properties/rise/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema11.properties.monitor.properties.check.properties.rise,data:data149};
if(vErrors === null){
vErrors = [err367];
}
else {
vErrors.push(err367);
}
errors++;
}
if(data149 < 1 || isNaN(data149)){
const err368 = {instancePath:instancePath+"/monitor/check/rise",schemaPath:"#/properties/monitor/properties/check/properties/rise/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.monitor.properties.check.properties.rise,data:data149};
if(vErrors === null){
vErrors = [err368];
}
else {
vErrors.push(err368);
}
errors++;
}
}
}
if(data144.fall !== undefined){
let data150 = data144.fall;
if(!(((typeof data150 == "number") && (!(data150 % 1) && !isNaN(data150))) && (isFinite(data150)))){
const err369 = {instancePath:instancePath+"/monitor/check/fall",schemaPath:"#/properties/monitor/properties/check/properties/fall/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.monitor.properties.check.properties.fall.type,parentSchema:schema11.properties.monitor.properties.check.properties.fall,data:data150};
if(vErrors === null){
vErrors = [err369];
}
else {
vErrors.push(err369);
}
errors++;
}
if((typeof data150 == "number") && (isFinite(data150))){
if(data150 > 100 || isNaN(data150)){
const err370 = {instancePath:instancePath+"/monitor/check/fall",schemaPath:"#/properties/monitor/properties/check/properties/fall/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema11.properties.monitor.properties.check.properties.fall,data:data150};
if(vErrors === null){
vErrors = [err370];
}
else {
vErrors.push(err370);
}
errors++;
}
if(data150 < 1 || isNaN(data150)){
const err371 = {instancePath:instancePath+"/monitor/check/fall",schemaPath:"#/properties/monitor/properties/check/properties/fall/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.monitor.properties.check.properties.fall,data:data150};
if(vErrors === null){
vErrors = [err371];
}
else {
vErrors.push(err371);
}
errors++;
}
}
}
}
else {
const err372 = {instancePath:instancePath+"/monitor/check",schemaPath:"#/properties/monitor/properties/check/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.monitor.properties.check.type,parentSchema:schema11.properties.monitor.properties.check,data:data144};
if(vErrors === null){
vErrors = [err372];
}
else {
vErrors.push(err372);
}
errors++;
}
}
}
else {
const err373 = {instancePath:instancePath+"/monitor",schemaPath:"#/properties/monitor/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.monitor.type,parentSchema:schema11.properties.monitor,data:data130};
if(vErrors === null){
vErrors = [err373];
}
else {
vErrors.push(err373);
}
errors++;
}
}
if(data.state !== undefined){
let data151 = data.state;
if(data151 && typeof data151 == "object" && !Array.isArray(data151)){
for(const key49 in data151){
if(!(key49 === "redis")){
const err374 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key49},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.state,data:data151};
if(vErrors === null){
vErrors = [err374];
}
else {
vErrors.push(err374);
}
errors++;
}
}
if(data151.redis !== undefined){
let data152 = data151.redis;
if((typeof data152 !== "string") && (!(data152 && typeof data152 == "object" && !Array.isArray(data152)))){
const err375 = {instancePath:instancePath+"/state/redis",schemaPath:"#/properties/state/properties/redis/type",keyword:"type",params:{type: schema11.properties.state.properties.redis.type},message:"must be string,object",schema:schema11.properties.state.properties.redis.type,parentSchema:schema11.properties.state.properties.redis,data:data152};
if(vErrors === null){
vErrors = [err375];
}
else {
vErrors.push(err375);
}
errors++;
}
if(data152 && typeof data152 == "object" && !Array.isArray(data152)){
if(data152.url === undefined){
const err376 = {instancePath:instancePath+"/state/redis",schemaPath:"#/properties/state/properties/redis/required",keyword:"required",params:{missingProperty: "url"},message:"must have required property '"+"url"+"'",schema:schema11.properties.state.properties.redis.required,parentSchema:schema11.properties.state.properties.redis,data:data152};
if(vErrors === null){
vErrors = [err376];
}
else {
vErrors.push(err376);
}
errors++;
}
for(const key50 in data152){
if(!((key50 === "url") || (key50 === "password"))){
const err377 = {instancePath:instancePath+"/state/redis",schemaPath:"#/properties/state/properties/redis/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key50},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.state.properties.redis,data:data152};
if(vErrors === null){
vErrors = [err377];
}
else {
vErrors.push(err377);
}
errors++;
}
}
if(data152.url !== undefined){
let data153 = data152.url;
if(typeof data153 === "string"){
if(data153.length < 1){
const err378 = {instancePath:instancePath+"/state/redis/url",schemaPath:"#/properties/state/properties/redis/properties/url/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.state.properties.redis.properties.url,data:data153};
if(vErrors === null){
vErrors = [err378];
}
else {
vErrors.push(err378);
}
errors++;
}
}
else {
const err379 = {instancePath:instancePath+"/state/redis/url",schemaPath:"#/properties/state/properties/redis/properties/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.state.properties.redis.properties.url.type,parentSchema:schema11.properties.state.properties.redis.properties.url,data:data153};
if(vErrors === null){
vErrors = [err379];
}
else {
vErrors.push(err379);
}
errors++;
}
}
if(data152.password !== undefined){
let data154 = data152.password;
if(typeof data154 === "string"){
if(data154.length < 1){
const err380 = {instancePath:instancePath+"/state/redis/password",schemaPath:"#/properties/state/properties/redis/properties/password/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.state.properties.redis.properties.password,data:data154};
if(vErrors === null){
vErrors = [err380];
}
else {
vErrors.push(err380);
}
errors++;
}
}
else {
const err381 = {instancePath:instancePath+"/state/redis/password",schemaPath:"#/properties/state/properties/redis/properties/password/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.state.properties.redis.properties.password.type,parentSchema:schema11.properties.state.properties.redis.properties.password,data:data154};
if(vErrors === null){
vErrors = [err381];
}
else {
vErrors.push(err381);
}
errors++;
}
}
}
}
}
else {
const err382 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.state.type,parentSchema:schema11.properties.state,data:data151};
if(vErrors === null){
vErrors = [err382];
}
else {
vErrors.push(err382);
}
errors++;
}
}
if(data.ssh !== undefined){
let data155 = data.ssh;
if(data155 && typeof data155 == "object" && !Array.isArray(data155)){
for(const key51 in data155){
if(!(((key51 === "user") || (key51 === "key")) || (key51 === "knownHosts"))){
const err383 = {instancePath:instancePath+"/ssh",schemaPath:"#/properties/ssh/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key51},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.ssh,data:data155};
if(vErrors === null){
vErrors = [err383];
}
else {
vErrors.push(err383);
}
errors++;
}
}
if(data155.user !== undefined){
let data156 = data155.user;
if(typeof data156 === "string"){
if(data156.length < 1){
const err384 = {instancePath:instancePath+"/ssh/user",schemaPath:"#/properties/ssh/properties/user/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.ssh.properties.user,data:data156};
if(vErrors === null){
vErrors = [err384];
}
else {
vErrors.push(err384);
}
errors++;
}
if(!pattern49.test(data156)){
const err385 = {instancePath:instancePath+"/ssh/user",schemaPath:"#/properties/ssh/properties/user/pattern",keyword:"pattern",params:{pattern: "^[a-z_][a-z0-9_-]{0,31}$"},message:"must match pattern \""+"^[a-z_][a-z0-9_-]{0,31}$"+"\"",schema:"^[a-z_][a-z0-9_-]{0,31}$",parentSchema:schema11.properties.ssh.properties.user,data:data156};
if(vErrors === null){
vErrors = [err385];
}
else {
vErrors.push(err385);
}
errors++;
}
}
else {
const err386 = {instancePath:instancePath+"/ssh/user",schemaPath:"#/properties/ssh/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.ssh.properties.user.type,parentSchema:schema11.properties.ssh.properties.user,data:data156};
if(vErrors === null){
vErrors = [err386];
}
else {
vErrors.push(err386);
}
errors++;
}
}
if(data155.key !== undefined){
let data157 = data155.key;
if(typeof data157 === "string"){
if(data157.length < 1){
const err387 = {instancePath:instancePath+"/ssh/key",schemaPath:"#/properties/ssh/properties/key/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.ssh.properties.key,data:data157};
if(vErrors === null){
vErrors = [err387];
}
else {
vErrors.push(err387);
}
errors++;
}
}
else {
const err388 = {instancePath:instancePath+"/ssh/key",schemaPath:"#/properties/ssh/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.ssh.properties.key.type,parentSchema:schema11.properties.ssh.properties.key,data:data157};
if(vErrors === null){
vErrors = [err388];
}
else {
vErrors.push(err388);
}
errors++;
}
}
if(data155.knownHosts !== undefined){
let data158 = data155.knownHosts;
if(typeof data158 === "string"){
if(data158.length < 1){
const err389 = {instancePath:instancePath+"/ssh/knownHosts",schemaPath:"#/properties/ssh/properties/knownHosts/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.ssh.properties.knownHosts,data:data158};
if(vErrors === null){
vErrors = [err389];
}
else {
vErrors.push(err389);
}
errors++;
}
if(!pattern50.test(data158)){
const err390 = {instancePath:instancePath+"/ssh/knownHosts",schemaPath:"#/properties/ssh/properties/knownHosts/pattern",keyword:"pattern",params:{pattern: "^[^-\\s\"'\\\\][^\"'\\\\]*$"},message:"must match pattern \""+"^[^-\\s\"'\\\\][^\"'\\\\]*$"+"\"",schema:"^[^-\\s\"'\\\\][^\"'\\\\]*$",parentSchema:schema11.properties.ssh.properties.knownHosts,data:data158};
if(vErrors === null){
vErrors = [err390];
}
else {
vErrors.push(err390);
}
errors++;
}
}
else {
const err391 = {instancePath:instancePath+"/ssh/knownHosts",schemaPath:"#/properties/ssh/properties/knownHosts/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.ssh.properties.knownHosts.type,parentSchema:schema11.properties.ssh.properties.knownHosts,data:data158};
if(vErrors === null){
vErrors = [err391];
}
else {
vErrors.push(err391);
}
errors++;
}
}
}
else {
const err392 = {instancePath:instancePath+"/ssh",schemaPath:"#/properties/ssh/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.ssh.type,parentSchema:schema11.properties.ssh,data:data155};
if(vErrors === null){
vErrors = [err392];
}
else {
vErrors.push(err392);
}
errors++;
}
}
if(data.rollout !== undefined){
let data159 = data.rollout;
if(data159 && typeof data159 == "object" && !Array.isArray(data159)){
for(const key52 in data159){
if(!((((key52 === "canary") || (key52 === "maxUnavailable")) || (key52 === "drain")) || (key52 === "gates"))){
const err393 = {instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key52},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.rollout,data:data159};
if(vErrors === null){
vErrors = [err393];
}
else {
vErrors.push(err393);
}
errors++;
}
}
if(data159.canary !== undefined){
let data160 = data159.canary;
if(!(((typeof data160 == "number") && (!(data160 % 1) && !isNaN(data160))) && (isFinite(data160)))){
const err394 = {instancePath:instancePath+"/rollout/canary",schemaPath:"#/properties/rollout/properties/canary/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.rollout.properties.canary.type,parentSchema:schema11.properties.rollout.properties.canary,data:data160};
if(vErrors === null){
vErrors = [err394];
}
else {
vErrors.push(err394);
}
errors++;
}
if((typeof data160 == "number") && (isFinite(data160))){
if(data160 > 1000 || isNaN(data160)){
const err395 = {instancePath:instancePath+"/rollout/canary",schemaPath:"#/properties/rollout/properties/canary/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema11.properties.rollout.properties.canary,data:data160};
if(vErrors === null){
vErrors = [err395];
}
else {
vErrors.push(err395);
}
errors++;
}
if(data160 < 0 || isNaN(data160)){
const err396 = {instancePath:instancePath+"/rollout/canary",schemaPath:"#/properties/rollout/properties/canary/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.rollout.properties.canary,data:data160};
if(vErrors === null){
vErrors = [err396];
}
else {
vErrors.push(err396);
}
errors++;
}
}
}
if(data159.maxUnavailable !== undefined){
let data161 = data159.maxUnavailable;
if(!(((typeof data161 == "number") && (!(data161 % 1) && !isNaN(data161))) && (isFinite(data161)))){
const err397 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/properties/rollout/properties/maxUnavailable/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.rollout.properties.maxUnavailable.type,parentSchema:schema11.properties.rollout.properties.maxUnavailable,data:data161};
if(vErrors === null){
vErrors = [err397];
}
else {
vErrors.push(err397);
}
errors++;
}
if((typeof data161 == "number") && (isFinite(data161))){
if(data161 > 1000 || isNaN(data161)){
const err398 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/properties/rollout/properties/maxUnavailable/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema11.properties.rollout.properties.maxUnavailable,data:data161};
if(vErrors === null){
vErrors = [err398];
}
else {
vErrors.push(err398);
}
errors++;
}
if(data161 < 1 || isNaN(data161)){
const err399 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/properties/rollout/properties/maxUnavailable/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.rollout.properties.maxUnavailable,data:data161};
if(vErrors === null){
vErrors = [err399];
}
else {
vErrors.push(err399);
}
errors++;
}
}
}
if(data159.drain !== undefined){
let data162 = data159.drain;
if(typeof data162 === "string"){
if(!pattern7.test(data162)){
const err400 = {instancePath:instancePath+"/rollout/drain",schemaPath:"#/properties/rollout/properties/drain/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.rollout.properties.drain,data:data162};
if(vErrors === null){
vErrors = [err400];
}
else {
vErrors.push(err400);
}
errors++;
}
}
else {
const err401 = {instancePath:instancePath+"/rollout/drain",schemaPath:"#/properties/rollout/properties/drain/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.rollout.properties.drain.type,parentSchema:schema11.properties.rollout.properties.drain,data:data162};
if(vErrors === null){
vErrors = [err401];
}
else {
vErrors.push(err401);
}
errors++;
}
}
if(data159.gates !== undefined){
let data163 = data159.gates;
if(data163 && typeof data163 == "object" && !Array.isArray(data163)){
for(const key53 in data163){
if(!((key53 === "errorRate") || (key53 === "wait"))){
const err402 = {instancePath:instancePath+"/rollout/gates",schemaPath:"#/properties/rollout/properties/gates/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key53},message:"must NOT have additional properties",schema:false,parentSchema:schema11.properties.rollout.properties.gates,data:data163};
if(vErrors === null){
vErrors = [err402];
}
else {
vErrors.push(err402);
}
errors++;
}
}
if(data163.errorRate !== undefined){
let data164 = data163.errorRate;
if(typeof data164 === "string"){
if(!pattern44.test(data164)){
const err403 = {instancePath:instancePath+"/rollout/gates/errorRate",schemaPath:"#/properties/rollout/properties/gates/properties/errorRate/pattern",keyword:"pattern",params:{pattern: "^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$"},message:"must match pattern \""+"^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$"+"\"",schema:"^(100|[0-9]{1,2})(\\.[0-9]{1,3})?%$",parentSchema:schema11.properties.rollout.properties.gates.properties.errorRate,data:data164};
if(vErrors === null){
vErrors = [err403];
}
else {
vErrors.push(err403);
}
errors++;
}
}
else {
const err404 = {instancePath:instancePath+"/rollout/gates/errorRate",schemaPath:"#/properties/rollout/properties/gates/properties/errorRate/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.rollout.properties.gates.properties.errorRate.type,parentSchema:schema11.properties.rollout.properties.gates.properties.errorRate,data:data164};
if(vErrors === null){
vErrors = [err404];
}
else {
vErrors.push(err404);
}
errors++;
}
}
if(data163.wait !== undefined){
let data165 = data163.wait;
if(typeof data165 === "string"){
if(!pattern7.test(data165)){
const err405 = {instancePath:instancePath+"/rollout/gates/wait",schemaPath:"#/properties/rollout/properties/gates/properties/wait/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"},message:"must match pattern \""+"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$"+"\"",schema:"^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,3})?(ms|s|m|h)$",parentSchema:schema11.properties.rollout.properties.gates.properties.wait,data:data165};
if(vErrors === null){
vErrors = [err405];
}
else {
vErrors.push(err405);
}
errors++;
}
}
else {
const err406 = {instancePath:instancePath+"/rollout/gates/wait",schemaPath:"#/properties/rollout/properties/gates/properties/wait/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.rollout.properties.gates.properties.wait.type,parentSchema:schema11.properties.rollout.properties.gates.properties.wait,data:data165};
if(vErrors === null){
vErrors = [err406];
}
else {
vErrors.push(err406);
}
errors++;
}
}
}
else {
const err407 = {instancePath:instancePath+"/rollout/gates",schemaPath:"#/properties/rollout/properties/gates/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rollout.properties.gates.type,parentSchema:schema11.properties.rollout.properties.gates,data:data163};
if(vErrors === null){
vErrors = [err407];
}
else {
vErrors.push(err407);
}
errors++;
}
}
}
else {
const err408 = {instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.rollout.type,parentSchema:schema11.properties.rollout,data:data159};
if(vErrors === null){
vErrors = [err408];
}
else {
vErrors.push(err408);
}
errors++;
}
}
}
else {
const err409 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err409];
}
else {
vErrors.push(err409);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}
