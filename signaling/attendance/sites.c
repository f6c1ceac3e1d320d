/* SPDX-License-Identifier: Apache-2.0
 * Decides from when to when somebody was in a place: from the check-in to the check-out, the
 * period's end or the trainer's word, never by what a telephone does. Asked again each period. */
#include "signaling/attendance/build.h"

static void site_close(struct build *b, uint32_t person, int64_t at_ms, enum log_left reason)
{
    uint32_t open = b->in_site[person];
    if (open == NO_SEGMENT)
        return;
    struct presence_segment *s = &b->p->segments[open];
    if (at_ms < s->at.to_ms) {
        s->at.to_ms = at_ms > s->at.from_ms ? at_ms : s->at.from_ms;
        s->end = (uint8_t)reason;
    }
    b->in_site[person] = NO_SEGMENT;
}

/* Index of the period an event speaks of; -1: none. */
static int period_of(const struct build *b, const struct log_event *e, int64_t at_ms)
{
    if (e->period == 0)
        return period_for(&b->p->periods, at_ms);
    return e->period <= b->p->periods.n ? e->period - 1 : -1;
}

static void establish(struct presence_segment *s, const struct log_event *e)
{
    if (e->reason < 8)
        s->how |= (uint8_t)(1U << e->reason);
    if (e->reason == LOG_HOW_TICKED)
        s->by = e->by;
}

static void on_check_in(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    int64_t at_ms = e->from_ms > 0 && e->from_ms < b->at_ms[i] ? e->from_ms : b->at_ms[i];
    int period = period_of(b, e, at_ms);
    if (period < 0 || e->site == 0 || at_ms >= b->p->periods.at[period].to_ms) {
        b->p->odd++; /* after the period only with a stated time */
        return;
    }
    uint32_t person = people_index(b, e->person), open = b->in_site[person];
    if (open != NO_SEGMENT) {
        struct presence_segment *s = &b->p->segments[open];
        if (s->site == e->site && s->period == period) {
            establish(s, e);
            if (e->from_ms > 0 && at_ms < s->at.from_ms)
                s->at.from_ms = at_ms;
            return;
        }
        site_close(b, person, at_ms, LOG_LEFT_MOVED);
    }
    struct presence_segment s = {.at = {at_ms, b->p->periods.at[period].to_ms},
                                 .event = e->number,
                                 .person = person,
                                 .site = e->site,
                                 .period = (uint8_t)period,
                                 .kind = SEGMENT_SITE,
                                 .end = LOG_LEFT_ENDED};
    establish(&s, e);
    b->in_site[person] = (uint32_t)b->p->n_segments;
    segment_add(b, &s);
}

static void on_check_out(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    uint32_t person = people_index(b, e->person);
    int64_t at_ms = e->to_ms > 0 && e->to_ms < b->at_ms[i] ? e->to_ms : b->at_ms[i];
    if (b->in_site[person] == NO_SEGMENT)
        b->p->odd++;
    site_close(b, person, at_ms, LOG_LEFT_LEFT);
}

/* The list as it stood: check-ins of this place and period that were made so far. */
static void on_confirmed(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    int period = e->period > 0 ? e->period - 1 : -1;
    for (int k = 0; e->period == 0 && k < b->p->periods.n; k++)
        if (b->p->periods.at[k].from_ms <= b->at_ms[i])
            period = k;
    uint32_t person = e->person != 0 ? people_index(b, e->person) : 0;
    for (size_t k = 0; k < b->p->n_segments; k++) {
        struct presence_segment *s = &b->p->segments[k];
        if (s->kind == SEGMENT_SITE && s->site == e->site && s->period == period &&
            (e->person == 0 || s->person == person))
            s->confirmed_by = e->by;
    }
}

static void close_all(struct build *b, int period, int64_t at_ms)
{
    for (uint32_t k = 0; k < b->p->n_people; k++) {
        uint32_t open = b->in_site[k];
        if (open != NO_SEGMENT && (period < 0 || b->p->segments[open].period == period))
            site_close(b, k, at_ms, LOG_LEFT_ENDED);
    }
}

static void on_correction(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    if (e->person == 0 || (e->reason != LOG_CORRECT_PRESENT && e->reason != LOG_CORRECT_ABSENT))
        return;
    const struct presence_segment s = {.at = {e->from_ms, e->to_ms},
                                       .event = e->number,
                                       .person = people_index(b, e->person),
                                       .by = e->by,
                                       .site = e->site,
                                       .kind = e->reason == LOG_CORRECT_PRESENT ? SEGMENT_PRESENT
                                                                                : SEGMENT_ABSENT};
    if (!span_is_empty(s.at))
        segment_add(b, &s);
}

void sites_on_event(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    if (e->kind == LOG_CHECKED_IN && e->person != 0)
        on_check_in(b, i);
    else if (e->kind == LOG_CHECKED_OUT && e->person != 0)
        on_check_out(b, i);
    else if (e->kind == LOG_LEFT && e->reason == LOG_LEFT_REMOVED && e->person != 0)
        site_close(b, people_index(b, e->person), b->at_ms[i], LOG_LEFT_REMOVED);
    else if (e->kind == LOG_LIST_CONFIRMED && e->site != 0)
        on_confirmed(b, i);
    else if (e->kind == LOG_PERIOD_ENDED && e->period != 0)
        close_all(b, e->period - 1, b->at_ms[i]);
    else if (e->kind == LOG_CLASS_ENDED)
        close_all(b, -1, b->at_ms[i]);
    else if (e->kind == LOG_CORRECTED)
        on_correction(b, i);
}

void sites_finish(struct build *b)
{
    for (uint32_t k = 0; k < b->p->n_people; k++) {
        uint32_t open = b->in_site[k];
        if (open == NO_SEGMENT)
            continue;
        struct presence_segment *s = &b->p->segments[open];
        struct presence_person *who = &b->p->people[k];
        if (b->p->as_of_ms >= s->at.to_ms)
            continue; /* the period is over: asked again */
        s->at.to_ms = b->p->as_of_ms > s->at.from_ms ? b->p->as_of_ms : s->at.from_ms;
        s->end = LOG_LEFT_NONE;
        s->open = true;
        who->here |= HERE_SITE;
        who->site = s->site;
    }
}
