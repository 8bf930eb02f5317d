/* The proxy's side of zero-break, at the XDP hook of the device where packets from directors come in.
 *
 *   no second candidate → taken here
 *   else whose socket?  → taken here, or handed on to the second candidate, which takes it whatever it is
 *
 * So a packet makes two hops at most. What is taken here goes up the stack as the client sent it, out of its tunnel. What came neither from a
 * director nor through a tunnel is passed up untouched.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "frame.h"
#include "proxy-maps.h"
#include "readdress.h"
#include "socket-check.h"
#include "untunnel.h"
#include "wire.h"

static __always_inline void count(__u32 reason)
{
	__u64 *counter = bpf_map_lookup_elem(&proxy_counters, &reason);
	if (counter)
		++*counter;
}

/* What is to be done with a packet, and where its parts are. */
struct packet {
	struct outer outer; /* bytes 0: no tunnel */
	__u32 ip_at; /* IP header of what the client sent, bytes from the frame's begin */
	__u16 second; /* 0: none */
	__u8 ethernet_bytes; /* with the VLAN tag */
};

/* A tagged frame: DSR by MAC. −1: none of ours. */
static __always_inline int judge_tagged(struct xdp_md *ctx, struct packet *packet)
{
	if (!packet->second)
		return HERE_SETTLED;
	struct flow flow = {};
	if (read_flow(ctx, packet->ip_at, &flow))
		return DROP_MALFORMED;
	if (!is_vip(&flow))
		return -1;
	return judge(ctx, packet->ip_at, &flow, packet->second);
}

/* The packet in a tunnel that was taken as one of ours. */
static __always_inline int judge_tunnelled(struct xdp_md *ctx, struct packet *packet)
{
	struct flow flow = {};
	if (read_flow(ctx, packet->ip_at, &flow))
		return DROP_MALFORMED;
	int refused = refuse_inner(ctx, packet->ip_at, &packet->outer, &flow);
	if (refused)
		return refused;
	if (packet->outer.sender == SENDER_PROXY)
		return HERE_HANDED_ON;
	if (!packet->second || packet->outer.sender == SENDER_PLAIN)
		return HERE_SETTLED;
	return judge(ctx, packet->ip_at, &flow, packet->second);
}

static __always_inline int hand_on_tagged(struct xdp_md *ctx, const struct proxy_config *config, const struct real *real)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return DROP_MALFORMED;
	__builtin_memcpy(eth->h_dest, real->mac, ETH_ALEN);
	tag_as_handed_on(eth, config->self);
	return 0;
}

/* `on`, or why not. */
static __always_inline int hand_on(struct xdp_md *ctx, const struct proxy_config *config, struct packet *packet, int on)
{
	__u32 id = packet->second;
	struct real *real = bpf_map_lookup_elem(&reals, &id);
	if (!real || !(real->flags & REAL_KNOWN))
		return DROP_SECOND_UNKNOWN;
	if (is_same_mac(real->mac, config->mac))
		return HERE_OWN_SECOND;
	int refused = packet->outer.bytes
		? hand_on_tunnelled(ctx, config, real, &packet->outer, packet->ethernet_bytes)
		: hand_on_tagged(ctx, config, real);
	return refused ? refused : on;
}

static __always_inline int verdict(struct xdp_md *ctx, const struct proxy_config *config, struct packet *packet, int reason)
{
	if (reason >= FIRST_ON && reason < FIRST_DROP)
		reason = hand_on(ctx, config, packet, reason);
	if (reason < FIRST_ON && packet->outer.bytes)
		reason = take_off(ctx, &packet->outer, packet->ethernet_bytes, reason);
	count(reason);
	if (reason >= FIRST_DROP)
		return XDP_DROP;
	return reason >= FIRST_ON ? XDP_TX : XDP_PASS;
}

SEC("xdp.frags")
int proxy(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u32 zero = 0;
	struct proxy_config *config = bpf_map_lookup_elem(&proxy_config, &zero);
	if (!config || (void *)(eth + 1) > end)
		return XDP_PASS;
	if (config->abi != PROXY_ABI) {
		count(PROXY_ABI_DIFFERS);
		return XDP_PASS;
	}
	if (!is_same_mac(eth->h_dest, config->mac))
		return XDP_PASS;

	struct packet packet = { .ethernet_bytes = sizeof(*eth), .ip_at = sizeof(*eth) };
	__be16 protocol = eth->h_proto;
	if (protocol == bpf_htons(ETH_P_8021Q)) {
		struct vlan_header *vlan = (void *)(eth + 1);
		if ((void *)(vlan + 1) > end)
			return XDP_PASS;
		protocol = vlan->protocol;
		packet.ethernet_bytes = packet.ip_at = sizeof(*eth) + sizeof(*vlan);
	}
	if (protocol != bpf_htons(ETH_P_IP) && protocol != bpf_htons(ETH_P_IPV6))
		return XDP_PASS;

	if ((config->flags & PROXY_TUNNEL) && may_be_tunnel(ctx, config, packet.ip_at, protocol)) {
		int refused = read_outer(ctx, config, packet.ip_at, &packet.outer);
		if (refused)
			return verdict(ctx, config, &packet, refused);
		if (packet.outer.bytes) {
			packet.second = packet.outer.second;
			packet.ip_at += packet.outer.bytes;
			return verdict(ctx, config, &packet, judge_tunnelled(ctx, &packet));
		}
	}
	if (!is_tagged(eth))
		return XDP_PASS;
	if (eth->h_source[2] != HOP_DIRECTOR) {
		count(HERE_HANDED_ON);
		return XDP_PASS;
	}
	packet.second = tagged_second(eth);
	int reason = judge_tagged(ctx, &packet);
	return reason < 0 ? XDP_PASS : verdict(ctx, config, &packet, reason);
}

char _license[] SEC("license") = "GPL";
