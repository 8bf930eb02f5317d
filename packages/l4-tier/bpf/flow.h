/* The flow of a packet as a socket of this host would know it. Headers are copied out of the frame: nothing here depends on where they lie. */
#ifndef TRICADE_FLOW_H
#define TRICADE_FLOW_H

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct flow {
	struct bpf_sock_tuple tuple;
	__u16 ip_bytes; /* header with options and extension headers */
	__u8 version;
	__u8 protocol;
	__u8 is_fragment; /* any piece of a fragmented packet, the first one too */
};

static __always_inline int may_precede(__u8 header)
{
	return header == IPPROTO_HOPOPTS || header == IPPROTO_ROUTING || header == IPPROTO_DSTOPTS;
}

#define EXTENSIONS 6

/* Addresses and protocol of the IP packet at `at` (bytes from the frame's begin); ports are not read. 0, or −1 where a header is cut off. */
static __always_inline int read_flow(struct xdp_md *ctx, __u32 at, struct flow *flow)
{
	__u8 first;
	if (bpf_xdp_load_bytes(ctx, at, &first, 1))
		return -1;
	flow->version = first >> 4;
	flow->is_fragment = 0;
	if (flow->version == 4) {
		struct iphdr ip;
		if (bpf_xdp_load_bytes(ctx, at, &ip, sizeof(ip)) || ip.ihl < 5)
			return -1;
		flow->tuple.ipv4.saddr = ip.saddr;
		flow->tuple.ipv4.daddr = ip.daddr;
		flow->protocol = ip.protocol;
		flow->ip_bytes = ip.ihl * 4;
		flow->is_fragment = (ip.frag_off & bpf_htons(0x3fff)) != 0;
		return 0;
	}
	struct ipv6hdr ip;
	if (flow->version != 6 || bpf_xdp_load_bytes(ctx, at, &ip, sizeof(ip)))
		return -1;
	__builtin_memcpy(flow->tuple.ipv6.saddr, &ip.saddr, 16);
	__builtin_memcpy(flow->tuple.ipv6.daddr, &ip.daddr, 16);
	flow->protocol = ip.nexthdr;
	flow->ip_bytes = sizeof(ip);
	for (int i = 0; i < EXTENSIONS; i++) {
		struct {
			__u8 next;
			__u8 length;
			__be16 offset;
		} extension;
		if (flow->protocol != IPPROTO_FRAGMENT && !may_precede(flow->protocol))
			return 0;
		if (bpf_xdp_load_bytes(ctx, at + flow->ip_bytes, &extension, sizeof(extension)))
			return -1;
		if (flow->protocol == IPPROTO_FRAGMENT) {
			/* An atomic fragment (RFC 6946) is whole. */
			flow->is_fragment |= (extension.offset & bpf_htons(0xfff9)) != 0;
			flow->ip_bytes += 8;
		} else {
			flow->ip_bytes += 8 + extension.length * 8;
		}
		flow->protocol = extension.next;
	}
	return 0;
}

static __always_inline void set_ports(struct flow *flow, __be16 source, __be16 destination)
{
	if (flow->version == 4) {
		flow->tuple.ipv4.sport = source;
		flow->tuple.ipv4.dport = destination;
	} else {
		flow->tuple.ipv6.sport = source;
		flow->tuple.ipv6.dport = destination;
	}
}

#endif
