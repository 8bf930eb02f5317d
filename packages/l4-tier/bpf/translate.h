/* One end of a packet becomes another: the address, the port, and every checksum that covers them (RFC 1624), in the headers of a packet and in those
 * that an ICMP error quotes (RFC 5508, 4.2). UDP without a checksum stays without one. */
#ifndef TRICADE_TRANSLATE_H
#define TRICADE_TRANSLATE_H

#include "checksum.h"
#include "icmp.h"
#include "parse.h"
#include "scratch.h"

#define TCP_CHECK 16
#define UDP_CHECK 6

/* Takes a word's place among what a checksum covers: `delta` is what the checksum has to know of it. */
static __always_inline bool put16(const struct frame *frame, __u32 offset, __be16 after, __u64 *delta)
{
	__be16 *word = bytes_at(frame, offset, sizeof(*word));

	if (!word)
		return false;
	*delta += (__u16)~*word + after;
	*word = after;
	return true;
}

static __always_inline __sum16 changed(__sum16 check, __u64 delta)
{
	return folded((__u64)(__u16)~check + delta);
}

/* Takes the place of an address. `of_address` is what a checksum that covers it has to know. */
static __always_inline void put_words(__be32 *words, const __be32 *after, int count, __u64 *of_address)
{
	*of_address = 0;
#pragma unroll
	for (int i = 0; i < count; i++) {
		*of_address += (__u64)(__u32)~words[i] + after[i];
		words[i] = after[i];
	}
}

/* The address in the IP header at `at`. `delta` grows by what the header's bytes add to a checksum that covers them. */
static __always_inline bool put_address(const struct frame *frame, __u32 at, const struct translation *t,
					bool source, __u64 *of_address, __u64 *delta)
{
	__be32 *words;
	__be16 *check;

	if (t->family == 6) {
		words = bytes_at(frame, at + (source ? 8 : 24), 16);
		if (!words)
			return false;
		put_words(words, t->after.words, 4, of_address);
		*delta += *of_address;
		return true;
	}
	words = bytes_at(frame, at + (source ? 12 : 16), 4);
	check = bytes_at(frame, at + 10, 2);
	if (!words || !check)
		return false;
	put_words(words, t->after.words + 3, 1, of_address);
	*delta += *of_address;
	return put16(frame, at + 10, changed(*check, *of_address), delta);
}

/* Port and checksum of the TCP or UDP header at `at`, whose IP header has another address now. The checksum may lie behind what was quoted. */
static __always_inline bool put_port(const struct frame *frame, __u32 at, const struct translation *t,
				     bool source, __u64 of_address, __u64 *delta)
{
	__u32 check_at = at + (t->protocol == IPPROTO_UDP ? UDP_CHECK : TCP_CHECK);
	__u64 of_port = 0;
	__be16 *check, after;

	if (t->port && !put16(frame, at + (source ? 0 : 2), t->port, &of_port))
		return false;
	*delta += of_port;
	if (check_at + 2 > t->end)
		return true;
	check = bytes_at(frame, check_at, sizeof(*check));
	if (!check)
		return false;
	if (t->protocol == IPPROTO_UDP && !*check)
		return true;
	after = changed(*check, of_address + of_port);
	if (t->protocol == IPPROTO_UDP && !after)
		after = 0xffff;
	return put16(frame, check_at, after, delta);
}

static __always_inline bool has_ports(const struct translation *t)
{
	return t->protocol == IPPROTO_TCP || t->protocol == IPPROTO_UDP;
}

/* The packet that an error quotes went the other way: what is the error's destination was its source. `covered`: what the error's checksum has to know of
 * the header in front of it. */
static __always_inline bool put_quotation(const struct frame *frame, const struct translation *t,
					  __u64 covered)
{
	bool source = !(t->flags & TRANSLATE_SOURCE);
	__u32 at = t->transport + ICMP_HEADER, header = sizeof(struct ipv6hdr);
	__u64 of_address;
	__sum16 *check;
	__u8 *first;

	if (t->family == 4) {
		first = bytes_at(frame, at, 1);
		if (!first)
			return false;
		header = (*first & 0xf) * 4;
	}
	if (!put_address(frame, at, t, source, &of_address, &covered))
		return false;
	if (has_ports(t) && !put_port(frame, at + header, t, source, of_address, &covered))
		return false;
	check = bytes_at(frame, t->transport + 2, sizeof(*check));
	if (!check)
		return false;
	*check = changed(*check, covered);
	return true;
}

/* False where the frame is shorter than its headers say: nothing that was parsed is. Verified by itself. */
__noinline int translate(struct xdp_md *ctx, struct translation *t)
{
	struct frame frame = { .ctx = ctx };
	__u64 of_address, ignored = 0;
	bool source;

	if (!t || t->network > ETH_HLEN + 4 || t->transport > 0x2fff)
		return false;
	source = t->flags & TRANSLATE_SOURCE;
	find_frame(&frame);
	if (!put_address(&frame, t->network, t, source, &of_address, &ignored))
		return false;
	/* ICMPv6 covers the addresses around it, ICMP does not */
	if (t->flags & TRANSLATE_QUOTATION)
		return put_quotation(&frame, t, t->family == 6 ? of_address : 0);
	if (t->flags & TRANSLATE_LATER || !has_ports(t))
		return true;
	return put_port(&frame, t->transport, t, source, of_address, &ignored);
}

/* What is to be translated in a packet, all but the ends. */
static __always_inline struct translation *translation_of(const struct packet *p)
{
	struct scratch *scratch = scratch_of_cpu();
	struct translation *t;

	if (!scratch)
		return NULL;
	t = &scratch->translation;
	t->network = p->network;
	t->transport = p->transport;
	t->end = p->network + p->bytes;
	t->family = p->family;
	t->protocol = p->protocol;
	t->flags = (p->flags & PACKET_LATER ? TRANSLATE_LATER : 0) |
		   (p->flags & PACKET_QUOTED ? TRANSLATE_QUOTATION : 0);
	return t;
}

#endif
