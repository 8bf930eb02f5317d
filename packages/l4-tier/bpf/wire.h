/* What a packet carries between a director and the proxies: the second candidate. Shared by director.bpf.c and proxy.bpf.c.
 *
 * A director sends each packet to the row's current real. A packet that may belong to an older flow (not a SYN, row not settled) also names the
 * row's previous real: the second candidate. A proxy that does not hold the flow passes the packet on to it, with the second candidate removed.
 *
 *   DSR         source MAC 02:5a:<hop>:<director>:<id, 16 bits, network order>. hop 0: from a director; 1: passed on by a proxy. id 0: none.
 *   IPIP        outer IPv4 id = id, DF set (RFC 6864: the id of an atomic datagram is free). Protocol 4, or 41 for IPv6 inside.
 *   IP in IPv6  outer flow label = 0x80000 | entropy << 15 | id: never zero, so no router sets it (RFC 6437), entropy of 4 bits per flow.
 *               Next header 41, or 4 for IPv4 inside.
 *   GUE         UDP to GUE_PORT (or the configured one), source port 0xc000 | 14 bits of the flow's hash. Header `gue_header`; nothing behind
 *               it (hlen 0) where there is no second candidate, else one `gue_hop4` (hlen 3) or `gue_hop6` (hlen 6), family of the outer packet.
 *               Private data of GUE version 0 (draft-ietf-intarea-gue), laid out as GLB's list of next hops. UDP checksum 0 over IPv4; over IPv6
 *               too, as RFC 6935 allows tunnels.
 */
#ifndef TRICADE_WIRE_H
#define TRICADE_WIRE_H

#include <linux/types.h>

#define TAG_MAC_0 0x02
#define TAG_MAC_1 0x5a
#define HOP_DIRECTOR 0
#define HOP_PROXY 1

/* Id of a real in a row word and on the wire: 1–32767. */
#define REAL_ID_MASK 0x7fff

#define FLOW_LABEL_MARK 0x80000
#define FLOW_LABEL_ENTROPY_SHIFT 15

/* IANA's port of GUE. */
#define GUE_PORT 6080
#define GUE_SOURCE_PORTS 0xc000
#define GUE_SOURCE_PORT_MASK 0x3fff
/* Private data that lists next hops of Tricade. */
#define GUE_HOPS 0x5a01

/* Version 0, data message: hlen in 32-bit words without these four bytes; protocol 4 or 41; flags 0. */
struct gue_header {
	__u8 hlen;
	__u8 protocol;
	__be16 flags;
};

/* next: index of the hop to go to next; count: hops in the list. One hop that was passed on is sent without the list. */
struct gue_hop4 {
	__be16 type;
	__u8 next;
	__u8 count;
	__be16 id;
	__be16 reserved;
	__be32 address;
};

struct gue_hop6 {
	__be16 type;
	__u8 next;
	__u8 count;
	__be16 id;
	__be16 reserved;
	__u8 address[16];
};

_Static_assert(sizeof(struct gue_header) == 4, "GUE header");
_Static_assert(sizeof(struct gue_hop4) == 12, "GUE hop, IPv4");
_Static_assert(sizeof(struct gue_hop6) == 24, "GUE hop, IPv6");

#endif
