// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A program of another map ABI waits. What the maps of the running one hold means nothing to it, and packets must not meet it before its own are
 * filled: so its pins go into the folder `next` beside, requests reach its maps, and the running program stays at its devices with its own. `attach`
 * swaps them in one moment, and the pins move up.
 */
#include "plane.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_mark(const char *name)
{
	return !strncmp(name, "object_", 7) || !strncmp(name, "abi_", 4);
}

int remove_pin(const char *path, const char *name)
{
	return is_mark(name) ? rmdir(path) : unlink(path);
}

static int next_path(char *path, const struct wanted *wanted)
{
	return snprintf(path, PATH_MAX, "%s/next", wanted->pins) < PATH_MAX ? 0 : -1;
}

static int path_in(char *path, const char *folder, const char *name)
{
	return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX ? 0 : -1;
}

/* What stands behind `kind` in a name of the folder; 0 where there is none. `rest` has room for a name. */
static int find_name(const char *folder, const char *kind, char *rest, size_t room)
{
	DIR *open = opendir(folder);
	struct dirent *entry;
	int found = 0;

	while (open && !found && (entry = readdir(open)))
		if (!strncmp(entry->d_name, kind, strlen(kind)) && strlen(entry->d_name) < room) {
			strcpy(rest, entry->d_name + strlen(kind));
			found = 1;
		}
	if (open)
		closedir(open);
	return found;
}

static int has_mark(const char *folder)
{
	char rest[128];

	return find_name(folder, "object_", rest, sizeof(rest));
}

typedef int for_pin(const char *folder, const char *name, const char *to);

/* Has something done with each pin and mark of a folder but links and `next`. */
static int each_pin(const char *folder, int marks, const char *to, for_pin *act)
{
	DIR *open = opendir(folder);
	struct dirent *entry;
	int result = 0;

	while (open && result == 0 && (entry = readdir(open))) {
		const char *name = entry->d_name;

		if (name[0] == '.' || !strcmp(name, "next") || !strncmp(name, "link_", 5))
			continue;
		if (is_mark(name) == marks)
			result = act(folder, name, to);
	}
	if (open)
		closedir(open);
	return result;
}

static int take_out(const char *folder, const char *name, const char *to)
{
	char path[PATH_MAX];

	(void)to;
	return path_in(path, folder, name) || remove_pin(path, name) ? -1 : 0;
}

static int take_over_to(const char *folder, const char *name, const char *to)
{
	char from[PATH_MAX], path[PATH_MAX];

	return path_in(from, folder, name) || path_in(path, to, name) || rename(from, path) ? -1 : 0;
}

void drop_next(const struct wanted *wanted)
{
	char next[PATH_MAX];

	if (next_path(next, wanted))
		return;
	each_pin(next, 1, NULL, take_out);
	each_pin(next, 0, NULL, take_out);
	rmdir(next);
}

void give_up_waiting(struct plane *plane)
{
	struct why why;

	plane_close(plane);
	drop_next(&plane->wanted);
	plane_open(plane, &why);
}

void drop_marks(const struct wanted *wanted)
{
	each_pin(wanted->home, 1, NULL, take_out);
}

/* The old mark goes first and the new one comes last: where that breaks off, the next start goes on. */
static int move_up(const struct wanted *wanted, struct why *why)
{
	char next[PATH_MAX];

	if (next_path(next, wanted) || each_pin(next, 0, wanted->pins, take_over_to) ||
	    each_pin(next, 1, wanted->pins, take_over_to))
		return because(why, "what waited cannot be moved to %s: %s", wanted->pins,
			       strerror(errno));
	rmdir(next);
	return 0;
}

int choose_home(struct plane *plane, struct why *why)
{
	struct wanted *wanted = &plane->wanted;
	char next[PATH_MAX];

	strcpy(wanted->home, wanted->pins);
	plane->waits = 0;
	if (next_path(next, wanted))
		return because(why, "%s is too long a name", wanted->pins);
	if (!has_mark(next)) {
		drop_next(wanted);
		return 0;
	}
	if (!has_mark(wanted->pins))
		return move_up(wanted, why);
	strcpy(wanted->home, next);
	plane->waits = 1;
	return 0;
}

int must_wait(const struct plane *plane, uint32_t abi)
{
	char rest[128];

	if (!abi || !find_name(plane->wanted.pins, "link_", rest, sizeof(rest)))
		return 0;
	return !find_name(plane->wanted.pins, "abi_", rest, sizeof(rest)) ||
	       strtoul(rest, NULL, 10) != abi;
}

int make_next(struct plane *plane, struct why *why)
{
	plane_close(plane);
	drop_next(&plane->wanted);
	if (next_path(plane->wanted.home, &plane->wanted) || mkdir(plane->wanted.home, 0700))
		return because(why, "%s cannot be made: %s", plane->wanted.home, strerror(errno));
	plane->waits = 1;
	return 0;
}

int promote(struct plane *plane, struct why *why)
{
	const char *pins = plane->wanted.pins;

	if (each_pin(pins, 1, NULL, take_out) || each_pin(pins, 0, NULL, take_out))
		return because(why, "what is pinned in %s cannot be removed: %s", pins, strerror(errno));
	return plane_open(plane, why);
}
