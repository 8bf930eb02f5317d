/* Packets that are too big for the way to their real are answered with the size that is not: fragmentation-needed (RFC 1191), packet-too-big (RFC
 * 8201). The answer comes from the VIP, as echo replies do. It is sent whatever the packet's DF says: a director does not fragment. */
#ifndef TRICADE_TOO_BIG_H
#define TRICADE_TOO_BIG_H

#include "icmp.h"

/* Bytes of the offending packet that an answer quotes: more than any IPv4 header with 8 bytes behind it, and room for IPv6 extension headers. Whole
 * words, and always there: a packet that is too big is longer. */
#define QUOTE_IPV4 96
#define QUOTE_IPV6 256

/* Cuts the frame to `quote` bytes of its packet and makes `room` in front of them, its Ethernet header copied to the new start and turned round. */
static __always_inline bool cut_and_push(struct frame *frame, __u32 network, int quote, int room)
{
	int length = frame->end - frame->data;
	void *start;

	if (bpf_xdp_adjust_tail(frame->ctx, (int)network + quote - length) ||
	    bpf_xdp_adjust_head(frame->ctx, -room))
		return false;
	find_frame(frame);
	start = bytes_at(frame, 0, ETH_HLEN + 4 + room);
	if (!start)
		return false;
	turn_ethernet(start, start + room);
	*(__u32 *)(start + 12) = *(__u32 *)(start + room + 12);
	if (network > ETH_HLEN)
		*(__u16 *)(start + 16) = *(__u16 *)(start + room + 16);
	else
		*(__u16 *)(start + 12) = *(__u16 *)(start + room + 12);
	return true;
}

static __always_inline enum reason too_big_ipv4(struct frame *frame, const struct subject *about)
{
	const __u32 room = sizeof(struct iphdr) + ICMP_HEADER;
	struct icmp_header *icmp;
	struct iphdr *ip;

	if (!cut_and_push(frame, about->network, QUOTE_IPV4, room))
		return REASON_NO_ROOM;
	ip = bytes_at(frame, about->network, room + QUOTE_IPV4);
	if (!ip)
		return REASON_NO_ROOM;
	*(__u16 *)ip = bpf_htons(0x4500);
	ip->tot_len = bpf_htons(room + QUOTE_IPV4);
	*(__u32 *)&ip->id = bpf_htonl(0x4000);
	*(__u16 *)&ip->ttl = bpf_htons(ANSWER_TTL << 8 | IPPROTO_ICMP);
	ip->saddr = about->vip.words[3];
	ip->daddr = about->client.words[3];
	ip->check = ipv4_checksum(ip);
	icmp = (void *)(ip + 1);
	*(__be32 *)icmp = bpf_htonl(ICMP_UNREACHABLE << 24 | ICMP_FRAGMENTATION_NEEDED << 16);
	icmp->rest = bpf_htonl(about->mtu);
	icmp->check = folded((__u32)bpf_csum_diff(NULL, 0, (void *)icmp, ICMP_HEADER + QUOTE_IPV4, 0));
	return REASON_TOO_BIG;
}

static __always_inline enum reason too_big_ipv6(struct frame *frame, const struct subject *about)
{
	const __u32 room = sizeof(struct ipv6hdr) + ICMP_HEADER;
	struct icmp_header *icmp;
	struct ipv6hdr *ip;

	if (!cut_and_push(frame, about->network, QUOTE_IPV6, room))
		return REASON_NO_ROOM;
	ip = bytes_at(frame, about->network, room + QUOTE_IPV6);
	if (!ip)
		return REASON_NO_ROOM;
	icmp = (void *)(ip + 1);
	*(__be32 *)ip = bpf_htonl(0x60000000);
	ip->payload_len = bpf_htons(ICMP_HEADER + QUOTE_IPV6);
	/* while it is summed up the header stands for the pseudo header: length, protocol, addresses (RFC 8200, 8.1) */
	*(__be16 *)&ip->nexthdr = bpf_htons(IPPROTO_ICMPV6);
	__builtin_memcpy(&ip->saddr, &about->vip, 16);
	__builtin_memcpy(&ip->daddr, &about->client, 16);
	*(__be32 *)icmp = bpf_htonl(ICMP6_TOO_BIG << 24);
	icmp->rest = bpf_htonl(about->mtu);
	icmp->check = folded((__u32)bpf_csum_diff(NULL, 0, (void *)ip + 4,
						  sizeof(*ip) - 4 + ICMP_HEADER + QUOTE_IPV6, 0));
	ip->nexthdr = IPPROTO_ICMPV6;
	ip->hop_limit = ANSWER_TTL;
	return REASON_TOO_BIG;
}

/* Makes the frame the answer, an `enum reason`. about->mtu: never below what the family guarantees (RFC 791: 68; RFC 8200: 1280). */
__noinline int answer_too_big(struct xdp_md *ctx, struct subject *about)
{
	struct frame frame = { .ctx = ctx };
	__u32 least;

	if (!about || about->network > ETH_HLEN + 4)
		return REASON_NO_ROOM;
	least = about->family == 4 ? 68 : 1280;
	if (about->mtu < least)
		about->mtu = least;
	find_frame(&frame);
	return about->family == 4 ? too_big_ipv4(&frame, about) : too_big_ipv6(&frame, about);
}

/* Errors are not answered by errors (RFC 1122, 3.2.2; RFC 4443, 2.4): one that is too big itself is dropped. */
static __always_inline enum reason too_big(const struct packet *p, __u32 mtu)
{
	struct subject *about = subject_of(p);

	if (!about || p->flags & PACKET_QUOTED)
		return REASON_NO_ROOM;
	about->mtu = mtu;
	return answer_too_big(p->frame.ctx, about);
}

#endif
