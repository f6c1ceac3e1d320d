/* SPDX-License-Identifier: Apache-2.0
 * A binary heap ordered by time, then owner, with each owner's place known. Decides who is next;
 * what is then to be done is the owner's. */
#include "sfu/base/deadline.h"

#include "sfu/base/mem.h"

#include <assert.h>
#include <stddef.h>

enum { DEADLINE_MAX = 1 << 24 };

static bool before(const struct deadline *a, const struct deadline *b)
{
    return a->at < b->at || (a->at == b->at && a->owner < b->owner);
}

static void put_at(struct deadline_heap *h, uint32_t i, struct deadline d)
{
    h->heap[i] = d;
    h->place[d.owner] = i + 1;
}

static void rise(struct deadline_heap *h, uint32_t i, struct deadline d)
{
    while (i > 0 && before(&d, &h->heap[(i - 1) / 2])) {
        put_at(h, i, h->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put_at(h, i, d);
}

static void sink(struct deadline_heap *h, uint32_t i, struct deadline d)
{
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && before(&h->heap[child + 1], &h->heap[child]))
            child++;
        if (!before(&h->heap[child], &d))
            break;
        put_at(h, i, h->heap[child]);
        i = child;
    }
    put_at(h, i, d);
}

/* Puts d where it belongs, starting from the free place i. */
static void settle(struct deadline_heap *h, uint32_t i, struct deadline d)
{
    if (i > 0 && before(&d, &h->heap[(i - 1) / 2]))
        rise(h, i, d);
    else
        sink(h, i, d);
}

enum err deadline_init(struct deadline_heap *h, uint32_t max)
{
    if (max == 0 || max > DEADLINE_MAX)
        return E_RANGE;
    struct deadline *heap = mem_alloc_array(max, sizeof(*heap));
    uint32_t *place = mem_alloc_array(max, sizeof(*place));
    if (heap == NULL || place == NULL) {
        mem_free(place);
        mem_free(heap);
        return E_NOMEM;
    }
    *h = (struct deadline_heap){.heap = heap, .place = place, .max = max};
    return E_OK;
}

void deadline_fini(struct deadline_heap *h)
{
    mem_free(h->place);
    mem_free(h->heap);
    *h = (struct deadline_heap){0};
}

void deadline_set(struct deadline_heap *h, uint32_t owner, usec at, const char *why)
{
    assert(owner < h->max);
    if (at == USEC_NEVER) {
        deadline_clear(h, owner);
        return;
    }
    struct deadline d = {.at = at, .why = why, .owner = owner};
    if (h->place[owner] == 0)
        rise(h, h->count++, d);
    else
        settle(h, h->place[owner] - 1, d);
}

void deadline_set_earlier(struct deadline_heap *h, uint32_t owner, usec at, const char *why)
{
    const struct deadline *has = deadline_find(h, owner);
    if (has == NULL || at < has->at)
        deadline_set(h, owner, at, why);
}

void deadline_clear(struct deadline_heap *h, uint32_t owner)
{
    assert(owner < h->max);
    if (h->place[owner] == 0)
        return;
    uint32_t i = h->place[owner] - 1;
    h->place[owner] = 0;
    h->count--;
    if (i < h->count)
        settle(h, i, h->heap[h->count]);
}

const struct deadline *deadline_find(const struct deadline_heap *h, uint32_t owner)
{
    assert(owner < h->max);
    return h->place[owner] == 0 ? NULL : &h->heap[h->place[owner] - 1];
}

const struct deadline *deadline_first(const struct deadline_heap *h)
{
    return h->count == 0 ? NULL : &h->heap[0];
}

bool deadline_pop(struct deadline_heap *h, usec now, struct deadline *out)
{
    if (h->count == 0 || h->heap[0].at > now)
        return false;
    *out = h->heap[0];
    deadline_clear(h, out->owner);
    return true;
}
