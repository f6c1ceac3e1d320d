/* SPDX-License-Identifier: Apache-2.0
 * All classes of this server: found by id, by number, by what the media plane calls them; with what
 * the store keeps of each. A class's lesson is decided in classroom/. Thread: signaling. init/fini
 * pair. */
#ifndef SIGNALING_SCHOOL_H
#define SIGNALING_SCHOOL_H

#include "sfu/base/idmap.h"
#include "sfu/sfu.h"
#include "signaling/classroom/class.h"
#include "signaling/store/store.h"

enum {
    SCHOOL_MAX = SFU_MAX_ROOMS,
    SCHOOL_PEERS_MAX = 16384, /* peers of the media plane at once */
    SCHOOL_PEOPLE_MAX = 1000, /* of a class over its life: as many as it keeps records of */
    CLASS_ID_TEXT = 27,       /* base32 (RFC 4648 §6, lower case) of 16 bytes, with the final 0 */
};

struct service;
struct session;

struct school_class {
    struct service *service;
    uint32_t number; /* never used again in this process */
    uint32_t place;  /* in school.classes */
    char id_text[CLASS_ID_TEXT];
    struct store_class kept;
    bool dirty;                   /* the store has an older one */
    struct class *class;          /* owned */
    struct store_person **people; /* owned, in order of arrival; everyone who ever entered */
    size_t n_people, cap_people;
    struct session *sessions[CLASS_PEOPLE_MAX]; /* owned: who is here or lost */
    size_t n_sessions;
    const struct store_person
        *naming;        /* who is being named during a call of the class; else NULL */
    uint32_t sent_out;  /* whose leave has said the removal */
    uint64_t code_step; /* of the codes that were shown last */
    bool clock_noted;   /* the log says that the clock is not synchronised */
};

struct school {
    struct school_class *classes[SCHOOL_MAX]; /* owned */
    size_t n;
    uint32_t next_number;
    struct idmap by_id, by_number, by_room, by_peer; /* to a place */
};

MUST_USE enum err school_init(struct school *s, uint64_t seed);
void school_fini(struct school *s); /* its sessions must be gone */

/* A class without a lesson yet (class is NULL). E_FULL, E_NOMEM, E_EXISTS. */
MUST_USE enum err school_add(struct school *s, const struct store_class *kept,
                             struct school_class **out);
void school_remove(struct school *s, struct school_class *c); /* frees it and its lesson */

struct school_class *school_find(const struct school *s, const uint8_t id[STORE_CLASS_ID]);
struct school_class *school_find_text(const struct school *s, const char *id_text);
struct school_class *school_find_number(const struct school *s, uint32_t number);
struct school_class *school_find_room(const struct school *s, uint32_t room);
struct school_class *school_find_peer(const struct school *s, uint32_t peer);

/* People of a class as the store has them. */
struct store_person *roster_find(const struct school_class *c, uint32_t number);
/* Adds or replaces. E_FULL, E_NOMEM. */
MUST_USE enum err roster_put(struct school_class *c, const struct store_person *p);
uint32_t roster_next_number(const struct school_class *c);

#endif
