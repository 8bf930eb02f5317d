// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sweep.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "abi.h"
#include "lifetimes.h"

/* A portion of 8,192 takes 2 ms; packets wait for none of it. */
enum { portion = 8192, portion_every_ms = 20, pass_every_ms = 2000, most_reals = 1 << 15 };
/* A pass may take this part of the time between two begins. */
enum { share = 20 };

static struct {
	uint32_t map_id; /* of `flows`; 0: there is none */
	uint32_t at; /* where the next portion begins */
	int is_running;
	int64_t began_ms, due_ms, counted_ms; /* counted_ms −1: no pass has ended yet */
	int64_t busy_us; /* of this pass */
	uint32_t counting[most_reals], counted[most_reals];
} pass;

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static uint32_t id_of(int fd)
{
	struct bpf_map_info info = {};
	uint32_t bytes = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &bytes) ? 0 : info.id;
}

/* The memory as it is pinned now. Another one than before is looked at from its begin. */
static struct plane_map *memory_of(struct plane *plane)
{
	struct plane_map *flows = plane_map_named(plane, "flows");
	uint32_t id = 0;

	/* a director that translates nothing has room for a single flow */
	if (flows && flows->entries > 1 && flows->key_bytes == sizeof(struct flow_key) &&
	    flows->value_bytes == sizeof(struct flow_note))
		id = id_of(flows->fd);
	if (id != pass.map_id) {
		memset(&pass, 0, sizeof(pass));
		pass.map_id = id;
		pass.counted_ms = -1;
	}
	return id ? flows : NULL;
}

int sweep_wait_ms(struct plane *plane)
{
	int64_t left;

	if (!memory_of(plane))
		return -1;
	left = pass.due_ms - now_us() / 1000;
	return left > 0 ? left : 0;
}

/* Looked at once more: it may have come to life since. */
static void take_out(struct plane *plane, struct plane_map *flows, const struct flow_key *key, uint32_t now_s)
{
	struct plane_map *use = plane_map_named(plane, "memory_use");
	struct flow_note note;

	if (bpf_map_lookup_elem(flows->fd, key, &note) ||
	    !is_overdue(&note, lifetime_s(&note, key->protocol), now_s) ||
	    bpf_map_delete_elem(flows->fd, key))
		return;
	if (key->protocol != IPPROTO_TCP && use && use->memory)
		__atomic_fetch_sub((int64_t *)use->memory, 1, __ATOMIC_RELAXED);
}

static void look_at(struct plane *plane, struct plane_map *flows, const struct flow_key *key,
		    const struct flow_note *note)
{
	uint32_t now_s = now_us() / 1000000;

	if (is_overdue(note, lifetime_s(note, key->protocol), now_s))
		take_out(plane, flows, key, now_s);
	else if (note->real < most_reals && !(key->protocol == IPPROTO_TCP && is_over(note)))
		pass.counting[note->real]++;
}

/* What broke off counted nothing. */
static void end_pass(int64_t now_ms, int is_whole)
{
	int64_t wait = share * pass.busy_us / 1000;

	if (is_whole) {
		memcpy(pass.counted, pass.counting, sizeof(pass.counted));
		pass.counted_ms = now_ms;
	}
	pass.is_running = 0;
	pass.due_ms = pass.began_ms + (wait > pass_every_ms ? wait : pass_every_ms);
}

static void begin_pass(int64_t now_ms)
{
	memset(pass.counting, 0, sizeof(pass.counting));
	pass.is_running = 1;
	pass.began_ms = now_ms;
	pass.busy_us = 0;
}

void sweep(struct plane *plane)
{
	static struct flow_key keys[portion];
	static struct flow_note notes[portion];
	struct plane_map *flows = memory_of(plane);
	int64_t start = now_us();
	uint32_t count = portion, next = 0;
	int result, is_whole;

	if (!flows || start / 1000 < pass.due_ms)
		return;
	if (!pass.is_running)
		begin_pass(start / 1000);
	result = bpf_map_lookup_batch(flows->fd, pass.busy_us ? &pass.at : NULL, &next, keys, notes, &count, NULL);
	is_whole = result && errno == ENOENT;
	if (result && !is_whole)
		count = 0;
	for (uint32_t i = 0; i < count; i++)
		look_at(plane, flows, &keys[i], &notes[i]);
	pass.at = next;
	pass.busy_us += now_us() - start + 1;
	pass.due_ms = start / 1000 + portion_every_ms;
	if (result)
		end_pass(now_us() / 1000, is_whole);
}

void sweep_counts(struct plane *plane, struct text *out)
{
	struct text found = {};

	if (!memory_of(plane) || pass.counted_ms < 0) {
		text_printf(out, " -1");
		return;
	}
	for (uint32_t id = 1; id < most_reals; id++)
		if (pass.counted[id])
			text_add(&found, (uint32_t[]){ id, pass.counted[id] }, 8);
	text_printf(out, " %lld", (long long)(now_us() / 1000 - pass.counted_ms));
	if (found.length) {
		text_add(out, " ", 1);
		text_base64(out, (uint8_t *)found.bytes, found.length);
	}
	text_free(&found);
}
