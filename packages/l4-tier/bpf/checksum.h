/* Internet checksums (RFC 1071), kept up by what changed (RFC 1624) where that is possible. */
#ifndef TRICADE_CHECKSUM_H
#define TRICADE_CHECKSUM_H

#include <linux/ip.h>
#include <linux/types.h>

static __always_inline __sum16 folded(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The header's checksum, options not included; the field itself is taken as zero. */
static __always_inline __sum16 ipv4_checksum(const struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u64 sum = 0;

#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += i == 5 ? 0 : words[i];
	return folded(sum);
}

/* A checksum after one 16-bit word of what it covers became another (RFC 1624, eqn. 3). */
static __always_inline __sum16 replaced(__sum16 check, __be16 before, __be16 after)
{
	return folded((__u64)(__u16)~check + (__u16)~before + after);
}

#endif
