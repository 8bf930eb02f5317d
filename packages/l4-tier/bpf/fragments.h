/* Pieces of a packet behind its first one: they have no ports, and go where the first one went. */
#ifndef TRICADE_FRAGMENTS_H
#define TRICADE_FRAGMENTS_H

#include "maps.h"
#include "parse.h"
#include "scratch.h"

static __always_inline struct scratch *fragment_key_of(const struct packet *p)
{
	struct scratch *scratch = scratch_of_cpu();

	if (!scratch)
		return NULL;
	scratch->fragment_key.source = p->source;
	scratch->fragment_key.destination = p->destination;
	scratch->fragment_key.id = p->fragment_id;
	scratch->fragment_key.protocol = p->protocol;
	return scratch;
}

static __always_inline void note_first_fragment(const struct packet *p, const struct service_key *key,
						__u32 hash)
{
	struct scratch *scratch = fragment_key_of(p);

	if (!scratch)
		return;
	scratch->fragment.service = *key;
	scratch->fragment.hash = hash;
	scratch->fragment.real = 0;
	scratch->fragment.flow = (struct flow_key){};
	bpf_map_update_elem(&fragments, &scratch->fragment_key, &scratch->fragment, BPF_ANY);
}

static __always_inline void note_first_answer(const struct packet *p, const struct flow_key *flow)
{
	struct scratch *scratch = fragment_key_of(p);

	if (!scratch)
		return;
	__builtin_memset(&scratch->fragment, 0, sizeof(scratch->fragment));
	scratch->fragment.flow = *flow;
	bpf_map_update_elem(&fragments, &scratch->fragment_key, &scratch->fragment, BPF_ANY);
}

/* What the first fragment of a packet noted. */
static __always_inline struct fragment *first_fragment(const struct packet *p)
{
	struct scratch *scratch = fragment_key_of(p);

	return scratch ? bpf_map_lookup_elem(&fragments, &scratch->fragment_key) : NULL;
}

#endif
