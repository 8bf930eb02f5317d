/* Sends packets by a cable and counts what comes out of it: wire OBJECT WIRE_OBJECT (wire.bpf.c), in a network namespace that is its own. One command
 * a line on standard input, one line of answer each: what was asked for, `ok`, or `error` and why. What is attached goes with the namespace.
 *
 *   set MAP KEY VALUE, rows FIRST COUNT WORD...   as map-lines.h has them
 *   index DEVICE                                  its ifindex
 *   attach PROGRAM DEVICE                         of either object; native XDP
 *   send DEVICE FRAME COUNT FLOWS                 from the device; nanoseconds until the last arrival, arrivals, wrong ones among them
 */
#define _GNU_SOURCE
#include <linux/if_link.h>
#include <net/if.h>
#include <time.h>
#include <unistd.h>
#include "map-lines.h"
#include "wire.h"

/* Once nothing has arrived for so long nothing will. */
#define QUIET_NS 50000000ULL

#define BATCH 64
#define CPUS 1024

static struct bpf_object *ends;

static unsigned long long now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000000ULL + at.tv_nsec;
}

static int program_named(const char *name)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);

	if (!program)
		program = bpf_object__find_program_by_name(ends, name);
	return program ? bpf_program__fd(program) : -1;
}

static void attach(void)
{
	int program = program_named(strtok(NULL, " "));
	char *device = strtok(NULL, " ");

	if (program < 0 || !device ||
	    bpf_xdp_attach(if_nametoindex(device), program, XDP_FLAGS_DRV_MODE, NULL))
		printf("error attach: %s\n", strerror(errno));
	else
		puts("ok");
}

static void index_of(void)
{
	char *device = strtok(NULL, " ");

	printf("%u\n", device ? if_nametoindex(device) : 0);
}

static struct arrivals arrivals(int map)
{
	static struct arrivals by_cpu[CPUS];
	struct arrivals sum = { 0, 0 };
	__u32 zero = 0;
	int cpus = libbpf_num_possible_cpus();

	if (cpus > CPUS || bpf_map_lookup_elem(map, &zero, by_cpu))
		return sum;
	for (int i = 0; i < cpus; i++) {
		sum.packets += by_cpu[i].packets;
		sum.wrong += by_cpu[i].wrong;
	}
	return sum;
}

/* Whatever is to arrive has. `since`: when the last packet was seen. */
static struct arrivals settled(int map, unsigned long long most, unsigned long long *since)
{
	struct arrivals seen = arrivals(map);

	*since = now();
	while (seen.packets < most && now() < *since + QUIET_NS) {
		struct arrivals later = arrivals(map);

		if (later.packets != seen.packets)
			*since = now();
		seen = later;
	}
	return seen;
}

static int live_frames(const char *device, const unsigned char *frame, __u32 count)
{
	struct xdp_md in = { .data_end = WIRE_BYTES, .ingress_ifindex = if_nametoindex(device) };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = WIRE_BYTES, .ctx_in = &in,
		    .ctx_size_in = sizeof(in), .repeat = count, .batch_size = BATCH,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	return bpf_prog_test_run_opts(program_named("generate"), &opts);
}

static void send_frames(void)
{
	int map = bpf_object__find_map_fd_by_name(ends, "arrived");
	struct course course = {};
	char *device = strtok(NULL, " ");
	int bytes = bytes_of(strtok(NULL, " "), course.frame, sizeof(course.frame));
	__u32 count = atoi(strtok(NULL, " ")), zero = 0;
	struct arrivals before = arrivals(map), after;
	unsigned long long start, last;

	course.flows = atoi(strtok(NULL, " "));
	if (bytes != WIRE_BYTES) {
		printf("error send: a frame of %d bytes\n", WIRE_BYTES);
		return;
	}
	bpf_map_update_elem(bpf_object__find_map_fd_by_name(ends, "courses"), &zero, &course, BPF_ANY);
	start = now();
	if (live_frames(device, course.frame, count)) {
		printf("error send: %s\n", strerror(errno));
		return;
	}
	after = settled(map, before.packets + count, &last);
	printf("%llu %llu %llu\n", last - start, after.packets - before.packets, after.wrong - before.wrong);
}

int main(int count, char **arguments)
{
	static const struct line_command commands[] = {
		{ "index", index_of },
		{ "attach", attach },
		{ "send", send_frames },
	};

	object = count == 3 ? open_for_tests(arguments[1]) : NULL;
	ends = object ? bpf_object__open(arguments[2]) : NULL;
	if (!ends || bpf_object__load(object) || bpf_object__load(ends)) {
		fprintf(stderr, "wire OBJECT WIRE_OBJECT: %s\n", strerror(errno));
		return 1;
	}
	serve_lines(commands, 3);
	return 0;
}
