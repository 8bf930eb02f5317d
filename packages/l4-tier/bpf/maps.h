/* The director's maps. Whoever loads the program may set other capacities (bpf_map__set_max_entries) before it is loaded, except where noted;
 * the program reads no capacity but through lookups. All maps are made once and stay when the program is swapped.
 *
 * Order of writing, so that no packet meets half a change: `rows` and `reals` first, then `services`, then `vip_prefixes`, then `director_config`.
 * Taking away: the other way round. A row word and {mac, flags} of a real are written as one aligned store.
 */
#ifndef TRICADE_MAPS_H
#define TRICADE_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* One element, index 0. Replaced as a whole by bpf_map_update_elem; a packet that meets the write may see old and new fields mixed, so change
 * one meaning at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct director_config);
	__uint(max_entries, 1);
} director_config SEC(".maps");

/* Forwarding tables of all groups, one behind the other; a group's words are written in place through mmap. An element holds two, since the kernel
 * rounds elements up to 8 bytes; in memory the words lie side by side. Word: bits 0–15 current id, 16–30 previous id, 31 armed (cluster/src/table/word.ts).
 * Row of a packet: rows_at + (hash × rows_count >> 32). */
struct row_pair {
	__u32 words[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct row_pair);
	__uint(max_entries, 1 << 19);
} rows SEC(".maps");

/* By id. mmap-able, so that a MAC changes by one store. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct real);
	__uint(max_entries, 1 << 15);
} reals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct service_key);
	__type(value, struct service);
	__uint(max_entries, 1 << 14);
} services SEC(".maps");

/* What `services` and `vip_prefixes` said lately, by CPU: a lookup that needs no call. The program fills it; a line that is a second old or of another
 * services_epoch is looked up again. Capacity must stay: the program takes lines by mask. */
#define SERVICE_LINES (1 << 10)

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

struct service_line {
	struct service_key key; /* with the stamp, three words of 64 bits */
	__u32 stamp;
	struct service service;
	__u32 way; /* plain_way */
	__u32 second_mask; /* of a row's previous id: REAL_ID_MASK where packets name it, else 0 */
	__be32 source_mask; /* IPv4: what of the source is hashed */
	__u32 reserved;
	__u64 hash_words[HASH_WORDS]; /* of service.hash_key; zero for what is not hashed */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct service_line);
	__uint(max_entries, SERVICE_LINES);
} service_lines SEC(".maps");

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

/* By service.id. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct service_counters);
	__uint(max_entries, 1 << 13);
} service_counters SEC(".maps");

/* By id of the real that the packet was sent to. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct real_counters);
	__uint(max_entries, 1 << 15);
} real_counters SEC(".maps");

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
