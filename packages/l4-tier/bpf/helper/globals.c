// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The global variables of an object (../globals.h): made before the object is loaded, of the sizes that the configuration names, or taken over from what is pinned. */
#include "plane.h"

#include <stdlib.h>
#include <sys/mman.h>

static uint32_t values_wanted(const struct wanted *wanted, const struct global *global)
{
	for (int i = 0; i < wanted->sizes_count; i++)
		if (!strcmp(wanted->sizes[i].map, global->name))
			return wanted->sizes[i].entries;
	return global->layout.values;
}

int is_laid_out_as(const struct plane_map *old, const struct global *global)
{
	return old->is_global && old->per_cpu == global->layout.per_cpu &&
	       old->value_bytes == global->layout.value_bytes;
}

/* What is pinned of a name and laid out alike; NULL: nothing is. */
static const struct plane_map *alike(struct plane *plane, const struct global *global)
{
	const struct plane_map *old = plane ? plane_map_named(plane, global->name) : NULL;

	return old && !global->is_cache && is_laid_out_as(old, global) ? old : NULL;
}

int give_globals(struct plane *plane, struct bpf_object *object, const struct wanted *wanted,
		struct why *why)
{
	int cpus = libbpf_num_possible_cpus();
	struct global global;

	set_constant(object, "cpus", cpus);
	for (uint32_t at = 0; (at = next_global(object, at, &global));) {
		const struct plane_map *old = alike(plane, &global);
		size_t values = values_wanted(wanted, &global);

		if (old && old->entries != values)
			old = NULL;
		values *= global.layout.per_cpu ? cpus : 1;
		set_room(object, global.name, values);
		if (old ? bpf_map__reuse_fd(global.map, old->fd)
			: make_global(&global, values * global.layout.value_bytes))
			return because(why, "there is no memory for %s: %s", global.name,
				       strerror(errno));
	}
	return 0;
}

/* Whether one of an object that is loaded now needs a pin; `old`: what is pinned that it comes instead of, or NULL. */
static int is_new(struct plane *plane, const struct global *global, const struct plane_map **old)
{
	*old = alike(plane, global);
	return !global->is_cache && (!*old || (*old)->entries != values_wanted(&plane->wanted, global));
}

static int copy_global(const struct plane_map *old, const struct bpf_map *map)
{
	size_t bytes = bpf_map__value_size(map), room = (bytes + 4095) & ~(size_t)4095;
	size_t part = bytes / old->parts, old_part = (size_t)old->stride * old->entries;
	uint8_t *memory =
		mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	if (memory == MAP_FAILED)
		return -1;
	for (uint32_t i = 0; i < old->parts; i++)
		memcpy(memory + i * part, old->memory + i * old_part,
		       part < old_part ? part : old_part);
	return munmap(memory, room);
}

int carry_globals(struct plane *plane, struct bpf_object *object, struct why *why)
{
	const struct plane_map *old;
	struct global global;

	for (uint32_t at = 0; (at = next_global(object, at, &global));)
		if (is_new(plane, &global, &old) && old && copy_global(old, global.map))
			return because(why, "what lies in %s cannot be carried over: %s", old->name,
				       strerror(errno));
	return 0;
}

int pin_globals(struct plane *plane, struct bpf_object *object, struct why *why)
{
	const struct plane_map *old;
	char path[PATH_MAX];
	struct global global;

	for (uint32_t at = 0; (at = next_global(object, at, &global));)
		if (is_new(plane, &global, &old) &&
		    (global_pin_path(path, &plane->wanted, global.name, &global.layout) ||
		     pin_replace(bpf_map__fd(global.map), path, why)))
			return -1;
	return 0;
}
