/* ICMP about VIPs (RFC 792, RFC 4443): echo is answered here, errors go to the real that holds the flow they quote, and packets that are too big for
 * the way to their real are answered with the size that is not (RFC 1191, RFC 8201). Answers come from the VIP: the way back to the sender is its. */
#ifndef TRICADE_ICMP_H
#define TRICADE_ICMP_H

#include "checksum.h"
#include "ethernet.h"
#include "parse.h"
#include "scratch.h"

#define ANSWER_TTL 64

/* Both families. rest: MTU of a packet-too-big, identifier and sequence of an echo. */
struct icmp_header {
	__u8 type;
	__u8 code;
	__sum16 check;
	__be32 rest;
};

enum icmp_types {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_ECHO_REQUEST = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER_PROBLEM = 12,
	ICMP6_UNREACHABLE = 1,
	ICMP6_TOO_BIG = 2,
	ICMP6_PARAMETER_PROBLEM = 4,
	ICMP6_ECHO_REQUEST = 128,
	ICMP6_ECHO_REPLY = 129,
	ICMP6_DISCOVERY_FIRST = 130, /* multicast listeners, routers, neighbours: the kernel's, also where they are about a VIP */
	ICMP6_DISCOVERY_LAST = 143,
};

#define ICMP_FRAGMENTATION_NEEDED 4
#define ICMP_HEADER sizeof(struct icmp_header)

static __always_inline struct subject *subject_of(const struct packet *p)
{
	struct scratch *scratch = scratch_of_cpu();
	struct subject *about;

	if (!scratch)
		return NULL;
	about = &scratch->subject;
	about->vip = p->destination;
	about->client = p->source;
	about->network = p->network;
	about->transport = p->transport;
	about->family = p->family;
	about->ports = 0;
	return about;
}

static __always_inline bool is_icmp(const struct packet *p)
{
	return p->protocol == (p->family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

static __always_inline bool is_error(__u32 family, __u8 type)
{
	if (family == 6)
		return type >= ICMP6_UNREACHABLE && type <= ICMP6_PARAMETER_PROBLEM;
	return type == ICMP_UNREACHABLE || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER_PROBLEM;
}

static __always_inline bool same_address(const struct address *a, const struct address *b)
{
	return !((a->words[0] ^ b->words[0]) | (a->words[1] ^ b->words[1]) |
		 (a->words[2] ^ b->words[2]) | (a->words[3] ^ b->words[3]));
}

static __always_inline void mapped(struct address *to, __be32 ipv4)
{
	to->words[0] = to->words[1] = 0;
	to->words[2] = bpf_htonl(0xffff);
	to->words[3] = ipv4;
}

/* A whole header, and ports behind it. */
static __always_inline bool is_quoted_ipv4(const struct iphdr *ip)
{
	__u8 first = *(const __u8 *)ip;

	return first >> 4 == 4 && (first & 0xf) >= 5 && !(ip->frag_off & bpf_htons(0x1fff));
}

/* Reads the packet that an error quotes backwards: it went from VIP to client, and the flow goes from client to VIP. Later fragments have no ports. */
static __always_inline enum reason read_quotation(const struct frame *frame, struct subject *about)
{
	__u32 at = about->transport + ICMP_HEADER;
	struct address vip;
	__be32 *ports;

	if (about->family == 4) {
		struct iphdr *ip = bytes_at(frame, at, sizeof(*ip));

		if (!ip || !is_quoted_ipv4(ip))
			return REASON_ICMP_OTHER;
		mapped(&vip, ip->saddr);
		mapped(&about->client, ip->daddr);
		about->protocol = ip->protocol;
		at += (*(__u8 *)ip & 0xf) * 4;
	} else {
		struct ipv6hdr *ip = bytes_at(frame, at, sizeof(*ip));

		if (!ip || *(__u8 *)ip >> 4 != 6)
			return REASON_ICMP_OTHER;
		__builtin_memcpy(&vip, &ip->saddr, 16);
		__builtin_memcpy(&about->client, &ip->daddr, 16);
		about->protocol = ip->nexthdr;
		at += sizeof(*ip);
	}
	if (!same_address(&vip, &about->vip))
		return REASON_ICMP_OTHER;
	if (about->protocol != IPPROTO_TCP && about->protocol != IPPROTO_UDP)
		return REASON_FORWARDED;
	ports = bytes_at(frame, at, ICMP_HEADER);
	if (!ports)
		return REASON_ICMP_OTHER;
	about->ports = *ports << 16 | *ports >> 16;
	return REASON_FORWARDED;
}

static __always_inline enum reason turn_ipv4(const struct frame *frame, const struct subject *about)
{
	struct iphdr *ip = bytes_at(frame, about->network, sizeof(*ip));
	__be16 *ttl, aged = bpf_htons(ANSWER_TTL << 8 | IPPROTO_ICMP);

	if (!ip)
		return REASON_MALFORMED;
	ttl = (void *)&ip->ttl;
	ip->check = replaced(ip->check, *ttl, aged);
	*ttl = aged;
	ip->saddr = about->vip.words[3];
	ip->daddr = about->client.words[3];
	return REASON_ECHO;
}

static __always_inline enum reason turn_ipv6(const struct frame *frame, const struct subject *about)
{
	struct ipv6hdr *ip = bytes_at(frame, about->network, sizeof(*ip));

	if (!ip)
		return REASON_MALFORMED;
	ip->hop_limit = ANSWER_TTL;
	__builtin_memcpy(&ip->saddr, &about->vip, 16);
	__builtin_memcpy(&ip->daddr, &about->client, 16);
	return REASON_ECHO;
}

/* Turns an echo request into its reply, in place. */
static __always_inline enum reason answer_echo(const struct frame *frame, const struct subject *about)
{
	const __u8 reply = about->family == 4 ? ICMP_ECHO_REPLY : ICMP6_ECHO_REPLY;
	struct icmp_header *icmp = bytes_at(frame, about->transport, sizeof(*icmp));
	void *start = bytes_at(frame, 0, ETH_HLEN);

	if (!icmp || !start)
		return REASON_MALFORMED;
	icmp->check = replaced(icmp->check, *(__be16 *)icmp,
			       (*(__be16 *)icmp & bpf_htons(0xff)) | bpf_htons(reply << 8));
	icmp->type = reply;
	turn_ethernet(start, start);
	return about->family == 4 ? turn_ipv4(frame, about) : turn_ipv6(frame, about);
}

/* ICMP to a VIP: an `enum reason`; REASON_FORWARDED: `about` tells the flow that an error is about. */
__noinline int take_icmp(struct xdp_md *ctx, struct subject *about)
{
	struct frame frame = { .ctx = ctx };
	__u8 *icmp, type;

	if (!about || about->transport > 0x3fff || about->network > ETH_HLEN + 4)
		return REASON_MALFORMED;
	find_frame(&frame);
	icmp = bytes_at(&frame, about->transport, ICMP_HEADER);
	if (!icmp)
		return REASON_MALFORMED;
	type = *icmp;
	if (about->family == 6 && type >= ICMP6_DISCOVERY_FIRST && type <= ICMP6_DISCOVERY_LAST)
		return REASON_NO_VIP;
	if (type == (about->family == 4 ? ICMP_ECHO_REQUEST : ICMP6_ECHO_REQUEST))
		return answer_echo(&frame, about);
	return is_error(about->family, type) ? read_quotation(&frame, about) : REASON_ICMP_OTHER;
}

#endif
