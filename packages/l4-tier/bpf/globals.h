/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Global variables of a BPF object, in sections `.bss.NAME`, one each. The program addresses them directly, without a lookup; for whoever loads it
 * they are maps of one element, in which values of the variable's element type lie side by side. An array of arrays has one for
 * each CPU. Sizes are set before the object is loaded; the program knows them by a constant `NAME_room`, the number of all values. What a program
 * fills by itself stands in `.bss.cache.NAME`: it begins with zeros at each load.
 */
#ifndef TRICADE_GLOBALS_H
#define TRICADE_GLOBALS_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GLOBAL_SECTION ".bss."
#define CACHE_SECTION ".bss.cache."

/* How a variable is laid out. */
struct global_layout {
	uint32_t value_bytes;
	uint32_t values; /* of one CPU, where it has some for each */
	int per_cpu;
};

struct global {
	struct bpf_map *map;
	const char *name;
	int is_cache;
	struct global_layout layout;
};

static inline const struct btf_type *array_type(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, btf__resolve_type(btf, id));

	return btf_is_array(type) ? type : NULL;
}

static inline void lay_out(const struct btf *btf, uint32_t type, struct global_layout *layout)
{
	const struct btf_type *array = array_type(btf, type);
	const struct btf_type *inner = array ? array_type(btf, btf_array(array)->type) : NULL;

	layout->per_cpu = inner != NULL;
	layout->values = inner ? btf_array(inner)->nelems : array ? btf_array(array)->nelems : 1;
	type = inner ? btf_array(inner)->type : array ? btf_array(array)->type : type;
	layout->value_bytes = btf__resolve_size(btf, type);
}

/* The object's next one behind type `after` of its BTF, 0 at first; the type it was found at, or 0: there is no more. */
static inline uint32_t next_global(const struct bpf_object *object, uint32_t after, struct global *global)
{
	const struct btf *btf = bpf_object__btf(object);

	for (uint32_t id = after + 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *section = btf__name_by_offset(btf, type->name_off);

		if (!btf_is_datasec(type) || btf_vlen(type) != 1 ||
		    strncmp(section, GLOBAL_SECTION, strlen(GLOBAL_SECTION)))
			continue;
		global->map = bpf_object__find_map_by_name(object, section);
		global->is_cache = !strncmp(section, CACHE_SECTION, strlen(CACHE_SECTION));
		global->name = section + strlen(global->is_cache ? CACHE_SECTION : GLOBAL_SECTION);
		lay_out(btf, btf__type_by_id(btf, btf_var_secinfos(type)->type)->type, &global->layout);
		if (global->map && global->layout.value_bytes && global->layout.values)
			return id;
	}
	return 0;
}

/* False: the object has none of that name. */
static inline int find_global(const struct bpf_object *object, const char *name, struct global *global)
{
	for (uint32_t at = 0; (at = next_global(object, at, global));)
		if (!strcmp(global->name, name))
			return 1;
	return 0;
}

/* Sets a constant of 32 bits before the object is loaded. Objects that do not have it are as well. */
static inline void set_constant(const struct bpf_object *object, const char *name, uint32_t value)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -1;
	const struct btf_type *section = id < 0 ? NULL : btf__type_by_id(btf, id);
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	const struct btf_var_secinfo *variable;
	size_t bytes = 0;
	char *values = map ? (char *)bpf_map__initial_value(map, &bytes) : NULL;

	if (!section || !values)
		return;
	variable = btf_var_secinfos(section);
	for (int i = 0; i < btf_vlen(section); i++, variable++) {
		const struct btf_type *type = btf__type_by_id(btf, variable->type);

		if (!strcmp(btf__name_by_offset(btf, type->name_off), name) &&
		    variable->offset + sizeof(value) <= bytes)
			memcpy(values + variable->offset, &value, sizeof(value));
	}
}

/* Says how many values there are in all. */
static inline void set_room(const struct bpf_object *object, const char *name, uint32_t values)
{
	char constant[80];

	snprintf(constant, sizeof(constant), "%s_room", name);
	set_constant(object, constant, values);
}

/* Makes one of so many bytes, zeros, for an object that is not loaded yet. 0, or −1 with errno set. */
static inline int make_global(const struct global *global, size_t bytes)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	char name[BPF_OBJ_NAME_LEN];
	int fd, result;

	snprintf(name, sizeof(name), "%.15s", global->name);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, bytes, 1, &options);
	result = fd < 0 ? -1 : bpf_map__reuse_fd(global->map, fd);
	if (fd >= 0)
		close(fd);
	return result ? -1 : 0;
}

#endif
