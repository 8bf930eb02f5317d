/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef TRICADE_HELPER_SERVE_H
#define TRICADE_HELPER_SERVE_H

#include "plane.h"
#include "text.h"

struct helper {
	struct plane plane;
	const char *config_path;
};

/* answer.c: one request line (without its end, changed on the way) → one answer line, ended by '\n'. */
void answer(struct helper *helper, char *line, struct text *out);

/* socket.c: answers on a Unix socket until SIGTERM or SIGINT. Returns only on a fault. */
int serve(struct helper *helper, const char *socket_path);
/* Sends one request and prints the answer. Exit status: 0 for `ok`, 1 for `error`, 2 where nobody answers. */
int send_request(const char *socket_path, const char *request);

#endif
