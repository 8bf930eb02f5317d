/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Takes overdue flows out of the director's memory, a portion at a time, and counts the others by real on the way. */
#ifndef TRICADE_HELPER_SWEEP_H
#define TRICADE_HELPER_SWEEP_H

#include "plane.h"
#include "text.h"

/* Milliseconds until the next portion; -1: the data plane remembers no flows. */
int sweep_wait_ms(struct plane *plane);
/* Looks at one portion, if it is time. */
void sweep(struct plane *plane);
/* Age in ms of the last whole count, and its pairs of 32-bit words: id of a real, flows. -1 without pairs: none was made yet. */
void sweep_counts(struct plane *plane, struct text *out);

#endif
