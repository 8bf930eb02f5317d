/* MAC addresses, as numbers: the first byte is the lowest. */
#ifndef TRICADE_ETHERNET_H
#define TRICADE_ETHERNET_H

#include <linux/if_ether.h>
#include <linux/types.h>

static __always_inline __u64 mac_of(const void *bytes)
{
	return *(const __u32 *)bytes | (__u64)*(const __u16 *)(bytes + 4) << 32;
}

static __always_inline void write_mac(void *to, __u64 mac)
{
	*(__u32 *)to = mac;
	*(__u16 *)(to + 4) = mac >> 32;
}

/* The header at `to` goes back to where the one at `from` (the same, or another) came from. */
static __always_inline void turn_ethernet(void *to, const void *from)
{
	__u64 destination = mac_of(from), source = mac_of(from + ETH_ALEN);

	write_mac(to, source);
	write_mac(to + ETH_ALEN, destination);
}

#endif
