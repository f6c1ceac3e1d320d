/* SPDX-License-Identifier: Apache-2.0
 * A free list over one allocation. Decides only whether there is a packet left. */
#include "sfu/base/pool.h"

#include "sfu/base/mem.h"

#include <assert.h>

enum err pool_init(struct pool *p, uint32_t max)
{
    if (max == 0)
        return E_RANGE;
    struct packet *packets = mem_alloc_array(max, sizeof(*packets));
    if (packets == NULL)
        return E_NOMEM;
    *p = (struct pool){.packets = packets, .max = max};
    for (uint32_t i = max; i > 0; i--) {
        packets[i - 1].pool = p;
        packets[i - 1].next_free = p->free;
        p->free = &packets[i - 1];
    }
    return E_OK;
}

void pool_fini(struct pool *p)
{
    assert(p->in_use == 0);
    mem_free(p->packets);
    *p = (struct pool){0};
}

struct packet *pool_take(struct pool *p)
{
    struct packet *packet = p->free;
    if (packet == NULL) {
        p->refused++;
        return NULL;
    }
    p->free = packet->next_free;
    packet->next_free = NULL;
    packet->refs = 1;
    packet->len = 0;
    packet->at = 0;
    p->in_use++;
    if (p->in_use > p->most_in_use)
        p->most_in_use = p->in_use;
    return packet;
}

struct packet *packet_ref(struct packet *p)
{
    assert(p->refs > 0 && p->refs < UINT32_MAX);
    p->refs++;
    return p;
}

void packet_unref(struct packet *p)
{
    if (p == NULL)
        return;
    assert(p->refs > 0);
    p->refs--;
    if (p->refs > 0)
        return;
    struct pool *pool = p->pool;
    p->next_free = pool->free;
    pool->free = p;
    pool->in_use--;
}
