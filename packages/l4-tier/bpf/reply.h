/* The way back of destination NAT. A real and its port say which VIP and port an answer belongs to, so nothing is remembered: any director can translate
 * any answer. Where it goes then, the kernel's routes and neighbours say. */
#ifndef TRICADE_REPLY_H
#define TRICADE_REPLY_H

#include <linux/if_ether.h>
#include "answers.h"
#include "count.h"
#include "encap.h"
#include "fragments.h"
#include "too_big.h"
#include "translate.h"

/* A verdict that is none. */
#define NOT_FOR_VIP (-2)

#define FAMILY_IPV4 2
#define FAMILY_IPV6 10

static __always_inline const struct reply *find_reply(struct service_key *key)
{
	const struct reply *found = bpf_map_lookup_elem(&replies, key);

	if (found)
		return found;
	key->port = 0;
	found = bpf_map_lookup_elem(&replies, key);
	if (found)
		return found;
	key->protocol = 0;
	return bpf_map_lookup_elem(&replies, key);
}

/* An error about a packet that went to a real: reads whose it was into the key. */
static __always_inline bool quoted_key(struct packet *p, struct service_key *key)
{
	__u32 at = p->transport + ICMP_HEADER, end = p->network + p->bytes;
	const __u8 *type = bytes_at(&p->frame, p->transport, ICMP_HEADER);
	__be16 *port;

	if (!type || p->flags & PACKET_FRAGMENT || !is_error(p->family, *type))
		return false;
	if (p->family == 4) {
		struct iphdr *ip = bytes_at(&p->frame, at, sizeof(*ip));

		if (!ip || !is_quoted_ipv4(ip))
			return false;
		mapped(&key->address, ip->daddr);
		p->protocol = ip->protocol;
		at += (*(__u8 *)ip & 0xf) * 4;
	} else {
		struct ipv6hdr *ip = bytes_at(&p->frame, at, sizeof(*ip));

		if (!ip || *(__u8 *)ip >> 4 != 6)
			return false;
		__builtin_memcpy(&key->address, &ip->daddr, sizeof(key->address));
		p->protocol = ip->nexthdr;
		at += sizeof(*ip);
	}
	key->protocol = p->protocol;
	p->flags |= PACKET_QUOTED;
	if (p->protocol != IPPROTO_TCP && p->protocol != IPPROTO_UDP)
		return true;
	port = bytes_at(&p->frame, at + 2, sizeof(*port));
	if (!port || at + ICMP_HEADER > end)
		return false;
	key->port = *port;
	return true;
}

static __always_inline const struct reply *reply_of(struct packet *p, struct service_key *key)
{
	const struct fragment *first = p->flags & PACKET_LATER ? first_fragment(p) : NULL;
	const struct reply *found;

	if (is_icmp(p))
		return quoted_key(p, key) ? find_reply(key) : NULL;
	key->address = p->source;
	key->port = p->source_port;
	key->protocol = p->protocol;
	if (first)
		*key = first->service;
	found = find_reply(key);
	if (found && p->flags & PACKET_FRAGMENT && !(p->flags & PACKET_LATER))
		note_first_fragment(p, key, 0);
	return found;
}

/* What the kernel's routes say of the packet as it will be; MACs of the next hop and of the device in `way`. */
static __always_inline long route_of(const struct packet *p, const struct reply *reply,
				     struct bpf_fib_lookup *way)
{
	way->family = p->family == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
	way->ifindex = p->frame.ctx->ingress_ifindex;
	way->l4_protocol = p->protocol;
	way->tot_len = p->bytes;
	if (p->family == 4) {
		way->ipv4_src = reply->vip.words[3];
		way->ipv4_dst = p->destination.words[3];
	} else {
		__builtin_memcpy(way->ipv6_src, &reply->vip, sizeof(way->ipv6_src));
		__builtin_memcpy(way->ipv6_dst, &p->destination, sizeof(way->ipv6_dst));
	}
	return bpf_fib_lookup(p->frame.ctx, way, sizeof(*way), 0);
}

static __always_inline enum reason translate_back(const struct packet *p, const struct reply *reply)
{
	struct translation *t = translation_of(p);

	if (!t)
		return REASON_NO_ROOM;
	/* an error may come from a router behind the director: its sender becomes the VIP, too */
	t->after = reply->vip;
	t->port = reply->port;
	t->flags |= TRANSLATE_SOURCE;
	return translate(p->frame.ctx, t) ? REASON_FORWARDED : REASON_MALFORMED;
}

/* Out by the arm that the route names. By a device that is no arm, and where the neighbour is still to be asked for, the kernel sends it. */
static __always_inline int send_back(struct packet *p, const struct bpf_fib_lookup *way, long routed,
				     const struct director_config *config)
{
	void *frame;

	find_frame(&p->frame);
	frame = bytes_at(&p->frame, 0, ETH_HLEN);
	if (!frame || routed != BPF_FIB_LKUP_RET_SUCCESS)
		return XDP_PASS;
	for (__u32 arm = 0; arm < ARMS; arm++) {
		if (config->arms[arm].ifindex != way->ifindex)
			continue;
		/* not as words: that struct has them at odd places */
		__builtin_memcpy(frame, way->dmac, ETH_ALEN);
		__builtin_memcpy(frame + ETH_ALEN, way->smac, ETH_ALEN);
		return way->ifindex == p->frame.ctx->ingress_ifindex
			       ? XDP_TX
			       : bpf_redirect_map(&egress, arm, XDP_DROP);
	}
	return XDP_PASS;
}

/* A packet that is for no VIP: an answer of a real, or the kernel's. What is for the director itself is never translated. */
__noinline int direct_reply(struct xdp_md *ctx)
{
	struct packet packet = { .frame.ctx = ctx };
	const struct director_config *config = &director_config;
	struct service_key key = {};
	struct bpf_fib_lookup way = {};
	const struct reply *reply;
	enum reason reason;
	long routed;

	if (!is_configured())
		return settle(ctx, REASON_ABI, 0);
	find_frame(&packet.frame);
	if (parse_ethernet(&packet) || parse_packet(&packet))
		return settle(ctx, REASON_NO_VIP, config->sample_mask);
	reply = reply_of(&packet, &key);
	if (!reply)
		return settle(ctx, REASON_NO_VIP, config->sample_mask);
	routed = route_of(&packet, reply, &way);
	if (routed == BPF_FIB_LKUP_RET_FRAG_NEEDED)
		return settle(ctx, too_big(&packet, way.mtu_result), config->sample_mask);
	if (routed != BPF_FIB_LKUP_RET_SUCCESS && routed != BPF_FIB_LKUP_RET_NO_NEIGH)
		return settle(ctx, REASON_NO_VIP, config->sample_mask);
	reason = note_answer(&packet, reply);
	if (!reason)
		reason = translate_back(&packet, reply);
	if (reason)
		return settle(ctx, reason, config->sample_mask);
	count_reason(REASON_REPLY);
	return send_back(&packet, &way, routed, config);
}

#endif
