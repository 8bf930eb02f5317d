/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The data plane as it is pinned: maps, programs and their attachments. Everything the helper knows of it lies in pins, so its own end, a crash
 * or `kill -9`, changes nothing, and its next start finds all again.
 */
#ifndef TRICADE_HELPER_PLANE_H
#define TRICADE_HELPER_PLANE_H

#include <limits.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include "../globals.h"

enum { most_maps = 32, most_programs = 8, most_attachments = 8, name_room = 64 };

/* A pinned map, open. Arrays that allow it are mapped into memory: their values are `stride` bytes apart there. A global variable of the program
 * (../globals.h) is one element for the kernel, and an array for those who ask. Where each CPU has its own, they lie one behind the other, with as many
 * entries each: `parts`. */
struct plane_map {
	char name[name_room];
	int fd;
	uint32_t type, flags, key_bytes, value_bytes, entries, stride, parts;
	int is_global, per_cpu;
	uint8_t *memory;
	size_t memory_bytes;
};

struct plane_program {
	char name[name_room];
	int fd;
	uint32_t id;
};

/* What the configuration asks for. */
struct wanted {
	char object[PATH_MAX];
	char object_sha256[65];
	char pins[PATH_MAX];
	char home[PATH_MAX]; /* of maps and programs: `pins`, or the folder of what waits */
	struct {
		char map[name_room];
		uint32_t entries;
	} sizes[most_maps];
	int sizes_count;
	struct {
		char program[name_room];
		char device[IF_NAMESIZE];
		int generic;
	} attachments[most_attachments];
	int attachments_count;
};

struct plane {
	struct wanted wanted;
	struct plane_map maps[most_maps];
	int maps_count;
	struct plane_program programs[most_programs];
	int programs_count;
	int waits; /* what was loaded last is at no device yet */
	/* SHA-256 of the object that was loaded last, as the configuration named it; '' where nothing is. */
	char loaded_sha256[65];
};

/* Faults are sentences in `why`. All functions return 0, or -1 with `why` set. */
struct why {
	char text[400];
};
int because(struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* config.c: reads the configuration anew; on a fault `wanted` stays as it was. */
int read_config(struct wanted *wanted, const char *path, struct why *why);

/* pins.c: opens what is pinned, and closes it again. */
int plane_open(struct plane *plane, struct why *why);
void plane_close(struct plane *plane);
struct plane_map *plane_map_named(struct plane *plane, const char *name);
struct plane_program *plane_program_named(struct plane *plane, const char *name);
/* Path of a pin: `kind` is map, prog or link. */
int pin_path(char *path, const struct wanted *wanted, const char *kind, const char *name);
/* Puts a pin in place of one that may be there, in one moment. */
int pin_replace(int fd, const char *path, struct why *why);

/* Pins of global variables say how large their values are. */
int global_pin_path(char *path, const struct wanted *wanted, const char *name,
		    const struct global_layout *layout);
/* Where a map is pinned. */
int map_pin_path(char *path, const struct wanted *wanted, const struct plane_map *map);

/* globals.c: opens an object; its global variables have the sizes of the configuration. NULL, with errno set. */
struct bpf_object *open_wanted(const struct wanted *wanted, const char *path);
/* Those that are pinned and fit are taken over with all that they hold. */
int take_over_globals(struct plane *plane, struct bpf_object *object, struct why *why);
/* Whether what is pinned has values of the same kind. */
int is_laid_out_as(const struct plane_map *old, const struct global *global);
/* Copies what new ones have room for from what they replace. */
int carry_globals(struct plane *plane, struct bpf_object *object, struct why *why);
int pin_globals(struct plane *plane, struct bpf_object *object, struct why *why);

/* load.c: loads the object, takes over the maps that fit, swaps the programs under traffic. */
int plane_load(struct plane *plane, struct why *why);
/* Has the kernel verify an object with the sizes and programs of a configuration; nothing of it stays. */
int verify_object(const struct wanted *wanted, const char *object, struct why *why);

/* stage.c: a program of another map ABI waits until its maps are filled. */
/* Sets where maps and programs are pinned; finishes what broke off. */
int choose_home(struct plane *plane, struct why *why);
/* Whether an object with this ABI must not take the place of what runs at once. 0: it names none. */
int must_wait(const struct plane *plane, uint32_t abi);
/* An empty folder for what is to wait. */
int make_next(struct plane *plane, struct why *why);
void drop_next(const struct wanted *wanted);
/* Back to what runs. */
void give_up_waiting(struct plane *plane);
/* What is pinned at home is not all that it was. */
void drop_marks(const struct wanted *wanted);
/* Pins of what waited come instead of those of what ran. */
int promote(struct plane *plane, struct why *why);
int remove_pin(const char *path, const char *name);

/* attach.c */
/* Attaches every program where the configuration says, or swaps the one that is there for it. */
int plane_attach(struct plane *plane, struct why *why);
/* Takes programs off their devices that the configuration does not name. */
int plane_release_others(struct plane *plane, struct why *why);
/* Takes everything away: traffic is no longer looked at. */
int plane_unload(struct plane *plane, struct why *why);
/* Index, id of the program and mode of an attachment; 0 where its program sits at its device now. */
struct attachment {
	uint32_t program_id;
	const char *mode;
};
int plane_attachment(struct plane *plane, int index, struct attachment *attachment, struct why *why);

#endif
