/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What may be done to a pinned map. Each checks all of its input before it changes anything, and returns 0, or -1 with `why` set. */
#ifndef TRICADE_HELPER_MAPS_H
#define TRICADE_HELPER_MAPS_H

#include "plane.h"
#include "text.h"

/* Values one behind the other, without padding. */
struct bytes {
	const uint8_t *at;
	size_t length;
};

/* Values of an array from index `first` on, in place: each aligned word at once, those that differ only. */
int map_write(struct plane_map *map, uint32_t first, struct bytes values, struct why *why);
/* Key and value, key and value, …: added, or put in place of what is there. */
int map_put(struct plane_map *map, struct bytes pairs, struct why *why);
/* Keys; absent is fine. */
int map_drop(struct plane_map *map, struct bytes keys, struct why *why);
/* Values of an array, added to `out`. */
int map_read(struct plane_map *map, uint32_t first, uint32_t count, struct text *out, struct why *why);
/* All pairs of a map that is no array; of a mapped array those whose values are not zeros. */
int map_dump(struct plane_map *map, struct text *out, struct why *why);
/* `tableDigest` (packages/cluster/src/table/digest.ts) over words of an array of 32-bit values, hexadecimal. */
int map_digest(struct plane_map *map, uint32_t first, uint32_t count, struct text *out, struct why *why);
/* 64-bit counters of a per-CPU array or of what each CPU has of its own, summed over the CPUs. */
int map_sum(struct plane_map *map, uint32_t first, uint32_t count, struct text *out, struct why *why);

#endif
