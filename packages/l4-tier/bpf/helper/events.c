// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "events.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

/* `struct event` of abi.h is as long; what is longer or shorter is not kept. */
enum { record_bytes = 64, kept = 8192, most_in_answer = 2048 };

static uint8_t records[kept][record_bytes];
/* Number of the next record; those before it are kept, `kept` at most. */
static uint64_t next_number;
static struct ring_buffer *ring;
static uint32_t ring_map_id;

static int take(void *context, void *data, size_t length)
{
	(void)context;
	if (length == record_bytes)
		memcpy(records[next_number++ % kept], data, record_bytes);
	return 0;
}

static uint32_t map_id(int fd)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &length) ? 0 : info.id;
}

void events_follow(struct plane *plane)
{
	struct plane_map *map = plane_map_named(plane, "events");
	uint32_t id = map ? map_id(map->fd) : 0;

	if (id == ring_map_id)
		return;
	ring_buffer__free(ring);
	ring = id ? ring_buffer__new(map->fd, take, NULL, NULL) : NULL;
	ring_map_id = ring ? id : 0;
}

int events_fd(void)
{
	return ring ? ring_buffer__epoll_fd(ring) : -1;
}

void events_drain(void)
{
	if (ring)
		ring_buffer__consume(ring);
}

void events_since(uint64_t from, struct text *out)
{
	uint64_t oldest = next_number > kept ? next_number - kept : 0;
	uint64_t first = from < oldest ? oldest : from;
	uint64_t stop = first + most_in_answer;
	struct text found = {};

	/* A number from before the helper's last start. */
	if (first > next_number)
		first = oldest;
	if (stop > next_number)
		stop = next_number;
	for (uint64_t number = first; number < stop; number++)
		text_add(&found, records[number % kept], record_bytes);
	text_printf(out, " %llu %llu ", (unsigned long long)stop,
		    (unsigned long long)(first > from ? first - from : 0));
	text_base64(out, (uint8_t *)found.bytes, found.length);
	text_free(&found);
}
