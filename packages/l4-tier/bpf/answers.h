/* What the answers of reals tell of the flows that are remembered (memory.h). */
#ifndef TRICADE_ANSWERS_H
#define TRICADE_ANSWERS_H

#include "memory.h"

static __always_inline bool is_from(__u32 id, const struct memo *m)
{
	const struct real *real = real_with(id);
	const __be32 *v6;

	if (!real)
		return false;
	if (m->family == 4)
		return real->v4 == m->from.words[3];
	v6 = (const __be32 *)real->v6;
	return !((v6[0] ^ m->from.words[0]) | (v6[1] ^ m->from.words[1]) | (v6[2] ^ m->from.words[2]) |
		 (v6[3] ^ m->from.words[3]));
}

/* The real does not know a flow that another director began: the row's other real is asked, by what the client sends again. */
static __always_inline enum reason ask_on(struct flow_note *opening, struct memo *m)
{
	m->self = m->key.client;
	m->real_port = m->back.ports >> 16;
	if (m->by_flow) {
		fill_back(m, opening->second, 0);
		bpf_map_update_elem(&opening_returns, &m->back, &m->key, BPF_ANY);
	}
	opening->real = opening->second;
	opening->second = 0;
	opening->state = 0;
	return REASON_ASKED_ON;
}

static __always_inline enum reason answer_opening(struct flow_note *opening, struct memo *m)
{
	bool first = !(opening->state & FLOW_ANSWERED);

	if (!is_tcp(m)) {
		hear(opening, m, FLOW_ANSWERED);
		return REASON_FORWARDED;
	}
	if (m->bits & TCP_RST && opening->second)
		return ask_on(opening, m);
	if (m->bits & TCP_RST) {
		hear(opening, m, FLOW_RESET);
		return REASON_FORWARDED;
	}
	if (first || m->bits & TCP_SYN)
		opening->base = m->sequence;
	if (opening->state & FLOW_RESET)
		__sync_fetch_and_and(&opening->state, ~FLOW_RESET);
	hear(opening, m, FLOW_ANSWERED);
	return REASON_FORWARDED;
}

/* What the answer of a real tells of its flow. An `enum reason`; REASON_STRAY: the flow is another real's. Verified by itself. */
__noinline int recall_answer(struct memo *m)
{
	struct flow_note *note;
	bool is_opening;

	if (!m)
		return REASON_NO_ROOM;
	m->now_s = seconds_now();
	note = bpf_map_lookup_elem(&flows, &m->key);
	is_opening = !note || is_overdue(note, lifetime_s(note, m->key.protocol), m->now_s);
	if (is_opening)
		note = bpf_map_lookup_elem(&openings, &m->key);
	if (!note || (is_opening && is_overdue(note, OPENING_S, m->now_s)))
		return m->by_flow ? REASON_STRAY : REASON_FORWARDED;
	if (!is_from(note->real, m) || (note->port && note->port != (__be16)m->back.ports))
		return is_tcp(m) || m->by_flow ? REASON_STRAY : REASON_FORWARDED;
	if (is_opening)
		return answer_opening(note, m);
	if (is_tcp(m) && !(m->bits & TCP_RST) && note->state & FLOW_RESET)
		__sync_fetch_and_and(&note->state, ~FLOW_RESET);
	hear(note, m, ends_of(m, FLOW_REAL_FIN));
	return REASON_FORWARDED;
}

/* Of an answer of m->key's flow. */
static __always_inline enum reason note_answer(const struct packet *p, struct memo *m)
{
	if (!is_tracked(p) || p->flags & (PACKET_QUOTED | PACKET_LATER))
		return REASON_FORWARDED;
	m->from = p->source;
	return recall_answer(m);
}

#endif
