/* SPDX-License-Identifier: Apache-2.0
 * Bodies of the REST interface: JSON text to checked values (PROTOCOL.md §2), and the other way.
 * The only user of jansson for HTTP. Thread: any. */
#ifndef SIGNALING_API_BODY_H
#define SIGNALING_API_BODY_H

#include "sfu/base/bytes.h"
#include "signaling/note.h"

/* What is wrong with a request: a problem document (RFC 9457) in the making. */
struct problem {
    unsigned status;  /* 0: nothing is wrong */
    const char *code; /* constant word of PROTOCOL.md §2 */
    char detail[160]; /* for the operator: names a field, never repeats what a person typed */
};

/* The title of a code; never NULL. */
const char *problem_title(const char *code);

/* Returns owned, free with free(); NULL: no memory. */
MUST_USE char *problem_write(const struct problem *p);

/* POST and PATCH of a class: what was present was checked. */
struct class_body {
    struct class_info info;
    struct policy policy;
    bool has_title, has_zone, has_periods, has_microphone, has_camera;
    uint8_t revoke; /* enum role, or N_ROLE: none */
};

/* whole: POST (title, time_zone and periods must be there, revoke must not). */
void class_body_parse(struct class_body *out, struct problem *wrong, struct bytes text, bool whole);

struct ticket_body {
    bool has_name;
    char name[NOTE_NAME_MAX * MSG_UTF8_MAX + 1];
    char person_token[128]; /* "" = none */
};
void ticket_body_parse(struct ticket_body *out, struct problem *wrong, struct bytes text);

/* What a class shows; links are NULL where they are not shown. */
struct class_view {
    const char *id; /* NULL: as a link shows it */
    const struct class_info *info;
    struct policy policy;
    bool ended;
    uint8_t entrance;
    const char *public_url;
    const char *tokens[N_ROLE]; /* NULL: none are written */
};
/* All four return owned, free with free(); NULL: no memory. */
MUST_USE char *class_view_write(const struct class_view *v);
MUST_USE char *link_view_write(const struct class_view *v, uint8_t role, uint8_t may,
                               uint32_t person);

struct ticket_view {
    const char *ticket, *person_token;
    unsigned expires_in;
    uint32_t person;
    uint8_t role;
};
MUST_USE char *ticket_view_write(const struct ticket_view *v);

struct person_view {
    uint32_t person;
    const char *name;
    uint8_t role;
    bool present, removed;
};
MUST_USE char *people_view_write(const struct person_view *people, size_t n);

#endif
