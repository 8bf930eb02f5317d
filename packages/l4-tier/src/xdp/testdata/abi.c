/* What abi.h makes of the values in abi.test.ts: a name and bytes a line, as this machine's compiler lays them out. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "abi.h"

static void show(const char *name, const void *value, unsigned long length)
{
	const unsigned char *bytes = value;

	printf("%s ", name);
	for (unsigned long at = 0; at < length; at++)
		printf("%02x", bytes[at]);
	printf("\n");
}

#define SHOW(name, value) show(name, &(value), sizeof(value))

int main(void)
{
	struct service_key key = { .port = htons(80), .protocol = 6 };
	struct service_key class = { .protocol = 17 };
	struct service service = { .rows_at = 4096, .rows_count = 8192, .id = 3 };
	struct real real = { .mac = { 2, 0, 0, 0, 0, 0x21 }, .flags = REAL_KNOWN | REAL_V4 | REAL_V6 };
	struct real silent = { .flags = REAL_V4, .arm = 1 };
	struct director_config config = { .abi = DIRECTOR_ABI, .self = 7 };
	struct reply reply = { .port = 0 };
	struct prefix_key four = { .bits = 96 + 28 }, six = { .bits = 64 };

	inet_pton(AF_INET6, "::ffff:203.0.113.10", &key.address);
	SHOW("service_key", key);
	class.address.words[3] = htonl(5);
	SHOW("class_key", class);
	for (int i = 0; i < 16; i++)
		((unsigned char *)service.hash_key)[i] = i;
	service.flags = SERVICE_SECOND | SERVICE_NO_PORTS;
	service.mode = MODE_DSR;
	service.affinity = AFFINITY_NETWORK;
	SHOW("service", service);
	inet_pton(AF_INET, "198.51.100.21", &real.v4);
	inet_pton(AF_INET6, "2001:db8:1::21", real.v6);
	SHOW("real", real);
	silent.v4 = real.v4;
	SHOW("silent", silent);
	config.flags = CONFIG_PREFIXES | CONFIG_DENY | CONFIG_LIMIT | CONFIG_REPLIES;
	config.limit_interval_ns = 10000000;
	config.limit_burst_ns = 190000000;
	config.gue_port = htons(6080);
	config.sample_mask = 1023;
	inet_pton(AF_INET, "198.51.100.192", &config.outer_v4);
	config.outer_v4_spread = 63;
	inet_pton(AF_INET6, "2001:db8:1::11", config.outer_v6);
	memset(config.secret, 9, sizeof(config.secret));
	config.most_datagrams = 32768;
	config.nat_v4 = inet_addr("198.51.100.11");
	inet_pton(AF_INET6, "2001:db8:1::11", config.nat_v6);
	config.nat_first_port = 1024;
	config.nat_ports = 31744;
	config.arms[0].ifindex = 3;
	config.arms[0].mtu = 1520;
	memcpy(config.arms[0].mac, "\x02\x00\x00\x00\x00\x11", 6);
	config.arms[1].ifindex = 4;
	config.arms[1].mtu = 9000;
	memcpy(config.arms[1].mac, "\x02\x00\x00\x00\x00\x12", 6);
	SHOW("director_config", config);
	inet_pton(AF_INET6, "::ffff:203.0.113.10", &reply.vip);
	SHOW("reply", reply);
	inet_pton(AF_INET6, "::ffff:203.0.113.64", &four.address);
	SHOW("prefix_4", four);
	inet_pton(AF_INET6, "2001:db8:ffff::", &six.address);
	SHOW("prefix_6", six);
	printf("tunnel %02x\ngue %02x\ndnat %02x\nuntold %02x\nreasons %02x\nlast %02x\n", MODE_TUNNEL_IP, MODE_TUNNEL_GUE, MODE_DNAT, REASON_UNTOLD, REASONS, REASON_PORTS);
	return 0;
}
