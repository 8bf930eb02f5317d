// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs at devices, held by pinned links: they stay when this process ends, and are swapped in one moment. */
#include "plane.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int link_path(char *path, const struct wanted *wanted, uint32_t ifindex)
{
	return snprintf(path, PATH_MAX, "%s/link_%u", wanted->pins, ifindex) < PATH_MAX ? 0 : -1;
}

/* Opens a pinned link that still holds a device. -1 where there is none; a pin of a device that is gone is removed. */
static int open_link(const char *path, struct bpf_link_info *info)
{
	uint32_t bytes = sizeof(*info);
	int fd = bpf_obj_get(path);

	if (fd < 0)
		return -1;
	memset(info, 0, sizeof(*info));
	if (!bpf_obj_get_info_by_fd(fd, info, &bytes) && info->type == BPF_LINK_TYPE_XDP &&
	    info->xdp.ifindex)
		return fd;
	close(fd);
	unlink(path);
	return -1;
}

static int make_link(int program, uint32_t ifindex, int generic)
{
	LIBBPF_OPTS(bpf_link_create_opts, options,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);

	return bpf_link_create(program, ifindex, BPF_XDP, &options);
}

static int attach_one(struct plane *plane, int index, struct why *why)
{
	const char *device = plane->wanted.attachments[index].device;
	const char *name = plane->wanted.attachments[index].program;
	struct plane_program *program = plane_program_named(plane, name);
	uint32_t ifindex = if_nametoindex(device);
	struct bpf_link_info info;
	char path[PATH_MAX];
	int fd, result = 0;

	if (!program)
		return because(why, "the object has no program %s", name);
	if (!ifindex)
		return because(why, "there is no device %s", device);
	if (link_path(path, &plane->wanted, ifindex))
		return because(why, "the folder of pins has too long a name");
	fd = open_link(path, &info);
	if (fd < 0) {
		fd = make_link(program->fd, ifindex, plane->wanted.attachments[index].generic);
		if (fd < 0)
			return because(why, "%s cannot be attached to %s: %s", name, device,
				       errno == EBUSY ? "another XDP program is there"
						      : strerror(errno));
		result = pin_replace(fd, path, why);
	} else if (info.prog_id != program->id && bpf_link_update(fd, program->fd, NULL)) {
		result = because(why, "%s cannot be swapped at %s: %s", name, device,
				 strerror(errno));
	}
	close(fd);
	return result;
}

int plane_attach(struct plane *plane, struct why *why)
{
	for (int i = 0; i < plane->wanted.attachments_count; i++)
		if (attach_one(plane, i, why))
			return -1;
	if (plane_release_others(plane, why))
		return -1;
	return plane->waits ? promote(plane, why) : 0;
}

static int is_wanted(const struct wanted *wanted, const char *pin)
{
	uint32_t ifindex = strtoul(pin + strlen("link_"), NULL, 10);

	for (int i = 0; i < wanted->attachments_count; i++)
		if (if_nametoindex(wanted->attachments[i].device) == ifindex)
			return 1;
	return 0;
}

/* A link lives by its pin alone: without it the program leaves the device. */
static int release(struct plane *plane, int all, struct why *why)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder = opendir(plane->wanted.pins);
	int result = 0;

	if (!folder)
		return errno == ENOENT ? 0 : because(why, "%s: %s", plane->wanted.pins, strerror(errno));
	while (result == 0 && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		if (!all && (strncmp(entry->d_name, "link_", 5) ||
			     is_wanted(&plane->wanted, entry->d_name)))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", plane->wanted.pins, entry->d_name) >=
		    (int)sizeof(path))
			continue;
		if (remove_pin(path, entry->d_name))
			result = because(why, "%s cannot be removed: %s", path, strerror(errno));
	}
	closedir(folder);
	return result;
}

int plane_release_others(struct plane *plane, struct why *why)
{
	return release(plane, 0, why);
}

int plane_unload(struct plane *plane, struct why *why)
{
	plane_close(plane);
	drop_next(&plane->wanted);
	if (release(plane, 1, why))
		return -1;
	rmdir(plane->wanted.pins);
	return 0;
}

int plane_attachment(struct plane *plane, int index, struct attachment *attachment, struct why *why)
{
	const char *device = plane->wanted.attachments[index].device;
	const char *name = plane->wanted.attachments[index].program;
	struct plane_program *program = plane_program_named(plane, name);
	uint32_t ifindex = if_nametoindex(device);
	struct bpf_link_info info;
	char path[PATH_MAX];
	int fd;

	if (!ifindex)
		return because(why, "there is no device %s", device);
	if (!program || link_path(path, &plane->wanted, ifindex))
		return because(why, "program %s is not loaded", name);
	fd = open_link(path, &info);
	if (fd < 0)
		return because(why, "nothing is attached to %s", device);
	close(fd);
	if (info.prog_id != program->id && !plane->waits)
		return because(why, "program %u is attached to %s, not %u", info.prog_id, device,
			       program->id);
	attachment->program_id = info.prog_id;
	attachment->mode = plane->wanted.attachments[index].generic ? "generic" : "native";
	return 0;
}
