// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The global variables of an object (../globals.h): of the sizes that the configuration names, or taken over from what is pinned. */
#include "plane.h"

#include <stdlib.h>
#include <sys/mman.h>

static uint32_t values_wanted(const void *context, const char *name, const struct global_layout *layout)
{
	const struct wanted *wanted = context;

	for (int i = 0; i < wanted->sizes_count; i++)
		if (!strcmp(wanted->sizes[i].map, name))
			return wanted->sizes[i].entries;
	return layout->values;
}

struct bpf_object *open_wanted(const struct wanted *wanted, const char *path)
{
	return open_resized(path, values_wanted, wanted);
}

int is_laid_out_as(const struct plane_map *old, const struct global *global)
{
	return old->is_global && old->per_cpu == global->layout.per_cpu &&
	       old->value_bytes == global->layout.value_bytes;
}

/* What is pinned of a name and laid out alike; NULL: nothing is. */
static const struct plane_map *alike(struct plane *plane, const struct global *global)
{
	const struct plane_map *old = plane_map_named(plane, global->name);

	return old && !global->is_cache && is_laid_out_as(old, global) ? old : NULL;
}

static size_t bytes_of(const struct plane_map *old)
{
	return (size_t)old->stride * old->entries * old->parts;
}

/* What is pinned of a name, laid out alike and as large. */
static const struct plane_map *same(struct plane *plane, const struct global *global)
{
	const struct plane_map *old = alike(plane, global);

	return old && bytes_of(old) == bpf_map__value_size(global->map) ? old : NULL;
}

int take_over_globals(struct plane *plane, struct bpf_object *object, struct why *why)
{
	struct global global;

	for (uint32_t at = 0; (at = next_global(object, at, &global));) {
		const struct plane_map *old = same(plane, &global);

		if (old && bpf_map__reuse_fd(global.map, old->fd))
			return because(why, "%s cannot be taken over", old->name);
	}
	return 0;
}

/* Whether one of an object that is loaded now needs a pin. */
static int is_new(struct plane *plane, const struct global *global)
{
	return !global->is_cache && !same(plane, global);
}

static int copy_global(const struct plane_map *old, const struct bpf_map *map)
{
	size_t bytes = bpf_map__value_size(map), room = (bytes + 4095) & ~(size_t)4095;
	size_t part = bytes / old->parts, old_part = bytes_of(old) / old->parts;
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
	struct global global;

	for (uint32_t at = 0; (at = next_global(object, at, &global));) {
		const struct plane_map *old = alike(plane, &global);

		if (old && is_new(plane, &global) && copy_global(old, global.map))
			return because(why, "what lies in %s cannot be carried over: %s", old->name,
				       strerror(errno));
	}
	return 0;
}

int pin_globals(struct plane *plane, struct bpf_object *object, struct why *why)
{
	char path[PATH_MAX];
	struct global global;

	for (uint32_t at = 0; (at = next_global(object, at, &global));)
		if (is_new(plane, &global) &&
		    (global_pin_path(path, &plane->wanted, global.name, &global.layout) ||
		     pin_replace(bpf_map__fd(global.map), path, why)))
			return -1;
	return 0;
}
