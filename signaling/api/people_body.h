/* SPDX-License-Identifier: Apache-2.0
 * The list of expected people as JSON or as a spreadsheet's text, and people in answers
 * (PROTOCOL.md §2). Thread: any. */
#ifndef SIGNALING_API_PEOPLE_BODY_H
#define SIGNALING_API_PEOPLE_BODY_H

#include "signaling/api/body.h"
#include "signaling/attendance/roster.h"

/* On success *out holds at least one person; free with roster_free. */
void people_body_parse(struct roster **out, struct problem *wrong, struct bytes body, bool csv);

struct person_view {
    uint32_t person, merged_into;
    const char *name;
    uint8_t role, identity;
    bool present, removed;
    const char *token; /* NULL: no link is shown */
    const char *family, *given, *organisation, *email, *external_id;
};
/* faults: written as errors; NULL: none are. Returns owned, free with free(); NULL: no memory. */
MUST_USE char *people_view_write(const struct person_view *people, size_t n, const char *public_url,
                                 const struct roster *faults);

#endif
