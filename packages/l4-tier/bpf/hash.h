/* The flow hash of forwarding tables: cluster/src/hash.ts says what is hashed, and gives the same numbers. Packets are read as they stand. */
#ifndef TRICADE_HASH_H
#define TRICADE_HASH_H

#include "parse.h"
#include "scratch.h"

static __always_inline __u64 rotate64(__u64 value, int bits)
{
	return value << bits | value >> (64 - bits);
}

struct sip {
	__u64 a, b, c, d;
};

static __always_inline void sip_round(struct sip *v)
{
	v->a += v->b;
	v->b = rotate64(v->b, 13) ^ v->a;
	v->a = rotate64(v->a, 32);
	v->c += v->d;
	v->d = rotate64(v->d, 16) ^ v->c;
	v->a += v->d;
	v->d = rotate64(v->d, 21) ^ v->a;
	v->c += v->b;
	v->b = rotate64(v->b, 17) ^ v->c;
	v->c = rotate64(v->c, 32);
}

static __always_inline struct sip sip_start(const __u64 key[2])
{
	struct sip v = {
		.a = key[0] ^ 0x736f6d6570736575ULL,
		.b = key[1] ^ 0x646f72616e646f6dULL,
		.c = key[0] ^ 0x6c7967656e657261ULL,
		.d = key[1] ^ 0x7465646279746573ULL,
	};

	return v;
}

static __always_inline void sip_word(struct sip *v, __u64 word)
{
	v->d ^= word;
	sip_round(v);
	v->a ^= word;
}

/* `rest`: the bytes behind the last whole word; `length`: of the whole message. */
static __always_inline __u64 sip_end(struct sip *v, __u64 rest, __u64 length)
{
	sip_word(v, rest | length << 56);
	v->c ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v->a ^ v->b ^ v->c ^ v->d;
}

static __always_inline __u64 pair(__u32 low, __u32 high)
{
	return (__u64)high << 32 | low;
}

static __always_inline __u32 siphash_ipv4(const struct packet *p, const struct service *service)
{
	__u32 source = p->source.words[3];
	struct sip v = sip_start(service->hash_key);

	if (service->affinity == AFFINITY_NETWORK)
		source &= bpf_htonl(0xffffff00);
	if (service->affinity != AFFINITY_FLOW)
		return sip_end(&v, source, 4);
	sip_word(&v, pair(source, p->destination.words[3]));
	if (service->flags & SERVICE_NO_PORTS)
		return sip_end(&v, 0, 8);
	return sip_end(&v, p->ports, 12);
}

static __always_inline __u32 siphash_ipv6(const struct packet *p, const struct service *service)
{
	const __be32 *from = p->source.words, *to = p->destination.words;
	struct sip v = sip_start(service->hash_key);

	sip_word(&v, pair(from[0], from[1]));
	sip_word(&v, service->affinity == AFFINITY_NETWORK ? 0 : pair(from[2], from[3]));
	if (service->affinity != AFFINITY_FLOW)
		return sip_end(&v, 0, 16);
	sip_word(&v, pair(to[0], to[1]));
	sip_word(&v, pair(to[2], to[3]));
	if (service->flags & SERVICE_NO_PORTS)
		return sip_end(&v, 0, 32);
	return sip_end(&v, p->ports, 36);
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

static __always_inline __u32 flow_hash(const struct packet *p, const struct service *service)
{
	if (service->flags & SERVICE_JHASH)
		return jhash_flow(p, service);
	return p->family == 4 ? siphash_ipv4(p, service) : siphash_ipv6(p, service);
}

#endif
