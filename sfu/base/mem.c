/* SPDX-License-Identifier: Apache-2.0
 * Decides whether a request for memory is granted: ceiling, and the n-th refused for tests. The
 * size stands in front of each block, so that live bytes are known without asking the C library. */
#include "sfu/base/mem.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Large enough for a size, and keeps what follows aligned for any type. */
enum { HEAD = alignof(max_align_t) > sizeof(size_t) ? alignof(max_align_t) : sizeof(size_t) };

static atomic_size_t live_bytes;
static atomic_size_t limit_bytes = SIZE_MAX;
static _Atomic uint64_t requests;
static _Atomic uint64_t refuse_from = MEM_NEVER; /* number of the first request to refuse */

static bool reserve(size_t bytes)
{
    size_t limit = atomic_load_explicit(&limit_bytes, memory_order_relaxed);
    size_t live = atomic_load_explicit(&live_bytes, memory_order_relaxed);
    do {
        if (live > limit || bytes > limit - live)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&live_bytes, &live, live + bytes,
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

void *mem_alloc(size_t bytes)
{
    uint64_t number = atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
    if (number >= atomic_load_explicit(&refuse_from, memory_order_relaxed))
        return NULL;
    if (bytes > SIZE_MAX - HEAD || !reserve(bytes))
        return NULL;
    unsigned char *block = calloc(1, HEAD + bytes);
    if (block == NULL) {
        atomic_fetch_sub_explicit(&live_bytes, bytes, memory_order_relaxed);
        return NULL;
    }
    memcpy(block, &bytes, sizeof(bytes));
    return block + HEAD;
}

void *mem_alloc_array(size_t n, size_t item_bytes)
{
    if (item_bytes != 0 && n > SIZE_MAX / item_bytes) {
        atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
        return NULL;
    }
    return mem_alloc(n * item_bytes);
}

void mem_free(void *p)
{
    if (p == NULL)
        return;
    unsigned char *block = (unsigned char *)p - HEAD;
    size_t bytes;
    memcpy(&bytes, block, sizeof(bytes));
    atomic_fetch_sub_explicit(&live_bytes, bytes, memory_order_relaxed);
    free(block);
}

void mem_fail_at(uint64_t n)
{
    uint64_t from = MEM_NEVER;
    if (n != MEM_NEVER)
        from = atomic_load_explicit(&requests, memory_order_relaxed) + n;
    atomic_store_explicit(&refuse_from, from, memory_order_relaxed);
}

void mem_set_limit(size_t bytes)
{
    atomic_store_explicit(&limit_bytes, bytes, memory_order_relaxed);
}

uint64_t mem_count(void)
{
    return atomic_load_explicit(&requests, memory_order_relaxed);
}

size_t mem_live_bytes(void)
{
    return atomic_load_explicit(&live_bytes, memory_order_relaxed);
}
