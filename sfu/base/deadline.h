/* SPDX-License-Identifier: Apache-2.0
 * Who wants to be woken when, and why: a heap with at most one deadline per owner number. Setting,
 * clearing and taking cost O(log n); equal times come out in owner order, so that runs repeat
 * exactly. Needs no room later: all is allocated at init. Thread: owner's. init/fini pair. */
#ifndef SFU_BASE_DEADLINE_H
#define SFU_BASE_DEADLINE_H

#include "sfu/base/err.h"
#include "sfu/base/usec.h"

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    usec at;
    const char *why; /* constant text */
    uint32_t owner;
};

struct deadline_heap {
    struct deadline *heap; /* owned */
    uint32_t *place;       /* owned: index in heap + 1 by owner, 0 when none */
    uint32_t max, count;
};

/* Owners are 0 … max - 1, max ≤ 2^24. E_NOMEM, E_RANGE. */
MUST_USE enum err deadline_init(struct deadline_heap *h, uint32_t max);
void deadline_fini(struct deadline_heap *h);

/* Sets or moves the owner's deadline; at == USEC_NEVER clears it. Asserts owner < max. */
void deadline_set(struct deadline_heap *h, uint32_t owner, usec at, const char *why);

/* As deadline_set, unless the owner has an earlier one already. */
void deadline_set_earlier(struct deadline_heap *h, uint32_t owner, usec at, const char *why);

void deadline_clear(struct deadline_heap *h, uint32_t owner);

/* The owner's deadline, borrowed until the next change; NULL when it has none. */
const struct deadline *deadline_find(const struct deadline_heap *h, uint32_t owner);

/* The earliest one, borrowed until the next change; NULL when there is none. */
const struct deadline *deadline_first(const struct deadline_heap *h);

/* Takes the earliest one out when it is due (at ≤ now). */
bool deadline_pop(struct deadline_heap *h, usec now, struct deadline *out);

#endif
