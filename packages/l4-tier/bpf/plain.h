/* The short way, of nearly all packets: whole ones, without VLAN tag, IP options and extension headers, TCP or UDP, of a service that was looked up
 * lately, that fit the way to their real. What a packet wants beyond that, a refusal, an answer, an event, the long way gives it, which can do all
 * of this too; so nothing is written to a packet, and nothing counted, before it is certain that it leaves. The rows of test/dataplane/packets hold
 * for both ways.
 *
 * What costs here is instructions, and numbers that wait on the stack: fields are read again from the frame rather than kept.
 */
#ifndef TRICADE_PLAIN_H
#define TRICADE_PLAIN_H

#include "count.h"
#include "encap.h"
#include "guard.h"
#include "parse.h"
#include "table.h"

/* A verdict that is none. */
#define NOT_PLAIN (-1)

/* A packet whose headers are known to be there. `ip6` is a constant wherever this is used: each family has code of its own. */
struct plain {
	struct frame frame;
	bool ip6;
	__u32 bytes; /* IP bytes */
	__u32 opens; /* 1: SYN without ACK */
};

/* Fields at fixed places, each read where it is used. */
static __always_inline const __u8 *ip_of(const struct plain *p)
{
	return p->frame.data + ETH_HLEN;
}

static __always_inline __u32 word_at(const struct plain *p, __u32 offset)
{
	return *(const volatile __u32 *)(ip_of(p) + offset);
}

static __always_inline __u32 to_at(const struct plain *p, int word)
{
	return p->ip6 ? word_at(p, 24 + 4 * word) : word_at(p, 16);
}

static __always_inline __u32 from_at(const struct plain *p, int word)
{
	return p->ip6 ? word_at(p, 8 + 4 * word) : word_at(p, 12);
}

static __always_inline __u32 ports_of(const struct plain *p)
{
	return word_at(p, p->ip6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
}

static __always_inline __u32 protocol_of(const struct plain *p)
{
	return *(const volatile __u8 *)(ip_of(p) + (p->ip6 ? 6 : 9));
}

/* Sets bytes and opens. The least frame holds a TCP header: a shorter one takes the long way. */
static __always_inline bool is_plain(struct plain *p)
{
	const __u32 header = p->ip6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	const __u8 *ip = bytes_at(&p->frame, ETH_HLEN, header + sizeof(struct tcphdr));
	__u32 protocol, bits;

	if (!ip)
		return false;
	if (p->ip6 ? *ip >> 4 != 6 : *ip != 0x45 || *(const __be16 *)(ip + 6) & bpf_htons(0x3fff))
		return false;
	p->bytes = bpf_ntohs(*(const __be16 *)(ip + (p->ip6 ? 4 : 2))) + (p->ip6 ? header : 0);
	if (p->bytes < header + sizeof(struct tcphdr) || !bytes_at(&p->frame, ETH_HLEN, p->bytes))
		return false;
	protocol = protocol_of(p);
	bits = ip[header + 13];
	p->opens = protocol == IPPROTO_TCP ? bits >> 1 & ~(bits >> 4) & 1 : 0;
	/* a number, not a path of its own for each of its values */
	asm volatile("" : "+r"(p->opens));
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

/* The service that the packet's VIP, port and protocol mean, as it was at most a second ago; NULL where that is not known. */
static __always_inline const struct service_line *known_service(const struct plain *p,
								const struct director_config *config)
{
	__u32 rest = ports_of(p) >> 16 | protocol_of(p) << 16;
	__u32 mixed = p->ip6 ? to_at(p, 0) ^ to_at(p, 1) ^ to_at(p, 3) ^ rest : to_at(p, 3) ^ rest;
	__u32 at = place_of(mixed);
	const struct service_line *line = bpf_map_lookup_elem(&service_lines, &at);
	const __u64 *begin = (const __u64 *)line;

	if (!line)
		return NULL;
	rest = ports_of(p) >> 16 | protocol_of(p) << 16;
	if (begin[2] != pair(rest, stamp_now(config)))
		return NULL;
	if (p->ip6)
		return begin[0] == pair(to_at(p, 0), to_at(p, 1)) && begin[1] == pair(to_at(p, 2), to_at(p, 3))
			       ? line : NULL;
	return begin[1] == pair(bpf_htonl(0xffff), to_at(p, 3)) && !begin[0] ? line : NULL;
}

static __always_inline bool is_source_denied(const struct plain *p)
{
	struct prefix_key key = { .bits = 128 };

	for (int i = 0; i < 4; i++)
		key.address.words[i] = p->ip6 || i == 3 ? from_at(p, i) : i == 2 ? bpf_htonl(0xffff) : 0;
	return bpf_map_lookup_elem(&denied_sources, &key) != NULL;
}

static __always_inline __u32 hash_of(const struct plain *p, const struct service_line *line)
{
	if (!p->ip6)
		return multilinear_ipv4(line, ports_of(p), to_at(p, 3), from_at(p, 3));
	return multilinear_ipv6(line, ports_of(p),
				(__be32[4]){ to_at(p, 0), to_at(p, 1), to_at(p, 2), to_at(p, 3) },
				(__be32[4]){ from_at(p, 0), from_at(p, 1), from_at(p, 2), from_at(p, 3) });
}

static __always_inline bool choose_plain(const struct plain *p, const struct service_line *line,
					 struct choice *choice)
{
	__u32 at, id;
	const volatile __u32 *word;

	choice->hash = hash_of(p, line);
	at = line->service.rows_at + ((__u64)choice->hash * line->service.rows_count >> 32);
	word = row_word(at);
	if (!word)
		return false;
	at = *word;
	choice->second = at >> 16 & line->second_mask & (p->opens - 1);
	id = choice->id = at & 0xffff;
	choice->real = bpf_map_lookup_elem(&reals, &id);
	if (!choice->real)
		return false;
	choice->mac = *(const volatile __u64 *)choice->real->mac;
	return id && choice->mac >> 48 & REAL_KNOWN && !choice->real->vlan;
}

/* The tag as source MAC, the real's as destination. */
static __always_inline void write_plain_dsr(const struct plain *p, const struct choice *choice,
					    const struct director_config *config)
{
	write_mac(p->frame.data, choice->mac);
	write_mac(p->frame.data + ETH_ALEN, tag_mac(config, choice->second));
}

/* What is left to know of a packet of which the rest is known, in one number. */
static __always_inline __u64 packed(const struct plain *p, const struct choice *choice)
{
	return choice->hash | (__u64)choice->second << 32 | (__u64)p->bytes << 48;
}

/* A function of its own, for its stack: false, and the frame is as it was, where the packet does not fit. `left`: see packed(). */
__noinline int tunnel_plain(struct xdp_md *ctx, const struct service *service, const struct real *real,
			    const struct director_config *config, __u64 left)
{
	struct packet p = { .frame.ctx = ctx, .network = ETH_HLEN, .bytes = left >> 48 };
	struct choice choice = { .real = real, .hash = left, .second = left >> 32 };
	struct outer outer;
	const __be16 *words;

	if (!service || !real || !config)
		return false;
	find_frame(&p.frame);
	words = bytes_at(&p.frame, 0, ETH_HLEN + 4);
	if (!words)
		return false;
	p.family = words[6] == bpf_htons(ETH_P_IP) ? 4 : 6;
	p.tos = p.family == 4 ? bpf_ntohs(words[7]) : bpf_ntohs(words[7]) >> 4;
	choice.mac = *(const volatile __u64 *)real->mac;
	return !outer_for(service, &choice, config, &outer) &&
	       p.bytes + outer.bytes <= arm_of(real, config)->mtu &&
	       !write_tunnel(&p, &outer, &choice, config);
}

/* Takes the token of a new flow, so it is asked last. */
static __always_inline bool may_open_plain(const struct plain *p, const struct director_config *config)
{
	if (!(config->flags & CONFIG_LIMIT) || !p->opens)
		return true;
	return may_open(p->ip6 ? pair(from_at(p, 0), from_at(p, 1)) : from_at(p, 3), config);
}

static __always_inline int direct_plain_family(struct plain *p, const struct arm *ingress,
					       const struct director_config *config)
{
	const struct service_line *line;
	struct service_counters *of_service;
	struct real_counters *of_real;
	struct choice choice;
	const struct arm *arm;
	__u32 id;

	if (!is_plain(p) || (config->flags & CONFIG_DENY && is_source_denied(p)))
		return NOT_PLAIN;
	line = known_service(p, config);
	if (!line || !choose_plain(p, line, &choice))
		return NOT_PLAIN;
	id = choice.id;
	of_real = bpf_map_lookup_elem(&real_counters, &id);
	of_service = bpf_map_lookup_elem(&service_counters, &line->service.id);
	if (!of_service || !of_real || is_sampled(of_service->packets + 1, config) ||
	    choice.hash == config->watch_hash)
		return NOT_PLAIN;
	arm = arm_of(choice.real, config);
	if (p->bytes > arm->mtu || !may_open_plain(p, config))
		return NOT_PLAIN;
	if (line->way == PLAIN_DSR)
		write_plain_dsr(p, &choice, config);
	else if (line->way != PLAIN_TUNNEL ||
		 !tunnel_plain(p->frame.ctx, &line->service, choice.real, config, packed(p, &choice)))
		return NOT_PLAIN;
	of_service->packets++;
	of_service->bytes += p->bytes;
	of_service->new_flows += p->opens;
	/* 1 where there is one, without a branch that some packets take */
	of_service->seconds += (choice.second + REAL_ID_MASK) >> 15;
	of_real->packets++;
	of_real->bytes += p->bytes;
	return arm == ingress ? XDP_TX : bpf_redirect_map(&egress, choice.real->arm & (ARMS - 1), XDP_DROP);
}

/* The verdict, or NOT_PLAIN: then the frame is as it was. */
static __always_inline int direct_plain(struct xdp_md *ctx)
{
	const struct director_config *config = configured();
	struct plain p = { .frame.ctx = ctx };
	const struct arm *arm;
	const void *start;
	__be16 type;

	if (!config)
		return NOT_PLAIN;
	find_frame(&p.frame);
	arm = ingress_arm(ctx, config);
	start = bytes_at(&p.frame, 0, ETH_HLEN);
	if (!arm || !start || mac_of(start) != mac_of(arm->mac))
		return NOT_PLAIN;
	type = ((const __be16 *)start)[6];
	if (type == bpf_htons(ETH_P_IP))
		return direct_plain_family(&p, arm, config);
	p.ip6 = true;
	return type == bpf_htons(ETH_P_IPV6) ? direct_plain_family(&p, arm, config) : NOT_PLAIN;
}

#endif
