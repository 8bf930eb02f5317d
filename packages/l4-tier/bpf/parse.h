/* From a frame to the flow that it belongs to. Nothing here looks at a map; a length is believed only after it was held against the frame's end. */
#ifndef TRICADE_PARSE_H
#define TRICADE_PARSE_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>
#include "abi.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "hashes read packets as little-endian words"
#endif

enum packet_flags {
	PACKET_SYN = 1 << 0, /* opens a TCP connection: SYN without ACK */
	PACKET_FRAGMENT = 1 << 1,
	PACKET_LATER = 1 << 2, /* a fragment behind the first: it has no ports */
	PACKET_QUOTED = 1 << 3, /* an ICMP error; the flow is the one that it is about */
	PACKET_TAGGED = 1 << 4, /* 802.1Q */
	PACKET_DONT_FRAGMENT = 1 << 5,
};

struct frame {
	struct xdp_md *ctx;
	void *data, *end;
};

struct packet {
	struct frame frame;
	/* Offsets from the frame's start. */
	__u32 network;
	__u32 transport;
	__u32 bytes; /* IP bytes */
	__u32 flags; /* packet_flags */
	struct address source;
	struct address destination;
	union {
		struct {
			__be16 source_port;
			__be16 destination_port;
		};
		__be32 ports;
	};
	__be32 fragment_id;
	__be32 class; /* of the virtual MAC that it came to; 0: go by the address */
	__be16 tag; /* 802.1Q TCI */
	__u8 protocol;
	__u8 family; /* 4, 6 */
	__u8 tos; /* traffic class */
};

/* Where the frame lies: once at the start, and again after each helper that moves it. In assembly, since the compiler would keep these pointers as
 * 32-bit numbers, which the verifier does not take for pointers. */
static __always_inline void find_frame(struct frame *frame)
{
	asm volatile("%0 = *(u32 *)(%1 + 0)" : "=r"(frame->data) : "r"(frame->ctx));
	asm volatile("%0 = *(u32 *)(%1 + 4)" : "=r"(frame->end) : "r"(frame->ctx));
}

/* The frame's bytes at an offset, as long as `length` of them are there; else NULL. Headers lie within the first 16 KiB: more than the extension
 * headers that are followed can take. The verifier wants to see that bound right before the access. */
static __always_inline void *bytes_at(const struct frame *frame, __u64 offset, __u32 length)
{
	void *at;

	if (!__builtin_constant_p(offset))
		asm volatile("%0 &= 0x3fff" : "+r"(offset));
	at = frame->data + offset;

	return at + length > frame->end ? NULL : at;
}

/* Ethernet and one 802.1Q tag: sets network, family, tag. REASON_NOT_IP for everything else. */
static __always_inline enum reason parse_ethernet(struct packet *p)
{
	__be16 *words = bytes_at(&p->frame, 0, ETH_HLEN + 4);
	__be16 type;

	if (!words)
		return REASON_NOT_IP;
	type = words[6];
	p->network = ETH_HLEN;
	if (type == bpf_htons(ETH_P_8021Q)) {
		p->flags |= PACKET_TAGGED;
		p->tag = words[7];
		type = words[8];
		p->network = ETH_HLEN + 4;
	}
	p->family = type == bpf_htons(ETH_P_IP) ? 4 : 6;
	return p->family == 4 || type == bpf_htons(ETH_P_IPV6) ? REASON_FORWARDED : REASON_NOT_IP;
}

/* RFC 791. Sets addresses first: who the packet is for decides what a malformed one is. */
static __always_inline enum reason parse_ipv4(struct packet *p)
{
	struct iphdr *ip = bytes_at(&p->frame, p->network, sizeof(*ip));
	__u32 header, fragment;

	if (!ip)
		return REASON_NOT_IP;
	header = (*(__u8 *)ip & 0xf) * 4;
	fragment = bpf_ntohs(ip->frag_off);
	p->source.words[2] = p->destination.words[2] = bpf_htonl(0xffff);
	p->source.words[3] = ip->saddr;
	p->destination.words[3] = ip->daddr;
	p->bytes = bpf_ntohs(ip->tot_len);
	p->protocol = ip->protocol;
	p->tos = ip->tos;
	p->transport = p->network + header;
	if (*(__u8 *)ip >> 4 != 4 || header < sizeof(*ip) || p->bytes < header)
		return REASON_MALFORMED;
	if (!bytes_at(&p->frame, p->network, p->bytes))
		return REASON_MALFORMED;
	if (fragment & 0x4000)
		p->flags |= PACKET_DONT_FRAGMENT;
	if (fragment & 0x3fff) {
		p->flags |= fragment & 0x1fff ? PACKET_FRAGMENT | PACKET_LATER : PACKET_FRAGMENT;
		p->fragment_id = ip->id;
	}
	return REASON_FORWARDED;
}

#define EXTENSION_HEADERS 6

struct extension_header {
	__u8 next;
	__u8 length; /* in 8 bytes, the first not counted; AH: in 4 bytes, the first two not counted */
	__u8 type;
	__u8 left; /* routing: segments left */
	__be32 id; /* fragment */
};

/* Whether more headers may follow a next-header value (RFC 8200, RFC 4302). */
static __always_inline bool is_extension(__u8 next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_FRAGMENT ||
	       next == IPPROTO_DSTOPTS || next == IPPROTO_AH;
}

/* What is known of a packet's headers while they are walked. */
struct headers {
	__u32 transport;
	__u32 end; /* of the packet */
	__u32 flags;
	__be32 fragment_id;
	__u32 protocol;
};

/* One extension header: moves transport behind it. A source route that is not at its end is refused: this is not its last hop. */
static __always_inline enum reason pass_extension(const struct frame *frame, struct headers *walk)
{
	struct extension_header *header;
	__u32 length;

	if (walk->transport + sizeof(*header) > walk->end)
		return REASON_MALFORMED;
	header = bytes_at(frame, walk->transport, sizeof(*header));
	if (!header)
		return REASON_MALFORMED;
	length = 8 + header->length * 8;
	if (walk->protocol == IPPROTO_FRAGMENT) {
		__u16 offset = bpf_ntohs(*(__be16 *)&header->type);

		length = 8;
		if (offset & 0xfff9)
			walk->flags |= PACKET_FRAGMENT | (offset & 0xfff8 ? PACKET_LATER : 0);
		walk->fragment_id = header->id;
	} else if (walk->protocol == IPPROTO_AH) {
		length = 8 + header->length * 4;
	} else if (walk->protocol == IPPROTO_ROUTING && header->left) {
		return REASON_EXTENSIONS;
	}
	walk->protocol = header->next;
	walk->transport += length;
	return walk->transport > walk->end ? REASON_MALFORMED : REASON_FORWARDED;
}

/* Walks to the transport header, or to the first header of a later fragment's data. An `enum reason`. Verified by itself, as all functions that are
 * not static: the verifier would else walk what follows once for each way through. */
__noinline int pass_extensions(struct xdp_md *ctx, struct headers *walk)
{
	struct frame frame = { .ctx = ctx };

	if (!walk)
		return REASON_MALFORMED;
	find_frame(&frame);
	for (int i = 0; i < EXTENSION_HEADERS; i++) {
		enum reason reason;

		if (!is_extension(walk->protocol) || walk->flags & PACKET_LATER)
			return REASON_FORWARDED;
		reason = pass_extension(&frame, walk);
		if (reason)
			return reason;
	}
	return is_extension(walk->protocol) ? REASON_EXTENSIONS : REASON_FORWARDED;
}

static __always_inline enum reason parse_extensions(struct packet *p)
{
	struct headers walk = {
		.transport = p->transport,
		.end = p->network + p->bytes,
		.flags = p->flags,
		.protocol = p->protocol,
	};
	enum reason reason = pass_extensions(p->frame.ctx, &walk);

	find_frame(&p->frame);
	p->transport = walk.transport;
	p->flags = walk.flags;
	p->fragment_id = walk.fragment_id;
	p->protocol = walk.protocol;
	return reason;
}

static __always_inline enum reason parse_ipv6(struct packet *p)
{
	struct ipv6hdr *ip = bytes_at(&p->frame, p->network, sizeof(*ip));

	if (!ip)
		return REASON_NOT_IP;
	__builtin_memcpy(&p->source, &ip->saddr, sizeof(p->source));
	__builtin_memcpy(&p->destination, &ip->daddr, sizeof(p->destination));
	p->bytes = sizeof(*ip) + bpf_ntohs(ip->payload_len);
	p->protocol = ip->nexthdr;
	p->tos = bpf_ntohs(*(__be16 *)ip) >> 4;
	p->transport = p->network + sizeof(*ip);
	p->flags |= PACKET_DONT_FRAGMENT;
	if (*(__u8 *)ip >> 4 != 6 || !bytes_at(&p->frame, p->network, p->bytes))
		return REASON_MALFORMED;
	return is_extension(p->protocol) ? parse_extensions(p) : REASON_FORWARDED;
}

/* Ports of TCP and UDP; other protocols have none. */
static __always_inline enum reason parse_transport(struct packet *p)
{
	__u32 left = p->network + p->bytes - p->transport;
	struct tcphdr *tcp;
	__be32 *ports;

	if ((p->protocol != IPPROTO_TCP && p->protocol != IPPROTO_UDP) || p->flags & PACKET_LATER)
		return REASON_FORWARDED;
	ports = bytes_at(&p->frame, p->transport, sizeof(struct udphdr));
	if (!ports || left < sizeof(struct udphdr))
		return REASON_MALFORMED;
	p->ports = *ports;
	if (p->protocol == IPPROTO_UDP)
		return REASON_FORWARDED;
	tcp = bytes_at(&p->frame, p->transport, sizeof(*tcp));
	if (!tcp || left < sizeof(*tcp))
		return REASON_MALFORMED;
	if (tcp->syn && !tcp->ack)
		p->flags |= PACKET_SYN;
	return REASON_FORWARDED;
}

static __always_inline enum reason parse_packet(struct packet *p)
{
	enum reason reason = p->family == 4 ? parse_ipv4(p) : parse_ipv6(p);

	return reason ? reason : parse_transport(p);
}

#endif
