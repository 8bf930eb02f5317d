/* Lines of standard input that fill maps of the object that is loaded, and bytes written as hexadecimal. */
#ifndef TRICADE_MAP_LINES_H
#define TRICADE_MAP_LINES_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "loaded.h"

static struct bpf_object *object;

static int bytes_of(const char *hex, unsigned char *bytes, int room)
{
	int n = 0;

	for (; hex && hex[0] && hex[1] && n < room; hex += 2, n++)
		if (sscanf(hex, "%2hhx", &bytes[n]) != 1)
			return -1;
	return hex && !hex[0] ? n : -1;
}

/* One element; of a global variable, a value as long as the given one. */
static int set_element(const char *name, unsigned char *key, unsigned char *value, int length)
{
	struct global global;

	if (name && find_global(object, name, &global))
		return reach_global(global.map, *(__u32 *)key * (size_t)length, value, length, 1);
	return name ? bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, name), key, value,
					  BPF_ANY) : -1;
}

static void set(void)
{
	unsigned char key[64], value[256];
	const char *map = strtok(NULL, " ");
	int length = bytes_of(strtok(NULL, " "), key, sizeof(key)) < 1
			     ? 0 : bytes_of(strtok(NULL, " "), value, sizeof(value));

	if (length < 1 || set_element(map, key, value, length))
		printf("error set: %s\n", strerror(errno));
	else
		puts("ok");
}

static void fill_rows(void)
{
	__u32 first = atoi(strtok(NULL, " ")), count = atoi(strtok(NULL, " ")), words[256], n = 0;
	struct global rows;
	int known = find_global(object, "rows", &rows);

	for (char *word; n < 256 && (word = strtok(NULL, " "));)
		words[n++] = strtoul(word, NULL, 0);
	for (__u32 i = 0; n && i < count; i += n) {
		__u32 some = count - i < n ? count - i : n;

		if (!known || reach_global(rows.map, (first + i) * 4, words, some * 4, 1)) {
			printf("error rows: %s\n", strerror(errno));
			return;
		}
	}
	puts("ok");
}

struct line_command {
	const char *name;
	void (*run)(void); /* takes its words by strtok */
};

/* Until standard input ends: the command of each line, or `set` and `rows`, which all programs have. */
static void serve_lines(const struct line_command *commands, int count)
{
	static const struct line_command common[] = { { "set", set }, { "rows", fill_rows } };
	static char line[16384];

	while (fgets(line, sizeof(line), stdin)) {
		const struct line_command *found = NULL;
		char *name;

		line[strcspn(line, "\n")] = 0;
		name = strtok(line, " ");
		for (int i = 0; name && i < count; i++)
			if (!strcmp(name, commands[i].name))
				found = &commands[i];
		for (int i = 0; name && i < 2; i++)
			if (!strcmp(name, common[i].name))
				found = &common[i];
		if (found)
			found->run();
		else
			puts("error: no such command");
		fflush(stdout);
	}
}

#endif
