/* SPDX-License-Identifier: Apache-2.0
 * A bounded queue of equal items. A full one refuses; which item matters more is the caller's to
 * decide. */
#include "sfu/base/ring.h"

#include "sfu/base/mem.h"

#include <string.h>

static uint8_t *item_at(const struct ring *r, uint32_t i)
{
    uint32_t index = (uint32_t)(((uint64_t)r->first + i) % r->max);
    return r->items + (size_t)index * r->item_bytes;
}

enum err ring_init(struct ring *r, uint32_t max, size_t item_bytes)
{
    if (max == 0 || item_bytes == 0)
        return E_RANGE;
    uint8_t *items = mem_alloc_array(max, item_bytes);
    if (items == NULL)
        return E_NOMEM;
    *r = (struct ring){.items = items, .item_bytes = item_bytes, .max = max};
    return E_OK;
}

void ring_fini(struct ring *r)
{
    mem_free(r->items);
    *r = (struct ring){0};
}

enum err ring_push(struct ring *r, const void *item)
{
    if (r->count == r->max) {
        r->refused++;
        return E_FULL;
    }
    memcpy(item_at(r, r->count), item, r->item_bytes);
    r->count++;
    return E_OK;
}

bool ring_pop(struct ring *r, void *item)
{
    if (r->count == 0)
        return false;
    memcpy(item, item_at(r, 0), r->item_bytes);
    r->first = (r->first + 1) % r->max;
    r->count--;
    return true;
}

void *ring_at(const struct ring *r, uint32_t i)
{
    return i < r->count ? item_at(r, i) : NULL;
}
