/* SPDX-License-Identifier: Apache-2.0
 * Makes the projection: plan, people, time line, then each event once, then the sums. Decides only
 * the order of these steps and what they may cost. */
#include "signaling/attendance/presence.h"

#include "sfu/base/mem.h"
#include "signaling/attendance/build.h"

#include <assert.h>

const struct presence_limits presence_default_limits = {
    .grace_ms = 60000, .stop_ms = 600000, .late_ms = 600000, .early_ms = 600000};

static bool opens(const struct log_event *e)
{
    return e->kind == LOG_ENTERED || e->kind == LOG_BACK || e->kind == LOG_MOVED ||
           e->kind == LOG_CHECKED_IN || e->kind == LOG_CORRECTED;
}

static enum err make_room(struct build *b)
{
    size_t openings = 0;
    for (size_t i = 0; i < b->n; i++)
        openings += opens(&b->events[i]) ? 1U : 0U;
    b->cap_segments = 2 * openings; /* what begins, and what it bridges */
    b->p->segments = mem_alloc_array(b->cap_segments + 1, sizeof *b->p->segments);
    b->links = mem_alloc_array(openings + 1, sizeof *b->links);
    b->at_ms = mem_alloc_array(b->n + 1, sizeof *b->at_ms);
    b->is_void = mem_alloc_array(b->n + 1, sizeof *b->is_void);
    b->restarted = mem_alloc_array(b->n + 1, sizeof *b->restarted);
    b->restart_ms = mem_alloc_array(b->n + 1, sizeof *b->restart_ms);
    b->unsynced_ms = mem_alloc_array(b->n + 1, sizeof *b->unsynced_ms);
    b->pauses = mem_alloc_array(b->n + 1, sizeof *b->pauses);
    return b->p->segments != NULL && b->links != NULL && b->at_ms != NULL && b->is_void != NULL &&
                   b->restarted != NULL && b->restart_ms != NULL && b->unsynced_ms != NULL &&
                   b->pauses != NULL
               ? E_OK
               : E_NOMEM;
}

static void give_back(struct build *b)
{
    mem_free(b->links);
    mem_free(b->at_ms);
    mem_free(b->is_void);
    mem_free(b->restarted);
    mem_free(b->restart_ms);
    mem_free(b->unsynced_ms);
    mem_free(b->pauses);
    mem_free(b->in_site);
}

/* The plan of the log, when it has one, takes the place of the given one. */
static void make_plan(struct build *b, const struct periods *given)
{
    struct periods *plan = &b->p->periods;
    bool own = false;
    for (size_t i = 0; i < b->n; i++) {
        const struct log_event *e = &b->events[i];
        if (e->kind != LOG_PERIOD_PLANNED || b->is_void[i] || e->period == 0 ||
            e->period > PERIOD_MAX || e->from_ms < 0 || e->to_ms < e->from_ms)
            continue;
        own = true;
        plan->at[e->period - 1] = (struct span){e->from_ms, e->to_ms};
        if (e->period > plan->n)
            plan->n = (uint8_t)e->period;
    }
    if (!own && given != NULL)
        *plan = *given;
}

static void on_pause(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    struct span *last = b->n_pauses > 0 ? &b->pauses[b->n_pauses - 1] : NULL;
    if (last != NULL && last->to_ms > b->at_ms[i])
        last->to_ms = b->at_ms[i];
    assert(b->pauses != NULL); /* make_room */
    if (e->kind == LOG_PAUSE_STARTED && e->to_ms > b->at_ms[i])
        b->pauses[b->n_pauses++] = (struct span){b->at_ms[i], e->to_ms};
}

static void on_class(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    if (e->kind == LOG_CLASS_ENDED) {
        b->ended_ms = b->at_ms[i];
        b->p->ended = true;
    } else if (e->kind == LOG_CLASS_REOPENED) {
        b->ended_ms = 0;
        b->p->ended = false;
        b->p->version++;
    } else if (e->kind == LOG_PERIOD_ENDED && e->period > 0 && e->period <= PERIOD_MAX) {
        b->over_ms[e->period - 1] = b->at_ms[i];
    } else if (e->kind == LOG_PAUSE_STARTED || e->kind == LOG_PAUSE_ENDED) {
        on_pause(b, i);
    } else if (e->kind == LOG_CLOCK_UNSYNCED) {
        b->unsynced_ms[b->n_unsynced++] = b->at_ms[i];
        b->p->unsynced = true;
    }
}

static void walk(struct build *b)
{
    b->last_ms = b->n > 0 ? b->at_ms[0] : 0;
    for (size_t i = 0; i < b->n; i++) {
        if (b->restarted[i])
            links_on_start(b, i);
        if (!b->is_void[i]) {
            on_class(b, i);
            links_on_event(b, i);
            sites_on_event(b, i);
        }
        b->last_ms = b->at_ms[i];
    }
    links_finish(b);
    sites_finish(b);
}

static int by_person(const void *a, const void *b)
{
    const struct presence_segment *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (x->at.from_ms != y->at.from_ms)
        return x->at.from_ms < y->at.from_ms ? -1 : 1;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

static enum err make(struct build *b, const struct presence_input *in)
{
    enum err e = make_room(b);
    if (e != E_OK)
        return e;
    timeline_make(b);
    make_plan(b, in->plan);
    e = people_make(b);
    if (e != E_OK)
        return e;
    b->in_site = mem_alloc_array(b->p->n_people + 1, sizeof *b->in_site);
    if (b->in_site == NULL)
        return E_NOMEM;
    memset(b->in_site, 0xFF, b->p->n_people * sizeof *b->in_site); /* NO_SEGMENT */
    walk(b);
    order(b->p->segments, b->p->n_segments, sizeof *b->p->segments, by_person);
    return cells_make(b);
}

enum err presence_new(struct presence **out, const struct presence_input *in)
{
    *out = NULL;
    struct presence *p = mem_alloc(sizeof *p);
    if (p == NULL)
        return E_NOMEM;
    p->limits = in->limits != NULL ? *in->limits : presence_default_limits;
    p->as_of_ms = in->as_of_ms;
    p->version = 1;
    p->number = in->n > 0 ? in->events[in->n - 1].number : 0;
    struct build b = {.p = p, .events = in->events, .n = in->n};
    enum err e = make(&b, in);
    give_back(&b);
    if (e != E_OK) {
        presence_free(p);
        return e;
    }
    for (size_t i = 0; i < p->n_segments; i++)
        p->segments[i].person = p->people[p->segments[i].person].number;
    *out = p;
    return E_OK;
}

void presence_free(struct presence *p)
{
    if (p == NULL)
        return;
    mem_free(p->people);
    mem_free(p->segments);
    mem_free(p->cells);
    mem_free(p);
}

const struct presence_cell *presence_cell_of(const struct presence *p, size_t person, size_t period)
{
    return &p->cells[person * PERIOD_MAX + period];
}
