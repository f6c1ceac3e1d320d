/* SPDX-License-Identifier: Apache-2.0
 * The planned times of a class: 1–20 spans of absolute milliseconds, from included, to excluded.
 * The zone decides only how they are shown, so that a night when the clocks change is nothing
 * special here. Thread: any. */
#ifndef SIGNALING_ATTENDANCE_PERIOD_H
#define SIGNALING_ATTENDANCE_PERIOD_H

#include "sfu/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { PERIOD_MAX = 20, PERIOD_MINUTE_MS = 60000 };

struct span {
    int64_t from_ms, to_ms;
};

/* Number n of an event is at[n - 1]; one that was taken out of the plan is empty (from = to). */
struct periods {
    uint8_t n;
    struct span at[PERIOD_MAX];
};

bool span_is_empty(struct span s);
int64_t span_ms(struct span s); /* 0 when empty */
struct span span_cut(struct span s, struct span to);

MUST_USE enum err
periods_check(const struct periods *p);            /* E_RANGE: none, too many, out of order */
int64_t periods_ms(const struct periods *p);       /* what is planned */
uint32_t periods_minutes(const struct periods *p); /* the same, rounded to the minute */

/* Index of the period in which ms lies; -1: between two, or outside. */
int period_at(const struct periods *p, int64_t ms);
/* The same, else the next to begin: where a check-in before the lesson belongs; -1: all are over.
 */
int period_for(const struct periods *p, int64_t ms);

#endif
