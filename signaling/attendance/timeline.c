/* SPDX-License-Identifier: Apache-2.0
 * Decides when each event was: boot time, laid on the wall clock once for each start of the
 * machine, so that a clock that is set does not stretch a presence. Also which events a correction
 * took away. Leaves what happened then to links.c and sites.c. */
#include "signaling/attendance/build.h"

/* The year 9999: beyond it nothing is added or taken away without overflow. */
#define TIME_MAX_MS INT64_C(253402300799000)

static int64_t sane(int64_t ms)
{
    return ms < 0 ? 0 : ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
}

static bool same_boot(const struct log_event *a, const struct log_event *b)
{
    return memcmp(a->boot_id, b->boot_id, LOG_BOOT_ID) == 0;
}

/* The event whose wall clock holds for its whole boot: the last LOG_CLOCK_SET, else the first. */
static const struct log_event *anchor_of(const struct build *b, size_t first)
{
    const struct log_event *anchor = &b->events[first];
    for (size_t i = first; i < b->n && same_boot(&b->events[i], &b->events[first]); i++)
        if (b->events[i].kind == LOG_CLOCK_SET)
            anchor = &b->events[i];
    return anchor;
}

static int64_t boot_ms(const struct log_event *e)
{
    return sane(e->boot_us / 1000);
}

static void mark_void(struct build *b)
{
    uint64_t first = b->n > 0 ? b->events[0].number : 1;
    for (size_t i = b->n; i-- > 0;) {
        const struct log_event *e = &b->events[i];
        if (e->kind != LOG_CORRECTED || b->is_void[i] || e->target < first ||
            e->target >= e->number)
            continue;
        size_t target = (size_t)(e->target - first);
        if (target >= i)
            continue;
        if (e->reason == LOG_CORRECT_VOID)
            b->is_void[target] = true;
    }
}

/* After mark_void: in order, so that the last one said holds. */
static void move_times(struct build *b)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct log_event *e = &b->events[i];
        if (e->kind != LOG_CORRECTED || e->reason != LOG_CORRECT_TIME || b->is_void[i])
            continue;
        uint64_t back = e->number - e->target;
        if (e->target < e->number && back <= i && e->from_ms != 0)
            b->at_ms[i - (size_t)back] = sane(e->from_ms);
    }
}

void timeline_make(struct build *b)
{
    const struct log_event *anchor = NULL;
    int64_t last = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct log_event *e = &b->events[i];
        if (i == 0 || !same_boot(e, &b->events[i - 1])) {
            anchor = anchor_of(b, i);
            b->restarted[i] = i > 0;
        }
        int64_t at = sane(sane(anchor->wall_ms) + boot_ms(e) - boot_ms(anchor));
        last = at > last ? at : last;
        b->at_ms[i] = last;
        if (b->restarted[i])
            b->restart_ms[b->n_restarts++] = last;
    }
    b->p->as_of_ms = sane(b->p->as_of_ms);
    if (last > b->p->as_of_ms)
        b->p->as_of_ms = last;
    mark_void(b);
    move_times(b);
}
