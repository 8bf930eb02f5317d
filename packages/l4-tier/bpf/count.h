/* Counters and sampled events. */
#ifndef TRICADE_COUNT_H
#define TRICADE_COUNT_H

#include "table.h"

/* A mask by which nothing is told of by chance. */
#define NO_SAMPLE 0xffffffff

static __always_inline struct service_counters *counters_of_service(__u64 at)
{
	opaque(at);
	if (at >= service_counters_room)
		return NULL;
	opaque(at);
	return &service_counters[0][at];
}

static __always_inline struct real_counters *counters_of_real(__u64 at)
{
	opaque(at);
	if (at >= real_counters_room)
		return NULL;
	opaque(at);
	return &real_counters[0][at];
}

static __always_inline bool is_sampled(__u64 packets, const struct director_config *config)
{
	return !(packets & config->sample_mask);
}

static __always_inline __u64 count_reason(__u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&reason_counters, &reason);

	return count ? ++*count : 1;
}

static __always_inline bool is_watched(const struct choice *choice, const struct director_config *config)
{
	return config->watch_hash && choice->hash == config->watch_hash;
}

static __always_inline void emit(const struct packet *p, const struct choice *choice, __u32 service,
				 __u32 reason)
{
	struct scratch *scratch = scratch_of_cpu();
	struct event *event;

	if (!scratch)
		return;
	event = &scratch->event;
	event->at_ns = bpf_ktime_get_ns();
	event->source = p->source;
	event->destination = p->destination;
	event->source_port = p->source_port;
	event->destination_port = p->destination_port;
	event->protocol = p->protocol;
	event->reason = reason;
	event->bytes = p->bytes;
	event->service = service;
	event->hash = choice->hash;
	event->row = choice->row;
	event->real = choice->id;
	event->second = choice->second;
	if (bpf_ringbuf_output(&events, event, sizeof(*event), 0))
		count_reason(REASON_UNTOLD);
}

static __always_inline void count_forwarded(const struct packet *p, const struct service *service,
					    const struct choice *choice,
					    const struct director_config *config)
{
	__u32 id = service->id, cpu = bpf_get_smp_processor_id();
	struct service_counters *of_service = counters_of_service(cpu * (service_counters_room / cpus) + id);
	struct real_counters *of_real = counters_of_real(cpu * (real_counters_room / cpus) + choice->id);
	bool watched = is_watched(choice, config);
	bool sampled = false;

	if (of_service) {
		of_service->packets++;
		of_service->bytes += p->bytes;
		of_service->new_flows += p->flags & PACKET_SYN;
		of_service->seconds += choice->second != 0;
		sampled = is_sampled(of_service->packets, config);
	}
	if (of_real) {
		of_real->packets++;
		of_real->bytes += p->bytes;
	}
	if (sampled || watched)
		emit(p, choice, id, sampled ? REASON_FORWARDED : REASON_WATCHED);
}

/* Counts what is not forwarded, and tells of some of it. Reads the frame again as it stands: whoever finds a reason need not carry along what it
 * knows of the packet. */
__noinline int settle(struct xdp_md *ctx, __u32 reason, __u32 sample_mask)
{
	struct packet packet = { .frame.ctx = ctx };
	struct choice none = {};
	bool told = reason >= REASON_ECHO && !(count_reason(reason) & sample_mask);

	if (reason < REASON_ECHO)
		count_reason(reason);
	find_frame(&packet.frame);
	if (told && !parse_ethernet(&packet)) {
		parse_packet(&packet);
		emit(&packet, &none, NO_SERVICE, reason);
	}
	if (reason == REASON_ECHO || reason == REASON_TOO_BIG)
		return XDP_TX;
	return reason < REASON_ECHO ? XDP_PASS : XDP_DROP;
}

#endif
