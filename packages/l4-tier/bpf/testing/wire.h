/* What wire.bpf.c is told, and what it tells. */
#ifndef TRICADE_WIRE_TEST_H
#define TRICADE_WIRE_TEST_H

#include <linux/types.h>

/* Ethernet, IPv4 without options, TCP without options and eight bytes. */
#define WIRE_BYTES 62

struct course {
	unsigned char frame[64]; /* the first WIRE_BYTES; checksums are made good for each packet */
	__u32 flows;
	__u32 next;
};

struct arrivals {
	__u64 packets;
	__u64 wrong; /* of them: headers or checksums do not hold */
};

#endif
