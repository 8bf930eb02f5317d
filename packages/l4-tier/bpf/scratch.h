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

enum translate_flags {
	TRANSLATE_SOURCE = 1 << 0, /* the packet's source; else its destination */
	TRANSLATE_LATER = 1 << 1, /* a later fragment: it has an address and no port */
	TRANSLATE_QUOTATION = 1 << 2, /* an ICMP error; protocol and port are those of the packet that it quotes */
};

/* What one end of a packet shall be. */
struct translation {
	struct address after;
	__u32 network;
	__u32 transport;
	__u32 end; /* of the packet */
	__u32 family;
	__u32 protocol;
	__u32 flags; /* translate_flags */
	__be16 port; /* 0: stays */
	__u16 reserved;
};

/* A packet of a flow, and what is to be known of it. */
struct memo {
	struct flow_key key;
	struct flow_note fresh; /* an entry that is to be written */
	struct flow_key back; /* what the real's answers are addressed by */
	struct address self; /* what stands in the client's place: the director's address, or its own */
	struct address from; /* of an answer: the real that sent it */
	__s64 most_datagrams;
	__u32 sequence, acknowledgement; /* TCP, else 0 */
	__u32 bits; /* of the TCP header */
	__u32 family;
	__u32 quoted; /* about an error: nothing is noted */
	__u32 by_flow; /* it has a way back of its own */
	__u32 first_port, ports; /* of the director, host order; 0: the client's port stays */
	__be16 real_port;
	__be16 port; /* out: of the director; 0: the client's */
	__u32 word; /* of the row */
	__u32 now_s;
	__u32 real; /* out: where it goes */
};

struct scratch {
	struct memo memo;
	struct words words;
	struct subject subject;
	struct translation translation;
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
