/* SPDX-License-Identifier: Apache-2.0
 * A class's log for tests, written as a lesson goes: a clock in minutes and seconds from nine
 * o'clock, numbers given in order. Thread: the test's. */
#ifndef TESTS_SIGNALING_ATTENDANCE_LOG_H
#define TESTS_SIGNALING_ATTENDANCE_LOG_H

#include "signaling/attendance/presence.h"

enum { LOG_EVENTS_MAX = 8192 };

#define MINUTES(n) ((int64_t)(n)*60000)
#define SECONDS(n) ((int64_t)(n)*1000)
/* 2026-11-23T09:00:00+01:00 */
#define NINE INT64_C(1795420800000)

struct log {
    struct log_event events[LOG_EVENTS_MAX];
    size_t n;
    int64_t now_ms;   /* wall clock */
    int64_t boot_ms;  /* of the machine's start on the wall clock */
    uint8_t boot;     /* first byte of the boot id */
    int64_t wrong_ms; /* the wall clock is ahead by this */
};

void log_start(struct log *l, int64_t now_ms);
/* The event gets number, class and times of now; the caller may fill the rest. */
struct log_event *log_add(struct log *l, unsigned kind, uint32_t person);
struct log_event *log_add_at(struct log *l, int64_t at_ms, unsigned kind, uint32_t person);
void log_left(struct log *l, uint32_t person, unsigned reason);
void log_alive_until(struct log *l, int64_t until_ms); /* a proof of life every 15 s */
void log_period(struct log *l, unsigned number, int64_t from_ms, int64_t to_ms);
void log_day(struct log *l); /* the plan: 9:00–12:30 and 14:00–17:00, the log starting at 8:45 */

/* The projection at the end of the log (or of its first n events); the caller frees. */
struct presence *log_presence(const struct log *l);
struct presence *log_presence_of(const struct log *l, size_t n, int64_t as_of_ms);
const struct presence_cell *cell_of(const struct presence *p, uint32_t person, unsigned period);

#endif
