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
	int is_running, is_at_begin; /* of a map */
	int of_returns; /* flows come first, then their ways back */
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
static void end_flows(int is_whole)
{
	if (is_whole) {
		memcpy(pass.counted, pass.counting, sizeof(pass.counted));
		pass.counted_ms = now_us() / 1000;
	}
	pass.of_returns = pass.is_at_begin = 1;
}

static void end_pass(void)
{
	int64_t wait = share * pass.busy_us / 1000;

	pass.is_running = 0;
	pass.due_ms = pass.began_ms + (wait > pass_every_ms ? wait : pass_every_ms);
}

static void begin_pass(int64_t now_ms)
{
	memset(pass.counting, 0, sizeof(pass.counting));
	pass.is_running = pass.is_at_begin = 1;
	pass.of_returns = 0;
	pass.began_ms = now_ms;
	pass.busy_us = 0;
}

/* A portion of a map's entries. 1: more follow; 0: these were the last; -1: the kernel gives none. */
static int next_portion(struct plane_map *map, void *keys, void *values, uint32_t *count)
{
	uint32_t next = 0;
	int result;

	*count = portion;
	result = bpf_map_lookup_batch(map->fd, pass.is_at_begin ? NULL : &pass.at, &next, keys, values, count, NULL);
	pass.at = next;
	pass.is_at_begin = 0;
	if (!result)
		return 1;
	if (errno == ENOENT)
		return 0;
	*count = 0;
	return -1;
}

static struct flow_key keys[portion];

static void sweep_flows(struct plane *plane, struct plane_map *flows)
{
	static struct flow_note notes[portion];
	uint32_t count;
	int more = next_portion(flows, keys, notes, &count);

	for (uint32_t i = 0; i < count; i++)
		look_at(plane, flows, &keys[i], &notes[i]);
	if (more != 1)
		end_flows(more == 0);
}

/* The program makes a flow before its way back, and takes the way back out first: one whose flow is not there is nobody's. */
static void sweep_returns(struct plane_map *returns, struct plane_map *flows)
{
	static struct flow_key owners[portion];
	struct flow_note note;
	uint32_t count = 0;
	int more = returns && returns->entries > 1 ? next_portion(returns, keys, owners, &count) : 0;

	for (uint32_t i = 0; i < count; i++)
		if (bpf_map_lookup_elem(flows->fd, &owners[i], &note))
			bpf_map_delete_elem(returns->fd, &keys[i]);
	if (more != 1)
		end_pass();
}

void sweep(struct plane *plane)
{
	struct plane_map *flows = memory_of(plane);
	int64_t start = now_us();

	if (!flows || start / 1000 < pass.due_ms)
		return;
	if (!pass.is_running)
		begin_pass(start / 1000);
	pass.due_ms = start / 1000 + portion_every_ms;
	if (pass.of_returns)
		sweep_returns(plane_map_named(plane, "returns"), flows);
	else
		sweep_flows(plane, flows);
	pass.busy_us += now_us() - start;
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
