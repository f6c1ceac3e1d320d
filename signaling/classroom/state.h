/* SPDX-License-Identifier: Apache-2.0
 * The inside of a class, for the files of this folder: the whole state, and what one family asks of
 * another. Thread: signaling. Everything is owned by struct class. */
#ifndef SIGNALING_CLASSROOM_STATE_H
#define SIGNALING_CLASSROOM_STATE_H

#include "signaling/classroom/class.h"

/* A kept message: text and author's name stand behind it. */
struct message {
    uint32_t number;
    uint32_t person; /* author */
    uint64_t seq;    /* of its message.added */
    int64_t at_ms;
    uint8_t to;    /* enum readers */
    uint8_t relay; /* enum relay */
    uint32_t relay_by;
    int64_t relay_ms;
    char key[MSG_KEY_MAX + 1];
    char name[PERSON_NAME_BYTES];
    size_t text_len;
    uint8_t text[];
};

/* A delta as kept for resume: values only; names and texts are looked up again when it is said
 * again. */
struct delta {
    struct audience audience;
    uint64_t seq;
    int64_t since_ms;
    uint32_t subject; /* a person, or the message of message.* */
    uint32_t by;
    uint8_t kind, changed, reason, entrance;
    uint8_t role, identity, link, site, may, on;
    bool seated;
    struct policy policy;
};

struct class
{
    struct class_info info;
    struct policy policy;
    uint8_t entrance; /* enum entrance */
    bool ended;
    uint8_t worker;
    uint32_t grace_s;
    uint32_t room; /* of the media plane; 0: closed */
    uint32_t next_person, next_message;
    uint8_t period;                  /* that runs, from 1; 0: none */
    int64_t pause_ms;                /* until when; 0: no pause */
    uint8_t due[NOTE_SITES_MAX + 1]; /* at each site: the period whose list is to be confirmed */
    bool duties_asked;  /* a trainer or moderator came: counts and lists are said again */
    int64_t counted_ms; /* when attendance.count was said */
    uint64_t counted;   /* a print of what it said */
    struct class_sink sink;

    size_t n_people; /* records, in order of number */
    struct person *people[CLASS_RECORDS_MAX];

    size_t n_messages; /* in order of number */
    struct message *messages[CLASS_MESSAGES_MAX];

    uint64_t seq;   /* of the last delta */
    uint64_t floor; /* deltas up to this one can not be said again */
    size_t n_deltas;
    struct delta
        *deltas; /* ring: number n stands at n % CLASS_DELTAS_MAX; made at the first entry */
};

/* What a handler knows of the message at hand. */
struct call {
    struct class *c;
    struct person *p; /* who says it */
    int64_t now_ms;
    const struct msg *m;
    bool own_only; /* the table says "own" for this role */
};

typedef enum fault handler(const struct call *call);

/* hands.c */
enum fault on_hand_raise(const struct call *call);
enum fault on_hand_lower(const struct call *call);

void hand_lower(struct class *c, struct person *p, int64_t now_ms, uint32_t by);

/* microphone.c */
enum fault on_microphone_request(const struct call *call);
enum fault on_microphone_withdraw(const struct call *call);
enum fault on_person_mute(const struct call *call);
enum fault on_mute_all(const struct call *call);
/* microphone.withdrawn when there was one. */
void request_end(struct class *c, struct person *p, enum withdraw_reason reason);

/* rights.c */
enum fault on_rights_set(const struct call *call);
enum fault on_policy_set(const struct call *call);

/* After a change of rights: tells the media plane, stops what is no longer allowed, says
 * person.changed. */
void rights_changed(struct class *c, struct person *p, uint8_t before);

/* publish.c */
enum fault on_publish(const struct call *call);
enum fault on_view_set(const struct call *call);
bool sources_off(struct class *c, struct person *p,
                 uint8_t bits); /* true: some of `bits` were on */

/* messages.c */
enum fault on_message_send(const struct call *call);
enum fault on_message_delete(const struct call *call);
struct message *message_find(const struct class *c, uint32_t number); /* NULL: gone */
/* As this reader sees it: the key only to the author. */
struct note_message message_note(const struct message *m, uint32_t reader);
bool message_is_for(const struct message *m, const struct person *p);

/* entrance.c */
enum fault on_person_remove(const struct call *call);
enum fault on_entrance_set(const struct call *call);
enum fault on_class_end(const struct call *call);
enum fault on_leave(const struct call *call);

/* sites.c */
enum fault on_here_leave(const struct call *call);
enum fault on_site_tick(const struct call *call);
enum fault on_site_confirm(const struct call *call);
bool site_exists(const struct class *c, uint8_t site);
void check_out(struct class *c, struct person *p, int64_t now_ms,
               uint32_t by);                        /* out of any place */
void seat_lapse(struct class *c, struct person *p); /* the period of the check-in is over */
/* `from` is `into` from now on: so is the seat, in the log too. */
void seat_pass(struct class *c, struct person *from, struct person *into, int64_t now_ms,
               uint32_t by);
void due_say(struct class *c, uint8_t site); /* site.confirm_due, when there is a list */

/* periods.c */
enum fault on_pause_set(const struct call *call);
void pause_end(struct class *c, int64_t now_ms, uint32_t by);
void periods_tick(struct class *c, int64_t now_ms);
/* The period a check-in belongs to: the one that runs, else the next; 0: all are over. */
uint8_t period_to_sit(const struct class *c, int64_t now_ms);

/* relay.c */
enum fault on_message_take(const struct call *call);
enum fault on_message_release(const struct call *call);
enum fault on_message_relay(const struct call *call);
enum fault on_message_answered(const struct call *call);
struct note_relay relay_note(const struct message *m, enum relay state);
void relay_let_go(struct class *c, const struct person *p, int64_t now_ms); /* who took it left */

/* people.c */
enum fault on_person_merge(const struct call *call);
struct person *person_resolve(const struct class *c,
                              uint32_t number); /* who it is; NULL: unknown */
bool organisation_is_good(const char *text);
void organisation_set(struct person *p, const char *organisation); /* NULL: as it was */

/* count.c */
size_t count_expected_absent(const struct class *c, struct note_expected *out, size_t cap);
void count_tick(struct class *c, int64_t now_ms);

/* presence.c */
MUST_USE enum err person_new(struct class *c, uint32_t number, enum role role,
                             struct person **out); /* ADMITTED */
bool name_is_good(const char *name);
void person_name(struct class *c, struct person *p, const char *name);
void person_appear(struct class *c, struct person *p); /* others see them from now on */
void person_vanish(struct class *c, const struct person *p, enum leave_reason reason);
bool is_full(const struct class *c);
struct person *person_find(const struct class *c, uint32_t number); /* NULL: unknown */
struct person *person_here(const struct class *c, uint32_t number); /* NULL: not here */
void person_leave(struct class *c, struct person *p, int64_t now_ms, enum leave_reason reason,
                  uint32_t by);

/* deltas.c */
void delta_say(struct class *c, struct audience to,
               const struct note *note); /* numbers, keeps, delivers */
void delta_changed(struct class *c, const struct person *p, uint8_t changed); /* person.changed */
void note_say(struct class *c, uint32_t person, const struct note *note);     /* not a delta */
void deltas_lose(struct class *c, uint64_t seq); /* those up to seq cannot be said again */

/* events.c */
struct class_event event_of(const struct person *p, enum class_event_kind kind, int64_t now_ms);
void event_say(struct class *c, const struct class_event *event);

/* media.c: commands */
void media_join(struct class *c, struct person *p);  /* as a new peer; opens the room */
void media_leave(struct class *c, struct person *p); /* closes the room behind the last */
void media_drop(struct class *c, uint32_t peer);
void media_may(struct class *c, const struct person *p);
void media_set(struct class *c, const struct person *p, enum sfu_source source, bool on);

#endif
