/* SPDX-License-Identifier: Apache-2.0
 * The record over HTTP (PROTOCOL.md §2): read from the log each time it is asked, corrected by new
 * events, re-opened as a new version. Decides which words go with it; what it finds is decided in
 * attendance/. */
#include "signaling/api/record_view.h"
#include "signaling/api/rest.h"
#include "signaling/api/zone.h"

#include "sfu/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOG_MAX = 1000000,      /* events of a class that are read: 40 days of proofs of life */
    CSV_FIRST = 256 * 1024, /* bytes; doubled while it does not fit */
    CSV_MAX = 16 * 1024 * 1024,
};

/* A class's whole log, and what was made of it. */
struct reading {
    const struct call_in *in;
    struct log_event *events;
    size_t n, cap;
    struct event_head head;
    struct presence *presence;
    struct record *record;
    struct zone *zone;
};

static enum err take(void *ctx, const struct stored_event *e)
{
    struct reading *r = ctx;
    if (r->n == r->cap)
        return E_FULL;
    r->events[r->n++] = e->event;
    memcpy(r->head.hash, e->hash, sizeof r->head.hash);
    r->head.number = e->event.number;
    return E_OK;
}

static enum err read_log(struct reading *r)
{
    struct service *v = r->in->v;
    struct event_query what = {.max = EVENT_PAGE_MAX};
    memcpy(what.class_id, r->in->c->kept.id, sizeof what.class_id);
    enum err e = event_reader_head(v->events, what.class_id, &r->head);
    if (e != E_OK || r->head.number > LOG_MAX)
        return e != E_OK ? e : E_FULL;
    r->cap = (size_t)r->head.number;
    r->events = mem_alloc_array(r->cap + 1, sizeof *r->events);
    if (r->events == NULL)
        return E_NOMEM;
    while (e == E_OK && r->n < r->cap) {
        size_t before = r->n;
        what.after = before == 0 ? 0 : r->events[before - 1].number;
        what.max = r->cap - before < EVENT_PAGE_MAX ? (unsigned)(r->cap - before) : EVENT_PAGE_MAX;
        e = event_reader_read(v->events, &what, take, r);
        if (r->n == before)
            break;
    }
    return e;
}

static bool words(void *ctx, uint32_t person, struct person_words *out)
{
    const struct reading *r = ctx;
    const struct store_person *p = roster_find(r->in->c, person);
    if (p == NULL)
        return false;
    bool split = p->family[0] != '\0';
    *out = (struct person_words){.family = split ? p->family : p->name,
                                 .given = split ? p->given : "",
                                 .organisation = p->organisation,
                                 .external_id = p->external_id};
    return true;
}

static const char *site(void *ctx, uint16_t number)
{
    const struct reading *r = ctx;
    const struct class_info *info = &r->in->c->kept.info;
    for (unsigned i = 0; i < info->n_sites; i++)
        if (info->sites[i].site == number)
            return info->sites[i].name;
    return NULL;
}

static struct civil local(void *ctx, int64_t utc_ms)
{
    const struct reading *r = ctx;
    return zone_civil(r->zone, utc_ms);
}

static const char *said(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static enum err project(struct reading *r)
{
    const struct store_class *kept = &r->in->c->kept;
    const struct config *config = r->in->v->config;
    struct periods plan = {.n = kept->info.n_periods};
    for (unsigned i = 0; i < plan.n; i++)
        plan.at[i] = (struct span){kept->info.periods[i].from_ms, kept->info.periods[i].to_ms};
    struct presence_limits limits = presence_default_limits;
    limits.grace_ms = (int64_t)config->grace_s * 1000;
    limits.late_ms = (int64_t)kept->late_min * PERIOD_MINUTE_MS;
    limits.early_ms = (int64_t)kept->early_min * PERIOD_MINUTE_MS;
    const struct presence_input input = {.events = r->events,
                                         .n = r->n,
                                         .plan = &plan,
                                         .limits = &limits,
                                         .as_of_ms = service_now_ms(r->in->v)};
    enum err e = presence_new(&r->presence, &input);
    if (e != E_OK)
        return e;
    struct record_head head = {.organisation = said(config->organisation_name),
                               .organisation_number = said(config->organisation_number),
                               .title = kept->info.title,
                               .zone = kept->info.time_zone};
    memcpy(head.chain_head, r->head.hash, sizeof head.chain_head);
    r->zone = zone_new(kept->info.time_zone);
    const struct record_ports ports = {.ctx = r, .local = local, .words = words, .site = site};
    return record_new(&r->record, r->presence, &head, &ports);
}

static void reading_fini(struct reading *r)
{
    record_free(r->record);
    presence_free(r->presence);
    zone_free(r->zone);
    mem_free(r->events);
}

static void answer_csv(const struct reading *r)
{
    enum err e = E_FULL;
    uint8_t *text = NULL;
    struct writer w = {.p = NULL};
    for (size_t cap = CSV_FIRST; e == E_FULL && cap <= CSV_MAX; cap *= 2) {
        free(text);
        text = malloc(cap);
        w = (struct writer){.p = text, .cap = cap};
        e = text == NULL ? E_NOMEM : record_csv(r->record, &w);
    }
    if (e == E_OK) {
        journal_note(r->in->c, (struct log_event){.kind = LOG_EXPORTED, .reason = LOG_EXPORT_CSV},
                     NULL);
        const struct http_response csv = {
            .status = 200, .type = "text/csv; charset=utf-8", .body = writer_bytes(&w)};
        http_answer(r->in->v->http, r->in->r->id, &csv);
    } else {
        rest_refuse(r->in, 503, "unavailable", "out of memory");
    }
    free(text);
}

static void answer(struct call_in *in, bool csv)
{
    struct reading r = {.in = in};
    enum err e = read_log(&r);
    if (e == E_OK)
        e = project(&r);
    if (e != E_OK) {
        rest_refuse(in, 503, "unavailable", "the log cannot be read now");
    } else if (csv) {
        answer_csv(&r);
    } else {
        const struct record_view view = {.record = r.record,
                                         .info = &in->c->kept.info,
                                         .late_min = in->c->kept.late_min,
                                         .early_min = in->c->kept.early_min};
        rest_answer(in, 200, record_view_write(&view));
    }
    reading_fini(&r);
}

void attendance_get(struct call_in *in)
{
    answer(in, strncmp(in->r->accept, "text/csv", 8) == 0);
}

void attendance_csv(struct call_in *in)
{
    answer(in, true);
}

static enum err correct(struct call_in *in, const struct correction_body *b, struct span at,
                        uint8_t how, uint64_t cookie)
{
    const struct log_event e = {.kind = LOG_CORRECTED,
                                .reason = how,
                                .person = b->person,
                                .period = b->period,
                                .from_ms = at.from_ms,
                                .to_ms = at.to_ms};
    return journal_put(in->c, e, words_of_person(&(struct words_person){.why = b->reason}), cookie);
}

void attendance_correct(struct call_in *in)
{
    struct correction_body b;
    struct problem wrong = {.status = 0};
    correction_body_parse(&b, &wrong, in->r->body);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    const struct class_info *info = &in->c->kept.info;
    if (roster_find(in->c, b.person) == NULL || b.period > info->n_periods) {
        rest_refuse(in, 404, "not-found", "no such person or period");
        return;
    }
    const struct period *p = &info->periods[b.period - 1];
    struct span all = {p->from_ms, p->to_ms}, there = all;
    if (b.status == CORRECTION_ABSENT)
        there.to_ms = all.from_ms;
    else if (b.status == CORRECTION_MINUTES)
        there.to_ms = all.from_ms + (int64_t)b.minutes * PERIOD_MINUTE_MS;
    there.to_ms = there.to_ms > all.to_ms ? all.to_ms : there.to_ms;
    struct pending *wait = rest_wait(in, 201, strdup("{\"corrected\":true}"));
    if (wait == NULL)
        return;
    /* The whole period is said anew, so that the last correction holds alone. */
    enum err e = E_OK;
    bool both = there.to_ms > all.from_ms;
    e = correct(in, &b, all, LOG_CORRECT_ABSENT, both ? 0 : wait->cookie);
    if (e == E_OK && both)
        e = correct(in, &b, there, LOG_CORRECT_PRESENT, wait->cookie);
    if (e != E_OK)
        rest_stored(in->v, &(struct store_done){.cookie = wait->cookie, .err = e});
}
