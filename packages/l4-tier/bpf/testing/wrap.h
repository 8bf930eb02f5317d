/* What wrap.bpf.c is told. */
#ifndef TRICADE_WRAP_H
#define TRICADE_WRAP_H

#include <linux/types.h>

/* Ethernet, IPv4 or IPv6, and a transport header's ports. */
#define WRAP_LEAST 60

struct wrap {
	__u64 ethernet[2]; /* the frame's first 14 bytes */
	__u32 bytes; /* of the frame, at least WRAP_LEAST */
	__u32 target; /* 0: nothing, 1: the program */
	__u32 flows;
	__u32 next;
	__u32 ipv6;
	__u32 reserved;
	__u64 ports; /* IPv4: destination address, zero, destination port; IPv6: zero, destination port */
};

#endif
