/* SPDX-License-Identifier: Apache-2.0
 * What a class was in the middle of when the server stopped, read from its log at start: the
 * period, the pause, who sat where. */
#include "signaling/service_state.h"

#include "sfu/base/mem.h"

struct recall {
    struct school_class *c;
    uint64_t last;
    uint8_t period;
    int64_t pause_ms;
    struct class_restored *sits; /* as many as people, in their order */
};

static struct class_restored *seat_of(struct recall *r, uint32_t person)
{
    for (size_t i = 0; i < r->c->n_people; i++)
        if (r->c->people[i]->number == person)
            return &r->sits[i];
    return NULL;
}

static void stand_up(struct recall *r, uint8_t period)
{
    for (size_t i = 0; i < r->c->n_people; i++)
        if (period == 0 || r->sits[i].period == period)
            r->sits[i].site = 0;
}

static void sit(struct class_restored *seat, const struct log_event *e)
{
    bool same = seat->site == e->site && seat->period == e->period;
    uint8_t how = e->reason == LOG_HOW_CODE ? 1U << HOW_CODE : 1U << HOW_TICKED;
    seat->how = same ? seat->how | how : how;
    seat->site = (uint8_t)e->site;
    seat->period = (uint8_t)e->period;
}

static enum err take(void *ctx, const struct stored_event *stored)
{
    struct recall *r = ctx;
    const struct log_event *e = &stored->event;
    struct class_restored *seat = e->person == 0 ? NULL : seat_of(r, e->person);
    r->last = e->number;
    if (e->kind == LOG_PERIOD_STARTED) {
        r->period = (uint8_t)e->period;
    } else if (e->kind == LOG_PERIOD_ENDED) {
        r->period = 0;
        stand_up(r, (uint8_t)e->period);
    } else if (e->kind == LOG_PAUSE_STARTED) {
        r->pause_ms = e->to_ms;
    } else if (e->kind == LOG_PAUSE_ENDED) {
        r->pause_ms = 0;
    } else if (e->kind == LOG_CLASS_ENDED) {
        r->period = 0;
        r->pause_ms = 0;
        stand_up(r, 0);
    } else if (e->kind == LOG_CHECKED_IN && seat != NULL) {
        sit(seat, e);
    } else if (e->kind == LOG_CHECKED_OUT && seat != NULL) {
        seat->site = 0;
    }
    return E_OK;
}

enum err recall_read(struct service *v, struct school_class *c, struct class_config *config,
                     struct class_restored **sits)
{
    struct recall r = {.c = c};
    struct event_query what = {.max = EVENT_PAGE_MAX};
    enum err e = E_OK;
    *sits = r.sits = mem_alloc_array(c->n_people + 1, sizeof *r.sits);
    if (r.sits == NULL)
        return E_NOMEM;
    memcpy(what.class_id, c->kept.id, sizeof what.class_id);
    if (c->kept.ended)
        return E_OK;
    do {
        what.after = r.last;
        e = event_reader_read(v->events, &what, take, &r);
    } while (e == E_OK && r.last > what.after);
    config->period = r.period;
    config->pause_ms = r.pause_ms;
    return e;
}
