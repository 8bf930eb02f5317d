/* SipHash-1-3 (Aumasson and Bernstein, 2012), 64 bits: for what a packet's sender must not guess and a few packets pay for. */
#ifndef TRICADE_SIPHASH_H
#define TRICADE_SIPHASH_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

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

#endif
