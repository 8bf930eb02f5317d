/* The short way, of nearly all packets: whole ones, without VLAN tag, IP options and extension headers, TCP or UDP, of a service that was looked up
 * lately, that fit the way to their real. What a packet wants beyond that, a refusal, an answer, an event, the long way gives it, which can do all
 * of this too; so nothing is written to a packet, and nothing counted, before it is certain that it leaves. The rows of test/dataplane/packets hold
 * for both ways.
 *
 * What costs here is instructions, and numbers that wait on the stack: all that is asked lies in memory whose place is known, so nothing is called;
 * fields are read again from the frame rather than kept. New connections, and everything where a deny list is looked at, need calls: they take a
 * copy of this way that is a function of its own (`special`).
 */
#ifndef TRICADE_PLAIN_H
#define TRICADE_PLAIN_H

#include "count.h"
#include "encap.h"
#include "guard.h"
#include "plain-headers.h"
#include "table.h"

/* The line of the packet's VIP, port and protocol, and the hash; false where it is not known. */
static __always_inline bool find_line_ipv4(struct plain *p)
{
	__u64 to = u64_at(p, IPV4_TO_AT), sum;
	__u64 quick = quick_key(to, u8_at(p, IPV4_PROTOCOL_AT));
	const __u64 *k;

	p->line = line_at(p->cpu, place_of(quick ^ quick >> 32));
	if (!p->line)
		return false;
	opaque(p->line);
	if (p->line->quick != quick || p->line->stamp != p->stamp)
		return false;
	k = p->line->hash_words + HASH_IPV4;
	sum = p->line->base + k[0] * (to >> 32 & 0xffff);
	sum += k[2] * (u32_at(p, IPV4_SOURCE_AT) & p->line->source_mask);
	p->hash = stirred(sum, p->line->hash_words[HASH_STIR]);
	return true;
}

static __always_inline bool find_line_ipv6(struct plain *p)
{
	__u32 protocol = u8_at(p, IPV6_PROTOCOL_AT), to_port = u16_at(p, IPV6_PORTS_AT + 2);
	__u32 mixed = u32_at(p, IPV6_TO_AT) ^ u32_at(p, IPV6_TO_AT + 4) ^ u32_at(p, IPV6_TO_AT + 12);
	const __u64 *key, *k;
	__u64 sum;

	p->line = line_at(p->cpu, place_of(mixed ^ (to_port << 16 | protocol)));
	if (!p->line)
		return false;
	opaque(p->line);
	key = (const __u64 *)&p->line->key;
	if (key[0] != u64_at(p, IPV6_TO_AT) || key[1] != u64_at(p, IPV6_TO_AT + 8) ||
	    key[2] != pair(protocol << 16 | to_port, p->stamp))
		return false;
	k = p->line->hash_words + HASH_IPV6;
	sum = p->line->base + k[0] * u16_at(p, IPV6_PORTS_AT);
	sum += k[5] * u32_at(p, IPV6_SOURCE_AT) + k[6] * u32_at(p, IPV6_SOURCE_AT + 4);
	sum += k[7] * u32_at(p, IPV6_SOURCE_AT + 8) + k[8] * u32_at(p, IPV6_SOURCE_AT + 12);
	p->hash = stirred(sum, p->line->hash_words[HASH_STIR]);
	return true;
}

static __always_inline bool is_source_denied(const struct plain *p)
{
	struct prefix_key key = { .bits = 128 };

	if (!(director_config.flags & CONFIG_DENY))
		return false;
	for (int i = 0; i < 4; i++)
		key.address.words[i] = p->ip6 ? u32_at(p, IPV6_SOURCE_AT + 4 * i)
				      : i == 3 ? u32_at(p, IPV4_SOURCE_AT)
				      : i == 2 ? bpf_htonl(0xffff) : 0;
	return bpf_map_lookup_elem(&denied_sources, &key) != NULL;
}

/* Takes the token of a new flow, so it is asked last. */
static __always_inline bool may_open_plain(const struct plain *p)
{
	__u64 source;

	if (!p->opens || !(director_config.flags & CONFIG_LIMIT))
		return true;
	source = p->ip6 ? pair(u32_at(p, IPV6_SOURCE_AT), u32_at(p, IPV6_SOURCE_AT + 4))
			: u32_at(p, IPV4_SOURCE_AT);
	return may_open(source, &director_config);
}

/* The tag as source MAC, the real's as destination. `second`: in the upper half. */
static __always_inline void write_plain_dsr(const struct plain *p, __u64 mac, __u32 second)
{
	const __u64 tag = (__u64)(TAG_MAC_0 | TAG_MAC_1 << 8) << 48;

	*(volatile __u64 *)p->data = mac << 16 >> 16 | tag;
	*(volatile __u32 *)(p->data + 8) = HOP_DIRECTOR | (__u32)director_config.self << 8 |
					   (__u32)bpf_htons(second >> 16) << 16;
}

/* What is left to know of a packet of which the rest is known, in one number. */
static __always_inline __u64 packed(const struct plain *p, __u32 second)
{
	return p->hash | (__u64)(second >> 16) << 32 | (__u64)p->bytes << 48;
}

/* A function of its own, for its stack: false, and the frame is as it was, where the packet does not fit. `left`: see packed(). */
__noinline int tunnel_plain(struct xdp_md *ctx, const struct service *service, const struct real *real,
			    __u64 left)
{
	const struct director_config *config = &director_config;
	struct packet p = { .frame.ctx = ctx, .network = ETH_HLEN, .bytes = left >> 48 };
	struct choice choice = { .real = real, .hash = left, .second = left >> 32 };
	struct outer outer;
	const __be16 *words;

	if (!service || !real)
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
	       !write_tunnel(&p, service, &outer, &choice);
}

static __always_inline void count_plain(const struct plain *p, struct service_counters *of_service,
					__u32 second, __u64 real_counters_at)
{
	struct real_counters *of_real = counters_of_real(real_counters_at);

	of_service->packets++;
	of_service->bytes += p->bytes;
	if (p->special)
		of_service->new_flows += p->opens;
	/* 1 where there is one, without a branch that some packets take */
	of_service->seconds += (second + (REAL_ID_MASK << 16)) >> 31;
	if (of_real) {
		of_real->packets++;
		of_real->bytes += p->bytes;
	}
}

/* From the row that the hash names to the real. */
static __always_inline int forward_plain(const struct plain *p)
{
	const struct director_config *config = &director_config;
	const struct service_line *line = p->line;
	struct service_counters *of_service = counters_of_service(line->counters_at);
	const volatile __u32 *row;
	const struct real *real;
	const struct arm *arm;
	__u32 second, lies;
	__u64 mac, id;

	if (!of_service || p->hash == config->watch_hash || is_sampled(of_service->packets + 1, config))
		return NOT_PLAIN;
	row = row_word(line->service.rows_at + ((__u64)p->hash * line->service.rows_count >> 32));
	if (!row)
		return NOT_PLAIN;
	second = *row;
	id = second & (REALS - 1);
	opaque(id);
	second = p->opens ? 0 : second & line->second_mask;
	real = &reals[id];
	opaque(real);
	/* arm and VLAN at once */
	lies = *(const volatile __u32 *)&real->arm;
	mac = *(const volatile __u64 *)real->mac;
	if (lies > 0xffff || !(mac >> 48 & REAL_KNOWN))
		return NOT_PLAIN;
	arm = &config->arms[lies & (ARMS - 1)];
	opaque(arm);
	if (p->bytes > arm->mtu || (p->special && !may_open_plain(p)))
		return NOT_PLAIN;
	if (line->way == PLAIN_DSR)
		write_plain_dsr(p, mac, second);
	else if (line->way != PLAIN_TUNNEL || !tunnel_plain(p->ctx, &line->service, real, packed(p, second)))
		return NOT_PLAIN;
	count_plain(p, of_service, second, line->real_counters_at + id);
	return arm == p->ingress ? XDP_TX : bpf_redirect_map(&egress, real->arm & (ARMS - 1), XDP_DROP);
}

static __always_inline int direct_plain_family(struct plain *p)
{
	int other = read_headers(p);

	if (other)
		return other;
	if (p->special && is_source_denied(p))
		return NOT_PLAIN;
	return (p->ip6 ? find_line_ipv6(p) : find_line_ipv4(p)) ? forward_plain(p) : NOT_PLAIN;
}

/* The verdict, or one that is none: then the frame is as it was. */
static __always_inline int direct_plain(struct xdp_md *ctx, bool special)
{
	struct plain p = { .ctx = ctx, .special = special };
	struct frame frame = { .ctx = ctx };
	__u32 begin;

	if (!is_configured())
		return NOT_PLAIN;
	if (!special && director_config.flags & CONFIG_DENY)
		return SPECIAL;
	p.cpu = bpf_get_smp_processor_id();
	p.stamp = stamp_now(&director_config);
	find_frame(&frame);
	p.data = frame.data;
	p.end = frame.end;
	p.ingress = ingress_arm(ctx, &director_config);
	if (!p.ingress || p.data + PLAIN_IPV4_BYTES > p.end || (u64_at(&p, 0) ^ mac_and_more(p.ingress)) << 16)
		return NOT_PLAIN;
	/* type, version and length of the IPv4 header */
	begin = u32_at(&p, TYPE_AT);
	if ((begin & 0xffffff) == (bpf_htons(ETH_P_IP) | 0x450000))
		return direct_plain_family(&p);
	p.ip6 = true;
	return (begin & 0xf0ffff) == (bpf_htons(ETH_P_IPV6) | 0x600000) ? direct_plain_family(&p) : NOT_PLAIN;
}

__noinline int direct_special(struct xdp_md *ctx)
{
	return direct_plain(ctx, true);
}

#endif
