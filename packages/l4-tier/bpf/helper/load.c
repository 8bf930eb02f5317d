// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* From the ELF object to pinned maps and programs. Nothing changes before the kernel has verified all programs. */
#include "plane.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The first complaint of libbpf: the verifier's whole log goes to the journal. */
static char complaint[300];

static int listen_to_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	va_list again;

	if (level != LIBBPF_WARN)
		return 0;
	va_copy(again, arguments);
	vfprintf(stderr, format, again);
	va_end(again);
	if (!complaint[0])
		vsnprintf(complaint, sizeof(complaint), format, arguments);
	return 0;
}

static int has_layout(const struct plane_map *old, const struct bpf_map *map)
{
	return !old->is_global && old->type == bpf_map__type(map) &&
	       old->key_bytes == bpf_map__key_size(map) &&
	       old->value_bytes == bpf_map__value_size(map);
}

static int has_shape(const struct plane_map *old, const struct bpf_map *map)
{
	return has_layout(old, map) && old->entries == bpf_map__max_entries(map) &&
	       old->flags == bpf_map__map_flags(map);
}

static int set_sizes(const struct wanted *wanted, struct bpf_object *object, struct why *why)
{
	for (int i = 0; i < wanted->sizes_count; i++) {
		const char *name = wanted->sizes[i].map;
		struct bpf_map *map = bpf_object__find_map_by_name(object, name);
		struct global global;

		if (!map && !find_global(object, name, &global))
			return because(why, "the object has no map %s", name);
		if (map && bpf_map__set_max_entries(map, wanted->sizes[i].entries))
			return because(why, "map %s takes no size", name);
	}
	for (int i = 0; i < wanted->attachments_count; i++)
		if (!bpf_object__find_program_by_name(object, wanted->attachments[i].program))
			return because(why, "the object has no program %s",
				       wanted->attachments[i].program);
	return 0;
}

/* Pinned maps of the same shape are taken over with all that they hold. */
static int take_over(struct plane *plane, struct bpf_object *object, struct why *why)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		struct plane_map *old = plane_map_named(plane, bpf_map__name(map));

		if (bpf_map__is_internal(map) || !old || !has_shape(old, map))
			continue;
		if (bpf_map__reuse_fd(map, old->fd))
			return because(why, "map %s cannot be taken over", old->name);
	}
	return 0;
}

static size_t value_room(const struct plane_map *map)
{
	size_t one = (map->value_bytes + 7) & ~7u;
	int cpus = libbpf_num_possible_cpus();

	return one * (cpus > 0 ? cpus : 1);
}

/* Entries of a map whose capacity changed. An array that shrinks loses its end. */
static int copy_entries(const struct plane_map *old, const struct bpf_map *map)
{
	uint32_t most = bpf_map__max_entries(map), count = 0;
	uint8_t *key = calloc(3, old->key_bytes);
	uint8_t *next = key ? key + old->key_bytes : NULL;
	void *value = calloc(1, value_room(old));
	int result = key && value ? 0 : -1;
	const void *from = NULL;

	while (result == 0 && count < most && !bpf_map_get_next_key(old->fd, from, next)) {
		memcpy(key, next, old->key_bytes);
		from = key;
		count++;
		if (!bpf_map_lookup_elem(old->fd, key, value))
			result = bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY);
	}
	free(key);
	free(value);
	return result;
}

static int carry_over(struct plane *plane, struct bpf_object *object, struct why *why)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		struct plane_map *old = plane_map_named(plane, bpf_map__name(map));

		if (bpf_map__is_internal(map) || !old || has_shape(old, map) ||
		    !has_layout(old, map))
			continue;
		if (copy_entries(old, map))
			return because(why, "entries of %s cannot be carried over: %s", old->name,
				       strerror(errno));
	}
	return 0;
}

/* From here on a crash leaves pins of two loads; without the mark the next start loads again. */
static int pin_all(struct plane *plane, struct bpf_object *object, struct why *why)
{
	char path[PATH_MAX];
	struct bpf_map *map;
	struct bpf_program *program;

	drop_marks(&plane->wanted);
	bpf_object__for_each_map(map, object) {
		struct plane_map *old = plane_map_named(plane, bpf_map__name(map));

		if (bpf_map__is_internal(map) || (old && has_shape(old, map)))
			continue;
		if (pin_path(path, &plane->wanted, "map", bpf_map__name(map)) ||
		    pin_replace(bpf_map__fd(map), path, why))
			return -1;
	}
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__autoload(program))
			continue;
		if (pin_path(path, &plane->wanted, "prog", bpf_program__name(program)) ||
		    pin_replace(bpf_program__fd(program), path, why))
			return -1;
	}
	return 0;
}

/* Whether the object has a map by the pin of this one. */
static int has_pin_of(struct bpf_object *object, const struct plane_map *old)
{
	struct global global;

	if (!old->is_global)
		return bpf_object__find_map_by_name(object, old->name) != NULL;
	return find_global(object, old->name, &global) && is_laid_out_as(old, &global);
}

/* Pins of maps and programs that this object does not have. */
static void drop_strangers(struct plane *plane, struct bpf_object *object)
{
	char path[PATH_MAX];

	for (int i = 0; i < plane->maps_count; i++) {
		const struct plane_map *old = &plane->maps[i];

		if (has_pin_of(object, old))
			continue;
		if (!map_pin_path(path, &plane->wanted, old))
			unlink(path);
	}
	for (int i = 0; i < plane->programs_count; i++)
		if (!bpf_object__find_program_by_name(object, plane->programs[i].name) &&
		    !pin_path(path, &plane->wanted, "prog", plane->programs[i].name))
			unlink(path);
}

static int make_folder(const char *pins, struct why *why)
{
	char parent[PATH_MAX];
	struct statfs found;
	char *slash;

	strcpy(parent, pins);
	slash = strrchr(parent, '/');
	if (slash && slash != parent) {
		*slash = '\0';
		mkdir(parent, 0700);
	}
	if (mkdir(pins, 0700) && errno != EEXIST)
		return because(why, "%s cannot be made: %s", pins, strerror(errno));
	if (statfs(pins, &found) || found.f_type != BPF_FS_MAGIC)
		return because(why, "%s lies on no bpf file system: mount one at /sys/fs/bpf", pins);
	return 0;
}

static int kernel_takes(struct bpf_object *object, const char *path, struct why *why)
{
	if (!bpf_object__load(object))
		return 0;
	return because(why, "the kernel refuses %s: %s %s", path, strerror(errno), complaint);
}

static struct bpf_object *open_object(const struct wanted *wanted, const char *path, struct why *why)
{
	struct bpf_object *object;

	complaint[0] = '\0';
	libbpf_set_print(listen_to_libbpf);
	object = open_wanted(wanted, path);
	if (!object)
		because(why, "%s cannot be read: %s %s", path, strerror(errno), complaint);
	return object;
}

/* Says what is pinned, once all of it is. */
static int mark(const struct plane *plane, uint32_t abi, struct why *why)
{
	char path[PATH_MAX], number[16];

	snprintf(number, sizeof(number), "%u", abi);
	if (abi && (pin_path(path, &plane->wanted, "abi", number) || (mkdir(path, 0700) && errno != EEXIST)))
		return because(why, "%s cannot be made: %s", path, strerror(errno));
	pin_path(path, &plane->wanted, "object", plane->wanted.object_sha256);
	if (mkdir(path, 0700) && errno != EEXIST)
		return because(why, "%s cannot be made: %s", path, strerror(errno));
	return 0;
}

/* What waited is given up for an object that need not wait. */
static int make_way(struct plane *plane, uint32_t abi, struct why *why)
{
	if (must_wait(plane, abi))
		return make_next(plane, why);
	if (plane->waits)
		give_up_waiting(plane);
	return 0;
}

static int load_object(struct plane *plane, struct bpf_object *object, struct why *why)
{
	if (make_way(plane, constant_of(object, "abi"), why))
		return -1;
	if (set_sizes(&plane->wanted, object, why) || take_over(plane, object, why) ||
	    take_over_globals(plane, object, why) ||
	    kernel_takes(object, plane->wanted.object, why))
		return -1;
	if (carry_over(plane, object, why) || carry_globals(plane, object, why) ||
	    pin_all(plane, object, why) || pin_globals(plane, object, why))
		return -1;
	drop_strangers(plane, object);
	if (!plane->waits && (plane_open(plane, why) || plane_attach(plane, why)))
		return -1;
	return mark(plane, constant_of(object, "abi"), why) ? -1 : plane_open(plane, why);
}

int plane_load(struct plane *plane, struct why *why)
{
	struct bpf_object *object;
	int result;

	if (make_folder(plane->wanted.pins, why) || plane_open(plane, why))
		return -1;
	object = open_object(&plane->wanted, plane->wanted.object, why);
	if (!object)
		return -1;
	result = load_object(plane, object, why);
	bpf_object__close(object);
	if (result && plane->waits)
		give_up_waiting(plane);
	return result;
}

int verify_object(const struct wanted *wanted, const char *path, struct why *why)
{
	struct bpf_object *object = open_object(wanted, path, why);
	int result;

	if (!object)
		return -1;
	result = set_sizes(wanted, object, why) || kernel_takes(object, path, why) ? -1 : 0;
	bpf_object__close(object);
	return result;
}
