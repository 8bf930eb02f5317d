// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "watch.h"
#include "text.h"

#include "../abi.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <time.h>

/* What stands in the configuration, and until when; at the start whatever a helper before this one left, and its time is over. */
static uint32_t watched;
static int64_t until_ms;
static int is_set = 1;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* The rest of the configuration stays as it is: this process alone writes it. */
static int write_hash(struct plane *plane, uint32_t hash, struct why *why)
{
	struct plane_map *map = plane_map_named(plane, "director_config");
	struct director_config config;
	uint32_t zero = 0;

	if (!map || map->value_bytes != sizeof(config))
		return because(why, "there is no director whose flows could be watched");
	if (bpf_map_lookup_elem(map->fd, &zero, &config))
		return because(why, "the configuration cannot be read: %s", strerror(errno));
	if (config.watch_hash == hash)
		return 0;
	config.watch_hash = hash;
	if (bpf_map_update_elem(map->fd, &zero, &config, BPF_ANY))
		return because(why, "the configuration cannot be written: %s", strerror(errno));
	return 0;
}

/* Longer than anybody would be away who asks again and again. */
enum { most_watch_ms = 60000 };

int watch_asked(struct plane *plane, char *words, struct why *why)
{
	uint32_t hash, for_ms;

	if (!parse_number(next_word(&words), UINT32_MAX, &hash) || hash == 0 ||
	    !parse_number(next_word(&words), most_watch_ms, &for_ms) || words)
		return because(why, "the hash and the time, %d ms at most, are no numbers",
			       most_watch_ms);
	watch_turn(plane);
	if (is_set && hash != watched)
		return because(why, "another flow is watched, one at a time can be");
	if (write_hash(plane, hash, why))
		return -1;
	watched = hash;
	until_ms = now_ms() + for_ms;
	is_set = 1;
	return 0;
}

int watch_turn(struct plane *plane)
{
	int64_t left = until_ms - now_ms();
	struct why why;

	if (!is_set)
		return -1;
	if (left > 0)
		return left;
	/* Where there is no director, nothing is watched either. */
	write_hash(plane, 0, &why);
	is_set = 0;
	return -1;
}
