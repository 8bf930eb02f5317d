/* What is written onto a packet for its real: MACs (DSR), outer headers (tunnels), the second candidate (wire.h). */
#ifndef TRICADE_ENCAP_H
#define TRICADE_ENCAP_H

#include "checksum.h"
#include "ethernet.h"
#include "table.h"

#define OUTER_TTL 64

/* False: there is no configuration, or one of another ABI. */
static __always_inline bool is_configured(void)
{
	return director_config.abi == DIRECTOR_ABI;
}

/* The arm whose device the frame came by. NULL: none is configured. */
static __always_inline const struct arm *ingress_arm(const struct xdp_md *ctx,
						     const struct director_config *config)
{
	__u32 ifindex = ctx->ingress_ifindex;

#pragma unroll
	for (int i = 0; i < ARMS; i++)
		if (config->arms[i].ifindex == ifindex)
			return &config->arms[i];
	return NULL;
}

static __always_inline const struct arm *arm_of(const struct real *real,
						const struct director_config *config)
{
	return &config->arms[real->arm & (ARMS - 1)];
}

/* 02:5a:<hop>:<self>:<second>, as write_mac takes it. */
static __always_inline __u64 tag_mac(const struct director_config *config, __u16 second)
{
	return TAG_MAC_0 | TAG_MAC_1 << 8 | HOP_DIRECTOR << 16 | (__u32)config->self << 24 |
	       (__u64)bpf_htons(second) << 32;
}

/* The tag for the real's VLAN. False: the real has one and the frame has none. */
static __always_inline bool retag(struct packet *p, const struct real *real)
{
	if (!real->vlan)
		return true;
	p->tag = (p->tag & bpf_htons(0xf000)) | bpf_htons(real->vlan);
	return p->flags & PACKET_TAGGED;
}

/* Ethernet header at the frame's start, in front of `type`; as long as the frame's own was. */
static __always_inline void write_ethernet(void *frame, const struct packet *p, __be16 type)
{
	__be16 *rest = frame + 2 * ETH_ALEN;

	if (p->flags & PACKET_TAGGED) {
		rest[0] = bpf_htons(ETH_P_8021Q);
		rest[1] = p->tag;
		rest[2] = type;
	} else {
		rest[0] = type;
	}
}

static __always_inline enum reason write_dsr(struct packet *p, const struct service *service,
					     const struct choice *choice,
					     const struct director_config *config)
{
	void *frame = bytes_at(&p->frame, 0, ETH_HLEN + 4);
	bool own = service->flags & SERVICE_OWN_MAC;

	if (!frame)
		return REASON_NO_ROOM;
	write_mac(frame, choice->mac);
	write_mac(frame + ETH_ALEN, own ? mac_of(arm_of(choice->real, config)->mac)
					: tag_mac(config, choice->second));
	if (p->flags & PACKET_TAGGED)
		((__be16 *)frame)[7] = p->tag;
	return REASON_FORWARDED;
}

/* What a tunnelled packet gets in front. */
struct outer {
	__u32 gue; /* bytes of UDP and GUE; 0: none */
	__u32 bytes; /* all that is put in front of the packet */
	bool ipv4;
};

/* Bytes of the headers, of the family that is set. */
static __always_inline void size_outer(const struct service *service, bool hop, struct outer *outer)
{
	const __u32 list = outer->ipv4 ? sizeof(struct gue_hop4) : sizeof(struct gue_hop6);
	const __u32 ip = outer->ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);

	outer->gue = 0;
	if (service->mode == MODE_TUNNEL_GUE)
		outer->gue = sizeof(struct udphdr) + sizeof(struct gue_header) + (hop ? list : 0);
	/* a number, which the verifier can hold against the room made for it */
	asm volatile("" : "+r"(outer->gue));
	outer->bytes = outer->gue + ip;
}

/* A packet is judged by the room that it takes itself; who sends one that is too big is told a size that fits with a second candidate too: overhead(). */
static __always_inline enum reason outer_for(const struct service *service, const struct choice *choice,
					     const struct director_config *config, struct outer *outer)
{
	__u16 flags = choice->mac >> 48;

	outer->ipv4 = flags & REAL_V4 && config->outer_v4;
	if (!outer->ipv4 && (!(flags & REAL_V6) || !*(const __u32 *)config->outer_v6))
		return REASON_NO_OUTER;
	size_outer(service, choice->second, outer);
	return REASON_FORWARDED;
}

/* Bytes that a tunnel takes off the MTU, with or without a second candidate. */
static __always_inline __u32 overhead(const struct service *service, const struct outer *outer)
{
	__u32 list = outer->ipv4 ? sizeof(struct gue_hop4) : sizeof(struct gue_hop6);

	if (service->mode != MODE_TUNNEL_GUE)
		return outer->bytes;
	return (outer->ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) + sizeof(struct udphdr) +
	       sizeof(struct gue_header) + list;
}

/* By words of 32 bits, so that the checksum sums up what is at hand and reads nothing back. */
static __always_inline void write_outer_ipv4(__be32 *words, const struct packet *p,
					     const struct outer *outer, const struct choice *choice,
					     const struct director_config *config)
{
	__u8 protocol = outer->gue ? IPPROTO_UDP : p->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
	__u16 id = outer->gue ? 0 : choice->second;
	__be32 first = bpf_htonl(0x45000000 | (__u32)p->tos << 16 | (__u16)(p->bytes + outer->bytes));
	__be32 second = bpf_htonl((__u32)id << 16 | 0x4000);
	__be32 third = bpf_htonl(OUTER_TTL << 24 | (__u32)protocol << 16);
	__be32 source = config->outer_v4 ^ bpf_htonl(choice->hash & config->outer_v4_spread);
	__be32 destination = choice->real->v4;

	words[0] = first;
	words[1] = second;
	words[2] = third | (__u32)folded((__u64)first + second + third + source + destination) << 16;
	words[3] = source;
	words[4] = destination;
}

static __always_inline void write_outer_ipv6(struct ipv6hdr *ip, const struct packet *p,
					     const struct outer *outer, const struct choice *choice,
					     const struct director_config *config)
{
	__u32 label = FLOW_LABEL_MARK | (choice->hash & 0xf) << FLOW_LABEL_ENTROPY_SHIFT;

	if (!outer->gue)
		label |= choice->second;
	*(__be32 *)ip = bpf_htonl(0x60000000 | (__u32)p->tos << 20 | label);
	ip->payload_len = bpf_htons(p->bytes + outer->gue);
	ip->nexthdr = outer->gue ? IPPROTO_UDP : p->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
	ip->hop_limit = OUTER_TTL;
	__builtin_memcpy(&ip->saddr, config->outer_v6, 16);
	__builtin_memcpy(&ip->daddr, choice->real->v6, 16);
}

/* UDP and GUE; `second` is NULL where the packet has no second candidate. */
static __always_inline void write_gue(struct udphdr *udp, const struct packet *p,
				      const struct outer *outer, const struct choice *choice,
				      const struct director_config *config, const struct real *second)
{
	struct gue_header *gue = (void *)(udp + 1);

	udp->source = bpf_htons(GUE_SOURCE_PORTS | (choice->hash & GUE_SOURCE_PORT_MASK));
	udp->dest = config->gue_port;
	udp->len = bpf_htons(p->bytes + outer->gue);
	udp->check = 0;
	gue->hlen = (outer->gue - sizeof(*udp) - sizeof(*gue)) / 4;
	gue->protocol = p->family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
	gue->flags = 0;
	if (!second)
		return;
	/* Both layouts begin alike. */
	struct gue_hop4 *hop = (void *)(gue + 1);

	hop->type = bpf_htons(GUE_HOPS);
	hop->next = 0;
	hop->count = 1;
	hop->id = bpf_htons(choice->second);
	hop->reserved = 0;
	if (outer->ipv4)
		hop->address = second->v4;
	else
		__builtin_memcpy(((struct gue_hop6 *)hop)->address, second->v6, 16);
}

static __always_inline enum reason write_outer(struct packet *p, const struct outer *outer,
					       const struct choice *choice,
					       const struct director_config *config)
{
	const __u32 ethernet = p->flags & PACKET_TAGGED ? ETH_HLEN + 4 : ETH_HLEN;
	const struct real *second = NULL;
	void *frame, *ip;

	/* Rows name a real that was deleted until they are cleared. Its address is zero then, which nobody asks for: reals go by the id. */
	if (outer->gue > sizeof(struct udphdr) + sizeof(struct gue_header))
		second = real_with(choice->second);
	if (bpf_xdp_adjust_head(p->frame.ctx, -(int)outer->bytes))
		return REASON_NO_ROOM;
	find_frame(&p->frame);
	/* four bytes more than a frame without tag needs: the packet inside has them */
	frame = bytes_at(&p->frame, 0, ETH_HLEN + 4 + outer->bytes);
	if (!frame)
		return REASON_NO_ROOM;
	ip = frame + ethernet;
	write_mac(frame, choice->mac);
	write_mac(frame + ETH_ALEN, mac_of(arm_of(choice->real, config)->mac));
	write_ethernet(frame, p, bpf_htons(outer->ipv4 ? ETH_P_IP : ETH_P_IPV6));
	if (outer->ipv4)
		write_outer_ipv4(ip, p, outer, choice, config);
	else
		write_outer_ipv6(ip, p, outer, choice, config);
	if (outer->gue)
		write_gue(ip + (outer->ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)), p, outer,
			  choice, config, second);
	return REASON_FORWARDED;
}

/* Each family by code of its own: the verifier knows how much room its headers need. */
static __always_inline enum reason write_tunnel(struct packet *p, const struct service *service,
						const struct outer *outer, const struct choice *choice)
{
	struct outer ipv4 = { .ipv4 = true }, ipv6 = { .ipv4 = false };

	if (outer->ipv4) {
		size_outer(service, choice->second, &ipv4);
		return write_outer(p, &ipv4, choice, &director_config);
	}
	size_outer(service, choice->second, &ipv6);
	return write_outer(p, &ipv6, choice, &director_config);
}

#endif
