/* What the short way (plain.h) reads of a packet: fields at fixed places, each where it is used. */
#ifndef TRICADE_PLAIN_HEADERS_H
#define TRICADE_PLAIN_HEADERS_H

#include "maps.h"
#include "parse.h"

/* Verdicts that are none: the long way; the copy of the short way that may call. */
#define NOT_PLAIN (-1)
#define SPECIAL (-2)

/* Bytes of the least frames with a TCP header: shorter ones take the long way. */
#define PLAIN_IPV4_BYTES (ETH_HLEN + sizeof(struct iphdr) + sizeof(struct tcphdr))
#define PLAIN_IPV6_BYTES (ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(struct tcphdr))

/* Where fields stand in the frame: `addresses` is the source, the destination behind it, ports behind both. */
enum plain_offset {
	TYPE_AT = 12,
	IPV4_LENGTH_AT = 16,
	IPV4_FRAGMENT_AT = 20,
	IPV4_PROTOCOL_AT = 23,
	IPV4_SOURCE_AT = 26,
	IPV4_TO_AT = 30,
	IPV6_LENGTH_AT = 18,
	IPV6_PROTOCOL_AT = 20,
	IPV6_SOURCE_AT = 22,
	IPV6_TO_AT = 38,
	IPV6_PORTS_AT = 54,
	TCP_FLAGS = 13, /* from the TCP header's start */
};

/* A packet whose headers are known to be there. `special` and `ip6` are constants wherever this is used: each has code of its own. */
struct plain {
	struct xdp_md *ctx;
	void *data, *end;
	const struct arm *ingress;
	const struct service_line *line;
	__u32 cpu;
	__u32 stamp; /* of lines that may be believed */
	__u32 bytes; /* IP bytes */
	__u32 hash;
	bool special;
	bool ip6;
	bool opens; /* SYN without ACK; where not special, none is */
};

static __always_inline __u64 u64_at(const struct plain *p, __u32 offset)
{
	return *(const volatile __u64 *)(p->data + offset);
}

static __always_inline __u32 u32_at(const struct plain *p, __u32 offset)
{
	return *(const volatile __u32 *)(p->data + offset);
}

static __always_inline __u32 u16_at(const struct plain *p, __u32 offset)
{
	return *(const volatile __u16 *)(p->data + offset);
}

static __always_inline __u32 u8_at(const struct plain *p, __u32 offset)
{
	return *(const volatile __u8 *)(p->data + offset);
}

/* An arm's MAC in the low 48 bits. In assembly: the compiler would read by pieces what lies at an odd word. */
static __always_inline __u64 mac_and_more(const struct arm *arm)
{
	__u64 bytes;

	asm("%0 = *(u64 *)(%1 + 6)" : "=r"(bytes) : "r"(arm));
	return bytes;
}

/* TCP or UDP, and whether it opens a connection. 0, or a verdict that is none. */
static __always_inline int read_transport(struct plain *p, __u32 protocol, __u32 transport)
{
	if (protocol == IPPROTO_UDP)
		return 0;
	if (protocol != IPPROTO_TCP)
		return NOT_PLAIN;
	p->opens = (u8_at(p, transport + TCP_FLAGS) & 0x12) == 2;
	return p->opens && !p->special ? SPECIAL : 0;
}

/* Sets what the IP header says of the packet. 0, or a verdict that is none. */
static __always_inline int read_headers(struct plain *p)
{
	const __u32 header = p->ip6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);

	if (p->ip6 && p->data + PLAIN_IPV6_BYTES > p->end)
		return NOT_PLAIN;
	if (!p->ip6 && u16_at(p, IPV4_FRAGMENT_AT) & bpf_htons(0x3fff))
		return NOT_PLAIN;
	p->bytes = bpf_ntohs(u16_at(p, p->ip6 ? IPV6_LENGTH_AT : IPV4_LENGTH_AT)) + (p->ip6 ? header : 0);
	if (p->bytes < header + sizeof(struct tcphdr) || p->data + ETH_HLEN + p->bytes > p->end)
		return NOT_PLAIN;
	return read_transport(p, u8_at(p, p->ip6 ? IPV6_PROTOCOL_AT : IPV4_PROTOCOL_AT), ETH_HLEN + header);
}

#endif
