/* Whose is this packet? A packet that names a second candidate is looked up among the sockets of this host, which are the only memory of flows.
 * Nothing here runs for packets of settled rows.
 *
 * Kernel structures are named with the few fields that are read; the loader finds the fields by the kernel's own type information (CO-RE).
 */
#ifndef TRICADE_SOCKET_CHECK_H
#define TRICADE_SOCKET_CHECK_H

#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "flow.h"
#include "proxy-maps.h"
#include "wire.h"

#define KERNEL_STRUCTURE __attribute__((preserve_access_index))

struct tcp_request_sock {
	__u32 snt_isn;
} KERNEL_STRUCTURE;

struct sock_common {
	__u32 skc_tw_rcv_nxt;
} KERNEL_STRUCTURE;

struct inet_timewait_sock {
	struct sock_common __tw_common;
} KERNEL_STRUCTURE;

struct tcp_timewait_sock {
	struct inet_timewait_sock tw_sk;
} KERNEL_STRUCTURE;

struct tcp_sock {
	__u32 rcv_nxt;
	__u32 snd_nxt;
} KERNEL_STRUCTURE;

/* States beside those of linux/bpf.h. */
#define NEW_SYN_RECV 12

/* A sequence number this near to the expected one is of the same connection: 16 MiB, more than a window in flight. The initial numbers of two
 * connections with the same ports differ by more once a second has passed (RFC 6528: a clock of 4 µs or faster; Linux: 64 ns). */
#define NEAR (1 << 24)
/* A connection in TIME_WAIT expects nothing but the last packets again, and its ports are soon used anew. */
#define NEAR_TIME_WAIT (1 << 17)

static __always_inline int is_near(__u32 sequence, __u32 expected, __s32 distance)
{
	__s32 ahead = (__s32)(sequence - expected);
	return ahead > -distance && ahead < distance;
}

/* Sockets of the network namespace of the device, of its own first. To be released. */
static __always_inline struct bpf_sock *tcp_socket(struct xdp_md *ctx, struct flow *flow)
{
	struct bpf_sock_tuple *tuple = &flow->tuple;
	if (flow->version == 4)
		return bpf_skc_lookup_tcp(ctx, tuple, sizeof(tuple->ipv4), BPF_F_CURRENT_NETNS, 0);
	return bpf_skc_lookup_tcp(ctx, tuple, sizeof(tuple->ipv6), BPF_F_CURRENT_NETNS, 0);
}

static __always_inline struct bpf_sock *udp_socket(struct xdp_md *ctx, struct flow *flow)
{
	struct bpf_sock_tuple *tuple = &flow->tuple;
	if (flow->version == 4)
		return bpf_sk_lookup_udp(ctx, tuple, sizeof(tuple->ipv4), BPF_F_CURRENT_NETNS, 0);
	return bpf_sk_lookup_udp(ctx, tuple, sizeof(tuple->ipv6), BPF_F_CURRENT_NETNS, 0);
}

/* The addresses in an IP header of their own, as the check of SYN cookies wants them. */
static __always_inline int is_own_cookie(struct bpf_sock *listener, const struct flow *flow, struct tcphdr *tcp)
{
	if (flow->version == 4) {
		struct iphdr ip = {
			.version = 4, .ihl = 5, .saddr = flow->tuple.ipv4.saddr, .daddr = flow->tuple.ipv4.daddr
		};
		return bpf_tcp_check_syncookie(listener, &ip, sizeof(ip), tcp, sizeof(*tcp)) == 0;
	}
	struct ipv6hdr ip = { .version = 6 };
	__builtin_memcpy(&ip.saddr, flow->tuple.ipv6.saddr, 16);
	__builtin_memcpy(&ip.daddr, flow->tuple.ipv6.daddr, 16);
	return bpf_tcp_check_syncookie(listener, &ip, sizeof(ip), tcp, sizeof(*tcp)) == 0;
}

static __always_inline enum proxy_reason judge_socket(struct bpf_sock *sk, const struct flow *flow, struct tcphdr *tcp)
{
	__u32 sequence = bpf_ntohl(tcp->seq);
	switch (sk->state) {
	case BPF_TCP_LISTEN:
		return is_own_cookie(sk, flow, tcp) ? HERE_COOKIE : ON_LISTENER;
	case NEW_SYN_RECV: {
		/* A SYN that was sent again after the row was flipped left a handshake on both candidates: the client goes on with one of them. */
		struct tcp_request_sock *request = bpf_skc_to_tcp_request_sock(sk);
		if (!request)
			return ON_REQUEST;
		int is_ours = tcp->rst || !tcp->ack || bpf_ntohl(tcp->ack_seq) == request->snt_isn + 1;
		return is_ours ? HERE_REQUEST : ON_REQUEST;
	}
	case BPF_TCP_TIME_WAIT: {
		struct tcp_timewait_sock *waiting = bpf_skc_to_tcp_timewait_sock(sk);
		if (!waiting)
			return ON_TIME_WAIT;
		__u32 expected = waiting->tw_sk.__tw_common.skc_tw_rcv_nxt;
		return is_near(sequence, expected, NEAR_TIME_WAIT) ? HERE_TIME_WAIT : ON_TIME_WAIT;
	}
	default: {
		struct tcp_sock *connection = bpf_skc_to_tcp_sock(sk);
		if (!connection)
			return ON_FAR;
		return is_near(sequence, connection->rcv_nxt, NEAR) ? HERE_SOCKET : ON_FAR;
	}
	}
}

static __always_inline enum proxy_reason judge_tcp(struct xdp_md *ctx, __u32 at, struct flow *flow)
{
	struct tcphdr tcp;
	if (bpf_xdp_load_bytes(ctx, at + flow->ip_bytes, &tcp, sizeof(tcp)) || tcp.doff < 5)
		return DROP_MALFORMED;
	if (tcp.syn && !tcp.ack)
		return HERE_SYN;
	set_ports(flow, tcp.source, tcp.dest);
	struct bpf_sock *sk = tcp_socket(ctx, flow);
	if (!sk)
		return ON_NO_SOCKET;
	enum proxy_reason reason = judge_socket(sk, flow, &tcp);
	bpf_sk_release(sk);
	return reason;
}

/* The id of the server in a QUIC connection id, laid out as QUIC-LB's plaintext algorithm with two bytes of it (draft-ietf-quic-load-balancers):
 * an octet of configuration, then the id in network order. 0 where there is none to read. */
static __always_inline __u16 quic_server(struct xdp_md *ctx, __u32 at)
{
	struct {
		__u8 first;
		__u8 rest[8];
	} quic;
	if (bpf_xdp_load_bytes(ctx, at, &quic, sizeof(quic)))
		return 0;
	if (!(quic.first & 0x80))
		return quic.rest[1] << 8 | quic.rest[2];
	/* Long header (RFC 9000, 17.2): version, length of the connection id, connection id. */
	return quic.rest[4] < 3 ? 0 : quic.rest[6] << 8 | quic.rest[7];
}

/* A datagram tells nothing of its flow unless it has a connected socket or is QUIC: it stays where the row's current real is, except where no
 * socket here takes it, or where its connection id names the second candidate. */
static __always_inline enum proxy_reason judge_udp(struct xdp_md *ctx, __u32 at, struct flow *flow, __u16 second)
{
	struct udphdr udp;
	if (bpf_xdp_load_bytes(ctx, at + flow->ip_bytes, &udp, sizeof(udp)))
		return DROP_MALFORMED;
	set_ports(flow, udp.source, udp.dest);
	struct bpf_sock *sk = udp_socket(ctx, flow);
	if (!sk)
		return ON_UDP;
	int is_connected = sk->state == BPF_TCP_ESTABLISHED;
	bpf_sk_release(sk);
	if (is_connected)
		return HERE_UDP;
	return quic_server(ctx, at + flow->ip_bytes + sizeof(udp)) == second ? ON_UDP : HERE_UDP;
}

/* Type, code, checksum, and four bytes of either ICMP before the quoted packet. */
#define ICMP_BYTES 8

/* Unreachable and too big, time exceeded, parameter problem (RFC 792); all below 128 (RFC 4443). */
static __always_inline int is_icmp_error(const struct flow *flow, __u8 type)
{
	if (flow->protocol == IPPROTO_ICMPV6)
		return type < 128;
	return type == 3 || type == 11 || type == 12;
}

/* Whether the socket sent the quoted packet. */
static __always_inline int sent_by(struct bpf_sock *sk, __u32 sequence)
{
	if (sk->state == BPF_TCP_LISTEN)
		return 0;
	if (sk->state == NEW_SYN_RECV) {
		struct tcp_request_sock *request = bpf_skc_to_tcp_request_sock(sk);
		return request && is_near(sequence, request->snt_isn, NEAR);
	}
	/* The kernel makes nothing of it, here or there. */
	if (sk->state == BPF_TCP_TIME_WAIT)
		return 1;
	struct tcp_sock *connection = bpf_skc_to_tcp_sock(sk);
	return connection && is_near(sequence, connection->snd_nxt, NEAR);
}

/* An error quotes a packet that one of the candidates sent, so its tuple stands the other way round; eight bytes behind its IP header are sure
 * (RFC 792), in TCP ports and sequence. */
static __always_inline enum proxy_reason judge_icmp(struct xdp_md *ctx, __u32 at, const struct flow *outer)
{
	__u8 type;
	__u32 quoted_at = at + outer->ip_bytes + ICMP_BYTES;
	if (bpf_xdp_load_bytes(ctx, at + outer->ip_bytes, &type, 1))
		return DROP_MALFORMED;
	if (!is_icmp_error(outer, type))
		return HERE_UNTOLD;
	struct flow quoted = {};
	struct {
		__be16 source;
		__be16 destination;
		__be32 sequence;
	} transport;
	if (read_flow(ctx, quoted_at, &quoted))
		return DROP_MALFORMED;
	if (quoted.protocol != IPPROTO_TCP && quoted.protocol != IPPROTO_UDP)
		return HERE_UNTOLD;
	if (bpf_xdp_load_bytes(ctx, quoted_at + quoted.ip_bytes, &transport, sizeof(transport)))
		return DROP_MALFORMED;
	struct flow flow = { .version = quoted.version };
	if (flow.version == 4) {
		flow.tuple.ipv4.saddr = quoted.tuple.ipv4.daddr;
		flow.tuple.ipv4.daddr = quoted.tuple.ipv4.saddr;
	} else {
		__builtin_memcpy(flow.tuple.ipv6.saddr, quoted.tuple.ipv6.daddr, 16);
		__builtin_memcpy(flow.tuple.ipv6.daddr, quoted.tuple.ipv6.saddr, 16);
	}
	set_ports(&flow, transport.destination, transport.source);
	struct bpf_sock *sk;
	if (quoted.protocol == IPPROTO_UDP) {
		sk = udp_socket(ctx, &flow);
		if (!sk)
			return ON_ICMP;
		bpf_sk_release(sk);
		return HERE_ICMP;
	}
	sk = tcp_socket(ctx, &flow);
	if (!sk)
		return ON_ICMP;
	int is_ours = sent_by(sk, bpf_ntohl(transport.sequence));
	bpf_sk_release(sk);
	return is_ours ? HERE_ICMP : ON_ICMP;
}

/* Whose is the packet whose flow was read at `at`? `second` ≠ 0. */
static __always_inline enum proxy_reason judge(struct xdp_md *ctx, __u32 at, struct flow *flow, __u16 second)
{
	/* A later piece has no ports, and all pieces must come together: they stay with the row's current real. */
	if (flow->is_fragment)
		return HERE_UNTOLD;
	switch (flow->protocol) {
	case IPPROTO_TCP:
		return judge_tcp(ctx, at, flow);
	case IPPROTO_UDP:
		return judge_udp(ctx, at, flow, second);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return judge_icmp(ctx, at, flow);
	default:
		return HERE_UNTOLD;
	}
}

#endif
