/* SPDX-License-Identifier: Apache-2.0
 * Decides which place of a fixed storage an object gets. Knows nothing of the objects. */
#include "sfu/core/slab.h"

#include "sfu/base/mem.h"

#include <assert.h>
#include <string.h>

enum err slab_init(struct slab *s, uint32_t max, size_t item_bytes)
{
    assert(item_bytes >= sizeof(void *));
    *s = (struct slab){.max = max, .item_bytes = item_bytes};
    s->base = mem_alloc_array(max, item_bytes);
    return s->base ? E_OK : E_NOMEM;
}

void slab_fini(struct slab *s)
{
    mem_free(s->base);
    *s = (struct slab){0};
}

void *slab_at(const struct slab *s, uint32_t index)
{
    assert(index < s->max);
    return s->base + (size_t)index * s->item_bytes;
}

void *slab_take(struct slab *s, size_t zero_bytes)
{
    void *item = s->free;
    if (item)
        memcpy(&s->free, item, sizeof(s->free));
    else if (s->ever < s->max)
        item = slab_at(s, s->ever++);
    else
        return NULL;
    s->live++;
    memset(item, 0, zero_bytes);
    return item;
}

void slab_give(struct slab *s, void *item)
{
    assert(s->live > 0);
    memcpy(item, &s->free, sizeof(s->free));
    s->free = item;
    s->live--;
}

uint32_t slab_index(const struct slab *s, const void *item)
{
    return (uint32_t)((size_t)((const uint8_t *)item - s->base) / s->item_bytes);
}
