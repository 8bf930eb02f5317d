// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Pins: `map_NAME`, `global_BYTES_NAME` and `percpu_BYTES_NAME` (global variables, and how large their values are), `prog_NAME`, `link_IFINDEX`, and the empty
 * folders `abi_NUMBER` and `object_SHA256`, which says what they were made from and that all are there. `next` holds the same of what waits (stage.c). */
#include "plane.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int pin_path(char *path, const struct wanted *wanted, const char *kind, const char *name)
{
	return snprintf(path, PATH_MAX, "%s/%s_%s", wanted->home, kind, name) < PATH_MAX ? 0 : -1;
}

int global_pin_path(char *path, const struct wanted *wanted, const char *name,
		    const struct global_layout *layout)
{
	char kind[24];

	snprintf(kind, sizeof(kind), "%s_%u", layout->per_cpu ? "percpu" : "global",
		 layout->value_bytes);
	return pin_path(path, wanted, kind, name);
}

int map_pin_path(char *path, const struct wanted *wanted, const struct plane_map *map)
{
	struct global_layout layout = { .value_bytes = map->value_bytes, .per_cpu = map->per_cpu };

	return map->is_global ? global_pin_path(path, wanted, map->name, &layout)
			      : pin_path(path, wanted, "map", map->name);
}

int pin_replace(int fd, const char *path, struct why *why)
{
	char fresh[PATH_MAX];

	if (snprintf(fresh, sizeof(fresh), "%s_new", path) >= (int)sizeof(fresh))
		return because(why, "%s is too long for a pin", path);
	unlink(fresh);
	if (bpf_obj_pin(fd, fresh))
		return because(why, "%s cannot be pinned: %s", path, strerror(errno));
	if (rename(fresh, path)) {
		unlink(fresh);
		return because(why, "%s cannot be put in place: %s", path, strerror(errno));
	}
	return 0;
}

static int map_into_memory(struct plane_map *map)
{
	size_t bytes = (size_t)map->stride * map->entries * map->parts;

	map->memory_bytes = (bytes + 4095) & ~(size_t)4095;
	map->memory =
		mmap(NULL, map->memory_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map->fd, 0);
	if (map->memory == MAP_FAILED) {
		map->memory = NULL;
		return -1;
	}
	return 0;
}

/* Entries of a global variable, from the size of the one element that it is. */
static void lay_out_global(struct plane_map *map, uint32_t bytes, const struct global_layout *layout)
{
	int cpus = libbpf_num_possible_cpus();

	map->is_global = 1;
	map->per_cpu = layout->per_cpu;
	map->value_bytes = map->stride = layout->value_bytes;
	map->parts = layout->per_cpu && cpus > 0 ? cpus : 1;
	map->entries = bytes / layout->value_bytes / map->parts;
}

/* `layout`: of a global variable; NULL for another map. */
static int open_map(struct plane *plane, const char *path, const char *name,
		    const struct global_layout *layout, struct why *why)
{
	struct plane_map *map = &plane->maps[plane->maps_count];
	struct bpf_map_info info = {};
	uint32_t bytes = sizeof(info);

	if (plane->maps_count == most_maps || strlen(name) >= name_room)
		return because(why, "%s is a pin too many", path);
	memset(map, 0, sizeof(*map));
	strcpy(map->name, name);
	map->fd = bpf_obj_get(path);
	if (map->fd < 0)
		return because(why, "%s cannot be opened: %s", path, strerror(errno));
	plane->maps_count++;
	if (bpf_obj_get_info_by_fd(map->fd, &info, &bytes))
		return because(why, "%s is no map: %s", path, strerror(errno));
	map->type = info.type;
	map->flags = info.map_flags;
	map->key_bytes = info.key_size;
	map->value_bytes = info.value_size;
	map->entries = info.max_entries;
	map->stride = (info.value_size + 7) & ~7u;
	map->parts = 1;
	if (layout)
		lay_out_global(map, info.value_size, layout);
	if ((map->flags & BPF_F_MMAPABLE) && map_into_memory(map))
		return because(why, "%s cannot be mapped: %s", path, strerror(errno));
	return 0;
}

static int open_program(struct plane *plane, const char *path, const char *name, struct why *why)
{
	struct plane_program *program = &plane->programs[plane->programs_count];
	struct bpf_prog_info info = {};
	uint32_t bytes = sizeof(info);

	if (plane->programs_count == most_programs || strlen(name) >= name_room)
		return because(why, "%s is a pin too many", path);
	strcpy(program->name, name);
	program->fd = bpf_obj_get(path);
	if (program->fd < 0)
		return because(why, "%s cannot be opened: %s", path, strerror(errno));
	plane->programs_count++;
	if (bpf_obj_get_info_by_fd(program->fd, &info, &bytes))
		return because(why, "%s is no program: %s", path, strerror(errno));
	program->id = info.id;
	return 0;
}

static int open_pin(struct plane *plane, const char *name, struct why *why)
{
	struct global_layout layout = {};
	char path[PATH_MAX];
	int length = strlen(name);

	if (snprintf(path, sizeof(path), "%s/%s", plane->wanted.home, name) >= (int)sizeof(path))
		return because(why, "%s is too long for a pin", name);
	/* What a swap left behind that broke off. */
	if (length > 4 && !strcmp(name + length - 4, "_new"))
		return unlink(path) ? because(why, "%s: %s", path, strerror(errno)) : 0;
	if (!strncmp(name, "map_", 4))
		return open_map(plane, path, name + 4, NULL, why);
	if (sscanf(name, "global_%u_%n", &layout.value_bytes, &length) == 1 && layout.value_bytes)
		return open_map(plane, path, name + length, &layout, why);
	layout.per_cpu = 1;
	if (sscanf(name, "percpu_%u_%n", &layout.value_bytes, &length) == 1 && layout.value_bytes)
		return open_map(plane, path, name + length, &layout, why);
	length = strlen(name);
	if (!strncmp(name, "prog_", 5))
		return open_program(plane, path, name + 5, why);
	if (!strncmp(name, "object_", 7) && length == 7 + 64)
		strcpy(plane->loaded_sha256, name + 7);
	return 0;
}

int plane_open(struct plane *plane, struct why *why)
{
	DIR *folder;
	struct dirent *entry;
	int result = 0;

	plane_close(plane);
	if (choose_home(plane, why))
		return -1;
	folder = opendir(plane->wanted.home);
	if (!folder)
		return errno == ENOENT ? 0 : because(why, "%s: %s", plane->wanted.home, strerror(errno));
	while (result == 0 && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			result = open_pin(plane, entry->d_name, why);
	closedir(folder);
	return result;
}

void plane_close(struct plane *plane)
{
	for (int i = 0; i < plane->maps_count; i++) {
		if (plane->maps[i].memory)
			munmap(plane->maps[i].memory, plane->maps[i].memory_bytes);
		close(plane->maps[i].fd);
	}
	for (int i = 0; i < plane->programs_count; i++)
		close(plane->programs[i].fd);
	plane->maps_count = plane->programs_count = 0;
	plane->loaded_sha256[0] = '\0';
}

struct plane_map *plane_map_named(struct plane *plane, const char *name)
{
	for (int i = 0; name && i < plane->maps_count; i++)
		if (!strcmp(plane->maps[i].name, name))
			return &plane->maps[i];
	return NULL;
}

struct plane_program *plane_program_named(struct plane *plane, const char *name)
{
	for (int i = 0; name && i < plane->programs_count; i++)
		if (!strcmp(plane->programs[i].name, name))
			return &plane->programs[i];
	return NULL;
}
