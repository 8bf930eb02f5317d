// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Clients on a Unix socket: one loop, no threads. A client that does not read its answers, or sends a line without end, is closed. */
#include "serve.h"
#include "events.h"
#include "sweep.h"
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { most_clients = 16 };
/* 2^20 rows in one request, as base64, with room to spare. */
static const size_t most_request_bytes = 8 << 20;
/* Answers that a client has not taken yet: beyond that it gets no more until it reads. */
static const size_t most_waiting_bytes = 16 << 20;

struct client {
	int fd;
	struct text in;
	struct text out;
	size_t sent;
};

static struct client clients[most_clients];
static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static int address_of(struct sockaddr_un *address, const char *path)
{
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path))
		return -1;
	strcpy(address->sun_path, path);
	return 0;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask = umask(0177);

	unlink(path);
	if (fd < 0 || address_of(&address, path) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, most_clients)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		fd = -1;
	}
	umask(mask);
	return fd;
}

static void close_client(struct client *client)
{
	close(client->fd);
	text_free(&client->in);
	text_free(&client->out);
	memset(client, 0, sizeof(*client));
	client->fd = -1;
}

static void accept_client(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; fd >= 0 && i < most_clients; i++) {
		if (clients[i].fd >= 0)
			continue;
		clients[i].fd = fd;
		return;
	}
	if (fd >= 0)
		close(fd);
}

/* Answers whole lines; what is left of the last one stays. */
static void answer_lines(struct helper *helper, struct client *client)
{
	char *from = client->in.bytes;
	char *stop = from + client->in.length;
	char *newline;

	while (from < stop && client->out.length < most_waiting_bytes &&
	       (newline = memchr(from, '\n', stop - from))) {
		*newline = '\0';
		answer(helper, from, &client->out);
		from = newline + 1;
	}
	client->in.length = stop - from;
	memmove(client->in.bytes, from, client->in.length);
}

/* False where the client is gone or not to be borne. */
static int hear(struct helper *helper, struct client *client)
{
	char chunk[65536];
	ssize_t length = read(client->fd, chunk, sizeof(chunk));

	if (length < 0)
		return errno == EAGAIN || errno == EINTR;
	if (length == 0)
		return 0;
	text_add(&client->in, chunk, length);
	answer_lines(helper, client);
	return !client->in.failed && !client->out.failed && client->in.length <= most_request_bytes;
}

static int say(struct helper *helper, struct client *client)
{
	size_t left = client->out.length - client->sent;
	ssize_t length = send(client->fd, client->out.bytes + client->sent, left, MSG_NOSIGNAL);

	if (length < 0)
		return errno == EAGAIN || errno == EINTR;
	client->sent += length;
	if (client->sent == client->out.length) {
		client->sent = client->out.length = 0;
		if (client->in.length > 0)
			answer_lines(helper, client);
	}
	return 1;
}

static void turn(struct helper *helper, struct pollfd *polled)
{
	for (int i = 0; i < most_clients; i++) {
		struct client *client = &clients[i];
		int stays = 1;

		if (client->fd < 0 || polled[i].fd != client->fd)
			continue;
		if (polled[i].revents & POLLOUT)
			stays = say(helper, client);
		if (stays && polled[i].revents & (POLLIN | POLLHUP | POLLERR))
			stays = hear(helper, client);
		if (!stays)
			close_client(client);
	}
}

/* Until somebody has to be looked after, in poll's terms: -1 is for ever. */
static int wait_ms(struct plane *plane)
{
	int sweep = sweep_wait_ms(plane), watch = watch_turn(plane);

	if (sweep < 0 || watch < 0)
		return sweep < 0 ? watch : sweep;
	return sweep < watch ? sweep : watch;
}

int serve(struct helper *helper, const char *socket_path)
{
	struct pollfd polled[most_clients + 2];
	struct sigaction action = { .sa_handler = end };
	int listener = listen_at(socket_path);

	if (listener < 0)
		return 1;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	for (int i = 0; i < most_clients; i++)
		clients[i].fd = -1;
	while (!ended) {
		for (int i = 0; i < most_clients; i++) {
			int waits = clients[i].out.length > clients[i].sent;

			polled[i] = (struct pollfd){ clients[i].fd, waits ? POLLOUT : POLLIN, 0 };
		}
		polled[most_clients] = (struct pollfd){ listener, POLLIN, 0 };
		/* A request may have loaded another data plane. */
		events_follow(&helper->plane);
		polled[most_clients + 1] = (struct pollfd){ events_fd(), POLLIN, 0 };
		if (poll(polled, most_clients + 2, wait_ms(&helper->plane)) < 0)
			continue;
		sweep(&helper->plane);
		if (polled[most_clients + 1].revents)
			events_drain();
		turn(helper, polled);
		if (polled[most_clients].revents)
			accept_client(listener);
	}
	unlink(socket_path);
	return 0;
}

int send_request(const char *socket_path, const char *request)
{
	struct sockaddr_un address = {};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *stream = NULL;
	char *line = NULL;
	size_t room = 0;
	int status = 2;

	/* The helper may have been started a moment ago. */
	for (int tries = 0; fd >= 0 && !address_of(&address, socket_path) && tries < 100; tries++) {
		if (!connect(fd, (struct sockaddr *)&address, sizeof(address))) {
			stream = fdopen(fd, "r+");
			break;
		}
		usleep(50000);
	}
	if (stream && fprintf(stream, "%s\n", request) > 0 && !fflush(stream) &&
	    getline(&line, &room, stream) > 0) {
		status = strncmp(line, "ok", 2) ? 1 : 0;
		fputs(line, status ? stderr : stdout);
	} else {
		fprintf(stderr, "%s: nobody answers: %s\n", socket_path, strerror(errno));
	}
	free(line);
	if (stream)
		fclose(stream);
	return status;
}
