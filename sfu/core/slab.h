/* SPDX-License-Identifier: Apache-2.0
 * Storage for at most max objects of one kind, taken once: a slot is touched only when it is first
 * used, so that a high ceiling costs address space and not memory. Thread: worker. init/fini pair;
 * fini frees the storage, not what the objects own. */
#ifndef SFU_CORE_SLAB_H
#define SFU_CORE_SLAB_H

#include "sfu/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct slab {
    uint8_t *base; /* owned */
    size_t item_bytes;
    uint32_t max, ever, live;
    void *free; /* freed objects, chained through their first bytes */
};

MUST_USE enum err slab_init(struct slab *s, uint32_t max, size_t item_bytes); /* E_NOMEM */
void slab_fini(struct slab *s);

/* The first zero_bytes are cleared, the rest is as it was left; NULL when all are in use. */
MUST_USE void *slab_take(struct slab *s, size_t zero_bytes);
void slab_give(struct slab *s, void *item);

uint32_t slab_index(const struct slab *s, const void *item);
void *slab_at(const struct slab *s, uint32_t index); /* index < max */

#endif
