// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The privileged side of a host's BPF data plane. It alone needs CAP_BPF and CAP_NET_ADMIN; agent and operator talk to it over a socket.
 *
 *   tricade-bpf serve CONFIG SOCKET
 *   tricade-bpf check CONFIG OBJECT     would the kernel take OBJECT as CONFIG has it? Leaves nothing behind
 *   tricade-bpf send SOCKET REQUEST…
 */
#include "serve.h"

#include <stdio.h>
#include <string.h>

/* An upgrade that broke off left no mark, or a program at its device that is not the pinned one: finish it. */
static int resume(struct plane *plane, struct why *why)
{
	if (plane_open(plane, why))
		return -1;
	if (plane->maps_count == 0)
		return 0;
	if (plane->waits)
		return 0;
	return plane->loaded_sha256[0] ? plane_attach(plane, why) : plane_load(plane, why);
}

static int run(const char *config, const char *socket_path)
{
	static struct helper helper;
	struct why why = {};

	helper.config_path = config;
	if (read_config(&helper.plane.wanted, config, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	/* What is pinned runs on whatever this says; requests will name the fault again. */
	if (resume(&helper.plane, &why))
		fprintf(stderr, "%s\n", why.text);
	return serve(&helper, socket_path);
}

static int check(const char *config, const char *object)
{
	struct wanted wanted = {};
	struct why why = {};

	if (!read_config(&wanted, config, &why) && !verify_object(&wanted, object, &why))
		return 0;
	printf("%s\n", why.text);
	return 1;
}

static int request(const char *socket_path, int count, char **words)
{
	struct text line = {};
	int status;

	for (int i = 0; i < count; i++)
		text_printf(&line, "%s%s", i ? " " : "", words[i]);
	text_add(&line, "", 1);
	status = send_request(socket_path, line.bytes);
	text_free(&line);
	return status;
}

int main(int count, char **words)
{
	if (count == 4 && !strcmp(words[1], "serve"))
		return run(words[2], words[3]);
	if (count == 4 && !strcmp(words[1], "check"))
		return check(words[2], words[3]);
	if (count >= 4 && !strcmp(words[1], "send"))
		return request(words[2], count - 3, words + 3);
	fprintf(stderr, "usage: %s serve CONFIG SOCKET | check CONFIG OBJECT | send SOCKET REQUEST...\n", words[0]);
	return 2;
}
