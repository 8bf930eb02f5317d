/* How long a flow is remembered after its last packet. To the program one that is overdue is none; the helper takes it out. */
#ifndef TRICADE_LIFETIMES_H
#define TRICADE_LIFETIMES_H

#include <linux/in.h>
#include "abi.h"

#define TCP_IDLE_S 7440 /* RFC 5382, REQ-5: two hours and four minutes at least */
#define TCP_CLOSING_S 240 /* the same: four minutes where an end is half closed */
#define TCP_CLOSED_S 30 /* both have sent FIN: the last ones may have to come again */
#define TCP_RESET_S 10
#define UDP_IDLE_S 180 /* RFC 4787, REQ-5: two minutes at least */
#define OPENING_S 130 /* Linux sends a SYN again for 127 s */

/* TCP that has ended for both sides: a SYN of the same ports begins another flow, and no drain waits for it. */
static __always_inline int is_over(const struct flow_note *note)
{
	const __u32 both = FLOW_CLIENT_FIN | FLOW_REAL_FIN;

	return note->state & FLOW_RESET || (note->state & both) == both;
}

static __always_inline __u32 lifetime_s(const struct flow_note *note, __u8 protocol)
{
	if (protocol != IPPROTO_TCP)
		return UDP_IDLE_S;
	if (note->state & FLOW_RESET)
		return TCP_RESET_S;
	if (is_over(note))
		return TCP_CLOSED_S;
	return note->state & (FLOW_CLIENT_FIN | FLOW_REAL_FIN) ? TCP_CLOSING_S : TCP_IDLE_S;
}

/* CPUs may have read the clock in another order than they write. */
static __always_inline int is_overdue(const struct flow_note *note, __u32 lifetime, __u32 now_s)
{
	return (__s32)(now_s - note->seen_s) > (__s32)lifetime;
}

#endif
