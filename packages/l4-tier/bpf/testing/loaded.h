/* Objects with global variables (globals.h) as tests load and fill them: of the sizes that they declare. */
#ifndef TRICADE_LOADED_H
#define TRICADE_LOADED_H

#include <sys/mman.h>
#include "../globals.h"

/* 0, or −1 with errno set. */
static int load_with_globals(struct bpf_object *object)
{
	int cpus = libbpf_num_possible_cpus();
	struct global global;

	set_constant(object, "cpus", cpus);
	for (uint32_t at = 0; (at = next_global(object, at, &global));) {
		size_t values = global.layout.values * (global.layout.per_cpu ? cpus : 1);

		set_room(object, global.name, values);
		if (make_global(&global, values * global.layout.value_bytes))
			return -1;
	}
	return bpf_object__load(object) ? -1 : 0;
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
