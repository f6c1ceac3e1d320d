/* SPDX-License-Identifier: Apache-2.0
 * Decides which recordings have been kept long enough. Thread: any. Time comes in. */
#ifndef RECORDINGS_RETENTION_H
#define RECORDINGS_RETENTION_H

#include "recordings/manifest.h"

enum { RETENTION_MONTHS_DEFAULT = 6, RETENTION_MONTHS_MAX = 1200 };

struct retention_item {
    int64_t ended_wall_ms; /* Unix time of the recording's end */
    enum manifest_state state;
    bool due; /* out: delete it */
};

/* Marks what is due: ended at least `months` calendar months before now (the same day and time of
 * the month, or the month's last day), in UTC. months 0: nothing ever. What is running is not due.
 * Returns how many are. */
uint32_t retention_mark(struct retention_item *items, uint32_t n, unsigned months, int64_t now_ms);

/* Unix time in ms, that many calendar months earlier; months ≤ RETENTION_MONTHS_MAX. */
int64_t retention_months_before(int64_t wall_ms, unsigned months);

#endif
