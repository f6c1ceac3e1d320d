/* SPDX-License-Identifier: Apache-2.0
 * Decides in which planned period an instant lies and how much is planned. Leaves presence to
 * presence.c and wall clocks of places to the zone port. */
#include "signaling/attendance/period.h"

bool span_is_empty(struct span s)
{
    return s.to_ms <= s.from_ms;
}

int64_t span_ms(struct span s)
{
    return span_is_empty(s) ? 0 : s.to_ms - s.from_ms;
}

struct span span_cut(struct span s, struct span to)
{
    if (s.from_ms < to.from_ms)
        s.from_ms = to.from_ms;
    if (s.to_ms > to.to_ms)
        s.to_ms = to.to_ms;
    return s;
}

enum err periods_check(const struct periods *p)
{
    if (p->n == 0 || p->n > PERIOD_MAX)
        return E_RANGE;
    for (int i = 0; i < p->n; i++)
        if (span_is_empty(p->at[i]) || (i > 0 && p->at[i].from_ms < p->at[i - 1].to_ms))
            return E_RANGE;
    return E_OK;
}

int64_t periods_ms(const struct periods *p)
{
    int64_t sum = 0;
    for (int i = 0; i < p->n; i++)
        sum += span_ms(p->at[i]);
    return sum;
}

uint32_t periods_minutes(const struct periods *p)
{
    return (uint32_t)((periods_ms(p) + PERIOD_MINUTE_MS / 2) / PERIOD_MINUTE_MS);
}

int period_at(const struct periods *p, int64_t ms)
{
    for (int i = 0; i < p->n; i++)
        if (ms >= p->at[i].from_ms && ms < p->at[i].to_ms)
            return i;
    return -1;
}

int period_for(const struct periods *p, int64_t ms)
{
    int best = -1;
    for (int i = 0; i < p->n; i++) {
        if (span_is_empty(p->at[i]) || ms >= p->at[i].to_ms)
            continue;
        if (best < 0 || p->at[i].from_ms < p->at[best].from_ms)
            best = i;
    }
    return best;
}
