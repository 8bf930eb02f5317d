/* Counters and sampled events. */
#ifndef TRICADE_COUNT_H
#define TRICADE_COUNT_H

#include "table.h"

static __always_inline bool is_sampled(__u64 packets, const struct director_config *config)
{
	return !(packets & config->sample_mask);
}

/* The event is made on the stack: a packet whose address is taken would live there, too, and not in registers. */
static __always_inline void emit(const struct packet *p, const struct choice *choice, __u32 service,
				 __u32 reason)
{
	struct event event = {
		.at_ns = bpf_ktime_get_ns(),
		.source = p->source,
		.destination = p->destination,
		.source_port = p->source_port,
		.destination_port = p->destination_port,
		.protocol = p->protocol,
		.reason = reason,
		.bytes = p->bytes,
		.service = service,
		.hash = choice->hash,
		.row = choice->row,
		.real = choice->id,
		.second = choice->second,
	};

	bpf_ringbuf_output(&events, &event, sizeof(event), 0);
}

static __always_inline __u64 count_reason(__u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&reason_counters, &reason);

	return count ? ++*count : 1;
}

static __always_inline void count_forwarded(const struct packet *p, const struct service *service,
					    const struct choice *choice,
					    const struct director_config *config)
{
	__u32 id = service->id, real = choice->id;
	struct service_counters *of_service = bpf_map_lookup_elem(&service_counters, &id);
	struct real_counters *of_real = bpf_map_lookup_elem(&real_counters, &real);
	bool watched = config->watch_on && choice->hash == config->watch_hash;

	if (of_service) {
		of_service->packets++;
		of_service->bytes += p->bytes;
		of_service->new_flows += p->flags & PACKET_SYN;
		of_service->seconds += choice->second != 0;
		watched |= is_sampled(of_service->packets, config);
	}
	if (of_real) {
		of_real->packets++;
		of_real->bytes += p->bytes;
	}
	if (watched)
		emit(p, choice, id, REASON_FORWARDED);
}

#endif
