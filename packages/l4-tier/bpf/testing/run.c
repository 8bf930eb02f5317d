/* Runs single packets through a BPF program, and a network stack beside it that holds real sockets. One command a line on standard input, one
 * line of answer each: what was asked for, `ok`, or `error` and why. Bytes are hexadecimal. It lives in the network namespace that it is
 * started in, and leaves nothing behind.
 *
 *   load OBJECT PROGRAM [MAP SIZE]…   maps, of other sizes where it says so, and one program of an object; XDP
 *   set MAP KEY VALUE             one element; for a map per CPU the value goes to the first
 *   get MAP KEY                   one element
 *   delete MAP KEY                one element, which must be there
 *   clear MAP                     all elements of a map of keys
 *   count MAP                     how many elements a map of keys has
 *   sums MAP COUNT                the first 64-bit counters of an array per CPU, summed, blanks between
 *   run FRAME                     verdict and frame afterwards
 *   clock FRAME REPEAT            nanoseconds a run
 *   write FILE TEXT               e.g. a sysctl of the namespace
 *   (stack.h)
 *   listen ADDRESS PORT BACKLOG   a TCP listener
 *   accept                        takes the oldest connection of the newest listener
 *   close                         closes the connection that was accepted last
 *   udp ADDRESS PORT [ADDRESS PORT]   a datagram socket, connected if a peer is named
 *   in PACKET                     an IP packet comes in at device `tun`; answer: the TCP packet that leaves by it next, or `none`
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "loaded.h"
#include "stack.h"

static struct bpf_object *object;
static int program = -1;

static void answer(const char *text)
{
	puts(text);
	fflush(stdout);
}

static void fail(const char *what)
{
	printf("error %s: %s\n", what, strerror(errno));
	fflush(stdout);
}

/* Bytes of a hexadecimal word, or −1. */
static int bytes_of(const char *hex, unsigned char *bytes, int room)
{
	int n = 0;
	for (; hex && hex[0] && hex[1]; hex += 2, n++)
		if (n == room || sscanf(hex, "%2hhx", &bytes[n]) != 1)
			return -1;
	return hex && !hex[0] ? n : -1;
}

static void print_hex(const unsigned char *bytes, int n)
{
	for (int i = 0; i < n; i++) printf("%02x", bytes[i]);
	puts("");
	fflush(stdout);
}

static bool set_sizes(char **words)
{
	for (; words[0] && words[1]; words += 2) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, words[0]);
		if (!map || bpf_map__set_max_entries(map, atoi(words[1])))
			return false;
	}
	return true;
}

static void load(char *path, char *name, char **sizes)
{
	struct bpf_program *found;
	if (object)
		bpf_object__close(object);
	object = open_for_tests(path);
	if (!object)
		return fail("open");
	if (!set_sizes(sizes))
		return fail("sizes");
	if (bpf_object__load(object))
		return fail("load");
	found = bpf_object__find_program_by_name(object, name);
	if (!found)
		return fail("no such program");
	program = bpf_program__fd(found);
	answer("ok");
}

static struct bpf_map *map_named(const char *name)
{
	return object && name ? bpf_object__find_map_by_name(object, name) : NULL;
}

#define CPUS 256

/* Values as long as the given one lie side by side. */
static void set_global(struct bpf_map *map, char *key_hex, char *value_hex)
{
	unsigned char value[256];
	__u32 index;
	int length = bytes_of(value_hex, value, sizeof(value));
	if (bytes_of(key_hex, (void *)&index, 4) != 4 || length < 1 ||
	    reach_global(map, (size_t)index * length, value, length, 1))
		return fail("set");
	answer("ok");
}

static void set(char *name, char *key_hex, char *value_hex)
{
	static unsigned char key[256], value[CPUS * 64];
	struct bpf_map *map = map_named(name);
	struct global global;
	memset(value, 0, sizeof(value));
	if (object && name && find_global(object, name, &global))
		return set_global(global.map, key_hex, value_hex);
	if (!map || bytes_of(key_hex, key, sizeof(key)) != (int)bpf_map__key_size(map) ||
	    bytes_of(value_hex, value, sizeof(value)) != (int)bpf_map__value_size(map)) {
		errno = EINVAL;
		return fail("set");
	}
	if (bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY))
		return fail("set");
	answer("ok");
}

static void get(char *name, char *key_hex)
{
	static unsigned char key[256], value[CPUS * 64];
	struct bpf_map *map = map_named(name);
	if (!map || bytes_of(key_hex, key, sizeof(key)) != (int)bpf_map__key_size(map)) {
		errno = EINVAL;
		return fail("get");
	}
	if (bpf_map_lookup_elem(bpf_map__fd(map), key, value))
		return fail("get");
	print_hex(value, bpf_map__value_size(map));
}

static void delete(char *name, char *key_hex)
{
	static unsigned char key[256];
	struct bpf_map *map = map_named(name);
	if (!map || bytes_of(key_hex, key, sizeof(key)) != (int)bpf_map__key_size(map)) {
		errno = EINVAL;
		return fail("delete");
	}
	if (bpf_map_delete_elem(bpf_map__fd(map), key))
		return fail("delete");
	answer("ok");
}

/* Takes all elements out, or counts them. */
static void walk(char *name, bool clears)
{
	static unsigned char key[256];
	struct bpf_map *map = map_named(name);
	int count = 0, fd;
	if (!map)
		return fail("walk");
	fd = bpf_map__fd(map);
	while (!bpf_map_get_next_key(fd, count && !clears ? key : NULL, key)) {
		count++;
		if (clears && bpf_map_delete_elem(fd, key))
			return fail("clear");
	}
	printf("%d", count);
	answer("");
}

static void sums(char *name, char *count)
{
	static unsigned long long values[CPUS];
	struct bpf_map *map = map_named(name);
	if (!map || !count || bpf_map__type(map) != BPF_MAP_TYPE_PERCPU_ARRAY || bpf_map__value_size(map) != 8) {
		errno = EINVAL;
		return fail("sums");
	}
	for (int index = 0; index < atoi(count); index++) {
		unsigned long long sum = 0;
		if (bpf_map_lookup_elem(bpf_map__fd(map), &index, values))
			return fail("sums");
		for (int cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
			sum += values[cpu];
		printf("%s%llu", index ? " " : "", sum);
	}
	answer("");
}

static void run(char *frame_hex, char *repeat)
{
	static unsigned char in[16384], out[16384];
	int n = bytes_of(frame_hex, in, sizeof(in));
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = in, .data_size_in = n, .data_out = out,
		    .data_size_out = sizeof(out), .repeat = repeat ? atoi(repeat) : 1);
	if (n < 0 || bpf_prog_test_run_opts(program, &options))
		return fail("run");
	if (repeat) {
		printf("%u\n", options.duration);
		fflush(stdout);
		return;
	}
	printf("%u ", options.retval);
	print_hex(out, options.data_size_out);
}

static void in(char *packet_hex)
{
	static unsigned char packet[16384], reply[16384];
	int n = bytes_of(packet_hex, packet, sizeof(packet));
	if (n < 0)
		return fail("in");
	n = stack_in(packet, n, reply, sizeof(reply));
	if (n < 0)
		return fail("in");
	if (n == 0)
		return answer("none");
	print_hex(reply, n);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = path && text ? fopen(path, "w") : NULL;
	if (!file || fputs(text, file) < 0 || fclose(file))
		return fail("write");
	answer("ok");
}

static void done(int result, const char *what)
{
	if (result < 0)
		return fail(what);
	answer("ok");
}

int main(void)
{
	static char line[65536];
	if (stack_up())
		return perror("tun"), 1;
	while (fgets(line, sizeof(line), stdin)) {
		char *word[10] = {};
		int n = 0;
		for (char *at = strtok(line, " \n"); at && n < 9; at = strtok(NULL, " \n")) word[n++] = at;
		const char *command = word[0] ? word[0] : "";
		if (!strcmp(command, "load"))
			load(word[1], word[2], word + 3);
		else if (!strcmp(command, "set"))
			set(word[1], word[2], word[3]);
		else if (!strcmp(command, "get"))
			get(word[1], word[2]);
		else if (!strcmp(command, "delete"))
			delete(word[1], word[2]);
		else if (!strcmp(command, "clear") || !strcmp(command, "count"))
			walk(word[1], !strcmp(command, "clear"));
		else if (!strcmp(command, "sums"))
			sums(word[1], word[2]);
		else if (!strcmp(command, "run"))
			run(word[1], NULL);
		else if (!strcmp(command, "clock"))
			run(word[1], word[2]);
		else if (!strcmp(command, "in"))
			in(word[1]);
		else if (!strcmp(command, "write"))
			write_file(word[1], word[2]);
		else if (!strcmp(command, "listen"))
			done(stack_listen(word[1], word[2], word[3]), command);
		else if (!strcmp(command, "accept"))
			done(stack_accept(), command);
		else if (!strcmp(command, "close"))
			done(stack_close(), command);
		else if (!strcmp(command, "udp"))
			done(stack_udp(word[1], word[2], word[3], word[4]), command);
		else
			answer("error no such command");
	}
	return 0;
}
