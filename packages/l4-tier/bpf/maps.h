/* The director's maps. Whoever loads the program may set other capacities before it is loaded, except where noted. All maps are made once and stay
 * when the program is swapped.
 *
 * Order of writing, so that no packet meets half a change: `rows` and `reals` first, then `services`, then `vip_prefixes`, then `director_config`.
 * Taking away: the other way round. A row word and {mac, flags} of a real are written as one aligned store.
 */
#ifndef TRICADE_MAPS_H
#define TRICADE_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* Global variables, which cost the program no lookup. Loaders see each as a map of that name and may give it a larger size than is declared here
 * (globals.h). `NAME_room`: its values, of all CPUs. A cache begins with zeros whenever the
 * program is loaded. */
#define GLOBAL(name) SEC(".bss." #name)
#define CACHE(name) SEC(".bss.cache." #name)

#define CPUS 1 /* of the first dimension of what each CPU has of its own: as many as the machine may have */
#define ROWS (1 << 18)
#define REALS (1 << 15) /* all ids that there are: this size stays */
#define SERVICE_COUNTERS 64
#define REAL_COUNTERS (1 << 10)
#define SERVICE_LINES_BITS 10 /* their places have as many: this size stays */
#define SERVICE_LINES (1 << SERVICE_LINES_BITS)

const volatile __u32 abi = DIRECTOR_ABI; /* for loaders: a program of another one waits until its maps are filled */
const volatile __u32 cpus = CPUS;
const volatile __u32 rows_room = ROWS;
const volatile __u32 service_lines_room = CPUS * SERVICE_LINES;
const volatile __u32 service_counters_room = CPUS * SERVICE_COUNTERS;
const volatile __u32 real_counters_room = CPUS * REAL_COUNTERS;

/* An index as one number in one register, before and after it is compared: else the compiler computes it twice or takes the address first, and the
 * verifier does not believe of the one what it saw of the other. */
#define opaque(index) asm volatile("" : "+r"(index))

/* A value of one meaning at a time changes: a packet that meets the write may see old and new fields mixed. */
struct director_config director_config GLOBAL(director_config);

/* Forwarding tables of all groups, one behind the other. Word: bits 0–15 current id, 16–30 previous id, 31 armed (cluster/src/table/word.ts).
 * Row of a packet: rows_at + (hash × rows_count >> 32). */
__u32 rows[ROWS] GLOBAL(rows);

/* By id. A MAC changes by one store. */
struct real reals[REALS] GLOBAL(reals);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct service_key);
	__type(value, struct service);
	__uint(max_entries, 1 << 14);
} services SEC(".maps");

/* What the multilinear hash makes of a key: a word that is added, one that stirs the sum, and one for each word of a message of either family. */
#define HASH_ADDED 0
#define HASH_STIR 1
#define HASH_IPV4 2 /* ports, destination, source */
#define HASH_IPV6 5
#define HASH_WORDS 14

/* How packets of a service go that plain.h sends; the others take the long way. */
enum plain_way {
	PLAIN_NOT = 0,
	PLAIN_DSR = 1, /* the tag as source MAC */
	PLAIN_TUNNEL = 2,
};

/* What `services` and `vip_prefixes` said lately, by CPU. The program fills it; a line that is a second old or of another services_epoch is looked up
 * again. */
struct service_line {
	struct service_key key; /* with the stamp, three words of 64 bits */
	__u32 stamp;
	__u64 quick; /* of an IPv4 packet that goes the short way: quick_key(); else a number that no packet has */
	__u64 base; /* of the multilinear hash: what is the same for all packets of the line */
	__u32 way; /* plain_way */
	__u32 second_mask; /* of a row's word: its previous id where packets name it, else 0 */
	__be32 source_mask; /* IPv4: what of the source is hashed */
	__u32 counters_at; /* of the service and this CPU, in service_counters */
	__u32 real_counters_at; /* of this CPU */
	__u32 reserved;
	struct service service;
	__u64 hash_words[HASH_WORDS]; /* of service.hash_key; zero for what is not hashed */
	__u64 unused[5]; /* to a power of two */
};
_Static_assert(sizeof(struct service_line) == 256, "service_line");

struct service_line service_lines[CPUS][SERVICE_LINES] CACHE(service_lines);

/* VIPless prefixes → class (≥ 1, network order). */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __be32);
	__uint(max_entries, 1 << 14);
} vip_prefixes SEC(".maps");

/* Sources whose packets to any VIP are dropped; the value is not looked at. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __u32);
	__uint(max_entries, 1 << 16);
} denied_sources SEC(".maps");

/* Capacity must stay: the program takes slots by mask. */
#define SOURCE_LIMIT_SLOTS (1 << 16)
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct source_limit);
	__uint(max_entries, SOURCE_LIMIT_SLOTS);
} source_limits SEC(".maps");

/* First fragments of packets. Least recently used go first: a flood of fragments loses fragments only. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct fragment_key);
	__type(value, struct fragment);
	__uint(max_entries, 1 << 13);
} fragments SEC(".maps");

/* What answers of reals become. Key: the real's address and port, and the protocol. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct service_key);
	__type(value, struct reply);
	__uint(max_entries, 1 << 14);
} replies SEC(".maps");

/* Flows of translated services that both ends know. Nothing is pushed out; overdue ones are taken out by whoever made the maps. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow_key);
	__type(value, struct flow_note);
	__uint(max_entries, 1 << 16);
} flows SEC(".maps");

/* Flows of translated services that are opening, least recently used out first. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow_key);
	__type(value, struct flow_note);
	__uint(max_entries, 1 << 16);
} openings SEC(".maps");

/* Whose answers are what a real says to one address and port, where that is a flow's alone: as `vip` the real and its port, as `client` whom it answers. Of
 * flows in `flows`, and of those in `openings`. Taken out by whoever made the maps where the flow is gone. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow_key);
	__type(value, struct flow_key);
	__uint(max_entries, 1 << 16);
} returns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow_key);
	__type(value, struct flow_key);
	__uint(max_entries, 1 << 16);
} opening_returns SEC(".maps");

/* One element. mmap-able: whoever takes flows out counts them down. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct memory_use);
	__uint(max_entries, 1);
} memory_use SEC(".maps");

/* Where frames leave that leave by another device than they came in by. Index: arm. Same ifindex as in director_config.arms. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, ARMS);
} egress SEC(".maps");

/* By service.id, of each CPU. */
struct service_counters service_counters[CPUS][SERVICE_COUNTERS] GLOBAL(service_counters);
/* By id of the real that the packet was sent to, of each CPU. */
struct real_counters real_counters[CPUS][REAL_COUNTERS] GLOBAL(real_counters);

/* Packets by `enum reason`; REASON_FORWARDED is not counted here, it is the sum over service_counters. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, REASONS);
} reason_counters SEC(".maps");

/* `struct event`, sampled. Full: events are lost, packets are not held up. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} events SEC(".maps");

#endif
