/* Times an XDP program by BPF_PROG_TEST_RUN: clock OBJECT WRAPPER (wrap.bpf.c). One command a line on standard input, one line of answer each: what
 * was asked for, `ok`, or `error` and why. Bytes are hexadecimal. Nothing is attached, and nothing stays.
 *
 *   set MAP KEY VALUE              one element
 *   rows FIRST COUNT WORD...       elements of `rows`, the words over and over
 *   time FRAME FLOWS ROUNDS REPEAT nanoseconds a packet: of nothing and of the program, the least of rounds that alternate; and its verdict
 */
#include "map-lines.h"
#include "wrap.h"

static struct bpf_object *wrapper;
static struct wrap wrap;

/* Nanoseconds a packet of one target; the last verdict in `verdict`. */
static double run_once(__u32 target, unsigned char *frame, int repeat, __u32 *verdict)
{
	unsigned char out[2048];
	__u32 zero = 0;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = wrap.bytes,
		    .data_out = out, .data_size_out = sizeof(out), .repeat = repeat);

	wrap.target = target;
	wrap.next = 0;
	bpf_map_update_elem(bpf_object__find_map_fd_by_name(wrapper, "wraps"), &zero, &wrap, BPF_ANY);
	if (bpf_prog_test_run_opts(
		    bpf_program__fd(bpf_object__find_program_by_name(wrapper, "wrap")), &opts))
		return -1;
	*verdict = opts.retval;
	return opts.duration;
}

static double least(double one, double other)
{
	return one < other ? one : other;
}

static void clock_frame(void)
{
	unsigned char frame[2048];
	int bytes = bytes_of(strtok(NULL, " "), frame, sizeof(frame)), flows, rounds, repeat;
	double nothing = 1e9, program = 1e9;
	__u32 verdict = 0, none;

	flows = atoi(strtok(NULL, " "));
	rounds = atoi(strtok(NULL, " "));
	repeat = atoi(strtok(NULL, " "));
	if (bytes < WRAP_LEAST) {
		puts("error time: a frame of 60 bytes and more");
		return;
	}
	wrap.bytes = bytes;
	wrap.flows = flows;
	wrap.ipv6 = frame[12] == 0x86;
	memcpy(wrap.ethernet, frame, 14);
	memcpy(&wrap.ports, frame + (wrap.ipv6 ? 54 : 30), wrap.ipv6 ? 4 : 8);
	wrap.ports &= wrap.ipv6 ? 0xffff0000 : 0xffff0000ffffffff;
	for (int i = 0; i < rounds; i++) {
		nothing = least(nothing, run_once(0, frame, repeat, &none));
		program = least(program, run_once(1, frame, repeat, &verdict));
	}
	printf("%g %g %u\n", nothing, program, verdict);
}

static int prepare(const char *path, const char *wrapper_path)
{
	__u32 index = 0;
	int map, fd;

	object = open_for_tests(path);
	wrapper = bpf_object__open(wrapper_path);
	if (!object || !wrapper || bpf_object__load(object) || bpf_object__load(wrapper))
		return -1;
	map = bpf_object__find_map_fd_by_name(wrapper, "wrapped");
	fd = bpf_program__fd(bpf_object__find_program_by_name(wrapper, "nothing"));
	if (bpf_map_update_elem(map, &index, &fd, BPF_ANY))
		return -1;
	index = 1;
	fd = bpf_program__fd(bpf_object__next_program(object, NULL));
	return bpf_map_update_elem(map, &index, &fd, BPF_ANY);
}

int main(int count, char **arguments)
{
	static const struct line_command commands[] = { { "time", clock_frame } };

	if (count != 3 || prepare(arguments[1], arguments[2])) {
		fprintf(stderr, "clock OBJECT WRAPPER: %s\n", strerror(errno));
		return 1;
	}
	serve_lines(commands, 1);
	return 0;
}
