/* SPDX-License-Identifier: Apache-2.0
 * Decides which period runs, what its end asks for, and pauses. The plan is the caller's; presence
 * in it is counted from the log, not here. */
#include "signaling/classroom/state.h"

static bool is_known(const struct period *p)
{
    return p->to_ms > p->from_ms;
}

static uint8_t running(const struct class *c, int64_t now_ms)
{
    for (uint8_t i = 0; i < c->info.n_periods; i++) {
        const struct period *p = &c->info.periods[i];
        if (is_known(p) && now_ms >= p->from_ms && now_ms < p->to_ms)
            return (uint8_t)(i + 1);
    }
    return 0;
}

uint8_t period_to_sit(const struct class *c, int64_t now_ms)
{
    for (uint8_t i = 0; i < c->info.n_periods; i++) {
        if (is_known(&c->info.periods[i]) && now_ms < c->info.periods[i].to_ms)
            return (uint8_t)(i + 1);
    }
    return 0;
}

static void period_event(struct class *c, enum class_event_kind kind, int64_t now_ms)
{
    event_say(c,
              &(struct class_event){.kind = (uint8_t)kind, .period = c->period, .at_ms = now_ms});
}

static void period_move(struct class *c, int64_t now_ms)
{
    uint8_t now = running(c, now_ms);
    if (now == c->period)
        return;
    uint8_t ended = c->period;
    if (ended != 0)
        period_event(c, EVENT_PERIOD_ENDED, now_ms);
    for (size_t i = 0; i < c->info.n_sites && ended != 0; i++) {
        uint8_t site = c->info.sites[i].site;
        c->due[site] = ended;
        due_say(c, site);
    }
    c->period = now;
    if (now != 0)
        period_event(c, EVENT_PERIOD_STARTED, now_ms);
    const struct note n = {.kind = NOTE_PERIOD_CHANGED, .period = now};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
}

/* Asked again each period; and a place that was taken out of the plan has nobody in it. */
static void seats_check(struct class *c, int64_t now_ms)
{
    for (size_t i = 0; i < c->n_people; i++) {
        struct person *p = c->people[i];
        if (p->site == 0)
            continue;
        if (!site_exists(c, p->site))
            check_out(c, p, now_ms, 0);
        else if (p->seated && p->seat_period != 0 && p->seat_period != period_to_sit(c, now_ms))
            seat_lapse(c, p);
    }
}

void pause_end(struct class *c, int64_t now_ms, uint32_t by)
{
    if (c->pause_ms == 0)
        return;
    c->pause_ms = 0;
    const struct note n = {.kind = NOTE_PAUSE_CHANGED};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    event_say(c, &(struct class_event){.kind = EVENT_PAUSE_ENDED, .by = by, .at_ms = now_ms});
}

enum fault on_pause_set(const struct call *call)
{
    struct class *c = call->c;
    int64_t until_ms = call->m->until_ms;
    if (until_ms == 0) {
        pause_end(c, call->now_ms, call->p->number);
        return FAULT_NONE;
    }
    if (until_ms <= call->now_ms || until_ms > call->now_ms + CLASS_PAUSE_MAX_MS)
        return FAULT_WRONG_STATE;
    if (until_ms == c->pause_ms)
        return FAULT_NONE;
    c->pause_ms = until_ms;
    const struct note n = {.kind = NOTE_PAUSE_CHANGED, .until_ms = until_ms};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    event_say(c, &(struct class_event){.kind = EVENT_PAUSE_STARTED,
                                       .by = call->p->number,
                                       .until_ms = until_ms,
                                       .at_ms = call->now_ms});
    return FAULT_NONE;
}

void periods_tick(struct class *c, int64_t now_ms)
{
    if (c->ended)
        return;
    period_move(c, now_ms);
    seats_check(c, now_ms);
    if (c->pause_ms != 0 && now_ms >= c->pause_ms)
        pause_end(c, now_ms, 0);
}
