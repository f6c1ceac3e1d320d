/* SPDX-License-Identifier: Apache-2.0
 * Decides which datagram arrives when, if at all: a heap by arrival time. */
#include "tests/sim/net.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void net_init(struct net *n, uint64_t seed)
{
    memset(n, 0, sizeof(*n));
    rng_init(&n->rng, seed);
    n->delay = 10000;
}

void net_fini(struct net *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->heap[i]);
    free(n->heap);
}

static bool before(const struct net_packet *a, const struct net_packet *b)
{
    return a->at < b->at || (a->at == b->at && a->number < b->number);
}

static void swap(struct net *n, size_t a, size_t b)
{
    struct net_packet *t = n->heap[a];
    n->heap[a] = n->heap[b];
    n->heap[b] = t;
}

static void push(struct net *n, struct net_packet *p)
{
    if (n->count == n->cap) {
        n->cap = n->cap ? 2 * n->cap : 64;
        n->heap = realloc(n->heap, n->cap * sizeof(*n->heap));
        assert(n->heap);
    }
    size_t i = n->count++;
    n->heap[i] = p;
    for (; i > 0 && before(n->heap[i], n->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(n, i, (i - 1) / 2);
}

void net_send(struct net *n, usec now, const struct path *path, bool to_server, struct bytes b)
{
    assert(b.len <= NET_MTU);
    if (rng_below(&n->rng, 1000) < n->loss_permille) {
        n->lost++;
        return;
    }
    struct net_packet *p = malloc(sizeof(*p));
    assert(p);
    p->at = now + n->delay;
    if (n->jitter > 0)
        p->at += (usec)rng_below(&n->rng, (uint32_t)n->jitter + 1);
    p->number = n->numbered++;
    p->path = *path;
    p->to_server = to_server;
    p->len = b.len;
    memcpy(p->bytes, b.p, b.len);
    push(n, p);
}

usec net_next(const struct net *n)
{
    return n->count ? n->heap[0]->at : USEC_NEVER;
}

struct net_packet *net_pop(struct net *n)
{
    if (n->count == 0)
        return NULL;
    struct net_packet *top = n->heap[0];
    n->heap[0] = n->heap[--n->count];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2; k++) {
            if (k < n->count && before(n->heap[k], n->heap[least]))
                least = k;
        }
        if (least == i)
            return top;
        swap(n, i, least);
        i = least;
    }
}
