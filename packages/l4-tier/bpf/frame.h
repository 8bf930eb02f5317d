/* The Ethernet side of a proxy's packets: MACs, the tag of DSR, one VLAN tag. */
#ifndef TRICADE_FRAME_H
#define TRICADE_FRAME_H

#include <linux/if_ether.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "wire.h"

struct vlan_header {
	__be16 control;
	__be16 protocol;
};

static __always_inline int is_same_mac(const __u8 *one, const __u8 *other)
{
	const __u16 *a = (const __u16 *)one, *b = (const __u16 *)other;
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) == 0;
}

/* The source MAC says that a director chose the second candidate. */
static __always_inline int is_tagged(const struct ethhdr *eth)
{
	return eth->h_source[0] == TAG_MAC_0 && eth->h_source[1] == TAG_MAC_1;
}

static __always_inline __u16 tagged_second(const struct ethhdr *eth)
{
	return (eth->h_source[4] << 8 | eth->h_source[5]) & REAL_ID_MASK;
}

static __always_inline void tag_as_handed_on(struct ethhdr *eth, __u8 self)
{
	eth->h_source[0] = TAG_MAC_0;
	eth->h_source[1] = TAG_MAC_1;
	eth->h_source[2] = HOP_PROXY;
	eth->h_source[3] = self;
	eth->h_source[4] = 0;
	eth->h_source[5] = 0;
}

#endif
