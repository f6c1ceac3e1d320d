/* SPDX-License-Identifier: Apache-2.0
 * Decides which datagrams share a message. A run may not grow in size, so a larger datagram starts
 * a new one and a smaller one ends it. */
#include "sfu/io/runs.h"

#include <string.h>

/* Hosts differ in their last bytes, peers of one host in the port. */
static uint32_t hash_of(const struct path *p)
{
    uint64_t a, b;
    memcpy(&a, p->remote.ip, sizeof(a));
    memcpy(&b, p->remote.ip + 8, sizeof(b));
    uint64_t h = (a ^ p->remote.port) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 32) ^ b) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
    return (uint32_t)h | 1U; /* never 0, which says none */
}

static bool is_alone(const struct runs *r, uint32_t hash)
{
    return r->alone[(hash >> 1) % RUNS_ALONE] == hash;
}

/* The place of the path in the table: its own or the empty one it may take. */
static uint16_t *place_of(struct runs *r, const struct udp_out *out, size_t i, uint32_t hash)
{
    for (size_t k = hash >> 1;; k++) { /* ends: the table is twice as large as the batch */
        uint16_t *at = &r->table[k & r->mask];
        if (*at == 0)
            return at;
        const struct run *run = &r->run[*at - 1];
        if (run->hash == hash && path_equal(&out[run->first].path, &out[i].path))
            return at;
    }
}

static bool takes(const struct run *run, size_t len)
{
    return !run->closed && run->count < RUN_SEGMENTS && len <= run->segment && len > 0 &&
           run->bytes + len <= RUN_BYTES;
}

static void append(struct runs *r, struct run *run, size_t i, size_t len)
{
    r->next[run->last] = (uint16_t)i;
    run->last = (uint16_t)i;
    run->count++;
    run->bytes += (uint32_t)len;
    run->closed = len < run->segment;
    r->merged++;
}

void runs_build(struct runs *r, const struct udp_out *out, size_t n)
{
    size_t size = 16; /* a small batch clears little */
    while (size < 2 * n)
        size *= 2;
    r->mask = size - 1;
    memset(r->table, 0, size * sizeof(r->table[0]));
    r->n = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t len = out[i].bytes.len;
        const uint32_t hash = hash_of(&out[i].path);
        uint16_t *at = place_of(r, out, i, hash);
        if (*at != 0 && takes(&r->run[*at - 1], len)) {
            append(r, &r->run[*at - 1], i, len);
            continue;
        }
        r->run[r->n] = (struct run){.first = (uint16_t)i,
                                    .last = (uint16_t)i,
                                    .count = 1,
                                    .closed = is_alone(r, hash),
                                    .segment = (uint32_t)len,
                                    .bytes = (uint32_t)len,
                                    .hash = hash};
        *at = (uint16_t)++r->n;
    }
}

void runs_refuse(struct runs *r, const struct run *run)
{
    r->alone[(run->hash >> 1) % RUNS_ALONE] = run->hash;
}
