/* From a flow to the real that its row names. */
#ifndef TRICADE_TABLE_H
#define TRICADE_TABLE_H

#include "hash.h"
#include "maps.h"
#include "wire.h"

/* The word of a row; NULL: outside of the array. */
static __always_inline const volatile __u32 *row_word(__u64 at)
{
	opaque(at);
	if (at >= rows_room)
		return NULL;
	opaque(at);
	return &rows[at];
}

/* Ids have 15 bits. */
static __always_inline const struct real *real_with(__u64 id)
{
	opaque(id);
	return &reals[id & (REALS - 1)];
}

/* The CPU's line at a place; NULL: memory was made for fewer CPUs. */
static __always_inline struct service_line *line_at(__u32 cpu, __u32 place)
{
	__u64 at = cpu * SERVICE_LINES + place;

	opaque(at);
	if (at >= service_lines_room)
		return NULL;
	opaque(at);
	return &service_lines[0][at];
}

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

/* By what an IPv4 packet knows its line: `to` are eight bytes of it, from the destination on, of which the source port does not matter. */
static __always_inline __u64 quick_key(__u64 to, __u32 protocol)
{
	return (to & 0xffff0000ffffffff) | (__u64)protocol << 32;
}

static __always_inline bool is_ipv4(const struct address *address)
{
	return !address->words[0] && !address->words[1] && address->words[2] == bpf_htonl(0xffff);
}

/* What the short way knows a line by, and what of the hash is the same for all of its packets. */
static __always_inline void expand_quick(struct service_line *line)
{
	const __be32 *to = line->key.address.words;
	const __u64 *k = line->hash_words;
	__u32 port = (__u32)line->key.port << 16;

	line->quick = ~0ULL;
	if (!is_ipv4(&line->key.address)) {
		line->base = k[HASH_ADDED] + k[HASH_IPV6] * port + k[HASH_IPV6 + 1] * to[0] +
			     k[HASH_IPV6 + 2] * to[1] + k[HASH_IPV6 + 3] * to[2] +
			     k[HASH_IPV6 + 4] * to[3];
		return;
	}
	line->base = k[HASH_ADDED] + k[HASH_IPV4] * port + k[HASH_IPV4 + 1] * to[3];
	if (line->way != PLAIN_NOT)
		line->quick = quick_key(pair(to[3], port), line->key.protocol);
}

static __always_inline void keep_line(struct service_line *line, const struct service_key *asked,
				      const struct service *service)
{
	__u32 cpu = bpf_get_smp_processor_id();

	line->stamp = 0;
	line->key = *asked;
	line->service = *service;
	line->way = way_of(service);
	line->second_mask = names_second(service, asked->protocol) ? REAL_ID_MASK << 16 : 0;
	line->counters_at = cpu * (service_counters_room / cpus) + service->id;
	line->real_counters_at = cpu * (real_counters_room / cpus);
	expand_key(line);
	expand_quick(line);
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
	keep_line(line, asked, service);
	return true;
}

static __always_inline bool same_key(const struct service_key *a, const struct service_key *b)
{
	const __u32 *x = (const __u32 *)a, *y = (const __u32 *)b;

	return !((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4]));
}

/* Index of a key's line: from the words of its address but the third, which is the same for all of IPv4, its port in the upper half, and its protocol. */
static __always_inline __u32 place_of(__u32 mixed)
{
	return mixed * 0x9e3779b1 >> (32 - SERVICE_LINES_BITS);
}

/* What a line holds that may be believed: for 256 jiffies (0.26 s where HZ is 1000, 1 s where it is 250, 2.6 s where it is 100), and no longer once services are written. */
static __always_inline __u32 stamp_now(const struct director_config *config)
{
	return (bpf_jiffies64() >> 8) + config->services_epoch;
}

/* The service that a key means, as it was at most 256 jiffies ago. NULL: the address is no VIP. */
static __always_inline const struct service_line *find_service(const struct service_key *key,
							       const struct director_config *config)
{
	const __u32 *words = (const __u32 *)key;
	__u32 at = place_of(words[0] ^ words[1] ^ words[3] ^ (key->port << 16 | key->protocol));
	struct service_line *line = line_at(bpf_get_smp_processor_id(), at);
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

/* The real of an id → choice. */
static __always_inline enum reason take_real(struct choice *choice, __u32 id)
{
	choice->real = real_with(id);
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
