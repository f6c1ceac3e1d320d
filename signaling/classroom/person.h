/* SPDX-License-Identifier: Apache-2.0
 * One person of a class: number, name, role, presence, rights, sources. The record stays after
 * leaving, so that the same number comes back; it goes only when the table is full. Thread:
 * signaling. Owned by struct class. */
#ifndef SIGNALING_CLASSROOM_PERSON_H
#define SIGNALING_CLASSROOM_PERSON_H

#include "sfu/base/err.h"
#include "sfu/sfu.h"
#include "signaling/msg.h"
#include "signaling/note.h"

enum {
    PERSON_KEYS = 64, /* message keys remembered against sending twice */
    PERSON_NAME_BYTES = NOTE_NAME_MAX * MSG_UTF8_MAX + 1
};

enum person_state {
    PERSON_ADMITTED, /* has a ticket, was not seen yet */
    PERSON_PRESENT,
    PERSON_LOST, /* no socket, within the grace time */
    PERSON_LEFT,
    PERSON_REMOVED, /* for good */
    N_PERSON_STATE
};

struct person {
    uint32_t number;
    uint32_t peer;    /* of the media plane; 0 = none. A new one for each page, kept over resume */
    uint8_t role;     /* enum role */
    uint8_t identity; /* enum identity */
    uint8_t state;    /* enum person_state; written by person_set_state only */
    uint8_t right[N_SFU_SOURCE];        /* enum choice: a right of one's own over the policy */
    uint8_t on;                         /* bits 1 << enum sfu_source: what the person says is on */
    uint32_t publication[N_SFU_SOURCE]; /* ids of the send connection, 0 = none */
    int64_t state_at_ms;
    uint8_t site; /* sits there, hears its loudspeaker; of a room's device: its place; 0: remote */
    bool seated;  /* checked in at `site`: is there without a page too */
    uint8_t seat_period; /* of the check-in, from 1; 0: outside the plan */
    uint8_t how;         /* bits 1 << enum how of the check-in */
    uint8_t due_site;    /* on the list of this place and period, still to be confirmed */
    uint8_t due_period;
    uint32_t merged_into; /* 0: is itself */
    uint64_t joined_seq;  /* delta of the last person.joined */
    struct {
        bool up;
        int64_t since_ms;
        uint64_t seq;
    } hand, request;
    char name[PERSON_NAME_BYTES];
    char organisation[PERSON_NAME_BYTES]; /* "": not said */
    char session[MSG_SESSION_MAX +
                 1];            /* of the page that is or was connected; "" = none to resume */
    uint64_t keys[PERSON_KEYS]; /* FNV-1a 64 of each, a ring */
    uint16_t n_keys, next_key;
};

enum how { HOW_CODE, HOW_TICKED };

struct class;

bool person_is_here(const struct person *p); /* present or lost: has a page, or had within grace */
bool person_is_seen(const struct person *p); /* here, or checked in: others see them */
/* Sits before a room's loudspeaker: has no microphone and is sent no sound. */
bool person_is_deaf(const struct person *p);

/* Rights in force, bits 1 << enum sfu_source; screen-audio goes with screen. */
uint8_t person_may(const struct class *c, const struct person *p);

/* The only writer of state; asserts that the step is allowed. */
void person_set_state(struct person *p, enum person_state to, int64_t now_ms);
bool person_step_allowed(enum person_state from, enum person_state to);

struct note_person person_note(const struct class *c, const struct person *p);

#endif
