/* The configuration, and the devices by which frames come and leave. */
#ifndef TRICADE_ARMS_H
#define TRICADE_ARMS_H

#include "encap.h"

/* NULL: none, or one of another ABI. */
static __always_inline const struct director_config *configured(void)
{
	__u32 zero = 0;
	const struct director_config *config = bpf_map_lookup_elem(&director_config, &zero);

	return config && config->abi == DIRECTOR_ABI ? config : NULL;
}

/* The arm whose device the frame came by. NULL: none is configured. */
static __always_inline const struct arm *ingress_arm(const struct xdp_md *ctx,
						     const struct director_config *config)
{
	__u32 ifindex = ctx->ingress_ifindex;

#pragma unroll
	for (int i = 0; i < ARMS; i++)
		if (config->arms[i].ifindex == ifindex)
			return &config->arms[i];
	return NULL;
}

static __always_inline int send(const struct packet *p, const struct choice *choice,
				const struct director_config *config)
{
	if (arm_of(choice->real, config)->ifindex == p->frame.ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect_map(&egress, choice->real->arm & (ARMS - 1), XDP_DROP);
}

#endif
