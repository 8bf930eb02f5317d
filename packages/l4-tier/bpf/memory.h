/* What the director remembers of flows of translated services: which real each of them has, so that a row may change under it. Two maps. Whoever sends
 * a SYN gets into `openings`, where new ones push out old ones. A flow gets into `flows` when both of its ends were seen to answer one another, and nothing
 * pushes it out: where that map is full, new flows go by their rows alone. docs/design/0018 says why, and what it does not do.
 */
#ifndef TRICADE_MEMORY_H
#define TRICADE_MEMORY_H

#include "count.h"
#include "fragments.h"
#include "lifetimes.h"
#include "returns.h"
#include "scratch.h"
#include "table.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10
#define TCP_BITS 13

/* How far behind the first thing that a real was heard to say a client's acknowledgement may lie: what it acknowledges of that may come at once. */
#define PROVEN_WITHIN (1 << 16)

static __always_inline __u32 seconds_now(void)
{
	return bpf_ktime_get_coarse_ns() / 1000000000;
}

static __always_inline bool is_tcp(const struct memo *m)
{
	return m->key.protocol == IPPROTO_TCP;
}

static __always_inline bool is_syn(const struct memo *m)
{
	return (m->bits & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static __always_inline const struct real *real_known(__u32 id)
{
	const struct real *real = real_with(id);

	return real && *(const volatile __u16 *)&real->flags & REAL_KNOWN ? real : NULL;
}

static __always_inline __u32 current_of(const struct memo *m)
{
	return m->word & 0xffff;
}

static __always_inline __u32 previous_of(const struct memo *m)
{
	return m->word >> 16 & REAL_ID_MASK;
}

/* Whose flows are that were there before the row began to change (cluster/src/table/word.ts). */
static __always_inline __u32 elder_of(const struct memo *m)
{
	return m->word >> 31 || !previous_of(m) ? current_of(m) : previous_of(m);
}

/* Whether a note says where a packet goes. A real that is not known and that its row does not name any more is dead. */
static __always_inline bool holds(const struct flow_note *note, const struct memo *m, __u32 lifetime)
{
	if (is_overdue(note, lifetime, m->now_s) || (is_tcp(m) && is_syn(m) && is_over(note)))
		return false;
	return note->real == current_of(m) || note->real == previous_of(m) || real_known(note->real);
}

static __always_inline void hear(struct flow_note *note, const struct memo *m, __u32 states)
{
	if (note->seen_s != m->now_s)
		note->seen_s = m->now_s;
	if (states & ~note->state)
		__sync_fetch_and_or(&note->state, states);
}

static __always_inline __u32 ends_of(const struct memo *m, __u32 fin)
{
	return (m->bits & TCP_FIN ? fin : 0) | (m->bits & TCP_RST ? FLOW_RESET : 0);
}

/* Datagrams prove nothing of who sends them: they get half of the room. */
static __always_inline __s64 *datagrams_of(const struct memo *m)
{
	__u32 zero = 0;

	return is_tcp(m) ? NULL : (__s64 *)bpf_map_lookup_elem(&memory_use, &zero);
}

static __always_inline void forget(const struct flow_note *note, struct memo *m)
{
	__s64 *datagrams = datagrams_of(m);

	drop_return(m, note);
	if (!bpf_map_delete_elem(&flows, &m->key) && datagrams)
		__sync_fetch_and_add(datagrams, -1);
}

/* A flow that both ends know. It keeps what it was noted with. */
static __always_inline void establish(const struct flow_note *opening, struct memo *m)
{
	__s64 *datagrams = datagrams_of(m);

	m->fresh = *opening;
	m->fresh.second = 0;
	if ((datagrams && *(volatile __s64 *)datagrams >= m->most_datagrams) ||
	    bpf_map_update_elem(&flows, &m->key, &m->fresh, BPF_NOEXIST)) {
		count_reason(REASON_UNNOTED);
		return;
	}
	if (datagrams)
		__sync_fetch_and_add(datagrams, 1);
	if (!keep_return(m, opening)) {
		forget(opening, m);
		count_reason(REASON_UNNOTED);
		return;
	}
	bpf_map_delete_elem(&openings, &m->key);
}

/* Reads the TCP header; none where there is none, or where an error quotes it. */
static __always_inline void read_tcp(struct memo *m, const struct packet *p)
{
	const __u8 *tcp = bytes_at(&p->frame, p->transport, sizeof(struct tcphdr));

	m->bits = m->sequence = m->acknowledgement = 0;
	if (!tcp || p->protocol != IPPROTO_TCP || p->flags & (PACKET_QUOTED | PACKET_LATER))
		return;
	m->sequence = bpf_ntohl(*(const __be32 *)(tcp + 4));
	m->acknowledgement = bpf_ntohl(*(const __be32 *)(tcp + 8));
	m->bits = tcp[TCP_BITS];
}

/* A packet as the memory knows it, without its row. NULL: there is no room. */
static __always_inline struct memo *memo_of(const struct packet *p)
{
	struct scratch *scratch = scratch_of_cpu();
	struct memo *m;

	if (!scratch)
		return NULL;
	m = &scratch->memo;
	m->key.protocol = p->protocol;
	m->family = p->family;
	m->quoted = p->flags & PACKET_QUOTED;
	read_tcp(m, p);
	return m;
}

static __always_inline bool is_tracked(const struct packet *p)
{
	return p->protocol == IPPROTO_TCP || p->protocol == IPPROTO_UDP;
}

#endif
