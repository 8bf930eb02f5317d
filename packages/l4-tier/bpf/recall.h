/* Where a client's packet of a translated service goes: to the real that has its flow (memory.h), else by its row. */
#ifndef TRICADE_RECALL_H
#define TRICADE_RECALL_H

#include "memory.h"

/* Whether a packet of the client shows that it hears the real: it acknowledges what the real said, or it goes on after an answer. */
static __always_inline bool is_proven(const struct flow_note *opening, const struct memo *m)
{
	if (!(opening->state & FLOW_ANSWERED) || opening->state & FLOW_RESET)
		return false;
	if (!is_tcp(m))
		return true;
	return (m->bits & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK &&
	       m->acknowledgement - opening->base <= PROVEN_WITHIN;
}

/* A packet of nobody's flow. One that opens a flow goes to the row's current real; another one came from another director: it goes to the row's elder, and
 * where that one does not know it, the row's other real is asked next. */
static __always_inline void choose_first(struct memo *m)
{
	bool opens = !is_tcp(m) || is_syn(m);
	__u32 elder = elder_of(m), other = elder ^ current_of(m) ^ previous_of(m);

	m->fresh.second = 0;
	m->real = current_of(m);
	if (opens || !other)
		return;
	m->real = real_known(elder) ? elder : other;
	m->fresh.second = m->real == elder ? other : 0;
}

static __always_inline enum reason begin(struct memo *m)
{
	choose_first(m);
	if (m->quoted || m->bits & TCP_RST)
		return REASON_FORWARDED;
	m->fresh.seen_s = m->now_s;
	m->fresh.state = 0;
	m->fresh.base = 0;
	m->fresh.real = m->real;
	bpf_map_update_elem(&openings, &m->key, &m->fresh, BPF_ANY);
	return REASON_FORWARDED;
}

/* A flow that is opening. While no real has answered it follows its row. */
static __always_inline enum reason recall_opening(struct memo *m)
{
	struct flow_note *opening = bpf_map_lookup_elem(&openings, &m->key);
	bool opens = !is_tcp(m) || is_syn(m);

	if (!opening || !holds(opening, m, OPENING_S))
		return begin(m);
	if (opens && !(opening->state & FLOW_ANSWERED) && opening->real != current_of(m))
		return begin(m);
	m->real = opening->real;
	if (m->quoted)
		return REASON_FORWARDED;
	hear(opening, m, ends_of(m, FLOW_CLIENT_FIN));
	if (is_proven(opening, m))
		establish(opening, m);
	return REASON_FORWARDED;
}

/* Where a client's packet goes: m->real. An `enum reason`. Verified by itself. */
__noinline int recall(struct memo *m)
{
	struct flow_note *note;

	if (!m)
		return REASON_NO_ROOM;
	m->now_s = seconds_now();
	note = bpf_map_lookup_elem(&flows, &m->key);
	if (note && !holds(note, m, lifetime_s(note, m->key.protocol))) {
		forget(m);
		note = NULL;
	}
	if (!note)
		return recall_opening(m);
	m->real = note->real;
	if (!m->quoted)
		hear(note, m, ends_of(m, FLOW_CLIENT_FIN));
	return REASON_FORWARDED;
}

static __always_inline bool is_translated(const struct service *service)
{
	return service->mode == MODE_DNAT;
}

/* A translated packet goes where its flow went. Pieces go with their first one. */
static __always_inline enum reason choose_remembered(const struct packet *p, const struct service *service,
						     const struct director_config *config,
						     struct choice *choice)
{
	struct fragment *first = p->flags & PACKET_FRAGMENT ? first_fragment(p) : NULL;
	struct memo *m = memo_of(p);
	const volatile __u32 *word;

	choice->row = (__u64)choice->hash * service->rows_count >> 32;
	word = row_word(service->rows_at + choice->row);
	if (!word)
		return REASON_NO_ROW;
	if (!m)
		return REASON_NO_ROOM;
	m->word = *word;
	if (!current_of(m))
		return REASON_NO_REAL;
	m->key.client = p->source;
	m->key.vip = p->destination;
	m->key.ports = p->ports;
	m->most_datagrams = config->most_datagrams;
	m->real = current_of(m);
	if (p->flags & PACKET_LATER) {
		if (first && first->real)
			m->real = first->real;
	} else if (is_tracked(p)) {
		enum reason reason = recall(m);

		if (reason)
			return reason;
		if (first)
			first->real = m->real;
	}
	choice->second = 0;
	return take_real(choice, m->real);
}

#endif
