// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The configuration, a line a setting, `#` for remarks:
 *
 *   object PATH SHA256          the ELF object to load
 *   pins PATH                   folder below a bpffs that holds the pins; its parent is made as well
 *   entries MAP NUMBER          capacity of a map
 *   attach PROGRAM DEVICE MODE  an XDP program on a device: native, or generic (the kernel's fallback)
 */
#include "plane.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int because(struct why *why, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why->text, sizeof(why->text), format, arguments);
	va_end(arguments);
	for (char *c = why->text; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return -1;
}

/* Copies a word into a field of `room` bytes. False where it is absent or too long. */
static int take(char *to, size_t room, const char *word)
{
	size_t length = word ? strlen(word) : 0;

	if (length == 0 || length >= room)
		return 0;
	memcpy(to, word, length + 1);
	return 1;
}

static int is_sha256(const char *word)
{
	return strlen(word) == 64 && strspn(word, "0123456789abcdef") == 64;
}

static int take_attachment(struct wanted *wanted, char *rest)
{
	int at = wanted->attachments_count;
	const char *mode;

	if (at == most_attachments ||
	    !take(wanted->attachments[at].program, name_room, next_word(&rest)) ||
	    !take(wanted->attachments[at].device, IF_NAMESIZE, next_word(&rest)))
		return 0;
	mode = next_word(&rest);
	if (!mode || (strcmp(mode, "native") && strcmp(mode, "generic")))
		return 0;
	wanted->attachments[at].generic = !strcmp(mode, "generic");
	wanted->attachments_count++;
	return 1;
}

static int take_size(struct wanted *wanted, char *rest)
{
	int at = wanted->sizes_count;

	if (at == most_maps || !take(wanted->sizes[at].map, name_room, next_word(&rest)) ||
	    !parse_number(next_word(&rest), UINT32_MAX, &wanted->sizes[at].entries) ||
	    wanted->sizes[at].entries == 0)
		return 0;
	wanted->sizes_count++;
	return 1;
}

static int take_line(struct wanted *wanted, char *line)
{
	const char *setting = next_word(&line);

	if (!strcmp(setting, "object"))
		return take(wanted->object, sizeof(wanted->object), next_word(&line)) &&
		       take(wanted->object_sha256, sizeof(wanted->object_sha256), next_word(&line)) &&
		       is_sha256(wanted->object_sha256);
	if (!strcmp(setting, "pins"))
		return take(wanted->pins, sizeof(wanted->pins), next_word(&line));
	if (!strcmp(setting, "entries"))
		return take_size(wanted, line);
	if (!strcmp(setting, "attach"))
		return take_attachment(wanted, line);
	return 0;
}

int read_config(struct wanted *wanted, const char *path, struct why *why)
{
	struct wanted fresh = {};
	char line[PATH_MAX + 128];
	FILE *file = fopen(path, "re");
	int number = 0, sound = 1;

	if (!file)
		return because(why, "%s cannot be read: %s", path, strerror(errno));
	while (sound && fgets(line, sizeof(line), file)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			sound = take_line(&fresh, line);
	}
	fclose(file);
	if (!sound)
		return because(why, "%s, line %d is no setting", path, number);
	if (!fresh.object[0] || !fresh.pins[0])
		return because(why, "%s names no object or no folder for pins", path);
	strcpy(fresh.home, fresh.pins);
	*wanted = fresh;
	return 0;
}
