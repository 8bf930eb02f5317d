/* Ends of a cable: packets of many flows that go into it, and what becomes of those that come out. Frames of BPF_F_TEST_XDP_LIVE_FRAMES come back as
 * whoever had them last left them, so each is written anew as a whole. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>
#include "../checksum.h"
#include "../wire.h"
#include "wire.h"

#define SEGMENT (WIRE_BYTES - ETH_HLEN - sizeof(struct iphdr))

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct course);
	__uint(max_entries, 1);
} courses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct arrivals);
	__uint(max_entries, 1);
} arrived SEC(".maps");

/* Sum of a segment with its pseudo header (RFC 9293, 3.1): zero where its checksum holds. */
static __always_inline __sum16 segment_sum(struct iphdr *ip)
{
	__be32 pseudo[3] = { ip->saddr, ip->daddr, bpf_htonl(IPPROTO_TCP << 16 | SEGMENT) };
	__s64 sum = bpf_csum_diff(NULL, 0, pseudo, sizeof(pseudo), 0);

	return folded((__u32)bpf_csum_diff(NULL, 0, (void *)(ip + 1), SEGMENT, (__u32)sum));
}

SEC("xdp") int generate(struct xdp_md *ctx)
{
	__u32 zero = 0, n;
	struct course *course = bpf_map_lookup_elem(&courses, &zero);
	void *frame = (void *)(long)ctx->data;
	struct iphdr *ip = frame + ETH_HLEN;
	__be16 *ports = (void *)(ip + 1);

	if (!course || frame + WIRE_BYTES > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(frame, course->frame, WIRE_BYTES);
	n = course->next = course->next + 1 < course->flows ? course->next + 1 : 0;
	ip->saddr = bpf_htonl(10 << 24 | n);
	ports[0] = bpf_htons(1024 + (n * 31 & 0x7fff));
	ip->check = ipv4_checksum(ip);
	ports[8] = 0;
	ports[8] = segment_sum(ip);
	return XDP_TX;
}

/* The packet inside: behind the outer header, and behind UDP and GUE. NULL: not there. */
static __always_inline struct iphdr *inside(struct iphdr *ip, void *end)
{
	struct gue_header *gue = (void *)(ip + 1) + 8;

	if (ip->protocol == IPPROTO_TCP)
		return ip;
	if (ip->ihl != 5 || ipv4_checksum(ip) != ip->check)
		return NULL;
	if (ip->protocol == IPPROTO_IPIP)
		return ip + 1;
	if (ip->protocol != IPPROTO_UDP || (void *)(gue + 1) > end)
		return NULL;
	return gue->hlen ? (void *)(gue + 1) + sizeof(struct gue_hop4) : (void *)(gue + 1);
}

static __always_inline bool holds(struct xdp_md *ctx)
{
	void *frame = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = frame + ETH_HLEN;

	if ((void *)(ip + 1) > end || *(__be16 *)(frame + 12) != bpf_htons(ETH_P_IP))
		return false;
	ip = inside(ip, end);
	if (!ip || (void *)(ip + 1) + SEGMENT > end)
		return false;
	return ip->ihl == 5 && ipv4_checksum(ip) == ip->check && !segment_sum(ip);
}

static __always_inline int count(bool wrong)
{
	__u32 zero = 0;
	struct arrivals *arrivals = bpf_map_lookup_elem(&arrived, &zero);

	if (arrivals) {
		arrivals->packets++;
		arrivals->wrong += wrong;
	}
	return XDP_DROP;
}

SEC("xdp") int check(struct xdp_md *ctx)
{
	return count(!holds(ctx));
}

/* For benchmarks: as fast as can be. */
SEC("xdp") int sink(struct xdp_md *ctx)
{
	return count(false);
}

SEC("xdp") int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
