/* From a flow to the real that its row names. */
#ifndef TRICADE_TABLE_H
#define TRICADE_TABLE_H

#include "hash.h"
#include "maps.h"
#include "wire.h"

static __always_inline bool is_service(const struct service_key *key)
{
	return bpf_map_lookup_elem(&services, key) != NULL;
}

/* Any port, then any protocol. */
static __always_inline bool widened(struct service_key *key)
{
	key->port = 0;
	if (is_service(key))
		return true;
	key->protocol = 0;
	return is_service(key);
}

/* Makes a key that no service stands under the one that its packet belongs to: wider by port and protocol, then by the address's prefix. False:
 * the address is no VIP. `prefixes`: whether there are any. */
__noinline int widen(struct service_key *key, __u32 prefixes)
{
	struct prefix_key prefix = { .bits = 128 };
	struct service_key asked;
	const __be32 *class;

	if (!key)
		return false;
	asked = *key;
	if (widened(key))
		return true;
	if (!prefixes)
		return false;
	prefix.address = key->address;
	class = bpf_map_lookup_elem(&vip_prefixes, &prefix);
	if (!class)
		return false;
	*key = asked;
	key->address.words[0] = key->address.words[1] = key->address.words[2] = 0;
	key->address.words[3] = *class;
	return is_service(key) || widened(key);
}

static __always_inline enum plain_way way_of(const struct service *service)
{
	if (service->flags & SERVICE_JHASH)
		return PLAIN_NOT;
	if (service->mode == MODE_DSR)
		return service->flags & SERVICE_OWN_MAC ? PLAIN_NOT : PLAIN_DSR;
	return service->mode == MODE_TUNNEL_IP || service->mode == MODE_TUNNEL_GUE ? PLAIN_TUNNEL
										    : PLAIN_NOT;
}

/* 0 in testing/director-without-second.bpf.c alone. */
#ifndef NAMES_SECOND
#define NAMES_SECOND 1
#endif

static __always_inline bool names_second(const struct service *service, __u8 protocol)
{
	return NAMES_SECOND && service->flags & SERVICE_SECOND &&
	       (protocol == IPPROTO_TCP || service->flags & SERVICE_SECOND_UDP);
}

/* Looks a key up and keeps what was found. False: the address is no VIP. */
__noinline int fill_line(struct service_line *line, const struct service_key *asked, __u32 prefixes)
{
	struct service_key key;
	const struct service *service;

	if (!line || !asked)
		return false;
	key = *asked;
	if (!is_service(&key) && !widen(&key, prefixes))
		return false;
	service = bpf_map_lookup_elem(&services, &key);
	if (!service)
		return false;
	line->stamp = 0;
	line->key = *asked;
	line->service = *service;
	line->way = way_of(service);
	line->second_mask = names_second(service, asked->protocol) ? REAL_ID_MASK : 0;
	expand_key(line);
	return true;
}

static __always_inline bool same_key(const struct service_key *a, const struct service_key *b)
{
	const __u32 *x = (const __u32 *)a, *y = (const __u32 *)b;

	return !((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4]));
}

/* Index of a key's line: from the words of its address but the third, which is the same for all of IPv4, and of port and protocol. */
static __always_inline __u32 place_of(__u32 mixed)
{
	return mixed * 0x9e3779b1 >> 16 & (SERVICE_LINES - 1);
}

/* What a line holds that may be believed. */
static __always_inline __u32 stamp_now(const struct director_config *config)
{
	return (bpf_jiffies64() >> 8) ^ config->services_epoch * 0x9e3779b1;
}

/* The service that a key means, as it was at most a second ago. NULL: the address is no VIP. */
static __always_inline const struct service_line *find_service(const struct service_key *key,
							       const struct director_config *config)
{
	const __u32 *words = (const __u32 *)key;
	__u32 at = place_of(words[0] ^ words[1] ^ words[3] ^ words[4]);
	struct service_line *line = bpf_map_lookup_elem(&service_lines, &at);
	__u32 stamp = stamp_now(config);

	if (!line)
		return NULL;
	if (line->stamp != stamp || !same_key(&line->key, key)) {
		if (!fill_line(line, key, config->flags & CONFIG_PREFIXES))
			return NULL;
		line->stamp = stamp;
	}
	return line;
}

/* The key of a packet's VIP, or of the class of the virtual MAC that it came to. */
static __always_inline void vip_key(const struct packet *p, struct service_key *key)
{
	if (p->class)
		key->address.words[3] = p->class;
	else
		key->address = p->destination;
}

static __always_inline bool is_for_vip(const struct packet *p, const struct director_config *config)
{
	struct service_key key = {};

	vip_key(p, &key);
	return is_service(&key) || widen(&key, config->flags & CONFIG_PREFIXES);
}

/* Where a packet goes. second 0: no second candidate. */
struct choice {
	const struct real *real;
	__u64 mac; /* of the real, its flags above */
	__u32 hash;
	__u32 row;
	__u16 id;
	__u16 second;
};

/* A packet of a flow that may be older than the row's change names the previous real, too. Fragments have nothing that a proxy could look up. */
static __always_inline bool may_be_old(const struct packet *p, const struct service *service)
{
	return !(p->flags & (PACKET_SYN | PACKET_FRAGMENT)) && names_second(service, p->protocol);
}

/* The word of a row; NULL: outside of the array. */
static __always_inline const volatile __u32 *row_word(__u32 at)
{
	__u32 element = at / 2;
	const struct row_pair *pair = bpf_map_lookup_elem(&rows, &element);

	return pair ? &pair->words[at & 1] : NULL;
}

/* The real of an id → choice. */
static __always_inline enum reason take_real(struct choice *choice, __u32 id)
{
	choice->real = bpf_map_lookup_elem(&reals, &id);
	if (!choice->real)
		return REASON_REAL_UNKNOWN;
	choice->mac = *(const volatile __u64 *)choice->real->mac;
	choice->id = id;
	return choice->mac >> 48 & REAL_KNOWN ? REASON_FORWARDED : REASON_REAL_UNKNOWN;
}

/* Row of choice->hash → choice. */
static __always_inline enum reason choose(const struct packet *p, const struct service *service,
					  struct choice *choice)
{
	__u32 at, id;
	const volatile __u32 *word;

	choice->row = (__u64)choice->hash * service->rows_count >> 32;
	at = service->rows_at + choice->row;
	word = row_word(at);
	if (!word)
		return REASON_NO_ROW;
	at = *word;
	id = at & 0xffff;
	if (!id)
		return REASON_NO_REAL;
	choice->second = may_be_old(p, service) ? at >> 16 & REAL_ID_MASK : 0;
	return take_real(choice, id);
}

#endif
