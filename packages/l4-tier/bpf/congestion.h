/* Congestion marks of tunnels (RFC 6040): what routers between director and proxy wrote onto the outer header goes onto the packet. */
#ifndef TRICADE_CONGESTION_H
#define TRICADE_CONGESTION_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* The ECN field (RFC 3168, section 5): the low two bits of the traffic class. */
enum ecn { ECN_NOT_CAPABLE = 0, ECN_CAPABLE_1 = 1, ECN_CAPABLE_0 = 2, ECN_CONGESTED = 3 };

/* Where the ECN field stands in the first two bytes of an IP header, as one word in network order. */
static __always_inline int ecn_shift(__u8 version)
{
	return version == 4 ? 0 : 4;
}

/* ECN field of the IP header at `at`; ECN_NOT_CAPABLE where it is cut off. */
static __always_inline __u8 read_ecn(struct xdp_md *ctx, __u32 at, __u8 version)
{
	__be16 first;

	if (bpf_xdp_load_bytes(ctx, at, &first, sizeof(first)))
		return ECN_NOT_CAPABLE;
	return bpf_ntohs(first) >> ecn_shift(version) & 3;
}

/* Which mark the packet inside gets (RFC 6040, section 4.2); −1: none can tell its ends of the congestion, so it is dropped. */
static __always_inline int merged_ecn(__u8 inner, __u8 outer)
{
	if (outer == ECN_CONGESTED)
		return inner == ECN_NOT_CAPABLE ? -1 : ECN_CONGESTED;
	if (outer == ECN_CAPABLE_1 && inner == ECN_CAPABLE_0)
		return ECN_CAPABLE_1;
	return inner;
}

/* The sum of an IPv4 header in which one word has changed (RFC 1624, equation 3). */
static __always_inline __be16 sum_after(__be16 sum, __be16 before, __be16 now)
{
	__u32 all = (__u16)~sum + (__u16)~before + now;

	all = (all & 0xffff) + (all >> 16);
	return ~(__u16)((all & 0xffff) + (all >> 16));
}

/* Writes the mark onto the IP header at `at`. 0, or −1 where it is cut off. */
static __always_inline int write_ecn(struct xdp_md *ctx, __u32 at, __u8 version, __u8 ecn)
{
	const int shift = ecn_shift(version);
	__be16 before, now, sum;

	if (bpf_xdp_load_bytes(ctx, at, &before, sizeof(before)))
		return -1;
	now = bpf_htons((bpf_ntohs(before) & ~(3 << shift)) | ecn << shift);
	if (bpf_xdp_store_bytes(ctx, at, &now, sizeof(now)))
		return -1;
	if (version == 6)
		return 0;
	if (bpf_xdp_load_bytes(ctx, at + 10, &sum, sizeof(sum)))
		return -1;
	sum = sum_after(sum, before, now);
	return bpf_xdp_store_bytes(ctx, at + 10, &sum, sizeof(sum)) ? -1 : 0;
}

/* Brings the outer mark onto the packet inside at `at`. 0; 1: the packet is to be dropped; −1: its header is cut off. */
static __always_inline int merge_ecn(struct xdp_md *ctx, __u32 at, __u8 version, __u8 outer)
{
	/* Neither tells anything that the packet does not. */
	if (outer == ECN_NOT_CAPABLE || outer == ECN_CAPABLE_0)
		return 0;
	__u8 inner = read_ecn(ctx, at, version);
	int merged = merged_ecn(inner, outer);
	if (merged < 0)
		return 1;
	return merged == inner ? 0 : write_ecn(ctx, at, version, merged);
}

#endif
