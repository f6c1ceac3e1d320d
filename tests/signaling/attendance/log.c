/* SPDX-License-Identifier: Apache-2.0
 * Writes logs as the service would. */
#include "tests/testing.h"

#include "log.h"

void log_start(struct log *l, int64_t now_ms)
{
    memset(l, 0, sizeof *l);
    l->now_ms = now_ms;
    l->boot_ms = now_ms - MINUTES(1000);
    l->boot = 1;
}

struct log_event *log_add(struct log *l, unsigned kind, uint32_t person)
{
    assert_true(l->n < LOG_EVENTS_MAX);
    struct log_event *e = &l->events[l->n++];
    *e = (struct log_event){.class_id = {7},
                            .number = l->n,
                            .kind = (uint8_t)kind,
                            .person = person,
                            .wall_ms = l->now_ms + l->wrong_ms,
                            .boot_us = (l->now_ms - l->boot_ms) * 1000,
                            .boot_id = {l->boot}};
    if (kind == LOG_ENTERED || kind == LOG_PERSON_EXPECTED || kind == LOG_PERSON_DECLARED)
        e->role = LOG_ROLE_LEARNER;
    return e;
}

struct log_event *log_add_at(struct log *l, int64_t at_ms, unsigned kind, uint32_t person)
{
    assert_true(at_ms >= l->now_ms);
    l->now_ms = at_ms;
    return log_add(l, kind, person);
}

void log_left(struct log *l, uint32_t person, unsigned reason)
{
    log_add(l, LOG_LEFT, person)->reason = (uint8_t)reason;
}

void log_alive_until(struct log *l, int64_t until_ms)
{
    while (l->now_ms + SECONDS(15) <= until_ms)
        log_add_at(l, l->now_ms + SECONDS(15), LOG_ALIVE, 0);
    l->now_ms = until_ms;
}

void log_period(struct log *l, unsigned number, int64_t from_ms, int64_t to_ms)
{
    struct log_event *e = log_add(l, LOG_PERIOD_PLANNED, 0);
    e->period = (uint16_t)number;
    e->from_ms = from_ms;
    e->to_ms = to_ms;
}

void log_day(struct log *l)
{
    log_start(l, NINE - MINUTES(15));
    log_add(l, LOG_CLASS_OPENED, 0);
    log_period(l, 1, NINE, NINE + MINUTES(210));
    log_period(l, 2, NINE + MINUTES(300), NINE + MINUTES(480));
}

struct presence *log_presence_of(const struct log *l, size_t n, int64_t as_of_ms)
{
    struct presence *p = NULL;
    const struct presence_input in = {.events = l->events, .n = n, .as_of_ms = as_of_ms};
    assert_int_equal(presence_new(&p, &in), E_OK);
    return p;
}

struct presence *log_presence(const struct log *l)
{
    return log_presence_of(l, l->n, 0);
}

const struct presence_cell *cell_of(const struct presence *p, uint32_t person, unsigned period)
{
    const struct presence_person *who = presence_find(p, person);
    assert_non_null(who);
    return presence_cell_of(p, (size_t)(who - p->people), period - 1);
}
