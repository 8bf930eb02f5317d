/* Ways back that a flow has to itself, in full NAT and where a real's port does not say whose its answers are: what a real says to one address and port
 * belongs to one flow. Full NAT puts the director's address and a port of its own in the client's place; else the client's own have to do.
 */
#ifndef TRICADE_RETURNS_H
#define TRICADE_RETURNS_H

#include "icmp.h"
#include "maps.h"
#include "scratch.h"
#include "table.h"

/* With nine of ten ports in use one flow in six finds so many taken. */
#define PORT_TRIES 16

/* The real's side of a flow. Port 0: the client's own. */
static __always_inline void fill_back(struct memo *m, __u32 id, __be16 port)
{
	const struct real *real = real_with(id);
	__u32 own = port ? port : (__be16)m->key.ports;

	if (m->family == 4)
		mapped(&m->back.vip, real->v4);
	else
		__builtin_memcpy(&m->back.vip, real->v6, sizeof(m->back.vip));
	m->back.client = m->self;
	m->back.ports = own | (__u32)m->real_port << 16;
	m->back.protocol = m->key.protocol;
}

static __always_inline bool same_flow(const struct flow_key *a, const struct flow_key *b)
{
	return same_address(&a->client, &b->client) && same_address(&a->vip, &b->vip) &&
	       a->ports == b->ports && a->protocol == b->protocol;
}

/* Whose way back m->back is. NULL: nobody's. */
static __always_inline const struct flow_key *owner_of(const struct memo *m)
{
	const struct flow_key *owner = bpf_map_lookup_elem(&returns, &m->back);

	return owner ? owner : bpf_map_lookup_elem(&opening_returns, &m->back);
}

static __always_inline bool has_return(struct memo *m, const struct flow_note *note)
{
	const struct flow_key *owner;

	if (!m->by_flow)
		return true;
	fill_back(m, note->real, note->port);
	owner = owner_of(m);
	return owner && same_flow(owner, &m->key);
}

static __always_inline __be16 next_port(const struct memo *m)
{
	return m->ports ? bpf_htons(m->first_port + ((__u64)bpf_get_prandom_u32() * m->ports >> 32))
			: (__be16)m->key.ports;
}

/* A way back for a flow that is opening, at its real: m->port. Ports are tried by chance. One that another opening has is taken away from it where no
 * other is found, so a flood of openings takes none from flows that both ends know, nor from the next one that opens. Verified by itself. */
__noinline int take_return(struct memo *m)
{
	const struct flow_key *owner;
	__u32 lent = 0, is_lent = 0;
	__be16 port;

	if (!m)
		return REASON_NO_ROOM;
	for (int i = 0; i < PORT_TRIES && (!i || m->ports); i++) {
		port = next_port(m);
		m->back.ports = port | (__u32)m->real_port << 16;
		m->port = m->ports ? port : 0;
		owner = bpf_map_lookup_elem(&returns, &m->back);
		if (owner && !same_flow(owner, &m->key))
			continue;
		if (!bpf_map_update_elem(&opening_returns, &m->back, &m->key, BPF_NOEXIST))
			return REASON_FORWARDED;
		lent = port;
		is_lent = 1;
	}
	if (!is_lent)
		return REASON_PORTS;
	m->back.ports = lent | (__u32)m->real_port << 16;
	m->port = m->ports ? lent : 0;
	bpf_map_update_elem(&opening_returns, &m->back, &m->key, BPF_ANY);
	return REASON_FORWARDED;
}

/* The way back of a flow that both ends know now. False: it is another such flow's. */
static __always_inline bool keep_return(struct memo *m, const struct flow_note *note)
{
	const struct flow_key *owner;

	if (!m->by_flow)
		return true;
	fill_back(m, note->real, note->port);
	if (bpf_map_update_elem(&returns, &m->back, &m->key, BPF_NOEXIST)) {
		owner = bpf_map_lookup_elem(&returns, &m->back);
		return owner && same_flow(owner, &m->key);
	}
	bpf_map_delete_elem(&opening_returns, &m->back);
	return true;
}

/* The same of one that is forgotten. */
static __always_inline void drop_return(struct memo *m, const struct flow_note *note)
{
	const struct flow_key *owner;

	if (!m->by_flow)
		return;
	fill_back(m, note->real, note->port);
	owner = bpf_map_lookup_elem(&returns, &m->back);
	if (owner && same_flow(owner, &m->key))
		bpf_map_delete_elem(&returns, &m->back);
}

#endif
