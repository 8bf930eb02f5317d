/* The least that a director can be, for benchmarks to stand beside: IPv4 and TCP without options, to whatever address; hash, row, real, MACs. One
 * table, a key that stands in the program, nothing guarded, nothing counted. Maps, row words and tag are the director's. */
#include "../ethernet.h"
#include "../parse.h"
#include "../table.h"
#include "../wire.h"

#define BARE_ROWS 65537

static const __u64 words[5] = {
	0x9ae16a3b2f90404f, 0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53, 0x87c37b91114253d5, 0x4cf5ad432745937f,
};

SEC("xdp") int bare(struct xdp_md *ctx)
{
	struct frame frame = { .ctx = ctx };
	const struct real *real;
	const struct iphdr *ip;
	const volatile __u32 *row;
	__u32 at;
	__u64 sum;
	void *start;

	find_frame(&frame);
	start = bytes_at(&frame, 0, ETH_HLEN + sizeof(*ip) + sizeof(struct tcphdr));
	if (!start || ((__be16 *)start)[6] != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	ip = start + ETH_HLEN;
	if (*(const __u8 *)ip != 0x45 || ip->protocol != IPPROTO_TCP || ip->frag_off & bpf_htons(0x3fff))
		return XDP_PASS;
	sum = words[0] + words[2] * *(const __be32 *)(ip + 1) + words[3] * ip->daddr + words[4] * ip->saddr;
	at = (__u64)stirred(sum, words[1]) * BARE_ROWS >> 32;
	row = row_word(at);
	if (!row)
		return XDP_PASS;
	at = *row;
	real = real_with(at & 0xffff);
	write_mac(start, mac_of(real->mac));
	write_mac(start + ETH_ALEN, TAG_MAC_0 | TAG_MAC_1 << 8 | (__u64)bpf_htons(at >> 16) << 32);
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
