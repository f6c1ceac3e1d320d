/* SPDX-License-Identifier: Apache-2.0
 * A borrowed view of bytes, big-endian reads and writes on raw memory (network order, RFC 1700),
 * and a bounded writer over the caller's memory. Thread: any. Nothing here owns memory; callers of
 * be and put functions check lengths first. */
#ifndef SFU_BASE_BYTES_H
#define SFU_BASE_BYTES_H

#include "sfu/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *p;
    size_t len;
};

static inline struct bytes bytes_of(const void *p, size_t len)
{
    return (struct bytes){.p = p, .len = len};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* The view without its first n bytes; n beyond the end gives an empty view. */
static inline struct bytes bytes_skip(struct bytes b, size_t n)
{
    if (n >= b.len)
        return (struct bytes){.p = NULL, .len = 0};
    return (struct bytes){.p = b.p + n, .len = b.len - n};
}

static inline uint16_t be16(const uint8_t *p)
{
    return (uint16_t)((p[0] << 8) | p[1]);
}

static inline uint32_t be24(const uint8_t *p)
{
    return ((uint32_t)p[0] << 16) | ((uint32_t)p[1] << 8) | p[2];
}

static inline uint32_t be32(const uint8_t *p)
{
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

static inline uint64_t be64(const uint8_t *p)
{
    return ((uint64_t)be32(p) << 32) | be32(p + 4);
}

static inline void put_be16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static inline void put_be24(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 16);
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)v;
}

static inline void put_be32(uint8_t *p, uint32_t v)
{
    put_be16(p, (uint16_t)(v >> 16));
    put_be16(p + 2, (uint16_t)v);
}

static inline void put_be64(uint8_t *p, uint64_t v)
{
    put_be32(p, (uint32_t)(v >> 32));
    put_be32(p + 4, (uint32_t)v);
}

/* Where a wire writer appends: cap bytes of the caller's memory, len of them used. Wire writers
 * return E_FULL and leave len as it was when their whole output does not fit; never half a
 * structure. */
struct writer {
    uint8_t *p;
    size_t cap, len;
};

static inline struct writer writer_over(void *p, size_t cap)
{
    return (struct writer){.p = p, .cap = cap, .len = 0};
}

static inline struct bytes writer_bytes(const struct writer *w)
{
    return bytes_of(w->p, w->len);
}

/* n bytes at the end, to be filled by the caller; NULL when they do not fit. */
static inline uint8_t *writer_take(struct writer *w, size_t n)
{
    if (n > w->cap - w->len)
        return NULL;
    uint8_t *at = w->p + w->len;
    w->len += n;
    return at;
}

static inline MUST_USE enum err writer_put(struct writer *w, struct bytes b)
{
    uint8_t *at = writer_take(w, b.len);
    if (at == NULL)
        return E_FULL;
    if (b.len > 0)
        memcpy(at, b.p, b.len);
    return E_OK;
}

#endif
