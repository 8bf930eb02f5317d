/* Puts the frame back to what it was, as a packet of the next flow, and hands it to a program: so that BPF_PROG_TEST_RUN, which does not restore the
 * frame between its repeats, meets the program with flows, not with its own output. Its cost is that of the same wrapper around `nothing`. */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "wrap.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 2);
} wrapped SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct wrap);
	__uint(max_entries, 1);
} wraps SEC(".maps");

/* Source of flow n: an address's last four bytes and a port, spread over both. In stores as wide as the loads of those who read them: what a device wrote
 * is nobody's store any more. */
static __always_inline void write_source(void *frame, const struct wrap *wrap, __u32 n)
{
	__u32 spread = (n + 1) * 0x9e3779b1;
	__u64 port = (__u16)(spread >> 7) | 4;

	if (wrap->ipv6) {
		*(__be32 *)(frame + 34) = spread;
		*(__be32 *)(frame + 54) = wrap->ports | port;
	} else {
		*(__be32 *)(frame + 26) = spread;
		*(__u64 *)(frame + 30) = wrap->ports | port << 32;
	}
}

SEC("xdp") int wrap(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct wrap *wrap = bpf_map_lookup_elem(&wraps, &zero);
	long length = (long)ctx->data_end - (long)ctx->data;
	void *frame;

	/* a difference of pointers in 32 bits, which the compiler would make of it, is refused */
	asm volatile("" : "+r"(length));
	if (!wrap)
		return XDP_ABORTED;
	if (bpf_xdp_adjust_head(ctx, (int)length - (int)wrap->bytes))
		return XDP_ABORTED;
	frame = (void *)(long)ctx->data;
	if (frame + WRAP_LEAST > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	/* all that a program writes over, whether in place or in front of what it pushes away; in stores that no later load straddles */
	*(__u64 *)frame = wrap->ethernet[0];
	*(__u32 *)(frame + 8) = wrap->ethernet[1];
	*(__u16 *)(frame + 12) = wrap->ethernet[1] >> 32;
	wrap->next = wrap->next + 1 < wrap->flows ? wrap->next + 1 : 0;
	write_source(frame, wrap, wrap->next);
	bpf_tail_call(ctx, &wrapped, wrap->target);
	return XDP_ABORTED;
}

SEC("xdp") int nothing(struct xdp_md *ctx)
{
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
