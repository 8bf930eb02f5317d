/* Tunnels that end at this proxy: IPv4 and IPv6 in either, bare or in GUE. Read, refused, or taken off.
 *
 * A header cut off is refused: a tunnel from a director is never passed up as it is, for what stands behind this program would not ask whom it
 * came from.
 */
#ifndef TRICADE_UNTUNNEL_H
#define TRICADE_UNTUNNEL_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "congestion.h"
#include "flow.h"
#include "frame.h"
#include "proxy-maps.h"
#include "wire.h"

/* Outer headers as read. */
struct outer {
	__u16 bytes; /* all that stands in front of the inner packet; 0: no tunnel */
	__u16 payload_bytes; /* by the outer header's length: what the inner packet may fill */
	__u16 second;
	__u8 version;
	__u8 inner_version;
	__u8 hops_bytes; /* GUE: list of next hops at the end of the outer headers */
	__u8 is_gue;
	__u8 sender; /* enum sender */
	__u8 ecn;
};

static __always_inline struct prefix_key prefix_of(__u8 version, const void *address)
{
	struct prefix_key key = { .bits = 128 };
	if (version == 4) {
		key.address.words[2] = bpf_htonl(0xffff);
		__builtin_memcpy(&key.address.words[3], address, 4);
	} else {
		__builtin_memcpy(&key.address, address, 16);
	}
	return key;
}

static __always_inline int is_vip(const struct flow *flow)
{
	const void *destination = flow->version == 4 ? (const void *)&flow->tuple.ipv4.daddr : flow->tuple.ipv6.daddr;
	struct prefix_key key = prefix_of(flow->version, destination);
	return bpf_map_lookup_elem(&vips, &key) != 0;
}

/* The version of IP that a protocol number carries in a tunnel; 0: it is no tunnel. */
static __always_inline __u8 carried_version(__u8 protocol)
{
	return protocol == IPPROTO_IPIP ? 4 : protocol == IPPROTO_IPV6 ? 6 : 0;
}

static __always_inline int is_own(const struct proxy_config *config, const struct flow *flow)
{
	if (flow->version == 4)
		return config->v4 && flow->tuple.ipv4.daddr == config->v4;
	const __u64 *own = (const __u64 *)config->v6, *to = (const __u64 *)flow->tuple.ipv6.daddr;
	return (own[0] | own[1]) && own[0] == to[0] && own[1] == to[1];
}

/* GUE behind the outer IP header. 0, with outer->bytes 0 where the datagram is something else; or why it is refused. */
static __always_inline int read_gue(struct xdp_md *ctx, const struct proxy_config *config, __u32 at, struct outer *outer)
{
	struct {
		struct udphdr udp;
		struct gue_header gue;
	} headers;
	if (bpf_xdp_load_bytes(ctx, at, &headers.udp, sizeof(headers.udp)))
		return 0;
	if (headers.udp.dest != config->gue_port)
		return 0;
	outer->is_gue = 1;
	if (bpf_xdp_load_bytes(ctx, at, &headers, sizeof(headers)))
		return DROP_MALFORMED;
	outer->inner_version = carried_version(headers.gue.protocol);
	__u32 hops_bytes = outer->version == 4 ? sizeof(struct gue_hop4) : sizeof(struct gue_hop6);
	if (!outer->inner_version || headers.gue.flags)
		return DROP_OPTIONS;
	if (headers.gue.hlen) {
		struct gue_hop4 hop; /* both kinds begin alike */
		if (headers.gue.hlen * 4 != hops_bytes)
			return DROP_OPTIONS;
		if (bpf_xdp_load_bytes(ctx, at + sizeof(headers), &hop, sizeof(hop)))
			return DROP_MALFORMED;
		if (hop.type != bpf_htons(GUE_HOPS) || hop.next != 0 || hop.count != 1)
			return DROP_OPTIONS;
		outer->second = bpf_ntohs(hop.id) & REAL_ID_MASK;
		outer->hops_bytes = hops_bytes;
	}
	outer->bytes = sizeof(headers) + outer->hops_bytes;
	return 0;
}

/* Second candidate in the outer header itself. */
static __always_inline int read_ip_in_ip(struct xdp_md *ctx, __u32 at, struct outer *outer, __u8 protocol)
{
	outer->inner_version = carried_version(protocol);
	if (outer->version == 4) {
		struct iphdr ip;
		if (bpf_xdp_load_bytes(ctx, at, &ip, sizeof(ip)))
			return DROP_MALFORMED;
		/* Without DF the id is an id. */
		if (ip.frag_off & bpf_htons(0x4000))
			outer->second = bpf_ntohs(ip.id) & REAL_ID_MASK;
		return 0;
	}
	__be32 first;
	if (bpf_xdp_load_bytes(ctx, at, &first, sizeof(first)))
		return DROP_MALFORMED;
	__u32 label = bpf_ntohl(first) & 0xfffff;
	if (label & FLOW_LABEL_MARK)
		outer->second = label & REAL_ID_MASK;
	return 0;
}

/* How many bytes the outer header says follow it; −1 where the frame has fewer. */
static __always_inline int payload_of(struct xdp_md *ctx, __u32 at, const struct flow *flow)
{
	__be16 length;
	if (bpf_xdp_load_bytes(ctx, at + (flow->version == 4 ? 2 : 4), &length, sizeof(length)))
		return -1;
	int bytes = bpf_ntohs(length) - (flow->version == 4 ? flow->ip_bytes : flow->ip_bytes - (int)sizeof(struct ipv6hdr));
	return bytes < 0 || at + flow->ip_bytes + bytes > bpf_xdp_get_buff_len(ctx) ? -1 : bytes;
}

/* Most packets are for VIPs: a glance at the destination spares them the reading. 1 where the packet is for this proxy itself, or cut off. */
static __always_inline int may_be_tunnel(struct xdp_md *ctx, const struct proxy_config *config, __u32 at, __be16 type)
{
	void *end = (void *)(long)ctx->data_end;
	if (type == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = (void *)(long)ctx->data + at;
		return (void *)(ip + 1) > end || ip->daddr == config->v4;
	}
	struct ipv6hdr *ip = (void *)(long)ctx->data + at;
	if ((void *)(ip + 1) > end)
		return 1;
	const __u32 *own = (const __u32 *)config->v6, *to = (const __u32 *)&ip->daddr;
	return own[0] == to[0] && own[1] == to[1] && own[2] == to[2] && own[3] == to[3];
}

/* Reads what stands in front of the packet in a tunnel. 0: `outer` is filled, or its `bytes` is 0 and this is no tunnel of ours; else why the
 * packet is refused. */
static __always_inline int read_outer(struct xdp_md *ctx, const struct proxy_config *config, __u32 at, struct outer *outer)
{
	struct flow flow = {};
	if (read_flow(ctx, at, &flow) || !is_own(config, &flow))
		return 0;
	int is_tunnel = carried_version(flow.protocol) != 0;
	if (!is_tunnel && flow.protocol != IPPROTO_UDP)
		return 0;
	outer->version = flow.version;
	if (!is_tunnel) {
		int refused = read_gue(ctx, config, at + flow.ip_bytes, outer);
		if (!outer->is_gue)
			return 0;
		if (refused)
			return refused;
	}
	if (flow.is_fragment)
		return DROP_FRAGMENT;
	if (flow.ip_bytes != (flow.version == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)))
		return DROP_OPTIONS;
	const void *source = flow.version == 4 ? (const void *)&flow.tuple.ipv4.saddr : flow.tuple.ipv6.saddr;
	struct prefix_key key = prefix_of(flow.version, source);
	__u32 *sender = bpf_map_lookup_elem(&senders, &key);
	if (!sender)
		return DROP_SENDER;
	outer->sender = *sender;
	if (is_tunnel) {
		int refused = read_ip_in_ip(ctx, at, outer, flow.protocol);
		if (refused)
			return refused;
	}
	int payload = payload_of(ctx, at, &flow);
	if (payload < outer->bytes)
		return DROP_MALFORMED;
	outer->payload_bytes = payload - outer->bytes;
	outer->ecn = read_ecn(ctx, at, outer->version);
	outer->bytes += flow.ip_bytes;
	return 0;
}

/* Why an inner packet is refused, or 0. */
static __always_inline int refuse_inner(struct xdp_md *ctx, __u32 at, const struct outer *outer, const struct flow *flow)
{
	__be16 length;
	if (flow->version != outer->inner_version)
		return DROP_MALFORMED;
	if (bpf_xdp_load_bytes(ctx, at + (flow->version == 4 ? 2 : 4), &length, sizeof(length)))
		return DROP_MALFORMED;
	__u32 bytes = bpf_ntohs(length) + (flow->version == 4 ? 0 : sizeof(struct ipv6hdr));
	if (bytes < flow->ip_bytes || bytes > outer->payload_bytes)
		return DROP_MALFORMED;
	if (carried_version(flow->protocol))
		return DROP_NESTED;
	return is_vip(flow) ? 0 : DROP_NOT_VIP;
}

/* Moves the Ethernet header `by` bytes towards the end and cuts the frame's begin. 0, or why not. */
static __always_inline int shorten(struct xdp_md *ctx, __u32 by, __u8 ethernet_bytes, __u8 version)
{
	struct {
		struct ethhdr eth;
		struct vlan_header vlan;
	} l2;
	__be16 protocol = version == 4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	if (ethernet_bytes == sizeof(l2)) {
		if (bpf_xdp_load_bytes(ctx, 0, &l2, sizeof(l2)))
			return DROP_MALFORMED;
		l2.vlan.protocol = protocol;
		if (bpf_xdp_adjust_head(ctx, by))
			return DROP_NO_ROOM;
		return bpf_xdp_store_bytes(ctx, 0, &l2, sizeof(l2)) ? DROP_NO_ROOM : 0;
	}
	if (bpf_xdp_load_bytes(ctx, 0, &l2.eth, sizeof(l2.eth)))
		return DROP_MALFORMED;
	l2.eth.h_proto = protocol;
	if (bpf_xdp_adjust_head(ctx, by))
		return DROP_NO_ROOM;
	return bpf_xdp_store_bytes(ctx, 0, &l2.eth, sizeof(l2.eth)) ? DROP_NO_ROOM : 0;
}

/* Leaves the inner packet, with what its tunnel knew of congestion. `here`, or why not. */
static __always_inline int take_off(struct xdp_md *ctx, const struct outer *outer, __u8 ethernet_bytes, int here)
{
	int unmarked = merge_ecn(ctx, ethernet_bytes + outer->bytes, outer->inner_version, outer->ecn);
	if (unmarked)
		return unmarked > 0 ? DROP_CONGESTED : DROP_MALFORMED;
	int refused = shorten(ctx, outer->bytes, ethernet_bytes, outer->inner_version);
	return refused ? refused : here;
}

#endif
