/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A flow of which every packet is told: its hash stands in the director's configuration for as long as somebody asks for it. Whoever asked and went away
 * leaves nothing behind, nor does a helper that was killed: the next one begins with none.
 */
#ifndef TRICADE_HELPER_WATCH_H
#define TRICADE_HELPER_WATCH_H

#include "plane.h"

/* `HASH MILLISECONDS`, read from a request: flows with this hash are watched for so long from now on. Refused while another one is. */
int watch_asked(struct plane *plane, char *words, struct why *why);
/* Ends what nobody asks for any more. Milliseconds until there is something to end; -1: nothing is watched. */
int watch_turn(struct plane *plane);

#endif
