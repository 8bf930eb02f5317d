/* The flow hash of forwarding tables: cluster/src/hash.ts says what is hashed, and gives the same numbers. Packets are read as they stand. */
#ifndef TRICADE_HASH_H
#define TRICADE_HASH_H

#include "maps.h"
#include "parse.h"
#include "scratch.h"
#include "siphash.h"

/* SipHash-1-3 of each word's number under the group's key; zero for what of a message does not count. */
static __always_inline void expand_key(struct service_line *line)
{
	const struct service *service = &line->service;
	__u64 *words = line->hash_words;

#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < HASH_WORDS; i++) {
		struct sip v = sip_start(service->hash_key);

		words[i] = sip_end(&v, i, 4);
	}
	words[HASH_STIR] |= 1;
	if (service->affinity != AFFINITY_FLOW || service->flags & SERVICE_NO_PORTS)
		words[HASH_IPV4] = words[HASH_IPV6] = 0;
	if (service->affinity != AFFINITY_FLOW)
		words[HASH_IPV4 + 1] = words[HASH_IPV6 + 1] = words[HASH_IPV6 + 2] =
			words[HASH_IPV6 + 3] = words[HASH_IPV6 + 4] = 0;
	if (service->affinity == AFFINITY_NETWORK)
		words[HASH_IPV6 + 7] = words[HASH_IPV6 + 8] = 0;
	line->source_mask = service->affinity == AFFINITY_NETWORK ? bpf_htonl(0xffffff00) : 0xffffffff;
}

/* A bijection of the sum's upper half: as fair as the sum, and no longer linear in the message. */
static __always_inline __u32 stirred(__u64 sum, __u64 by)
{
	__u32 hash = sum >> 32;

	hash ^= hash >> 16;
	hash *= (__u32)by;
	return hash ^ hash >> 15;
}

static __always_inline __u32 multilinear_ipv4(const struct service_line *line, __be32 ports, __be32 to,
					      __be32 from)
{
	const __u64 *words = line->hash_words, *k = words + HASH_IPV4;
	__u64 sum = words[HASH_ADDED] + k[0] * ports + k[1] * to + k[2] * (from & line->source_mask);

	return stirred(sum, words[HASH_STIR]);
}

static __always_inline __u32 multilinear_ipv6(const struct service_line *line, __be32 ports,
					      const __be32 to[4], const __be32 from[4])
{
	const __u64 *words = line->hash_words, *k = words + HASH_IPV6;
	__u64 sum = words[HASH_ADDED] + k[0] * ports;

	sum += k[1] * to[0] + k[2] * to[1] + k[3] * to[2] + k[4] * to[3];
	sum += k[5] * from[0] + k[6] * from[1] + k[7] * from[2] + k[8] * from[3];
	return stirred(sum, words[HASH_STIR]);
}

static __always_inline __u32 rotate32(__u32 value, int bits)
{
	return value << bits | value >> (32 - bits);
}

/* The kernel's jhash (include/linux/jhash.h) over whole words. */
__noinline __u32 jhash(const struct words *m)
{
	__u32 a, b, c;

	if (!m)
		return 0;
	a = b = c = 0xdeadbeef + m->count * 4 + m->seed;
	for (__u32 at = 0; at < 12; at += 3) {
		a += m->words[at];
		b += m->words[at + 1];
		c += m->words[at + 2];
		if (m->count <= at + 3)
			break;
		a -= c; a ^= rotate32(c, 4); c += b;
		b -= a; b ^= rotate32(a, 6); a += c;
		c -= b; c ^= rotate32(b, 8); b += a;
		a -= c; a ^= rotate32(c, 16); c += b;
		b -= a; b ^= rotate32(a, 19); a += c;
		c -= b; c ^= rotate32(b, 4); b += a;
	}
	c ^= b; c -= rotate32(b, 14);
	a ^= c; a -= rotate32(c, 11);
	b ^= a; b -= rotate32(a, 25);
	c ^= b; c -= rotate32(b, 16);
	a ^= c; a -= rotate32(c, 4);
	b ^= a; b -= rotate32(a, 14);
	c ^= b; c -= rotate32(b, 24);
	return c;
}

/* Registers of nft: a port fills one, two zero bytes behind it. */
static __always_inline __u32 add_ports(struct words *m, __u32 count, const struct packet *p,
				       const struct service *service)
{
	if (service->flags & SERVICE_NO_PORTS)
		return count;
	m->words[count] = p->source_port;
	m->words[count + 1] = p->destination_port;
	return count + 2;
}

static __always_inline __u32 add_ipv4(struct words *m, const struct packet *p,
				      const struct service *service)
{
	m->words[0] = p->source.words[3];
	if (service->affinity == AFFINITY_NETWORK)
		m->words[0] &= bpf_htonl(0xffffff00);
	if (service->affinity != AFFINITY_FLOW)
		return 1;
	m->words[1] = p->destination.words[3];
	return add_ports(m, 2, p, service);
}

static __always_inline __u32 add_ipv6(struct words *m, const struct packet *p,
				      const struct service *service)
{
	__builtin_memcpy(m->words, p->source.words, 16);
	if (service->affinity == AFFINITY_NETWORK)
		m->words[2] = m->words[3] = 0;
	if (service->affinity != AFFINITY_FLOW)
		return 4;
	__builtin_memcpy(m->words + 4, p->destination.words, 16);
	return add_ports(m, 8, p, service);
}

static __always_inline __u32 jhash_flow(const struct packet *p, const struct service *service)
{
	struct scratch *scratch = scratch_of_cpu();
	struct words *m;

	if (!scratch)
		return 0;
	m = &scratch->words;
	__builtin_memset(m->words, 0, sizeof(m->words));
	m->count = p->family == 4 ? add_ipv4(m, p, service) : add_ipv6(m, p, service);
	m->seed = bpf_htonl((__u32)service->hash_key[0]);
	return jhash(m);
}

static __always_inline __u32 flow_hash(const struct packet *p, const struct service_line *line)
{
	const __be32 *to = p->destination.words, *from = p->source.words;

	if (line->service.flags & SERVICE_JHASH)
		return jhash_flow(p, &line->service);
	return p->family == 4 ? multilinear_ipv4(line, p->ports, to[3], from[3])
			      : multilinear_ipv6(line, p->ports, to, from);
}

#endif
