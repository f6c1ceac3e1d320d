/* SPDX-License-Identifier: Apache-2.0
 * Decides who sits in which place: check-in, check-out, the trainer's list and its confirmation.
 * Whoever sits in a place hears its loudspeaker and has no microphone there. When a period ends is
 * decided in periods.c. */
#include "signaling/classroom/state.h"

bool site_exists(const struct class *c, uint8_t site)
{
    for (size_t i = 0; i < c->info.n_sites; i++) {
        if (c->info.sites[i].site == site)
            return site != 0;
    }
    return false;
}

/* Another place, or a check-in made or lapsed. Sound ends before anybody is told of it. */
static void place_set(struct class *c, struct person *p, uint8_t site, bool seated)
{
    uint8_t before = person_may(c, p), changed = CHANGED_SITE;
    bool seen = person_is_seen(p), was_deaf = person_is_deaf(p);
    p->site = site;
    p->seated = seated;
    uint8_t may = person_may(c, p);
    if (sources_off(c, p, (uint8_t)~may))
        changed |= CHANGED_ON;
    if (may != before)
        changed |= CHANGED_MAY;
    if (may != before || was_deaf != person_is_deaf(p))
        media_may(c, p);
    if (person_is_deaf(p))
        request_end(c, p, WITHDRAW_WITHDRAWN);
    if (seen && person_is_seen(p))
        delta_changed(c, p, changed);
    else if (person_is_seen(p))
        person_appear(c, p);
    else if (seen)
        person_vanish(c, p, LEFT_LEFT);
}

static void out_event(struct class *c, const struct person *p, int64_t now_ms, uint32_t by)
{
    struct class_event e = event_of(p, EVENT_CHECKED_OUT, now_ms);
    e.by = by;
    e.site = p->site;
    e.period = p->seat_period;
    event_say(c, &e);
}

void check_out(struct class *c, struct person *p, int64_t now_ms, uint32_t by)
{
    if (p->site == 0)
        return;
    if (p->seated)
        out_event(c, p, now_ms, by);
    p->due_period = 0;
    place_set(c, p, 0, false);
}

void seat_lapse(struct class *c, struct person *p)
{
    place_set(c, p, person_is_here(p) ? p->site : 0, false);
}

static void seat(struct class *c, struct person *p, int64_t now_ms, const struct class_check_in *in)
{
    uint8_t period = period_to_sit(c, now_ms), bit = (uint8_t)(1U << in->how);
    bool same = p->seated && p->site == in->site && p->seat_period == period;
    if (same && (p->how & bit) != 0)
        return;
    p->how = same ? p->how | bit : bit;
    p->seat_period = period;
    p->due_site = in->site;
    p->due_period = period;
    if (!same)
        place_set(c, p, in->site, true);
    struct class_event e = event_of(p, EVENT_CHECKED_IN, now_ms);
    e.by = in->by;
    e.site = in->site;
    e.period = period;
    e.reason = in->how;
    event_say(c, &e);
}

enum err class_check_in(struct class *c, int64_t now_ms, const struct class_check_in *in)
{
    struct person *p = person_resolve(c, in->person);
    if (c->ended)
        return E_STATE;
    if (p == NULL || !site_exists(c, in->site))
        return E_NOTFOUND;
    if (p->state == PERSON_REMOVED)
        return E_GONE;
    if (p->role == ROLE_ROOM)
        return E_DENIED;
    if (!person_is_seen(p) && p->state != PERSON_ADMITTED && is_full(c))
        return E_FULL;
    seat(c, p, now_ms, in);
    return E_OK;
}

void seat_pass(struct class *c, struct person *from, struct person *into, int64_t now_ms,
               uint32_t by)
{
    const struct class_check_in in = {.person = into->number,
                                      .site = from->site,
                                      .how =
                                          (from->how & 1U << HOW_CODE) != 0 ? HOW_CODE : HOW_TICKED,
                                      .by = by};
    if (!from->seated)
        return;
    out_event(c, from, now_ms, by);
    from->seated = false; /* a page of theirs stays silent until it is closed */
    from->due_period = 0;
    if (!person_is_here(from)) {
        from->site = 0;
        person_vanish(c, from, LEFT_MOVED);
    }
    if (!into->seated && !c->ended)
        seat(c, into, now_ms, &in); /* no place more than before: no question of a full class */
}

enum err class_check_out(struct class *c, int64_t now_ms, uint32_t person, uint32_t by)
{
    struct person *p = person_resolve(c, person);
    if (p == NULL)
        return E_NOTFOUND;
    if (p->site == 0 || p->role == ROLE_ROOM)
        return E_STATE;
    check_out(c, p, now_ms, by);
    return E_OK;
}

enum fault on_here_leave(const struct call *call)
{
    if (call->p->site == 0)
        return FAULT_WRONG_STATE;
    check_out(call->c, call->p, call->now_ms, call->p->number);
    return FAULT_NONE;
}

enum fault on_site_tick(const struct call *call)
{
    const struct class_check_in in = {.person = call->m->tick.person,
                                      .site = call->m->tick.site,
                                      .how = HOW_TICKED,
                                      .by = call->p->number};
    const struct person *p = person_resolve(call->c, in.person);
    if (p == NULL || p->state == PERSON_REMOVED)
        return FAULT_NOT_FOUND;
    if (!role_may_act_on(call->p->role, p->role))
        return FAULT_NOT_ALLOWED;
    enum err e = in.site != 0 ? class_check_in(call->c, call->now_ms, &in)
                              : class_check_out(call->c, call->now_ms, p->number, in.by);
    if (e == E_OK)
        return FAULT_NONE;
    return e == E_NOTFOUND ? FAULT_NOT_FOUND : e == E_FULL ? FAULT_TOO_MANY : FAULT_WRONG_STATE;
}

static bool is_due(const struct person *p, uint8_t site, uint8_t period)
{
    return p->due_period == period && p->due_site == site && p->merged_into == 0;
}

enum fault on_site_confirm(const struct call *call)
{
    struct class *c = call->c;
    uint8_t site = call->m->confirm.site, period = call->m->confirm.period;
    if (!site_exists(c, site) || period == 0 || period > c->info.n_periods)
        return FAULT_NOT_FOUND;
    if (call->now_ms < c->info.periods[period - 1].from_ms)
        return FAULT_WRONG_STATE;
    if (c->due[site] == period)
        c->due[site] = 0;
    event_say(c, &(struct class_event){.kind = EVENT_LIST_CONFIRMED,
                                       .by = call->p->number,
                                       .site = site,
                                       .period = period,
                                       .at_ms = call->now_ms});
    return FAULT_NONE;
}

void due_say(struct class *c, uint8_t site)
{
    uint32_t people[CLASS_RECORDS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < c->n_people && c->due[site] != 0; i++) {
        if (is_due(c->people[i], site, c->due[site]))
            people[n++] = c->people[i]->number;
    }
    if (n == 0) {
        c->due[site] = 0;
        return;
    }
    const struct note due = {
        .kind = NOTE_SITE_CONFIRM_DUE,
        .due = {.site = site, .period = c->due[site], .n = n, .people = people}};
    struct audience to = {.kind = AUDIENCE_MODERATORS};
    c->sink.deliver(c->sink.ctx, &to, &due);
}
