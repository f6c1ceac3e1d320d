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

enum {
    CLASS_TRAINERS_MAX = 8,
    CLASS_HELP_MAX = 801,   /* bytes with the final 0: 200 characters */
    CLASS_MARGIN_MAX = 240, /* minutes of late_min and early_min */
};

/* POST and PATCH of a class: what was present was checked. */
struct class_body {
    struct class_info info;
    struct policy policy;
    bool has_title, has_zone, has_periods, has_microphone, has_camera;
    bool has_sites, has_open_link, has_late, has_early, has_help;
    bool open_link;
    uint16_t late_min, early_min;
    char help[CLASS_HELP_MAX];
    bool has_trainers;
    uint8_t n_trainers;
    uint32_t trainers[CLASS_TRAINERS_MAX];
    uint8_t revoke; /* enum role, or N_ROLE: none */
};

/* whole: POST (title, time_zone and periods must be there, revoke must not). */
void class_body_parse(struct class_body *out, struct problem *wrong, struct bytes text, bool whole);

struct ticket_body {
    bool has_name, has_family, has_given, has_organisation;
    char name[NOTE_NAME_MAX * MSG_UTF8_MAX + 1];
    char family[NOTE_NAME_MAX * MSG_UTF8_MAX + 1], given[NOTE_NAME_MAX * MSG_UTF8_MAX + 1];
    char organisation[NOTE_NAME_MAX * MSG_UTF8_MAX + 1];
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
    bool open_link;
    uint16_t late_min, early_min;
    const char *help; /* NULL: not written, with what is above */
    const uint32_t *trainers;
    unsigned n_trainers;
    const char *tokens[N_ROLE];              /* NULL: none are written */
    const char *open_token;                  /* NULL: no open link */
    const char *site_tokens[NOTE_SITES_MAX]; /* of the devices of the places; NULL: not written */
};
/* All four return owned, free with free(); NULL: no memory. */
MUST_USE char *class_view_write(const struct class_view *v);
MUST_USE char *link_view_write(const struct class_view *v, uint8_t role, uint8_t may,
                               uint32_t person, bool open);

/* views: of the classes, as class_view_write gives them. */
MUST_USE char *home_view_write(uint32_t number, const char *name, char *const *views, size_t n);

struct here_body {
    bool has_names; /* all three */
    char code[32];
    char family[NOTE_NAME_MAX * MSG_UTF8_MAX + 1], given[NOTE_NAME_MAX * MSG_UTF8_MAX + 1];
    char organisation[NOTE_NAME_MAX * MSG_UTF8_MAX + 1];
};
void here_body_parse(struct here_body *out, struct problem *wrong, struct bytes text);

struct here_view {
    const struct class_info *info;
    uint8_t site;
    uint32_t person;
    const char *person_token; /* NULL: known already */
};
MUST_USE char *here_view_write(const struct here_view *v);

MUST_USE char *deleted_view_write(unsigned messages, const char *attendance_until);
MUST_USE char *erased_view_write(unsigned people);

struct notice_view {
    const char *organisation, *number, *contact, *purpose; /* may be empty */
    unsigned attendance_years, messages_months, journal_years;
};
MUST_USE char *notice_view_write(const struct notice_view *v);

struct ticket_view {
    const char *ticket, *person_token;
    unsigned expires_in;
    uint32_t person;
    uint8_t role;
};
MUST_USE char *ticket_view_write(const struct ticket_view *v);

#endif
