/* A tunnelled packet goes on to another proxy: the outer header is addressed anew, the second candidate taken out. */
#ifndef TRICADE_READDRESS_H
#define TRICADE_READDRESS_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "proxy-maps.h"
#include "untunnel.h"
#include "wire.h"

static __always_inline __u16 ipv4_checksum(const struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u32 sum = 0;
#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

struct outer4 {
	struct iphdr ip;
	struct udphdr udp;
	struct gue_header gue;
};

struct outer6 {
	struct ipv6hdr ip;
	struct udphdr udp;
	struct gue_header gue;
};

/* Without the list of next hops the datagram is `cut` bytes shorter. */
static __always_inline void shorten_gue(struct udphdr *udp, struct gue_header *gue, __u32 cut)
{
	udp->len = bpf_htons(bpf_ntohs(udp->len) - cut);
	udp->check = 0;
	gue->hlen = 0;
}

static __always_inline int readdress4(struct xdp_md *ctx, const struct proxy_config *config, const struct real *real,
				      const struct outer *outer, __u8 ethernet_bytes)
{
	struct outer4 headers;
	__u32 cut = outer->hops_bytes;
	if (!(real->flags & REAL_V4))
		return DROP_SECOND_UNKNOWN;
	if (bpf_xdp_load_bytes(ctx, ethernet_bytes, &headers, sizeof(headers)))
		return DROP_MALFORMED;
	headers.ip.saddr = config->v4;
	headers.ip.daddr = real->v4;
	headers.ip.id = 0;
	headers.ip.tot_len = bpf_htons(bpf_ntohs(headers.ip.tot_len) - cut);
	headers.ip.check = 0;
	headers.ip.check = ipv4_checksum(&headers.ip);
	if (cut) {
		int refused = shorten(ctx, cut, ethernet_bytes, 4);
		if (refused)
			return refused;
		shorten_gue(&headers.udp, &headers.gue, cut);
	}
	/* Bytes behind a bare outer header are stored as they were loaded. */
	return bpf_xdp_store_bytes(ctx, ethernet_bytes, &headers, sizeof(headers)) ? DROP_MALFORMED : 0;
}

static __always_inline int readdress6(struct xdp_md *ctx, const struct proxy_config *config, const struct real *real,
				      const struct outer *outer, __u8 ethernet_bytes)
{
	struct outer6 headers;
	__u32 cut = outer->hops_bytes;
	if (!(real->flags & REAL_V6))
		return DROP_SECOND_UNKNOWN;
	if (bpf_xdp_load_bytes(ctx, ethernet_bytes, &headers, sizeof(headers)))
		return DROP_MALFORMED;
	__be32 *first = (__be32 *)&headers.ip;
	if (!outer->is_gue) *first &= ~bpf_htonl(REAL_ID_MASK);
	__builtin_memcpy(&headers.ip.saddr, config->v6, 16);
	__builtin_memcpy(&headers.ip.daddr, real->v6, 16);
	headers.ip.payload_len = bpf_htons(bpf_ntohs(headers.ip.payload_len) - cut);
	if (cut) {
		int refused = shorten(ctx, cut, ethernet_bytes, 6);
		if (refused)
			return refused;
		shorten_gue(&headers.udp, &headers.gue, cut);
	}
	return bpf_xdp_store_bytes(ctx, ethernet_bytes, &headers, sizeof(headers)) ? DROP_MALFORMED : 0;
}

/* Sends the tunnel on to another proxy, the second candidate taken out. 0, or why not. */
static __always_inline int hand_on_tunnelled(struct xdp_md *ctx, const struct proxy_config *config, const struct real *real,
					     const struct outer *outer, __u8 ethernet_bytes)
{
	struct {
		__u8 destination[ETH_ALEN];
		__u8 source[ETH_ALEN];
	} macs;
	int refused = outer->version == 4 ? readdress4(ctx, config, real, outer, ethernet_bytes)
					  : readdress6(ctx, config, real, outer, ethernet_bytes);
	if (refused)
		return refused;
	__builtin_memcpy(macs.destination, real->mac, ETH_ALEN);
	__builtin_memcpy(macs.source, config->mac, ETH_ALEN);
	return bpf_xdp_store_bytes(ctx, 0, &macs, sizeof(macs)) ? DROP_MALFORMED : 0;
}

#endif
