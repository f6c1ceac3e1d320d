/* SPDX-License-Identifier: Apache-2.0
 * The record as JSON, and what a correction of it asks (PROTOCOL.md §2). Thread: any. */
#ifndef SIGNALING_API_RECORD_VIEW_H
#define SIGNALING_API_RECORD_VIEW_H

#include "signaling/api/body.h"
#include "signaling/attendance/record.h"

struct record_view {
    const struct record *record;
    const struct class_info *info;
    uint16_t late_min, early_min;
};
/* Returns owned, free with free(); NULL: no memory. */
MUST_USE char *record_view_write(const struct record_view *v);

enum correction_status { CORRECTION_MINUTES, CORRECTION_PRESENT, CORRECTION_ABSENT };

struct correction_body {
    uint32_t person;
    uint8_t period; /* from 1 */
    uint8_t status; /* enum correction_status */
    uint16_t minutes;
    char reason[801];
};
void correction_body_parse(struct correction_body *out, struct problem *wrong, struct bytes text);

struct merge_body {
    uint32_t from, into;
};
void merge_body_parse(struct merge_body *out, struct problem *wrong, struct bytes text);

#endif
