/* Who is not let in: denied sources, and sources that open more flows than one may. */
#ifndef TRICADE_GUARD_H
#define TRICADE_GUARD_H

#include "maps.h"
#include "parse.h"
#include "siphash.h"

static __always_inline bool is_denied(const struct packet *p)
{
	struct prefix_key key = { .bits = 128, .address = p->source };

	return bpf_map_lookup_elem(&denied_sources, &key) != NULL;
}

/* Takes a token of a slot (generic cell rate algorithm: the slot holds when the next one is due). CPUs may race: a token more or less. */
static __always_inline bool take_token(__u32 slot, __u64 now, const struct director_config *config)
{
	struct source_limit *limit = bpf_map_lookup_elem(&source_limits, &slot);
	__u64 due;

	if (!limit)
		return true;
	due = *(volatile __u64 *)&limit->next_ns;
	if (due > now + config->limit_burst_ns)
		return false;
	*(volatile __u64 *)&limit->next_ns = (due > now ? due : now) + config->limit_interval_ns;
	return true;
}

/* Whether a source may open one more flow: an IPv4 address, or the first half of an IPv6 one. Every source has two of the slots, chosen by a secret:
 * it is held back only when both are used up, so a neighbour in one slot costs it nothing, and no flood makes the memory grow. */
__noinline int may_open(__u64 source, const struct director_config *config)
{
	struct sip v;
	__u64 now, place;
	bool one, other;

	if (!config)
		return false;
	v = sip_start(config->secret);
	sip_word(&v, source);
	place = sip_end(&v, 0, sizeof(source));
	now = bpf_ktime_get_ns();
	one = take_token(place & (SOURCE_LIMIT_SLOTS - 1), now, config);
	other = take_token(place >> 32 & (SOURCE_LIMIT_SLOTS - 1), now, config);
	return one || other;
}

#endif
