/* Objects with global variables (globals.h) as tests load and fill them. */
#ifndef TRICADE_LOADED_H
#define TRICADE_LOADED_H

#include <sys/mman.h>
#include "../globals.h"

/* Rooms are as large as ids can be. */
static uint32_t values_for_tests(const void *context, const char *name, const struct global_layout *layout)
{
	(void)context;
	return layout->per_cpu && strcmp(name, "service_lines") ? 1 << 15 : layout->values;
}

static struct bpf_object *open_for_tests(const char *path)
{
	return open_resized(path, values_for_tests, NULL);
}

/* Copies bytes to a place in a global variable, or from there. 0, or −1 with errno set. */
static int reach_global(struct bpf_map *map, size_t at, void *bytes, size_t length, int write)
{
	size_t room = (bpf_map__value_size(map) + 4095) & ~(size_t)4095;
	char *memory;

	if (at + length > bpf_map__value_size(map)) {
		errno = E2BIG;
		return -1;
	}
	memory = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	if (memory == MAP_FAILED)
		return -1;
	if (write)
		memcpy(memory + at, bytes, length);
	else
		memcpy(bytes, memory + at, length);
	return munmap(memory, room);
}

#endif
