/* The proxy's maps and their layouts (ABI): what proxy.bpf.c reads and the receiver driver writes. Rules of abi.h hold: machine order unless __be,
 * reserved fields are zero. Order of writing: `reals`, `vips` and `senders` first, then `proxy_config`.
 */
#ifndef TRICADE_PROXY_MAPS_H
#define TRICADE_PROXY_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* Grows with every change of a layout or of a meaning; `proxy_config.abi` must say it, else every packet is passed up (PROXY_ABI_DIFFERS). */
#define PROXY_ABI 1

enum proxy_flags {
	PROXY_TUNNEL = 1 << 0, /* tunnels that end at `v4` or `v6` are taken off; without it they are not looked at */
};

struct proxy_config {
	__u32 abi; /* PROXY_ABI */
	__u32 flags; /* proxy_flags */
	__u8 mac[6]; /* of the device: frames to others (a switch that floods) are passed up untouched */
	__u8 self; /* number of this proxy in the tag of a packet that it hands on: for people who read captures */
	__u8 reserved;
	__be32 v4; /* where tunnels end, and the outer source of packets handed on; 0: no IPv4 */
	__be16 gue_port;
	__u16 reserved_2;
	__u8 v6[16]; /* as v4; zeros: no IPv6 */
};

/* One element, index 0. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct proxy_config);
	__uint(max_entries, 1);
} proxy_config SEC(".maps");

/* VIPs and VIPless prefixes whose packets are taken here; the value is not looked at. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __u32);
	__uint(max_entries, 1 << 14);
} vips SEC(".maps");

enum sender {
	SENDER_DIRECTOR = 1,
	SENDER_PROXY = 2, /* its packets were handed on once: a second candidate in them counts for nothing */
	SENDER_PLAIN = 3, /* a director that names no second candidates: an id in its headers is just an id */
};

/* Outer sources whose tunnels are taken off → `enum sender`. A director whose outer source varies per flow stands here as a prefix. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __u32);
	__uint(max_entries, 1 << 12);
} senders SEC(".maps");

/* By id: where a packet is handed on to. As the director's map of this name; `arm` and `vlan` are not looked at. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct real);
	__uint(max_entries, 1 << 15);
} reals SEC(".maps");

/* What became of a packet that came from a director or through a tunnel; index in proxy_counters. All others are passed up uncounted. */
enum proxy_reason {
	/* taken here: passed up, out of its tunnel */
	HERE_SETTLED = 0, /* no second candidate */
	HERE_HANDED_ON = 1, /* by another proxy: whatever it is, it stays */
	HERE_SYN = 2, /* begins a connection */
	HERE_SOCKET = 3,
	HERE_REQUEST = 4, /* handshake under way here */
	HERE_TIME_WAIT = 5,
	HERE_COOKIE = 6, /* acknowledges a SYN cookie of ours */
	HERE_UDP = 7,
	HERE_ICMP = 8, /* an error about a flow of ours */
	HERE_UNTOLD = 9, /* protocols and fragments whose owner cannot be told */
	HERE_OWN_SECOND = 10, /* the second candidate is this proxy itself */
	PROXY_ABI_DIFFERS = 15,
	/* handed on to the second candidate */
	ON_NO_SOCKET = 16,
	ON_LISTENER = 17, /* a listener, and the packet acknowledges no cookie of ours */
	ON_REQUEST = 18, /* acknowledges a SYN-ACK of somebody else */
	ON_TIME_WAIT = 19,
	ON_FAR = 20, /* a socket of an older connection with the same ports: the sequence is far from what it expects */
	ON_UDP = 21,
	ON_ICMP = 22,
	/* dropped */
	DROP_SECOND_UNKNOWN = 32, /* no such id, or its MAC or address is not known */
	DROP_SENDER = 33, /* a tunnel from somebody who is neither director nor proxy */
	DROP_MALFORMED = 34, /* lengths that do not hold, headers cut off */
	DROP_FRAGMENT = 35, /* a piece of a tunnelled packet */
	DROP_OPTIONS = 36, /* options, extension headers or GUE data in front of the inner packet that directors never send */
	DROP_NESTED = 37, /* a tunnel in the tunnel */
	DROP_NOT_VIP = 38, /* the inner packet is not for a VIP of this proxy */
	DROP_NO_ROOM = 39, /* the frame could not be made shorter */
	DROP_CONGESTED = 40, /* a router on the way marked the tunnel for congestion, and the packet's ends know no such mark */
	PROXY_REASONS = 41,
};

#define FIRST_ON ON_NO_SOCKET
#define FIRST_DROP DROP_SECOND_UNKNOWN

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, PROXY_REASONS);
} proxy_counters SEC(".maps");

_Static_assert(sizeof(struct proxy_config) == 40, "proxy_config");

#endif
