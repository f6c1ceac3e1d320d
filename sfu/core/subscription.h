/* SPDX-License-Identifier: Apache-2.0
 * One slot of one receiver reading one publication: a link, and what happens to the slot's numbers
 * when it is made, promoted or cut. Thread: worker. Lives inside the slot. */
#ifndef SFU_CORE_SUBSCRIPTION_H
#define SFU_CORE_SUBSCRIPTION_H

#include <stdbool.h>

struct engine;
struct publication;
struct slot;

struct subscription {
    struct slot *slot;
    struct publication *publication; /* NULL: not linked */
    struct subscription *prev, *next;
};

/* Makes p the slot's target: audio at once, video when a keyframe starts (from the cache when a
 * fresh one is there). */
void subscription_start(struct engine *e, struct slot *s, struct publication *p);
/* Cuts a link; a cut link that filled the slot is told to the client. */
void subscription_cut(struct engine *e, struct subscription *sub);
/* The waiting publication's keyframe starts: it fills the slot from now on. */
void subscription_promote(struct engine *e, struct slot *s);

#endif
