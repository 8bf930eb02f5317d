/* The way back of translated packets. In destination NAT a real and its port say which VIP and port an answer belongs to: any director can translate any
 * answer. Where they do not, and in full NAT, the flow says it (returns.h). Where an answer goes then, the kernel's routes and neighbours say. */
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

/* The ends of the packet that an error is about, which went to a real. */
static __always_inline bool read_quoted_ends(struct packet *p, struct memo *m)
{
	__u32 at = p->transport + ICMP_HEADER, end = p->network + p->bytes;
	const __u8 *type = bytes_at(&p->frame, p->transport, ICMP_HEADER);
	__be32 *ports;

	if (!type || p->flags & PACKET_FRAGMENT || !is_error(p->family, *type))
		return false;
	if (p->family == 4) {
		struct iphdr *ip = bytes_at(&p->frame, at, sizeof(*ip));

		if (!ip || !is_quoted_ipv4(ip))
			return false;
		mapped(&m->back.client, ip->saddr);
		mapped(&m->back.vip, ip->daddr);
		p->protocol = ip->protocol;
		at += (*(__u8 *)ip & 0xf) * 4;
	} else {
		struct ipv6hdr *ip = bytes_at(&p->frame, at, sizeof(*ip));

		if (!ip || *(__u8 *)ip >> 4 != 6)
			return false;
		__builtin_memcpy(&m->back.client, &ip->saddr, sizeof(m->back.client));
		__builtin_memcpy(&m->back.vip, &ip->daddr, sizeof(m->back.vip));
		p->protocol = ip->nexthdr;
		at += sizeof(*ip);
	}
	p->flags |= PACKET_QUOTED;
	m->back.ports = 0;
	if (!is_tracked(p))
		return true;
	ports = bytes_at(&p->frame, at, sizeof(*ports));
	if (!ports || at + ICMP_HEADER > end)
		return false;
	m->back.ports = *ports;
	return true;
}

/* Whom a real speaks to, as it was asked: m->back. False: it says nothing that could be an answer. */
static __always_inline bool read_ends(struct packet *p, struct memo *m)
{
	if (is_icmp(p)) {
		if (!read_quoted_ends(p, m))
			return false;
	} else {
		m->back.client = p->destination;
		m->back.vip = p->source;
		m->back.ports = p->destination_port | (__u32)p->source_port << 16;
	}
	m->back.protocol = m->key.protocol = p->protocol;
	return true;
}

/* Whose answer it is by the real's port: m->key. A VIP of zeros: nobody's. */
static __always_inline bool find_by_port(struct memo *m)
{
	struct service_key key = {
		.address = m->back.vip,
		.port = m->back.ports >> 16,
		.protocol = m->back.protocol,
	};
	const struct reply *reply = find_reply(&key);

	if (!reply)
		return false;
	m->key.client = m->back.client;
	m->key.vip = reply->vip;
	m->key.ports = reply->port ? (__be16)m->back.ports | (__u32)reply->port << 16 : m->back.ports;
	return true;
}

/* Whose answer it is: m->key. Later pieces are their first one's. */
static __always_inline bool find_flow(struct packet *p, struct memo *m, const struct director_config *config)
{
	const struct fragment *first = p->flags & PACKET_LATER ? first_fragment(p) : NULL;
	const struct flow_key *owner = NULL;

	m->by_flow = false;
	if (!read_ends(p, m))
		return false;
	if (first && first->flow.protocol) {
		m->key = first->flow;
		return true;
	}
	if (config->flags & CONFIG_RETURNS)
		owner = owner_of(m);
	if (owner) {
		m->key = *owner;
		m->by_flow = true;
	} else if (!find_by_port(m)) {
		return false;
	}
	if (p->flags & PACKET_FRAGMENT && !(p->flags & PACKET_LATER))
		note_first_answer(p, &m->key);
	return true;
}

/* Full NAT: the real speaks to the director, and means the client. */
static __always_inline bool is_client_hidden(const struct memo *m)
{
	return !same_address(&m->key.client, &m->back.client);
}

/* What the kernel's routes say of the packet as it will be; MACs of the next hop and of the device in `way`. */
static __always_inline long route_of(const struct packet *p, const struct memo *m, struct bpf_fib_lookup *way)
{
	const struct address *to = is_client_hidden(m) ? &m->key.client : &p->destination;

	way->family = p->family == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
	way->ifindex = p->frame.ctx->ingress_ifindex;
	way->l4_protocol = p->protocol;
	way->tot_len = p->bytes;
	if (p->family == 4) {
		way->ipv4_src = m->key.vip.words[3];
		way->ipv4_dst = to->words[3];
	} else {
		__builtin_memcpy(way->ipv6_src, &m->key.vip, sizeof(way->ipv6_src));
		__builtin_memcpy(way->ipv6_dst, to, sizeof(way->ipv6_dst));
	}
	return bpf_fib_lookup(p->frame.ctx, way, sizeof(*way), 0);
}

static __always_inline bool show_client(const struct packet *p, const struct memo *m)
{
	struct translation *t = translation_of(p);

	if (!t)
		return false;
	t->after = m->key.client;
	t->port = m->key.ports;
	return translate(p->frame.ctx, t);
}

static __always_inline enum reason translate_back(const struct packet *p, const struct memo *m)
{
	struct translation *t = translation_of(p);

	if (!t)
		return REASON_NO_ROOM;
	/* an error may come from a router behind the director: its sender becomes the VIP, too */
	t->after = m->key.vip;
	t->port = m->key.ports >> 16;
	t->flags |= TRANSLATE_SOURCE;
	if (!translate(p->frame.ctx, t) || (is_client_hidden(m) && !show_client(p, m)))
		return REASON_MALFORMED;
	return REASON_FORWARDED;
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

static __always_inline bool is_nobodys(const struct memo *m)
{
	const __be32 *vip = m->key.vip.words;

	return !(vip[0] | vip[1] | vip[2] | vip[3]);
}

/* What an answer becomes, and its way. An `enum reason`; REASON_REPLY: it goes. */
static __always_inline enum reason turn_answer(struct packet *p, const struct director_config *config,
					       struct bpf_fib_lookup *way, long *routed)
{
	struct memo *m = memo_of(p);
	enum reason reason;

	if (!m || !find_flow(p, m, config))
		return REASON_NO_VIP;
	*routed = route_of(p, m, way);
	if (*routed == BPF_FIB_LKUP_RET_FRAG_NEEDED)
		return too_big(p, way->mtu_result);
	if (*routed != BPF_FIB_LKUP_RET_SUCCESS && *routed != BPF_FIB_LKUP_RET_NO_NEIGH)
		return REASON_NO_VIP;
	if (is_nobodys(m))
		return REASON_STRAY;
	reason = note_answer(p, m);
	if (!reason)
		reason = translate_back(p, m);
	return reason ? reason : REASON_REPLY;
}

/* A packet that is for no VIP: an answer of a real, or the kernel's. What is for the director itself is never translated, but where a flow has its port. */
__noinline int direct_reply(struct xdp_md *ctx)
{
	struct packet packet = { .frame.ctx = ctx };
	const struct director_config *config = &director_config;
	struct bpf_fib_lookup way = {};
	enum reason reason;
	long routed = 0;

	if (!is_configured())
		return settle(ctx, REASON_ABI, 0);
	find_frame(&packet.frame);
	if (parse_ethernet(&packet) || parse_packet(&packet))
		return settle(ctx, REASON_NO_VIP, config->sample_mask);
	reason = turn_answer(&packet, config, &way, &routed);
	if (reason != REASON_REPLY)
		return settle(ctx, reason, config->sample_mask);
	count_reason(REASON_REPLY);
	return send_back(&packet, &way, routed, config);
}

#endif
