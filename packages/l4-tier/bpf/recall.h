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
	/* a port that another director chose means nothing to either of them */
	if (opens || !other || m->ports)
		return;
	m->real = real_known(elder) ? elder : other;
	m->fresh.second = m->real == elder ? other : 0;
}

static __always_inline enum reason begin(struct memo *m)
{
	enum reason reason = REASON_FORWARDED;

	choose_first(m);
	if (m->quoted || m->bits & TCP_RST)
		return m->ports ? REASON_STRAY : REASON_FORWARDED;
	if (m->by_flow) {
		fill_back(m, m->real, 0);
		reason = take_return(m);
	}
	if (reason)
		return reason;
	m->fresh.seen_s = m->now_s;
	m->fresh.state = 0;
	m->fresh.base = 0;
	m->fresh.real = m->real;
	m->fresh.port = m->port;
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
	if (opens && !(opening->state & FLOW_ANSWERED) &&
	    (opening->real != current_of(m) || !has_return(m, opening)))
		return begin(m);
	m->real = opening->real;
	m->port = opening->port;
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
		forget(note, m);
		note = NULL;
	}
	if (!note)
		return recall_opening(m);
	m->real = note->real;
	m->port = note->port;
	if (!m->quoted)
		hear(note, m, ends_of(m, FLOW_CLIENT_FIN));
	return REASON_FORWARDED;
}

static __always_inline bool is_translated(const struct service *service)
{
	return service->mode == MODE_DNAT || service->mode == MODE_FULL_NAT;
}

/* How its answers come back: to whom, and whether to this flow alone. */
static __always_inline enum reason fill_way(struct memo *m, const struct packet *p,
					    const struct service *service,
					    const struct director_config *config)
{
	m->port = 0;
	m->real_port = service->real_port ? service->real_port : p->destination_port;
	m->by_flow = service->mode == MODE_FULL_NAT || service->flags & SERVICE_BY_FLOW;
	m->first_port = m->ports = 0;
	m->self = p->source;
	if (service->mode != MODE_FULL_NAT)
		return REASON_FORWARDED;
	m->first_port = config->nat_first_port;
	m->ports = config->nat_ports;
	if (p->family == 4)
		mapped(&m->self, config->nat_v4);
	else
		__builtin_memcpy(&m->self, config->nat_v6, sizeof(m->self));
	return m->ports && (m->self.words[0] | m->self.words[3]) ? REASON_FORWARDED : REASON_NO_ADDRESS;
}

/* A translated packet goes where its flow went. Pieces go with their first one. */
static __always_inline enum reason choose_remembered(const struct packet *p, const struct service *service,
						     const struct director_config *config,
						     struct choice *choice)
{
	struct fragment *first = p->flags & PACKET_FRAGMENT ? first_fragment(p) : NULL;
	struct memo *m = memo_of(p);
	const volatile __u32 *word;
	enum reason reason;

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
	reason = fill_way(m, p, service, config);
	if (reason)
		return reason;
	m->real = current_of(m);
	if (p->flags & PACKET_LATER) {
		if (first && first->real)
			m->real = first->real;
		else if (m->by_flow)
			return REASON_FRAGMENT_LOST;
	} else if (!is_tracked(p)) {
		/* nothing but ports tells its answer from others' */
		if (m->by_flow)
			return REASON_MODE;
	} else {
		reason = recall(m);
		if (reason)
			return reason;
		if (first)
			first->real = m->real;
	}
	choice->second = 0;
	return take_real(choice, m->real);
}

#endif
