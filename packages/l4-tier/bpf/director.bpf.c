/* The director: packet → VIP → row → real. Of flows it remembers those of translated services (memory.h). abi.h says what it is told, wire.h what it tells proxies. */
#include "count.h"
#include "encap.h"
#include "fragments.h"
#include "guard.h"
#include "maps.h"
#include "parse.h"
#include "plain.h"
#include "recall.h"
#include "reply.h"
#include "table.h"
#include "too_big.h"
#include "translate.h"

/* Frames for the arm's own MAC go by address; those for its virtual MAC belong to its class. */
static __always_inline enum reason admit(struct packet *p, const struct director_config *config)
{
	const struct arm *arm = ingress_arm(p->frame.ctx, config);
	void *frame = bytes_at(&p->frame, 0, ETH_HLEN);
	__u64 to;

	if (!arm || !frame)
		return REASON_OTHER_MAC;
	to = mac_of(frame);
	if (to == mac_of(arm->mac))
		return REASON_FORWARDED;
	if (!arm->virtual_class || to != mac_of(arm->virtual_mac))
		return REASON_OTHER_MAC;
	p->class = arm->virtual_class;
	return REASON_FORWARDED;
}

/* ICMP: answered, or turned into the flow that it is about. */
static __always_inline enum reason direct_icmp(struct packet *p, const struct director_config *config)
{
	struct subject *about = subject_of(p);
	enum reason reason;

	if (!about || !is_for_vip(p, config))
		return REASON_NO_VIP;
	if (p->flags & PACKET_FRAGMENT)
		return REASON_FRAGMENT_LOST;
	if (config->flags & CONFIG_DENY && is_denied(p))
		return REASON_DENIED;
	reason = take_icmp(p->frame.ctx, about);
	find_frame(&p->frame);
	p->source = about->client;
	p->ports = about->ports;
	p->protocol = about->protocol;
	p->flags |= PACKET_QUOTED;
	return reason;
}

static __always_inline bool needs_ports(const struct service *service)
{
	return service->affinity == AFFINITY_FLOW && !(service->flags & SERVICE_NO_PORTS);
}

/* The packet's service and its hash. A later fragment goes where its first one went, or by addresses where ports do not matter. */
static __always_inline enum reason resolve(const struct packet *p, const struct director_config *config,
					   const struct service **found, __u32 *hash)
{
	struct service_key key = { .port = p->destination_port, .protocol = p->protocol };
	const struct fragment *first = p->flags & PACKET_LATER ? first_fragment(p) : NULL;
	const struct service_line *line;
	const struct service *service;

	vip_key(p, &key);
	if (first)
		key = first->service;
	line = find_service(&key, config);
	if (!line)
		return REASON_NO_VIP;
	*found = service = &line->service;
	if (first) {
		*hash = first->hash;
		return REASON_FORWARDED;
	}
	if (p->flags & PACKET_LATER && (service->mode == MODE_NONE || needs_ports(service)))
		return REASON_FRAGMENT_LOST;
	if (service->mode == MODE_NONE)
		return REASON_NO_PORT;
	*hash = flow_hash(p, line);
	if (p->flags & PACKET_FRAGMENT)
		note_first_fragment(p, &key, *hash);
	return REASON_FORWARDED;
}

static __always_inline enum reason guard(const struct packet *p, const struct director_config *config)
{
	__u64 source = p->family == 4 ? p->source.words[3]
				      : pair(p->source.words[0], p->source.words[1]);

	if (config->flags & CONFIG_DENY && is_denied(p))
		return REASON_DENIED;
	if (config->flags & CONFIG_LIMIT && p->flags & PACKET_SYN && !may_open(source, config))
		return REASON_LIMITED;
	return REASON_FORWARDED;
}

/* Full NAT: the director's address and the flow's port of it take the client's place (the memo is that of choose_remembered). */
static __always_inline bool hide_client(const struct packet *p)
{
	struct scratch *scratch = scratch_of_cpu();
	struct translation *t = translation_of(p);

	if (!t || !scratch)
		return false;
	t->after = scratch->memo.self;
	t->port = scratch->memo.port;
	t->flags |= TRANSLATE_SOURCE;
	return translate(p->frame.ctx, t);
}

/* The VIP becomes the real's address. A frame from the director's own MAC tells the real by whom its answer goes back. */
static __always_inline enum reason write_nat(struct packet *p, const struct service *service,
					      const struct choice *choice,
					      const struct director_config *config)
{
	struct translation *t = translation_of(p);
	__u16 family = p->family == 4 ? REAL_V4 : REAL_V6;
	void *frame;

	if (!t)
		return REASON_NO_ROOM;
	if (!(choice->mac >> 48 & family))
		return REASON_NO_ADDRESS;
	t->port = service->real_port;
	if (p->family == 4)
		mapped(&t->after, choice->real->v4);
	else
		__builtin_memcpy(&t->after, choice->real->v6, sizeof(t->after));
	if (!translate(p->frame.ctx, t) || (service->mode == MODE_FULL_NAT && !hide_client(p)))
		return REASON_MALFORMED;
	find_frame(&p->frame);
	frame = bytes_at(&p->frame, 0, ETH_HLEN + 4);
	if (!frame)
		return REASON_NO_ROOM;
	write_mac(frame, choice->mac);
	write_mac(frame + ETH_ALEN, mac_of(arm_of(choice->real, config)->mac));
	if (p->flags & PACKET_TAGGED)
		((__be16 *)frame)[7] = p->tag;
	return REASON_FORWARDED;
}

/* A packet that is too big with what is put around it; where there is no device, every packet is. */
static __always_inline enum reason not_fitting(const struct packet *p, __u32 mtu, __u32 around)
{
	return mtu ? too_big(p, mtu - around) : REASON_ARM;
}

/* Writes what the service's mode wants onto the packet; too big for the way, it becomes the answer that says so. */
static __always_inline enum reason write_mode(struct packet *p, const struct service *service,
					      const struct choice *choice,
					      const struct director_config *config)
{
	__u32 mtu = arm_of(choice->real, config)->mtu;
	struct outer outer;
	enum reason reason;

	if (!retag(p, choice->real))
		return REASON_VLAN;
	if (service->mode == MODE_DSR)
		return p->bytes > mtu ? not_fitting(p, mtu, 0)
				      : write_dsr(p, service, choice, config);
	if (is_translated(service))
		return p->bytes > mtu ? not_fitting(p, mtu, 0)
				      : write_nat(p, service, choice, config);
	if (service->mode != MODE_TUNNEL_IP && service->mode != MODE_TUNNEL_GUE)
		return REASON_MODE;
	reason = outer_for(service, choice, config, &outer);
	if (reason)
		return reason;
	if (p->bytes + outer.bytes > mtu)
		return not_fitting(p, mtu, overhead(service, &outer));
	return write_tunnel(p, service, &outer, choice);
}

/* What is decided about a packet for which the parser found nothing wrong; the frame is then as it leaves. */
static __always_inline enum reason decide(struct packet *p, const struct director_config *config,
					  const struct service **service, struct choice *choice)
{
	enum reason reason;

	if (is_icmp(p)) {
		reason = direct_icmp(p, config);
		if (reason)
			return reason;
	}
	reason = resolve(p, config, service, &choice->hash);
	if (reason)
		return reason;
	reason = guard(p, config);
	if (reason)
		return reason;
	reason = is_translated(*service) ? choose_remembered(p, *service, config, choice)
					 : choose(p, *service, choice);
	if (reason)
		return reason;
	return write_mode(p, *service, choice, config);
}

static __always_inline int send(const struct packet *p, const struct choice *choice,
				const struct director_config *config)
{
	if (arm_of(choice->real, config)->ifindex == p->frame.ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect_map(&egress, choice->real->arm & (ARMS - 1), XDP_DROP);
}

/* What is for no VIP may be an answer of a real. */
static __always_inline int unforwarded(const struct packet *p, enum reason reason,
				       const struct choice *choice,
				       const struct director_config *config)
{
	if (reason == REASON_NO_VIP && config->flags & CONFIG_REPLIES)
		return NOT_FOR_VIP;
	if (is_watched(choice, config)) {
		emit(p, choice, NO_SERVICE, reason);
		return settle(p->frame.ctx, reason, NO_SAMPLE);
	}
	return settle(p->frame.ctx, reason, config->sample_mask);
}

/* One family's packet, from its IP header to its verdict. */
static __always_inline int direct(struct packet *p, const struct director_config *config)
{
	const struct service *service;
	struct choice choice = {};
	enum reason reason = parse_packet(p);

	if (reason && (reason == REASON_NOT_IP || !is_for_vip(p, config)))
		return unforwarded(p, REASON_NO_VIP, &choice, config);
	if (!reason)
		reason = decide(p, config, &service, &choice);
	if (reason)
		return unforwarded(p, reason, &choice, config);
	if (p->flags & PACKET_QUOTED)
		count_reason(REASON_ICMP_ERROR);
	if (p->flags & PACKET_LATER)
		count_reason(REASON_FRAGMENT);
	count_forwarded(p, service, &choice, config);
	return send(p, &choice, config);
}

/* The long way. */
__noinline int direct_any(struct xdp_md *ctx)
{
	struct packet packet = { .frame.ctx = ctx };
	const struct director_config *config = &director_config;
	enum reason reason;

	if (!is_configured())
		return settle(ctx, REASON_ABI, 0);
	find_frame(&packet.frame);
	reason = admit(&packet, config);
	if (!reason)
		reason = parse_ethernet(&packet);
	if (reason)
		return settle(ctx, reason, config->sample_mask);
	/* twice, so that neither family's path carries the other's */
	if (packet.family == 6) {
		packet.family = 6;
		return direct(&packet, config);
	}
	packet.family = 4;
	return direct(&packet, config);
}

SEC("xdp") int director(struct xdp_md *ctx)
{
	int verdict = direct_plain(ctx, false);

	if (verdict == SPECIAL)
		verdict = direct_special(ctx);
	if (verdict == NOT_PLAIN)
		verdict = direct_any(ctx);
	return verdict == NOT_FOR_VIP ? direct_reply(ctx) : verdict;
}

char _license[] SEC("license") = "GPL";
