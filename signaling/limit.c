/* SPDX-License-Identifier: Apache-2.0
 * Decides when somebody has asked too often. Both limits are the generic cell rate algorithm (ITU-T
 * I.371): one time says all, so that nothing has to be refilled. */
#include "signaling/limit.h"

#include "sfu/base/bytes.h"
#include "sfu/base/mem.h"
#include "sfu/base/rng.h"

uint64_t limit_key(const struct addr *a)
{
    if (addr_is_v4(a))
        return 0xffffULL << 32 | be32(a->ip + 12);
    uint64_t prefix = be64(a->ip);
    return prefix != 0 ? prefix : be64(a->ip + 8); /* ::1 */
}

enum err limit_init(struct limit *l, unsigned per_minute, uint64_t seed)
{
    l->cells = mem_alloc_array((size_t)LIMIT_SETS * LIMIT_WAYS, sizeof *l->cells);
    l->seed = seed;
    l->per_minute = per_minute;
    return l->cells == NULL ? E_NOMEM : E_OK;
}

void limit_fini(struct limit *l)
{
    mem_free(l->cells);
    l->cells = NULL;
}

static struct limit_cell *cell_of(struct limit *l, uint64_t key, usec now)
{
    struct limit_cell *set = l->cells + rng_mix(key ^ l->seed) % LIMIT_SETS * LIMIT_WAYS;
    struct limit_cell *best = set;
    for (unsigned i = 0; i < LIMIT_WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].full_at < best->full_at)
            best = &set[i];
    }
    *best = (struct limit_cell){.key = key, .full_at = now};
    return best;
}

/* When the allowance is whole again after one more. */
static usec full_after(const struct limit *l, const struct limit_cell *c, usec now)
{
    return (c->full_at > now ? c->full_at : now) + USEC_S(60) / l->per_minute;
}

static unsigned seconds(usec wait)
{
    return wait <= 0 ? 0 : (unsigned)((wait + USEC_S(1) - 1) / USEC_S(1));
}

unsigned limit_wait(struct limit *l, usec now, const struct addr *a)
{
    return seconds(full_after(l, cell_of(l, limit_key(a), now), now) - (now + USEC_S(60)));
}

unsigned limit_charge(struct limit *l, usec now, const struct addr *a)
{
    struct limit_cell *c = cell_of(l, limit_key(a), now);
    usec full_at = full_after(l, c, now);
    unsigned wait_s = seconds(full_at - (now + USEC_S(60)));
    if (wait_s == 0)
        c->full_at = full_at;
    return wait_s;
}

enum rate_answer rate_take(struct rate *r, usec now)
{
    usec each = USEC_S(1) / RATE_A_SECOND;
    usec base = r->full_at > now ? r->full_at : now;
    if (base + each <= now + each * RATE_BURST) {
        r->full_at = base + each;
        if (now - r->fast_last > USEC_S(1))
            r->fast_since = 0;
        return RATE_OK;
    }
    r->fast_last = now;
    if (r->fast_since == 0)
        r->fast_since = now;
    return now - r->fast_since >= USEC_S(RATE_PATIENCE_S) ? RATE_CLOSE : RATE_TOO_FAST;
}
