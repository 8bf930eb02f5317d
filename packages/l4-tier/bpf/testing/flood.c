// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A bounded flood of SYNs in IPv4, for tests: `flood DEVICE TO-MAC TO-ADDRESS PORT PER-SECOND SECONDS [FROM]`. Without FROM each has a source of its own,
 * out of 198.18.0.0/15 (RFC 2544) by a generator that begins alike every time. Says how many were sent. At most 50,000 a second for 20 s.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most_a_second = 50000, most_seconds = 20, beats_a_second = 200 };

/* Two bytes in front, so that what follows the Ethernet header is aligned. */
struct frame {
	uint16_t unused;
	struct ether_header eth;
	struct iphdr ip;
	struct tcphdr tcp;
};
static const size_t frame_bytes = sizeof(struct frame) - sizeof(uint16_t);
_Static_assert(sizeof(struct frame) == 2 + 14 + 20 + 20, "a frame has no gaps");

static uint64_t state = 88172645463325252ULL;

/* xorshift64 (Marsaglia, 2003). */
static uint32_t next_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static uint16_t folded(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static uint32_t sum_of(const void *bytes, unsigned length)
{
	uint32_t sum = 0;

	for (unsigned at = 0; at < length; at += 2) {
		uint16_t word;

		memcpy(&word, (const uint8_t *)bytes + at, 2);
		sum += word;
	}
	return sum;
}

static void begin_connection(struct frame *frame, const struct in_addr *from)
{
	struct iphdr *ip = &frame->ip;
	struct tcphdr *tcp = &frame->tcp;
	uint32_t pseudo;

	ip->saddr = from ? from->s_addr : htonl(0xc6120000 | (next_number() & 0x1ffff));
	ip->check = 0;
	ip->check = folded(sum_of(ip, sizeof(*ip)));
	tcp->source = htons(1024 + next_number() % 60000);
	tcp->seq = next_number();
	tcp->check = 0;
	pseudo = sum_of(&ip->saddr, 8) + htons(IPPROTO_TCP) + htons(sizeof(*tcp));
	tcp->check = folded(pseudo + sum_of(tcp, sizeof(*tcp)));
}

static int opened(const char *device, struct frame *frame)
{
	struct ifreq wanted = {};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device) };

	snprintf(wanted.ifr_name, sizeof(wanted.ifr_name), "%s", device);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &wanted) || bind(fd, (void *)&to, sizeof(to)))
		return -1;
	memcpy(frame->eth.ether_shost, wanted.ifr_hwaddr.sa_data, ETH_ALEN);
	return fd;
}

/* So many in each beat; a beat that comes late is not made up for. */
static long flood(int fd, struct frame *frame, const struct in_addr *from, long per_second, long seconds)
{
	const struct timespec beat = { .tv_nsec = 1000000000 / beats_a_second };
	long sent = 0;

	for (long at = 0; at < seconds * beats_a_second; at++) {
		for (long i = 0; i < per_second / beats_a_second; i++) {
			begin_connection(frame, from);
			sent += send(fd, &frame->eth, frame_bytes, 0) == (ssize_t)frame_bytes;
		}
		nanosleep(&beat, NULL);
	}
	return sent;
}

int main(int count, char **words)
{
	struct frame frame = {
		.eth = { .ether_type = htons(ETHERTYPE_IP) },
		.ip = { .version = 4, .ihl = 5, .tot_len = htons(40), .ttl = 64, .protocol = IPPROTO_TCP },
		.tcp = { .doff = 5, .syn = 1, .window = htons(64000) },
	};
	struct in_addr from, to;
	uint8_t *mac = frame.eth.ether_dhost;
	int fd;

	if (count < 7 || sscanf(words[2], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6 ||
	    !inet_aton(words[3], &to) || (count > 7 && !inet_aton(words[7], &from)) ||
	    atol(words[5]) > most_a_second || atol(words[6]) > most_seconds) {
		fprintf(stderr, "flood DEVICE TO-MAC TO-ADDRESS PORT PER-SECOND SECONDS [FROM]\n");
		return 2;
	}
	frame.ip.daddr = to.s_addr;
	frame.tcp.dest = htons(atoi(words[4]));
	fd = opened(words[1], &frame);
	if (fd < 0) {
		perror(words[1]);
		return 1;
	}
	printf("%ld\n", flood(fd, &frame, count > 7 ? &from : NULL, atol(words[5]), atol(words[6])));
	return 0;
}
