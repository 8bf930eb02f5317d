// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int is_array(const struct plane_map *map)
{
	return (map->type == BPF_MAP_TYPE_ARRAY && !map->per_cpu) ||
	       map->type == BPF_MAP_TYPE_DEVMAP;
}

static int is_keyed(const struct plane_map *map)
{
	return map->type == BPF_MAP_TYPE_HASH || map->type == BPF_MAP_TYPE_LRU_HASH ||
	       map->type == BPF_MAP_TYPE_LPM_TRIE;
}

static int within(const struct plane_map *map, uint32_t first, uint64_t count, struct why *why)
{
	if (count == 0 || first + count > map->entries)
		return because(why, "%s has %u entries, not %llu", map->name, map->entries,
			       (unsigned long long)(first + count));
	return 0;
}

/* Where a value of a mapped array lies. */
static uint8_t *value_at(const struct plane_map *map, uint32_t index)
{
	return map->memory + (size_t)index * map->stride;
}

/* The program reads words of 4 or 8 bytes: it sees the old or the new one, never a mixture. */
static void store_value(uint8_t *to, const uint8_t *from, uint32_t length)
{
	uint32_t at = 0;

	for (; at + 8 <= length; at += 8) {
		uint64_t word;

		memcpy(&word, from + at, 8);
		if (*(uint64_t *)(to + at) != word)
			__atomic_store_n((uint64_t *)(to + at), word, __ATOMIC_RELEASE);
	}
	if (at + 4 <= length) {
		uint32_t word;

		memcpy(&word, from + at, 4);
		if (*(uint32_t *)(to + at) != word)
			__atomic_store_n((uint32_t *)(to + at), word, __ATOMIC_RELEASE);
		at += 4;
	}
	for (; at < length; at++)
		__atomic_store_n(to + at, from[at], __ATOMIC_RELEASE);
}

static int set(struct plane_map *map, const void *key, const uint8_t *value, struct why *why)
{
	uint32_t index;

	if (map->memory) {
		memcpy(&index, key, sizeof(index));
		store_value(value_at(map, index), value, map->value_bytes);
		return 0;
	}
	if (bpf_map_update_elem(map->fd, key, value, BPF_ANY))
		return because(why, "the kernel refuses an entry of %s: %s", map->name,
			       errno == E2BIG ? "it is full" : strerror(errno));
	return 0;
}

int map_write(struct plane_map *map, uint32_t first, struct bytes values, struct why *why)
{
	size_t count = values.length / map->value_bytes;

	if (!is_array(map))
		return because(why, "%s is no array", map->name);
	if (values.length % map->value_bytes)
		return because(why, "values of %s have %u bytes each", map->name, map->value_bytes);
	if (within(map, first, count, why))
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = first + i;

		if (set(map, &index, values.at + (size_t)i * map->value_bytes, why))
			return -1;
	}
	return 0;
}

int map_put(struct plane_map *map, struct bytes pairs, struct why *why)
{
	size_t pair = map->key_bytes + map->value_bytes;
	uint32_t index;

	if (!is_array(map) && !is_keyed(map))
		return because(why, "%s takes no entries", map->name);
	if (pairs.length == 0 || pairs.length % pair)
		return because(why, "entries of %s have %zu bytes each", map->name, pair);
	for (size_t at = 0; is_array(map) && at < pairs.length; at += pair) {
		memcpy(&index, pairs.at + at, sizeof(index));
		if (within(map, index, 1, why))
			return -1;
	}
	for (size_t at = 0; at < pairs.length; at += pair)
		if (set(map, pairs.at + at, pairs.at + at + map->key_bytes, why))
			return -1;
	return 0;
}

int map_drop(struct plane_map *map, struct bytes keys, struct why *why)
{
	if (!is_keyed(map) && map->type != BPF_MAP_TYPE_DEVMAP)
		return because(why, "entries of %s cannot be taken out", map->name);
	if (keys.length == 0 || keys.length % map->key_bytes)
		return because(why, "keys of %s have %u bytes each", map->name, map->key_bytes);
	for (size_t at = 0; at < keys.length; at += map->key_bytes)
		if (bpf_map_delete_elem(map->fd, keys.at + at) && errno != ENOENT)
			return because(why, "the kernel keeps an entry of %s: %s", map->name,
				       strerror(errno));
	return 0;
}

int map_read(struct plane_map *map, uint32_t first, uint32_t count, struct text *out, struct why *why)
{
	uint8_t *value;

	if (!is_array(map))
		return because(why, "%s is no array", map->name);
	if (within(map, first, count, why))
		return -1;
	value = calloc(1, map->value_bytes);
	for (uint32_t i = 0; value && i < count; i++) {
		uint32_t index = first + i;

		if (map->memory) {
			text_add(out, value_at(map, index), map->value_bytes);
			continue;
		}
		/* A device map has no value where there is no device. */
		if (bpf_map_lookup_elem(map->fd, &index, value))
			memset(value, 0, map->value_bytes);
		text_add(out, value, map->value_bytes);
	}
	free(value);
	return value && !out->failed ? 0 : because(why, "out of memory");
}

static int is_zeros(const uint8_t *bytes, uint32_t length)
{
	for (uint32_t at = 0; at < length; at++)
		if (bytes[at])
			return 0;
	return 1;
}

/* Index and value of what is not zeros. */
static void dump_mapped(struct plane_map *map, struct text *out)
{
	for (uint32_t index = 0; index < map->entries; index++) {
		if (is_zeros(value_at(map, index), map->value_bytes))
			continue;
		text_add(out, &index, sizeof(index));
		text_add(out, value_at(map, index), map->value_bytes);
	}
}

static int dump_keyed(struct plane_map *map, struct text *out, struct why *why)
{
	uint8_t *key = calloc(1, map->key_bytes + 1), *next = calloc(1, map->key_bytes + 1);
	uint8_t *value = calloc(1, map->value_bytes + 1);
	const void *from = NULL;
	int result = key && next && value ? 0 : because(why, "out of memory");

	for (uint32_t i = 0; result == 0 && i < map->entries; i++) {
		if (bpf_map_get_next_key(map->fd, from, next))
			break;
		memcpy(key, next, map->key_bytes);
		from = key;
		if (bpf_map_lookup_elem(map->fd, key, value))
			continue;
		text_add(out, key, map->key_bytes);
		text_add(out, value, map->value_bytes);
	}
	free(key);
	free(next);
	free(value);
	return result;
}

int map_dump(struct plane_map *map, struct text *out, struct why *why)
{
	int result = 0;

	if (map->memory && !map->per_cpu)
		dump_mapped(map, out);
	else if (is_keyed(map))
		result = dump_keyed(map, out, why);
	else
		return because(why, "%s is no map of keys", map->name);
	return result || !out->failed ? result : because(why, "out of memory");
}

static uint32_t turned(uint32_t word, int bits)
{
	return word << bits | word >> (32 - bits);
}

static uint32_t finished(uint32_t lane)
{
	lane ^= lane >> 16;
	lane *= 0x85ebca6b;
	lane ^= lane >> 13;
	lane *= 0xc2b2ae35;
	return lane ^ lane >> 16;
}

int map_digest(struct plane_map *map, uint32_t first, uint32_t count, struct text *out, struct why *why)
{
	uint32_t a = 0x243f6a88, b = 0x85a308d3;

	if (!map->memory || map->value_bytes != 4)
		return because(why, "%s holds no rows", map->name);
	if (within(map, first, count, why))
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t word = *(volatile uint32_t *)value_at(map, first + i);

		a ^= word * 0xcc9e2d51;
		a = turned(a, 13) * 5 + 0xe6546b64;
		b ^= (word ^ 0x9e3779b9) * 0x1b873593;
		b = turned(b, 17) * 9 + 0x38495ab5;
	}
	text_printf(out, "%08x%08x", finished(a ^ count), finished(b + count));
	return 0;
}

static int is_counters(const struct plane_map *map)
{
	return (map->type == BPF_MAP_TYPE_PERCPU_ARRAY || map->per_cpu) && map->value_bytes >= 8 &&
	       map->value_bytes % 8 == 0;
}

/* Adds up what all CPUs have of a value. */
static void sum_up(struct plane_map *map, uint32_t index, uint64_t *values, uint64_t *sums)
{
	uint32_t lanes = map->value_bytes / 8, parts = map->parts;

	if (map->is_global) {
		for (uint32_t part = 0; part < parts; part++)
			memcpy(values + part * lanes, value_at(map, part * map->entries + index),
			       map->value_bytes);
	} else {
		parts = libbpf_num_possible_cpus();
		if (bpf_map_lookup_elem(map->fd, &index, values))
			parts = 0;
	}
	memset(sums, 0, map->value_bytes);
	for (uint32_t at = 0; at < lanes * parts; at++)
		sums[at % lanes] += values[at];
}

int map_sum(struct plane_map *map, uint32_t first, uint32_t count, struct text *out, struct why *why)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values, *sums;

	if (!is_counters(map))
		return because(why, "%s holds no counters", map->name);
	if (within(map, first, count, why))
		return -1;
	values = calloc(cpus > 0 ? cpus : 1, map->value_bytes);
	sums = calloc(1, map->value_bytes);
	for (uint32_t i = 0; values && sums && i < count; i++) {
		sum_up(map, first + i, values, sums);
		text_add(out, sums, map->value_bytes);
	}
	free(values);
	free(sums);
	return values && sums && !out->failed ? 0 : because(why, "out of memory");
}
