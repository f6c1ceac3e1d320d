/* SPDX-License-Identifier: Apache-2.0
 * One lesson as a pure state machine: facts go in (admission, entry, message, loss, time), notes,
 * commands to the media plane and events for the log come out through the sink, during the call. No
 * clock, no socket, no randomness. Thread: signaling. new/free pair; all memory is the class's,
 * freed with it.
 *
 * Life of a person, as the service drives it:
 *   POST /tickets   class_admit        number (new or known); nobody else sees anything
 *   hello           class_enter        welcome or resumed: class_snapshot / class_resume, then live
 * notes a message       class_on_message   FAULT_NONE is answered ok; media.* are checked here and
 * done by the service socket broken   class_on_lost      grace time runs each second class_on_tick
 * grace and tickets that are over A session gets live notes from the moment its welcome or its
 * missed deltas are sent: notes delivered during class_enter are already in them, so the service
 * marks the session as joined after class_enter, not before. */
#ifndef SIGNALING_CLASSROOM_CLASS_H
#define SIGNALING_CLASSROOM_CLASS_H

#include "sfu/sfu.h"
#include "signaling/classroom/person.h"
#include "signaling/classroom/roles.h"
#include "signaling/msg.h"
#include "signaling/note.h"

enum {
    CLASS_PEOPLE_MAX = 200,   /* here or with a ticket: PROTOCOL.md §6 */
    CLASS_RECORDS_MAX = 1000, /* with those who left: five full classes */
    CLASS_MESSAGES_MAX = 500, /* PROTOCOL.md §6 */
    CLASS_DELTAS_MAX = 2048,  /* PROTOCOL.md §6 */
    CLASS_EXPECTED_MAX = 500, /* PROTOCOL.md §6 */
    CLASS_PAUSE_MAX_MS = 24 * 3600 * 1000,
    CLASS_TICKET_MS = 60000, /* PROTOCOL.md §2 */
    CLASS_GRACE_S = 60       /* PROTOCOL.md §3, default */
};

/* Who gets a note. */
enum audience_kind { AUDIENCE_ALL, AUDIENCE_MODERATORS, AUDIENCE_PERSON, AUDIENCE_SITE };

struct audience {
    uint8_t kind;    /* enum audience_kind */
    uint32_t person; /* AUDIENCE_PERSON; AUDIENCE_MODERATORS: this one (the author) too, 0 = none */
    uint32_t except; /* not this one, 0 = none */
    uint8_t site;    /* AUDIENCE_SITE: the devices of this place, and trainers */
};

enum class_event_kind {
    EVENT_PERSON_ENTERED,
    EVENT_PERSON_LOST,
    EVENT_PERSON_BACK,
    EVENT_PERSON_MOVED, /* another page or device of the same person took over */
    EVENT_PERSON_LEFT,
    EVENT_PERSON_REMOVED, /* revoke the person token, close 4003 */
    EVENT_ENTRANCE,
    EVENT_POLICY,
    EVENT_CLASS_ENDED, /* close everybody, 4004 */
    EVENT_CLASS_REOPENED,
    EVENT_PERSON_EXPECTED, /* a new line of the list */
    EVENT_PERSON_DECLARED, /* a new person by a role's or the open link, or by a room code */
    EVENT_PERSON_RENAMED,
    EVENT_PERSON_MERGED, /* is `other` from now on */
    EVENT_CHECKED_IN,
    EVENT_CHECKED_OUT, /* not at the end of a period or of the class, which end every stay */
    EVENT_LIST_CONFIRMED,
    EVENT_PERIOD_STARTED,
    EVENT_PERIOD_ENDED,
    EVENT_PAUSE_STARTED,
    EVENT_PAUSE_ENDED,
    EVENT_MESSAGE_SENT,
    EVENT_MESSAGE_DELETED,
    EVENT_MESSAGE_TAKEN,
    EVENT_MESSAGE_RELEASED, /* by 0: who took it has left */
    EVENT_MESSAGE_RELAYED,
    EVENT_MESSAGE_ANSWERED,
    EVENT_HAND_RAISED,
    EVENT_HAND_LOWERED,
    N_CLASS_EVENT
};

/* For the log and the store. `name`, `organisation` and `text` are for its private part only, and
 * borrowed during the call. What the caller planned itself (class opened, periods, places, open
 * link) is no event of the class. */
struct class_event {
    uint8_t kind;    /* enum class_event_kind */
    uint8_t reason;  /* PERSON_LEFT: enum leave_reason; ENTRANCE: enum entrance; CHECKED_IN: enum
                        how; MESSAGE_SENT: enum readers */
    uint32_t person; /* MESSAGE_*: the author */
    uint32_t by;     /* 0: nobody in the class (time, network, the API) */
    int64_t at_ms;
    uint8_t role, identity; /* of person */
    uint8_t site, period;   /* CHECKED_*, LIST_CONFIRMED, PERIOD_*; period 0: outside the plan */
    uint32_t other;         /* PERSON_MERGED; PERSON_LEFT with LEFT_MOVED */
    uint32_t device;        /* the page: its peer of the media plane; 0: none */
    uint32_t message;       /* MESSAGE_* */
    int64_t until_ms;       /* PAUSE_STARTED */
    int64_t lost_ms;        /* PERSON_LEFT by network: since when it was lost */
    const char *name, *organisation; /* of person; NULL: not said here */
    struct bytes text;               /* MESSAGE_SENT */
};
const char *class_event_name(unsigned kind); /* "checked in" */

/* Outputs. All are called during the fact that causes them, must not call the class back, and
 * borrow what they get. */
struct class_sink {
    void *ctx;
    void (*deliver)(void *ctx, const struct audience *to, const struct note *note);
    void (*sfu)(void *ctx, const struct sfu_command *command);
    void (*event)(void *ctx, const struct class_event *event);
    uint32_t (*new_id)(
        void *ctx); /* for rooms and peers: never 0, never the same twice in the process (sfu.h) */
};

struct class_config {
    struct class_info info;
    struct policy policy;
    uint8_t entrance; /* enum entrance */
    bool ended;
    uint32_t
        next_person; /* first number to give, at least 1: above all ever given (the store knows) */
    uint32_t grace_s;
    uint8_t worker;   /* home of the room in the media plane */
    uint8_t period;   /* that ran when the log ended, from 1; 0: none */
    int64_t pause_ms; /* until when, as the log says; 0: none */
    struct class_sink sink;
};

struct class; /* struct in classroom/state.h, for the files of this folder */

MUST_USE enum err class_new(struct class **out,
                            const struct class_config *config); /* free: class_free */
void class_free(struct class *c); /* says nothing to the sink; NULL is nothing */

/* The list of expected people. number 0: a new one; a known one of the list takes the new name.
 * They are absent until they come, by page or by check-in. E_STATE ended, E_MALFORMED, E_EXISTS the
 * number is somebody else, E_FULL, E_NOMEM. */
struct class_expected {
    uint32_t number;
    uint32_t by;              /* 0: the API */
    const char *name;         /* UTF-8, 1..100 characters */
    const char *organisation; /* 0..100 characters; NULL: as it was */
};
MUST_USE enum err class_expect(struct class *c, int64_t now_ms, const struct class_expected *who,
                               uint32_t *number);

/* From the store and the log at start, before anything else; says no event. E_MALFORMED, E_EXISTS,
 * E_FULL, E_NOMEM. */
struct class_restored {
    uint32_t number;
    uint8_t role, identity;
    bool removed;
    uint32_t merged_into;      /* 0: is itself */
    uint8_t site, period, how; /* a check-in that was open; site 0: none; how: bits 1 << enum how */
    const char *name, *organisation;
};
MUST_USE enum err class_restore(struct class *c, const struct class_restored *who);

/* Two numbers are one person: `from` is `into` from now on, whose presence it counts for. A page of
 * `from` gets you.moved and ends with PERSON_LEFT, reason LEFT_MOVED; when `into` has no page,
 * close it with 1001: it comes back by its own token as `into`. E_NOTFOUND, E_DENIED themselves or
 * of another role, E_GONE removed or merged already. */
struct class_merge {
    uint32_t from, into;
    uint32_t by; /* 0: the API */
};
MUST_USE enum err class_merge(struct class *c, int64_t now_ms, const struct class_merge *m);

/* "I am here", by the code of the room or ticked: known from the list, declared (admitted first),
 * or with a page. Again: E_OK, no second event. E_STATE ended, E_NOTFOUND person or site, E_GONE
 * removed, E_DENIED a room's device, E_FULL. */
struct class_check_in {
    uint32_t person;
    uint8_t site;
    uint8_t how; /* enum how */
    uint32_t by; /* who ticked; 0: the person itself */
};
MUST_USE enum err class_check_in(struct class *c, int64_t now_ms, const struct class_check_in *in);
MUST_USE enum err class_check_out(struct class *c, int64_t now_ms, uint32_t person,
                                  uint32_t by); /* E_NOTFOUND, E_STATE sits nowhere */

/* A person wants in. number 0: a new person; one that was merged: the person it is now. A number
 * the class does not know (after a restart): that person, anew. E_DENIED entrance closed, E_GONE
 * removed, E_STATE ended, E_FULL 200 people, E_MALFORMED name, E_NOMEM. A known person keeps role;
 * a name that is not NULL and differs changes the name. */
struct class_admission {
    uint32_t number;
    uint8_t role;             /* enum role */
    const char *name;         /* UTF-8, 1..100 characters; NULL allowed for a known person */
    uint8_t identity;         /* enum identity of a new person */
    uint8_t site;             /* ROLE_ROOM: the place of the device; 0: the class's only place */
    const char *organisation; /* 0..100 characters; NULL: not said */
};
MUST_USE enum err class_admit(struct class *c, int64_t now_ms, const struct class_admission *who,
                              uint32_t *number);

/* From the store at start: this number is removed for good. */
MUST_USE enum err class_restore_removed(struct class *c, uint32_t number);

/* The page of an admitted person says hello. session: the random text for a new page (1..64 bytes).
 */
struct class_entry {
    uint32_t person;
    const char *session;
    bool resume;
    struct bytes resume_session;
    uint64_t resume_seq;
};
struct class_entered {
    bool resumed;        /* say `resumed` (seq = class_seq) and class_resume; else `welcome` by
                            class_snapshot */
    bool moved;          /* another socket of this person was still there: you.moved, close 4005 */
    bool same_page;      /* its connections of the media plane are still known under `peer` */
    uint32_t peer;       /* of the media plane */
    const char *session; /* in force; borrowed until the next entry */
};
/* E_NOTFOUND no such person, E_GONE removed, E_STATE ended, E_DENIED left meanwhile and entrance
 * closed, E_FULL. */
MUST_USE enum err class_enter(struct class *c, int64_t now_ms, const struct class_entry *entry,
                              struct class_entered *out);

/* A message of a person who entered. hello: FAULT_WRONG_STATE. */
MUST_USE enum fault class_on_message(struct class *c, int64_t now_ms, uint32_t person,
                                     const struct msg *m);

void class_on_lost(struct class *c, int64_t now_ms,
                   uint32_t person); /* the socket broke without `leave` */
void class_on_tick(struct class *c, int64_t now_ms);
void class_end(struct class *c, int64_t now_ms, uint32_t by); /* by 0: the API */
MUST_USE enum err class_reopen(struct class *c, int64_t now_ms,
                               uint32_t by); /* E_STATE not ended */
void class_set_info(struct class *c, const struct class_info *info);
void class_set_policy(struct class *c, int64_t now_ms, struct policy policy, uint32_t by);
void class_set_entrance(struct class *c, int64_t now_ms, enum entrance entrance, uint32_t by);

/* The service opened the person's send connection: publication id of each source, 0 = none. Sources
 * said to be on start. */
void class_on_published(struct class *c, uint32_t person, const uint32_t publication[N_SFU_SOURCE]);
/* The send connection is gone: its sources are off. */
void class_on_unpublished(struct class *c, uint32_t person);

/* Deltas after seq that this person may read, in order; returns how many. Only after
 * entered.resumed. */
size_t class_resume(const struct class *c, uint32_t person, uint64_t seq,
                    void (*each)(void *ctx, const struct note *note), void *ctx);

/* The whole state as one person may see it. Large: keep one for all classes. note borrows from it
 * and from the class. */
struct class_snapshot {
    struct note note; /* NOTE_WELCOME; the service fills welcome.capabilities and n_capabilities */
    struct note_person people[CLASS_PEOPLE_MAX];
    struct note_since hands[CLASS_PEOPLE_MAX], requests[CLASS_PEOPLE_MAX];
    struct note_message messages[CLASS_MESSAGES_MAX];
    struct note_expected expected[CLASS_EXPECTED_MAX];
    struct note_relay relay[CLASS_MESSAGES_MAX];
    struct note_code codes[NOTE_SITES_MAX]; /* when welcome.shows_codes the service fills those of
                                               AUDIENCE_SITE and n_codes */
};
MUST_USE enum err class_snapshot(const struct class *c, int64_t now_ms, uint32_t person,
                                 struct class_snapshot *out); /* E_NOTFOUND */

/* Questions. */
bool class_has(const struct class *c, const struct audience *to,
               uint32_t person); /* does this one get it */
const struct person *class_person(const struct class *c,
                                  uint32_t number); /* borrows; NULL: unknown */
const struct person *class_person_at(const struct class *c,
                                     size_t i); /* records in order of number; NULL: end */
uint32_t class_person_of_peer(const struct class *c, uint32_t peer); /* 0: none */
size_t class_count_here(const struct class *c);                      /* present or lost */
uint64_t class_seq(const struct class *c);
uint32_t class_room(const struct class *c); /* of the media plane; 0: nobody is here */
uint8_t class_worker(const struct class *c);
bool class_is_ended(const struct class *c);
uint8_t class_period(const struct class *c);                   /* that runs, from 1; 0: none */
int64_t class_pause_ms(const struct class *c);                 /* until when; 0: no pause */
uint32_t class_who_is(const struct class *c, uint32_t number); /* after merging; 0: unknown */
enum entrance class_entrance(const struct class *c);
struct policy class_policy(const struct class *c);
const struct class_info *class_info(const struct class *c);
uint32_t class_next_person(const struct class *c);

#endif
