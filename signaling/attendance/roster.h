/* SPDX-License-Identifier: Apache-2.0
 * The expected people from a file or from what a trainer pasted: ';' CSV with a line of headers, or
 * one person a line. A wrong line is told by its number and the others are kept. Thread: any.
 * new/free pair; owns its texts. */
#ifndef SIGNALING_ATTENDANCE_ROSTER_H
#define SIGNALING_ATTENDANCE_ROSTER_H

#include "sfu/base/bytes.h"

enum {
    ROSTER_TEXT_MAX = 256 * 1024, /* bytes */
    ROSTER_MAX = 1000,            /* people; as many records as a class keeps */
    ROSTER_FAULTS_MAX = 50,       /* told one by one; n_faults counts on */
    ROSTER_NAME = 401,            /* bytes with the final 0: 100 characters */
    ROSTER_ORGANISATION = 801,    /* 200 characters */
    ROSTER_EMAIL = 255,           /* RFC 5321 §4.5.3.1.3 */
    ROSTER_ID = 257,              /* 64 characters */
};

enum roster_field {
    ROSTER_FAMILY,
    ROSTER_GIVEN,
    ROSTER_ORGANISATION_FIELD,
    ROSTER_EMAIL_FIELD,
    ROSTER_ID_FIELD,
    N_ROSTER_FIELD
};

enum roster_fault_kind {
    ROSTER_NO_FAMILY,
    ROSTER_NO_GIVEN,
    ROSTER_TOO_LONG,
    ROSTER_BAD_TEXT, /* not UTF-8, control characters, a quote without its end */
    ROSTER_BAD_EMAIL,
    ROSTER_TWICE,    /* the e-mail or the id of an earlier line; equal names are two people */
    ROSTER_TOO_MANY, /* beyond ROSTER_MAX; the rest was not read */
    N_ROSTER_FAULT
};

struct roster_fault {
    uint32_t line; /* from 1 */
    uint8_t kind;  /* enum roster_fault_kind */
    uint8_t field; /* enum roster_field */
};

struct roster_person {
    uint32_t line;
    char family[ROSTER_NAME], given[ROSTER_NAME];
    char organisation[ROSTER_ORGANISATION], email[ROSTER_EMAIL], external_id[ROSTER_ID];
};

struct roster {
    size_t n, n_faults;
    struct roster_person *people;
    struct roster_fault faults[ROSTER_FAULTS_MAX];
};

/* E_RANGE: too much text; E_MALFORMED: a line of headers without a family and a given name;
 * E_NOMEM. An empty text gives an empty roster. */
MUST_USE enum err roster_new(struct roster **out, struct bytes text);
void roster_free(struct roster *r); /* NULL is nothing */

#endif
