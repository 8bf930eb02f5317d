/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Global variables of a BPF object, in sections `.bss.NAME`, one each. The program addresses them directly, without a lookup; for whoever loads it
 * they are maps of one element, in which values of the variable's element type lie side by side. An array of arrays has one for
 * each CPU. Sizes are set as the object is read; the program knows them by a constant `NAME_room`, the number of all values. What a program
 * fills by itself stands in `.bss.cache.NAME`: it begins with zeros at each load.
 */
#ifndef TRICADE_GLOBALS_H
#define TRICADE_GLOBALS_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GLOBAL_SECTION ".bss."
#define CACHE_SECTION ".bss.cache."

static inline int is_cache_section(const char *section)
{
	return !strncmp(section, CACHE_SECTION, strlen(CACHE_SECTION));
}

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

/* The next section of a global variable behind type `after`, 0 at first; the type that it was found at, or 0: there is no more. */
static inline uint32_t next_section(const struct btf *btf, uint32_t after, const char **section,
				    const char **name, struct global_layout *layout)
{
	for (uint32_t id = after + 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		*section = btf__name_by_offset(btf, type->name_off);
		if (!btf_is_datasec(type) || btf_vlen(type) != 1 ||
		    strncmp(*section, GLOBAL_SECTION, strlen(GLOBAL_SECTION)))
			continue;
		*name = *section + strlen(is_cache_section(*section) ? CACHE_SECTION : GLOBAL_SECTION);
		lay_out(btf, btf__type_by_id(btf, btf_var_secinfos(type)->type)->type, layout);
		if (layout->value_bytes && layout->values)
			return id;
	}
	return 0;
}

/* The object's next one; as next_section. */
static inline uint32_t next_global(const struct bpf_object *object, uint32_t after, struct global *global)
{
	const char *section;
	uint32_t at = next_section(bpf_object__btf(object), after, &section, &global->name, &global->layout);

	if (!at)
		return 0;
	global->is_cache = is_cache_section(section);
	global->map = bpf_object__find_map_by_name(object, section);
	return at;
}

/* False: the object has none of that name. */
static inline int find_global(const struct bpf_object *object, const char *name, struct global *global)
{
	for (uint32_t at = 0; (at = next_global(object, at, global));)
		if (!strcmp(global->name, name))
			return 1;
	return 0;
}

/* Where a constant of 32 bits stands before the object is loaded; NULL: it has none of that name. */
static inline char *constant_at(const struct bpf_object *object, const char *name)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -1;
	const struct btf_type *section = id < 0 ? NULL : btf__type_by_id(btf, id);
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	const struct btf_var_secinfo *variable;
	size_t bytes = 0;
	char *values = map ? (char *)bpf_map__initial_value(map, &bytes) : NULL;

	if (!section || !values)
		return NULL;
	variable = btf_var_secinfos(section);
	for (int i = 0; i < btf_vlen(section); i++, variable++) {
		const struct btf_type *type = btf__type_by_id(btf, variable->type);

		if (!strcmp(btf__name_by_offset(btf, type->name_off), name) &&
		    variable->offset + sizeof(uint32_t) <= bytes)
			return values + variable->offset;
	}
	return NULL;
}

/* Objects that do not have it are as well. */
static inline void set_constant(const struct bpf_object *object, const char *name, uint32_t value)
{
	char *constant = constant_at(object, name);

	if (constant)
		memcpy(constant, &value, sizeof(value));
}

/* 0 where there is none. */
static inline uint32_t constant_of(const struct bpf_object *object, const char *name)
{
	const char *constant = constant_at(object, name);
	uint32_t value = 0;

	if (constant)
		memcpy(&value, constant, sizeof(value));
	return value;
}

/* Says how many values there are in all. */
static inline void set_room(const struct bpf_object *object, const char *name, uint32_t values)
{
	char constant[80];

	snprintf(constant, sizeof(constant), "%s_room", name);
	set_constant(object, constant, values);
}

/* Bytes of all values; `values`: of one CPU. */
static inline size_t global_bytes(const struct global_layout *layout, size_t values)
{
	return values * layout->value_bytes * (layout->per_cpu ? libbpf_num_possible_cpus() : 1);
}

/* Gives a section of an ELF file in memory another size; only one without contents can have it. */
static inline void resize_section(char *elf, const char *name, size_t bytes)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)elf;
	Elf64_Shdr *sections = (Elf64_Shdr *)(elf + header->e_shoff);
	const char *names = elf + sections[header->e_shstrndx].sh_offset;

	for (int i = 0; i < header->e_shnum; i++)
		if (sections[i].sh_type == SHT_NOBITS && !strcmp(names + sections[i].sh_name, name))
			sections[i].sh_size = bytes;
}

/* How many values of each CPU a global variable shall have. It has as many as the object declares at least. */
typedef uint32_t wanted_values(const void *context, const char *name, const struct global_layout *layout);

static inline void resize_globals(char *elf, const struct btf *btf, wanted_values *wanted, const void *context)
{
	struct global_layout layout;
	const char *section, *name;

	for (uint32_t at = 0; (at = next_section(btf, at, &section, &name, &layout));) {
		uint32_t values = wanted(context, name, &layout);

		resize_section(elf, section,
			       global_bytes(&layout, values > layout.values ? values : layout.values));
	}
}

static inline char *read_file(const char *path, size_t *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat found;
	char *content = NULL;

	if (fd >= 0 && !fstat(fd, &found) && found.st_size >= (off_t)sizeof(Elf64_Ehdr))
		content = malloc(found.st_size);
	*bytes = content ? found.st_size : 0;
	for (size_t at = 0; content && at < *bytes;) {
		ssize_t some = read(fd, content + at, *bytes - at);

		if (some <= 0) {
			free(content);
			content = NULL;
		} else {
			at += some;
		}
	}
	if (fd >= 0)
		close(fd);
	return content;
}

/* Opens an object whose global variables have other sizes than it declares. They are set in the file as it is read: libbpf of Debian 12 cannot do it
 * later. NULL, with errno set. */
static inline struct bpf_object *open_resized(const char *path, wanted_values *wanted, const void *context)
{
	struct btf *btf = btf__parse_elf(path, NULL);
	struct bpf_object *object = NULL;
	size_t bytes;
	char *elf = btf ? read_file(path, &bytes) : NULL;
	struct global global;

	if (elf) {
		const char *slash = strrchr(path, '/');
		LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = slash ? slash + 1 : path);

		resize_globals(elf, btf, wanted, context);
		object = bpf_object__open_mem(elf, bytes, &options);
	}
	free(elf);
	btf__free(btf);
	if (!object)
		return NULL;
	set_constant(object, "cpus", libbpf_num_possible_cpus());
	for (uint32_t at = 0; (at = next_global(object, at, &global));)
		set_room(object, global.name, bpf_map__value_size(global.map) / global.layout.value_bytes);
	return object;
}

#endif
