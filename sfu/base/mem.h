/* SPDX-License-Identifier: Apache-2.0
 * The one allocator of the pure layers: zeroed, counted, with a ceiling, and able to refuse the
 * n-th request for tests. Called from init and new functions only, never on the packet path.
 * Thread: any (counters are relaxed atomics; mem_fail_at and mem_set_limit are for set-up and
 * tests). */
#ifndef SFU_BASE_MEM_H
#define SFU_BASE_MEM_H

#include "sfu/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define MEM_NEVER UINT64_MAX

/* Returns owned, zeroed, aligned for any type; NULL when refused. Free with mem_free.
 * Zero bytes give a valid block. */
MUST_USE void *mem_alloc(size_t bytes);

/* As mem_alloc for n items; NULL as well when n * item_bytes overflows. */
MUST_USE void *mem_alloc_array(size_t n, size_t item_bytes);

/* Takes the block; NULL is allowed. */
void mem_free(void *p);

/* Refuses the n-th request from now (0 is the next) and every later one; MEM_NEVER ends that. */
void mem_fail_at(uint64_t n);

/* Ceiling on live bytes; SIZE_MAX (the start value) is none. */
void mem_set_limit(size_t bytes);

/* Requests since the start of the process, refused ones included. */
uint64_t mem_count(void);

/* Bytes asked for and not yet freed. */
size_t mem_live_bytes(void);

#endif
