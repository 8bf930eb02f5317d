// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The protocol: a line asks, a line answers, words are parted by single blanks, bytes are base64. Answers begin with `ok` or with `error`, a sentence
 * behind it. A request that is not sound changes nothing.
 *
 *   status                      loaded=SHA256 (- where nothing is), a word for each attachment, device and map
 *   load                        loads the object that the configuration names, swaps it in under traffic; one of another map ABI waits (waits=1)
 *   attach                      programs sit at their devices again, should one have been taken off; what waited comes instead of what ran
 *   unload                      programs leave their devices, all pins go
 *   write MAP FIRST BYTES       values of an array in place, from index FIRST on
 *   put MAP BYTES               entries: key and value, key and value, …
 *   drop MAP BYTES              keys
 *   read MAP FIRST COUNT        → values
 *   dump MAP                    → entries; of a mapped array those that are not zeros
 *   digest MAP FIRST COUNT      → digest of rows
 *   sum MAP FIRST COUNT         → counters over all CPUs
 *   events NUMBER               what the program told of packets from NUMBER on → next number, how many of them are lost, records of 64 bytes
 *   flows                       flows that the program remembers → ms since they were counted, words of 32 bits: id of a real, how many it has; -1: not yet
 *   watch HASH MILLISECONDS     every packet of the flows with this hash is told of for so long: asked again and again; one hash at a time
 *   test PROGRAM BYTES          runs a program on one packet, as if the first device had received it → verdict, packet as it leaves
 */
#include "events.h"
#include "maps.h"
#include "serve.h"
#include "sweep.h"
#include "watch.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Frames of a test: as much as a page holds beside headroom and tail. */
enum { most_packet_bytes = 3520 };

static void add_device(struct text *out, const char *device)
{
	struct ifreq request = {};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint8_t mac[6] = {};
	int mtu = 0;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (!ioctl(fd, SIOCGIFHWADDR, &request))
		memcpy(mac, request.ifr_hwaddr.sa_data, sizeof(mac));
	if (!ioctl(fd, SIOCGIFMTU, &request))
		mtu = request.ifr_mtu;
	close(fd);
	text_printf(out, " device=%s,%u,%02x:%02x:%02x:%02x:%02x:%02x,%d", device,
		    if_nametoindex(device), mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], mtu);
}

static int status(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct plane *plane = &helper->plane;
	struct why missing;

	(void)rest;
	(void)why;
	text_printf(out, " loaded=%s", plane->loaded_sha256[0] ? plane->loaded_sha256 : "-");
	if (plane->waits)
		text_printf(out, " waits=1");
	for (int i = 0; i < plane->wanted.attachments_count; i++) {
		struct attachment attachment;
		const char *device = plane->wanted.attachments[i].device;

		if (!plane_attachment(plane, i, &attachment, &missing))
			text_printf(out, " attached=%s,%s,%s,%u", plane->wanted.attachments[i].program,
				    device, attachment.mode, attachment.program_id);
		add_device(out, device);
	}
	for (int i = 0; i < plane->maps_count; i++) {
		struct plane_map *map = &plane->maps[i];

		text_printf(out, " map=%s,%u,%u,%u,%u", map->name, map->type, map->key_bytes,
			    map->value_bytes, map->entries);
	}
	return 0;
}

/* The configuration is read again: what it says about pins must not change under what is pinned. */
static int load(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct wanted fresh;

	if (read_config(&fresh, helper->config_path, why))
		return -1;
	if (strcmp(fresh.pins, helper->plane.wanted.pins))
		return because(why, "the folder of pins changed: unload first, then start again");
	helper->plane.wanted = fresh;
	if (plane_load(&helper->plane, why))
		return -1;
	return status(helper, rest, out, why);
}

static int attach(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	return plane_attach(&helper->plane, why) ? -1 : status(helper, rest, out, why);
}

static int unload(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	(void)rest;
	(void)out;
	return plane_unload(&helper->plane, why);
}

static struct plane_map *named_map(struct helper *helper, char **rest, struct why *why)
{
	const char *name = next_word(rest);
	struct plane_map *map = plane_map_named(&helper->plane, name);

	if (!map)
		because(why, "there is no map %.60s", name ? name : "without a name");
	return map;
}

/* The last word of a request, decoded. */
static int last_bytes(char *rest, struct bytes *bytes, struct why *why)
{
	char *word = next_word(&rest);

	if (!word || rest || !decode_base64(word, &bytes->length))
		return because(why, "the bytes are no base64");
	bytes->at = (uint8_t *)word;
	return 0;
}

static int map_write_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct plane_map *map = named_map(helper, &rest, why);
	struct bytes values;
	uint32_t first;

	(void)out;
	if (!map)
		return -1;
	if (!parse_number(next_word(&rest), UINT32_MAX, &first))
		return because(why, "the first index is no number");
	return last_bytes(rest, &values, why) ? -1 : map_write(map, first, values, why);
}

static int map_put_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct plane_map *map = named_map(helper, &rest, why);
	struct bytes pairs;

	(void)out;
	return !map || last_bytes(rest, &pairs, why) ? -1 : map_put(map, pairs, why);
}

static int map_drop_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct plane_map *map = named_map(helper, &rest, why);
	struct bytes keys;

	(void)out;
	return !map || last_bytes(rest, &keys, why) ? -1 : map_drop(map, keys, why);
}

typedef int range_reader(struct plane_map *, uint32_t, uint32_t, struct text *, struct why *);

/* Requests of the form VERB MAP FIRST COUNT; `plain` answers are text, others bytes. */
static int read_range(struct helper *helper, char *rest, struct text *out, struct why *why,
		      range_reader *reader, int plain)
{
	struct plane_map *map = named_map(helper, &rest, why);
	struct text found = {};
	uint32_t first, count;
	int result;

	if (!map)
		return -1;
	if (!parse_number(next_word(&rest), UINT32_MAX, &first) ||
	    !parse_number(next_word(&rest), UINT32_MAX, &count) || rest)
		return because(why, "the first index and the count are no numbers");
	result = reader(map, first, count, &found, why);
	text_add(out, " ", 1);
	if (plain)
		text_add(out, found.bytes, found.length);
	else
		text_base64(out, (uint8_t *)found.bytes, found.length);
	text_free(&found);
	return result;
}

static int read_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	return read_range(helper, rest, out, why, map_read, 0);
}

static int digest_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	return read_range(helper, rest, out, why, map_digest, 1);
}

static int sum_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	return read_range(helper, rest, out, why, map_sum, 0);
}

static int dump_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct plane_map *map = named_map(helper, &rest, why);
	struct text found = {};
	int result = map ? map_dump(map, &found, why) : -1;

	text_add(out, " ", 1);
	text_base64(out, (uint8_t *)found.bytes, found.length);
	text_free(&found);
	return result;
}

static int events_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	const char *word = next_word(&rest);
	char *stop = NULL;
	uint64_t from = word ? strtoull(word, &stop, 10) : 0;

	(void)helper;
	if (!word || *word < '0' || *word > '9' || *stop || rest)
		return because(why, "the number of the first event is none");
	events_drain();
	events_since(from, out);
	return 0;
}

static int flows_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	if (rest)
		return because(why, "flows are counted as a whole");
	sweep_counts(&helper->plane, out);
	return 0;
}

static int watch_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	(void)out;
	return watch_asked(&helper->plane, rest, why);
}

static int test_request(struct helper *helper, char *rest, struct text *out, struct why *why)
{
	struct plane_program *program = plane_program_named(&helper->plane, next_word(&rest));
	uint8_t packet[most_packet_bytes + 256];
	struct xdp_md in = {};
	struct bytes given;
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_out = packet, .data_size_out = sizeof(packet),
		    .ctx_in = &in, .ctx_size_in = sizeof(in));

	if (!program)
		return because(why, "there is no such program");
	if (last_bytes(rest, &given, why))
		return -1;
	if (given.length < 14 || given.length > most_packet_bytes)
		return because(why, "a packet has 14 to %d bytes", most_packet_bytes);
	run.data_in = given.at;
	run.data_size_in = given.length;
	in.data_end = given.length;
	if (helper->plane.wanted.attachments_count > 0)
		in.ingress_ifindex = if_nametoindex(helper->plane.wanted.attachments[0].device);
	if (bpf_prog_test_run_opts(program->fd, &run))
		return because(why, "%s cannot be run: %s", program->name, strerror(errno));
	text_printf(out, " %u ", run.retval);
	text_base64(out, packet, run.data_size_out);
	return 0;
}

static const struct {
	const char *verb;
	int (*handle)(struct helper *helper, char *rest, struct text *out, struct why *why);
} requests[] = {
	{ "status", status },	      { "load", load },		    { "attach", attach },
	{ "unload", unload },	      { "write", map_write_request }, { "put", map_put_request },
	{ "drop", map_drop_request }, { "read", read_request },	    { "dump", dump_request },
	{ "digest", digest_request }, { "sum", sum_request },	    { "test", test_request },
	{ "events", events_request }, { "flows", flows_request },	    { "watch", watch_request },
};

void answer(struct helper *helper, char *line, struct text *out)
{
	const char *verb = next_word(&line);
	size_t start = out->length;
	struct why why = {};
	int result = because(&why, "no such request");

	text_add(out, "ok", 2);
	for (size_t i = 0; verb && i < sizeof(requests) / sizeof(requests[0]); i++)
		if (!strcmp(verb, requests[i].verb))
			result = requests[i].handle(helper, line, out, &why);
	if (result) {
		out->length = start;
		text_printf(out, "error %s", why.text);
	}
	text_add(out, "\n", 1);
}
