/* The director's ABI: layouts of its maps' keys and values, for the program, for the process that fills them, and for tests. maps.h defines the
 * maps. Numbers are the machine's own order unless a type says __be. Reserved fields are zero.
 */
#ifndef TRICADE_ABI_H
#define TRICADE_ABI_H

#include <linux/types.h>

/* Grows with every change of a layout or of a meaning; `director_config.abi` must say it, else every packet is passed up (REASON_ABI). */
#ifndef DIRECTOR_ABI /* tests have a program of another one */
#define DIRECTOR_ABI 7
#endif

/* IPv4 stands as ::ffff:a.b.c.d. A class of addresses (VIPless prefix, virtual MAC) stands as ::<class>, class ≥ 1 in network order. */
struct address {
	union {
		__u8 bytes[16];
		__be32 words[4];
	};
};

/* What a packet is for. Looked up most specific first, the first hit decides:
 *   {address, port, protocol} → {address, 0, protocol} → {address, 0, 0}
 * and, if the address has none of them, the same with the class of its longest prefix in `vip_prefixes`.
 * Every VIP and every class has an entry {address, 0, 0}: its any-protocol service, or one with MODE_NONE, which says that the address is a VIP. */
struct service_key {
	struct address address;
	__be16 port;
	__u8 protocol;
	__u8 reserved;
};

enum mode {
	MODE_NONE = 0, /* a VIP without a service here: echo is answered, all else dropped (REASON_NO_PORT) */
	MODE_DSR = 1,
	MODE_TUNNEL_IP = 2, /* outer family: IPv4 where real and director have one, else IPv6 */
	MODE_TUNNEL_GUE = 3,
	MODE_DNAT = 4, /* the way back: `replies` */
	MODE_FULL_NAT = 5, /* TCP and UDP; the way back: `returns` */
};

enum affinity { AFFINITY_FLOW = 0, AFFINITY_SOURCE = 1, AFFINITY_NETWORK = 2 };

enum service_flags {
	SERVICE_JHASH = 1 << 0, /* nft's hash; else multilinear. Both as cluster/src/hash.ts */
	SERVICE_NO_PORTS = 1 << 1, /* affinity by flow hashes addresses only: services of protocol `any` */
	SERVICE_SECOND = 1 << 2, /* packets name the second candidate; without it rows are followed at once */
	SERVICE_SECOND_UDP = 1 << 3, /* UDP too (QUIC: proxies tell flows by connection id) */
	SERVICE_OWN_MAC = 1 << 4, /* DSR: the director's own source MAC, never the tag (implies no second candidate) */
	SERVICE_BY_FLOW = 1 << 5, /* DNAT: a real's port does not say whose its answers are, `returns` does */
};

struct service {
	__u64 hash_key[2]; /* the key's bytes 0–7 and 8–15, each read little-endian. jhash: bytes 0–3 read big-endian */
	__u32 rows_at; /* first of its rows in `rows` */
	__u32 rows_count; /* ≥ 1, except with MODE_NONE */
	__u32 id; /* index in service_counters; shared by all keys of a service as the driver likes */
	__u32 flags; /* service_flags */
	__u8 mode;
	__u8 affinity;
	__be16 real_port; /* NAT: port at the real; 0: as it came */
	__u32 reserved;
};

enum real_flags {
	REAL_KNOWN = 1 << 0, /* its MAC is resolved; without it the real gets nothing (REASON_REAL_UNKNOWN) */
	REAL_V4 = 1 << 1, /* `v4` is set */
	REAL_V6 = 1 << 2,
};

/* Index: id of the real (1–32767; 0 is nobody). mac and flags are one aligned 64-bit word and are written as one. */
struct real {
	__u8 mac[6]; /* the real's, or its next hop's where it is routed to (tunnel, NAT) */
	__u16 flags;
	__be32 v4;
	__u8 arm; /* index in director_config.arms of the device behind which it lies */
	__u8 reserved;
	__u16 vlan; /* 0: the tag that the packet came with; else its VID is replaced. Frames without a tag are dropped then (REASON_VLAN) */
	__u8 v6[16];
} __attribute__((aligned(8)));

#define ARMS 4

/* A device on which the program is attached or through which it sends; ifindex 0: none. mtu: IP bytes. */
struct arm {
	__u32 ifindex;
	__u16 mtu;
	__u8 mac[6]; /* frames to other MACs are passed up, except the virtual one */
	__u8 virtual_mac[6]; /* layer-2 balancing: frames to it belong to virtual_class, whatever their address; zeros: none */
	__u16 reserved;
	__u32 virtual_class;
};

enum config_flags {
	CONFIG_DENY = 1 << 0, /* `denied_sources` is looked at */
	CONFIG_LIMIT = 1 << 1, /* new flows are limited per source */
	CONFIG_PREFIXES = 1 << 2, /* `vip_prefixes` is looked at */
	CONFIG_REPLIES = 1 << 3, /* answers are looked for: in `replies` */
	CONFIG_RETURNS = 1 << 4, /* and in `returns` before */
};

struct director_config {
	__u32 abi; /* DIRECTOR_ABI */
	__u32 flags; /* config_flags */
	__u8 self; /* number of this director in the tag, 0–255 */
	__u8 reserved;
	__be16 gue_port; /* UDP port of GUE at reals */
	__u32 sample_mask; /* see struct event; 0xffffffff: no events */
	/* Outer source of tunnels. Bits of the mask (host order, from the low end) are filled from the flow's hash, so that receivers spread over
	 * queues; nobody has addresses of that range, and receivers accept it as a prefix. 0: one address. */
	__be32 outer_v4;
	__u32 outer_v4_spread;
	__u8 outer_v6[16]; /* zeros: none */
	/* New flows (TCP SYN) of one source (/32, /64): one each `limit_interval_ns`, `limit_burst_ns` / `limit_interval_ns` at once. */
	__u64 limit_interval_ns;
	__u64 limit_burst_ns;
	/* Events of all packets of the flow with this row hash whatever the sample, also of those that are dropped; 0: none. */
	__u32 watch_hash;
	/* Another number after each change of `services` or `vip_prefixes`: makes it count at once. Without it a change counts within a second. */
	__u32 services_epoch;
	__u64 secret[2]; /* random per boot: places sources in `source_limits` and flows in flow memory */
	struct arm arms[ARMS];
	__s64 most_datagrams; /* flows of UDP in `flows` */
	/* Full NAT: what stands in the client's place, from the lowest port on. Zeros: nothing of that family. */
	__u8 nat_v6[16];
	__be32 nat_v4;
	__u16 nat_first_port;
	__u16 nat_ports;
};

/* LPM key: IPv4 prefixes count from bit 96. */
struct prefix_key {
	__u32 bits;
	struct address address;
};

struct service_counters {
	__u64 packets; /* forwarded */
	__u64 bytes; /* IP bytes as they came */
	__u64 new_flows; /* SYNs among them */
	__u64 seconds; /* with a second candidate */
};

struct real_counters {
	__u64 packets;
	__u64 bytes;
};

/* Why a packet was not forwarded to a real as it came; index in reason_counters. Names in lower case are what people see. */
enum reason {
	REASON_FORWARDED = 0,
	/* passed up to the kernel */
	REASON_ABI = 1, /* no configuration, or one of another ABI */
	REASON_OTHER_MAC = 2,
	REASON_NOT_IP = 3, /* ARP, LLDP, deeper VLAN stacks, … */
	REASON_NO_VIP = 4, /* also ND and all ICMP that is not about a VIP */
	/* answered */
	REASON_ECHO = 5,
	REASON_TOO_BIG = 6, /* packet-too-big or fragmentation-needed sent back */
	/* forwarded, but not by its own ports */
	REASON_ICMP_ERROR = 7, /* to the real that holds the quoted flow */
	REASON_FRAGMENT = 8, /* behind its first fragment, or by addresses alone */
	REASON_REPLY = 10, /* of a real: its address became the VIP again */
	REASON_UNNOTED = 11, /* by its row: there is no room to remember its flow */
	/* of events only: forwarded, and told of because its flow is watched, not by chance */
	REASON_WATCHED = 9,
	/* of counters only: events for which `events` had no room; no packet has it */
	REASON_UNTOLD = 15,
	/* dropped */
	REASON_MALFORMED = 16, /* to a VIP, and its lengths do not hold */
	REASON_DENIED = 17,
	REASON_LIMITED = 18,
	REASON_NO_PORT = 19, /* the VIP has no such service */
	REASON_NO_ROW = 20, /* the service's rows lie outside `rows` */
	REASON_NO_REAL = 21, /* the row's current is 0 */
	REASON_REAL_UNKNOWN = 22,
	REASON_NO_OUTER = 23, /* real and director share no outer family */
	REASON_FRAGMENT_LOST = 24, /* its first fragment did not come by here */
	REASON_ICMP_OTHER = 25, /* ICMP to a VIP that is neither echo nor error about one of its services */
	REASON_EXTENSIONS = 26, /* IPv6: more extension headers than are followed */
	REASON_NO_ROOM = 27, /* no headroom or tail for the headers */
	REASON_VLAN = 28,
	REASON_ARM = 29, /* the real's arm has no device */
	REASON_MODE = 30, /* the service's mode is unknown to this program */
	REASON_NO_ADDRESS = 31, /* NAT: the real has none of the packet's family */
	REASON_STRAY = 32, /* an answer of a real that does not have the flow */
	REASON_ASKED_ON = 33, /* a real's reset of a flow that another director began: the row's other real is asked next */
	REASON_PORTS = 34, /* NAT: all ports that were tried are other flows' */
	REASONS = 48,
};

/* Events are samples: of each service's packets and of each reason but those that pass packets up, every (sample_mask + 1)th on a CPU. */
#define NO_SERVICE 0xffffffff

struct event {
	__u64 at_ns; /* CLOCK_MONOTONIC */
	struct address source;
	struct address destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 reason;
	__u16 bytes; /* IP bytes as they came */
	__u32 service; /* service.id; NO_SERVICE where it was not forwarded */
	__u32 hash; /* where it was not forwarded: 0, or the one that is watched */
	__u32 row; /* within the service */
	__u16 real;
	__u16 second;
};

/* Source limit: time of the next free token (GCRA), per slot; a source has two slots and is limited when both are full. */
struct source_limit {
	__u64 next_ns;
};

/* Destination NAT: whose answer a packet of {real, port, protocol} is; looked up as services are, the port's own key first. That the two ends
 * determine each other is for whoever fills `replies` to see to. A VIP of zeros: its flow says whose, and without one it is nobody's (REASON_STRAY). */
struct reply {
	struct address vip;
	__be16 port; /* of the VIP; 0: as it came */
	__u16 reserved;
};

/* A flow of a translated service, as its client sees it. */
struct flow_key {
	struct address client;
	struct address vip;
	__be32 ports; /* as in the client's packets: its own first */
	__u8 protocol;
	__u8 reserved[3];
};

enum flow_states {
	FLOW_ANSWERED = 1 << 0, /* an opening: its real has answered, and `base` is set */
	FLOW_CLIENT_FIN = 1 << 1,
	FLOW_REAL_FIN = 1 << 2,
	FLOW_RESET = 1 << 3, /* by either end; a real that goes on takes it back */
};

/* Who has a flow. lifetimes.h says how long that is remembered. */
struct flow_note {
	__u32 seen_s; /* CLOCK_MONOTONIC */
	__u32 state; /* flow_states */
	__u32 base; /* TCP: sequence number of the first that its real was heard to say */
	__u16 real;
	__u16 second; /* an opening: who is asked where the real does not know it; 0: nobody */
	__be16 port; /* of the director, in the client's place; 0: the client's own */
	__u16 reserved;
};

/* What `flows` holds. */
struct memory_use {
	__s64 datagrams; /* flows of UDP */
	__s64 reserved;
};

/* A fragmented packet's first fragment notes here where the others go. */
struct fragment_key {
	struct address source;
	struct address destination;
	__be32 id;
	__u32 protocol;
};

struct fragment {
	struct service_key service;
	__u32 hash;
	__u32 real; /* translated: to whom its first one went; 0: by its row */
	struct flow_key flow; /* of an answer */
};

_Static_assert(sizeof(struct service_key) == 20, "service_key");
_Static_assert(sizeof(struct service) == 40, "service");
_Static_assert(sizeof(struct real) == 32, "real");
_Static_assert(sizeof(struct arm) == 24, "arm");
_Static_assert(sizeof(struct director_config) == 208, "director_config");
_Static_assert(sizeof(struct prefix_key) == 20, "prefix_key");
_Static_assert(sizeof(struct service_counters) == 32, "service_counters");
_Static_assert(sizeof(struct reply) == 20, "reply");
_Static_assert(sizeof(struct flow_key) == 40, "flow_key");
_Static_assert(sizeof(struct flow_note) == 20, "flow_note");
_Static_assert(sizeof(struct event) == 64, "event");

#endif
