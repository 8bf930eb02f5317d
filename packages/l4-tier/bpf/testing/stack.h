/* Real sockets of this network namespace, and a device `tun` by which packets reach and leave them. −1 and errno where something fails. */
#ifndef TRICADE_STACK_H
#define TRICADE_STACK_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A reply of the kernel stands in the device's queue before the write that caused it returns; this only ends the wait where there is none. */
#define REPLY_MS 50

static int tun = -1, listener = -1, connection = -1;

static int stack_up(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	strcpy(request.ifr_name, "tun");
	tun = open("/dev/net/tun", O_RDWR);
	return tun < 0 ? -1 : ioctl(tun, TUNSETIFF, &request);
}

/* Bytes of the address; 0 where the texts are none. */
static socklen_t resolve(const char *address, const char *port, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;
	memset(to, 0, sizeof(*to));
	errno = EINVAL;
	if (!address || !port)
		return 0;
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(atoi(port));
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) != 1)
		return 0;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(atoi(port));
	return sizeof(*v6);
}

static int bound(const char *address, const char *port, int type)
{
	struct sockaddr_storage own;
	socklen_t bytes = resolve(address, port, &own);
	int yes = 1, fd = bytes ? socket(own.ss_family, type, 0) : -1;
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	return bind(fd, (struct sockaddr *)&own, bytes) ? -1 : fd;
}

static int stack_listen(const char *address, const char *port, const char *backlog)
{
	listener = bound(address, port, SOCK_STREAM);
	return listener < 0 ? -1 : listen(listener, backlog ? atoi(backlog) : 128);
}

static int stack_accept(void)
{
	return connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
}

static int stack_close(void)
{
	int fd = connection;
	connection = -1;
	return close(fd);
}

static int stack_udp(const char *address, const char *port, const char *peer, const char *peer_port)
{
	int fd = bound(address, port, SOCK_DGRAM);
	struct sockaddr_storage to;
	if (fd < 0 || !peer)
		return fd;
	socklen_t bytes = resolve(peer, peer_port, &to);
	return bytes ? connect(fd, (struct sockaddr *)&to, bytes) : -1;
}

static int is_tcp(const unsigned char *packet, int bytes)
{
	if (bytes < 40)
		return 0;
	return packet[0] >> 4 == 4 ? packet[9] == IPPROTO_TCP : packet[6] == IPPROTO_TCP;
}

/* Bytes of the TCP packet that leaves next, 0 where none leaves within its time. */
static int stack_in(const unsigned char *packet, int bytes, unsigned char *reply, int room)
{
	struct pollfd ready = { .fd = tun, .events = POLLIN };
	/* What left before is no answer to this. */
	while (poll(&ready, 1, 0) > 0 && read(tun, reply, room) > 0)
		;
	if (write(tun, packet, bytes) != bytes)
		return -1;
	while (poll(&ready, 1, REPLY_MS) > 0) {
		int n = read(tun, reply, room);
		if (n < 0 || is_tcp(reply, n))
			return n;
	}
	return 0;
}

#endif
