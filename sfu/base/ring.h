/* SPDX-License-Identifier: Apache-2.0
 * Bounded first-in first-out queue of items of one size, copied in and out. Thread: owner's.
 * init/fini pair. */
#ifndef SFU_BASE_RING_H
#define SFU_BASE_RING_H

#include "sfu/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
    uint8_t *items; /* owned */
    size_t item_bytes;
    uint32_t max, first, count;
    uint64_t refused; /* pushes that met the ceiling */
};

MUST_USE enum err ring_init(struct ring *r, uint32_t max, size_t item_bytes); /* E_NOMEM, E_RANGE */
void ring_fini(struct ring *r);

MUST_USE enum err ring_push(struct ring *r, const void *item); /* E_FULL, counted */
bool ring_pop(struct ring *r, void *item);                     /* false: empty */

/* The i-th item from the oldest, borrowed until the next push or pop; NULL when i ≥ count. */
void *ring_at(const struct ring *r, uint32_t i);

#endif
