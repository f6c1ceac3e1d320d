/* SPDX-License-Identifier: Apache-2.0
 * One event of a class as it stands in the log: plain public values, and the one byte form that is
 * hashed. Names, texts and reasons in words are not here: they are the private part (chain.h).
 * Thread: any. Times: wall_ms since 1970; boot_us since the machine's start, suspend included. */
#ifndef SIGNALING_ATTENDANCE_EVENT_H
#define SIGNALING_ATTENDANCE_EVENT_H

#include "sfu/base/bytes.h"

#include <stdint.h>

enum {
    LOG_CLASS_ID = 16,
    LOG_BOOT_ID = 16, /* /proc/sys/kernel/random/boot_id as bytes: another one is another start */
    LOG_PUBLIC = 108, /* bytes of the public form */
    LOG_FORM = 1      /* its version, byte 0 */
};

/* Stored and hashed: a number never changes its meaning, a new kind takes a new number. In
 * brackets: the fields that are read beside class_id, number, times, person (whom it concerns) and
 * by (who did it; 0: nobody, that is time, the network or the API). */
enum log_kind {
    LOG_CLASS_OPENED = 1, /* private: title, zone, places */
    LOG_CLASS_ENDED = 2,
    LOG_CLASS_REOPENED = 3,
    LOG_PERIOD_PLANNED = 4, /* [period, from_ms, to_ms] both 0: taken out of the plan */
    LOG_PERIOD_STARTED = 5, /* [period] */
    LOG_PERIOD_ENDED = 6,   /* [period] */
    LOG_PAUSE_STARTED = 7,  /* [to_ms: until] */
    LOG_PAUSE_ENDED = 8,
    LOG_ENTRANCE = 9,       /* [reason: 0 open, 1 closed] */
    LOG_POLICY = 10,        /* [reason: bit 0 microphone open, bit 1 camera open] */
    LOG_OPEN_LINK = 11,     /* [reason: 0 off, 1 on] */
    LOG_CLASS_CHANGED = 12, /* private: as LOG_CLASS_OPENED */

    LOG_PERSON_EXPECTED = 20, /* [role] private: names, organisation, e-mail, id */
    LOG_PERSON_DECLARED = 21, /* [role] private: names and organisation as the person gave them */
    LOG_PERSON_RENAMED = 22,  /* private: names */
    LOG_PERSON_MERGED = 23,   /* [other: the person it is from now on] */

    LOG_ENTERED = 30, /* [role, device] */
    LOG_LOST = 31,    /* [device, age_ms: of the last proof of life] */
    LOG_BACK = 32,    /* [device] */
    LOG_MOVED = 33,   /* [role, device] this device alone goes on */
    LOG_LEFT = 34,    /* [device, 0: all; reason: enum log_left; age_ms with LOG_LEFT_NETWORK] */
    LOG_ALIVE = 35,   /* [age_ms, device] person 0: each one who is connected */

    LOG_SITE_OPENED = 40,    /* [site] private: name of the place */
    LOG_CHECKED_IN = 41,     /* [site, period, reason: enum log_how, from_ms: stated, or 0] */
    LOG_CHECKED_OUT = 42,    /* [site, to_ms: stated, or 0] */
    LOG_LIST_CONFIRMED = 43, /* [site, period] person 0: the whole list of the site */

    LOG_MESSAGE_SENT = 50,     /* [target: message, device] private: text */
    LOG_MESSAGE_TAKEN = 51,    /* [target] taken up by a moderator */
    LOG_MESSAGE_RELAYED = 52,  /* [target] */
    LOG_MESSAGE_ANSWERED = 53, /* [target] */
    LOG_MESSAGE_DELETED = 54,  /* [target] */
    LOG_HAND_RAISED = 55,      /* [device] */
    LOG_HAND_LOWERED = 56,
    LOG_MESSAGE_RELEASED = 57, /* [target] no longer taken; by 0: who took it has left */

    LOG_CORRECTED = 60, /* [reason: enum log_correction and its fields] private: why */
    LOG_ERASED = 61,    /* [target: one event, or 0: all of person; reason: kind, or 0: all] */
    LOG_EXPORTED = 62,  /* [reason: enum log_export] */

    LOG_SERVER_STARTED = 70,
    LOG_SERVER_STOPPED = 71,
    LOG_CLOCK_UNSYNCED = 72,
    LOG_CLOCK_SET = 73, /* wall_ms is right from here on: it holds for this whole boot */
};

enum log_role {
    LOG_ROLE_NONE = 0,
    LOG_ROLE_TRAINER = 1,
    LOG_ROLE_MODERATOR = 2,
    LOG_ROLE_LEARNER = 3,
    LOG_ROLE_ROOM = 4, /* the device of a place */
};

enum log_left {
    LOG_LEFT_NONE = 0,
    LOG_LEFT_LEFT = 1,
    LOG_LEFT_NETWORK = 2,
    LOG_LEFT_REMOVED = 3,
    LOG_LEFT_ENDED = 4,
    LOG_LEFT_SERVER_STOP = 5,
    LOG_LEFT_MOVED = 6, /* goes on with another device or in another place */
};

enum log_how { LOG_HOW_CODE = 1, LOG_HOW_TICKED = 2 };

enum log_correction {
    LOG_CORRECT_VOID = 1,    /* [target] as if that event had not been written */
    LOG_CORRECT_TIME = 2,    /* [target, from_ms] that event was then */
    LOG_CORRECT_PRESENT = 3, /* [person, site, from_ms, to_ms] */
    LOG_CORRECT_ABSENT = 4,  /* [person, from_ms, to_ms] */
};

enum log_export { LOG_EXPORT_CSV = 1, LOG_EXPORT_JSON = 2, LOG_EXPORT_PAGE = 3 };

struct log_event {
    uint8_t class_id[LOG_CLASS_ID];
    uint64_t number; /* from 1 in each class, without a gap */
    uint8_t kind;    /* enum log_kind; a later version may have more */
    uint8_t reason;
    uint8_t role; /* enum log_role */
    uint32_t person, by, other;
    uint32_t device; /* one connected page of a person; the service numbers them */
    uint16_t site;   /* from 1; 0: remote */
    uint16_t period; /* from 1; 0: none */
    uint32_t age_ms;
    uint64_t target;
    int64_t from_ms, to_ms;
    int64_t wall_ms, boot_us;
    uint8_t boot_id[LOG_BOOT_ID];
};

/* The public form, version 1: 108 bytes, numbers big-endian, signed ones in two's complement.
 *
 *    0  u8     form = 1       44  u8×16  boot id         80  u32  age_ms
 *    1  u8     kind           60  u32    person          84  u64  target
 *    2  u8     reason         64  u32    by              92  i64  from_ms
 *    3  u8     role           68  u32    other          100  i64  to_ms
 *    4  u8×16  class id       72  u32    device
 *   20  u64    number         76  u16    site
 *   28  i64    wall_ms        78  u16    period
 *   36  i64    boot_us
 *
 * A field that its kind does not read is 0. */
void event_write(uint8_t out[LOG_PUBLIC], const struct log_event *e);

/* E_MALFORMED: another length, number 0; E_UNSUPPORTED: another form. An
 * unknown kind is read: its place in the chain can be checked all the same. */
MUST_USE enum err event_read(struct log_event *out, struct bytes b);

const char *event_kind_name(unsigned kind); /* "entered"; a constant, "unknown" for others */

#endif
