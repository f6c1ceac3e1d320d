/* SPDX-License-Identifier: Apache-2.0
 * Linear probing at a load of at most one half; removal shifts later cells back, so there are no
 * tombstones and a lookup never grows longer with age. */
#include "sfu/base/idmap.h"

#include "sfu/base/mem.h"
#include "sfu/base/rng.h"

#include <assert.h>
#include <stddef.h>

enum { IDMAP_MAX = 1 << 24 };

static uint32_t home(const struct idmap *m, uint64_t key)
{
    return (uint32_t)rng_mix(key ^ m->seed) & m->mask;
}

/* The cell of the key, or the empty one where it would go. */
static uint32_t probe(const struct idmap *m, uint64_t key)
{
    uint32_t i = home(m, key);
    while (m->cells[i].slot != IDMAP_NONE && m->cells[i].key != key)
        i = (i + 1) & m->mask;
    return i;
}

enum err idmap_init(struct idmap *m, uint32_t max, uint64_t seed)
{
    if (max == 0 || max > IDMAP_MAX)
        return E_RANGE;
    uint32_t cells = 4;
    while (cells < 2 * max)
        cells *= 2;
    struct idmap_cell *storage = mem_alloc_array(cells, sizeof(*storage));
    if (storage == NULL)
        return E_NOMEM;
    for (uint32_t i = 0; i < cells; i++)
        storage[i].slot = IDMAP_NONE;
    *m = (struct idmap){.cells = storage, .seed = seed, .mask = cells - 1, .max = max};
    return E_OK;
}

void idmap_fini(struct idmap *m)
{
    mem_free(m->cells);
    *m = (struct idmap){0};
}

enum err idmap_set(struct idmap *m, uint64_t key, uint32_t slot)
{
    assert(slot != IDMAP_NONE);
    uint32_t i = probe(m, key);
    if (m->cells[i].slot == IDMAP_NONE) {
        if (m->count == m->max)
            return E_FULL;
        m->count++;
    }
    m->cells[i] = (struct idmap_cell){.key = key, .slot = slot};
    return E_OK;
}

uint32_t idmap_find(const struct idmap *m, uint64_t key)
{
    return m->cells[probe(m, key)].slot;
}

bool idmap_remove(struct idmap *m, uint64_t key)
{
    uint32_t hole = probe(m, key);
    if (m->cells[hole].slot == IDMAP_NONE)
        return false;
    uint32_t i = hole;
    for (;;) {
        i = (i + 1) & m->mask;
        if (m->cells[i].slot == IDMAP_NONE)
            break;
        uint32_t from_home = (i - home(m, m->cells[i].key)) & m->mask;
        if (from_home >= ((i - hole) & m->mask)) { /* its home is at the hole or before it */
            m->cells[hole] = m->cells[i];
            hole = i;
        }
    }
    m->cells[hole].slot = IDMAP_NONE;
    m->count--;
    return true;
}
