/* A CPU's room for what does not fit on the stack: 512 bytes for all functions that call one another. A program is not interrupted by another packet. */
#ifndef TRICADE_SCRATCH_H
#define TRICADE_SCRATCH_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

/* A message for jhash: 1–10 words, zeros behind. */
struct words {
	__u32 words[12];
	__u32 count;
	__u32 seed;
};

/* An ICMP packet to a VIP, or a packet that becomes the subject of one. */
struct subject {
	struct address vip;
	struct address client; /* of an error: out, whom the quoted packet went to */
	__u32 network;
	__u32 transport;
	__u32 family;
	__u32 mtu; /* of a packet-too-big */
	__be32 ports; /* out: of the quoted flow, client's first */
	__u32 protocol; /* out: of the quoted flow */
};

struct scratch {
	struct words words;
	struct subject subject;
	struct event event;
	struct fragment_key fragment_key;
	struct fragment fragment;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct scratch);
	__uint(max_entries, 1);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch_of_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratches, &zero);
}

#endif
