/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the program tells of single packets. The ring in the kernel has one reader: the helper takes everything out as it comes and keeps the newest
 * for whoever asks, each reader from where it read last. Records are not looked into.
 */
#ifndef TRICADE_HELPER_EVENTS_H
#define TRICADE_HELPER_EVENTS_H

#include "plane.h"
#include "text.h"

/* Reads the ring of the data plane as it is now: another one after a load, none where it has none. */
void events_follow(struct plane *plane);
/* To be polled for reading; -1: there is no ring. */
int events_fd(void);
/* Takes out what there is. */
void events_drain(void);
/* ` NEXT LOST BYTES`: records from number `from` on, one behind the other, as many as an answer takes; LOST of those asked for are not kept any more. */
void events_since(uint64_t from, struct text *out);

#endif
