/* SPDX-License-Identifier: Apache-2.0
 * What the server says to a browser (PROTOCOL.md §3, §4), before it is text: plain values and
 * borrowed texts. A note with seq > 0 is a delta of the class. json.h writes them. Thread: any. */
#ifndef SIGNALING_NOTE_H
#define SIGNALING_NOTE_H

#include "sfu/sfu.h"
#include "signaling/msg.h"

enum note_kind {
    NOTE_WELCOME,
    NOTE_RESUMED,
    NOTE_PING,
    NOTE_OK,
    NOTE_FAULT,
    NOTE_PERSON_JOINED,
    NOTE_PERSON_CHANGED,
    NOTE_PERSON_LEFT,
    NOTE_YOU_MUTED,
    NOTE_POLICY_CHANGED,
    NOTE_MICROPHONE_REQUESTED,
    NOTE_MICROPHONE_WITHDRAWN,
    NOTE_HAND_RAISED,
    NOTE_HAND_LOWERED,
    NOTE_MESSAGE_ADDED,
    NOTE_MESSAGE_DELETED,
    NOTE_ENTRANCE_CHANGED,
    NOTE_CLASS_ENDED,
    NOTE_PAUSE_CHANGED,
    NOTE_PERIOD_CHANGED,
    NOTE_RELAY_CHANGED,
    NOTE_SITE_CODE,
    NOTE_SITE_CONFIRM_DUE,
    NOTE_ATTENDANCE_COUNT,
    NOTE_YOU_REMOVED,
    NOTE_YOU_MOVED,
    NOTE_MEDIA_OFFER,
    NOTE_MEDIA_PUBLISHED,
    NOTE_MEDIA_STATE,
    NOTE_MEDIA_SLOTS,
    NOTE_SPEAKERS,
    N_NOTE
};

enum role { ROLE_TRAINER, ROLE_MODERATOR, ROLE_LEARNER, ROLE_ROOM, N_ROLE };

/* How it is known who somebody is: by the link of a role, from the list of expected people, or as
 * they said. */
enum identity { IDENTITY_ROLE, IDENTITY_LIST, IDENTITY_DECLARED, N_IDENTITY };

/* What became of a message on its way to the trainer. */
enum relay { RELAY_NONE, RELAY_TAKEN, RELAY_RELAYED, RELAY_ANSWERED, N_RELAY };

/* How somebody is there: by a page, by a page that is away within grace, by check-in alone. */
enum link_state { LINK_OK, LINK_AWAY, LINK_ROOM };

enum leave_reason {
    LEFT_LEFT,
    LEFT_NETWORK,
    LEFT_REMOVED,
    LEFT_ENDED,
    LEFT_MOVED /* is another person from now on: merged */
};
enum withdraw_reason { WITHDRAW_GIVEN, WITHDRAW_REFUSED, WITHDRAW_WITHDRAWN, WITHDRAW_LEFT };

enum {
    NOTE_TITLE_MAX = 200, /* characters: PROTOCOL.md §2 */
    NOTE_PERIODS_MAX = MSG_PERIODS_MAX,
    NOTE_SITES_MAX = MSG_SITES_MAX,
    NOTE_SITE_NAME_MAX = 40, /* characters: PROTOCOL.md §6 */
    NOTE_CODE_MAX = 8,       /* bytes of a room code with the final 0 */
    NOTE_INSTANT_MAX = 40,   /* bytes of an RFC 3339 instant with the final 0 */
    NOTE_ZONE_MAX = 64,      /* bytes of an IANA zone name with the final 0 */
    NOTE_NAME_MAX = 100,     /* characters: PROTOCOL.md §6 */
    NOTE_CAPABILITIES_MAX = 8
};

/* The texts as they came, and what they say; both 0: nobody read them, the period never runs. */
struct period {
    char from[NOTE_INSTANT_MAX], to[NOTE_INSTANT_MAX];
    int64_t from_ms, to_ms;
};

/* A place of a class where people sit together before one loudspeaker. */
struct site {
    uint8_t site; /* 1..16 */
    char name[NOTE_SITE_NAME_MAX * MSG_UTF8_MAX + 1];
};

/* What a class is; the title and the periods are the caller's text, kept as they came. */
struct class_info {
    char title[NOTE_TITLE_MAX * MSG_UTF8_MAX + 1];
    char time_zone[NOTE_ZONE_MAX];
    uint8_t n_periods;
    struct period periods[NOTE_PERIODS_MAX];
    uint8_t n_sites;
    struct site sites[NOTE_SITES_MAX];
};

struct note_person {
    uint32_t person;
    uint8_t role;     /* enum role */
    uint8_t identity; /* enum identity */
    uint8_t link;     /* enum link_state: connection "ok", "lost", "room" */
    uint8_t site;     /* sits there, or the place of a room's device; 0: remote */
    bool seated;      /* checked in at `site` for this period */
    uint8_t may;      /* bits 1 << enum sfu_source; written: microphone, camera, screen */
    uint8_t on;       /* bits 1 << enum sfu_source */
    const char *name;
};

/* Which fields of person.changed are present. */
enum changed {
    CHANGED_CONNECTION = 1,
    CHANGED_MAY = 2,
    CHANGED_ON = 4,
    CHANGED_NAME = 8,
    CHANGED_SITE = 16 /* site and seated */
};

struct note_message {
    uint32_t message, person;
    const char *name;
    uint8_t to; /* enum readers */
    struct bytes text;
    int64_t at_ms;
    const char *key; /* NULL: not written */
};

struct note_since {
    uint32_t person;
    int64_t since_ms;
};

struct note_expected {
    uint32_t person;
    const char *name, *organisation;
};

struct note_relay {
    uint32_t message, by;
    uint8_t state; /* enum relay */
    int64_t since_ms;
    const char *name;  /* of the author; NULL: not written */
    struct bytes text; /* with name */
};

/* The six characters on a room's screen. */
struct note_code {
    uint8_t site;
    char code[NOTE_CODE_MAX];
    int64_t until_ms;
};

struct note_welcome {
    const char *session;
    int64_t at_ms;
    uint32_t grace_s;
    uint32_t person; /* you */
    uint8_t role;
    const struct class_info *info;
    bool ended;
    uint8_t entrance; /* enum entrance */
    struct policy policy;
    uint8_t period;   /* that runs, from 1; 0: none */
    int64_t pause_ms; /* until when; 0: no pause */
    bool moderates;   /* expected and relay are written */
    bool shows_codes; /* codes are written */
    size_t n_people, n_hands, n_requests, n_messages, n_capabilities;
    size_t n_expected, n_relay, n_codes;
    const struct note_expected *expected; /* those who are not here */
    const struct note_relay *relay;       /* without name and text */
    const struct note_code *codes;
    const struct note_person *people;
    const struct note_since *hands, *requests;
    const struct note_message *messages;
    const char *const *capabilities;
};

struct note_track {
    uint8_t source; /* enum sfu_source */
    uint8_t mid_len;
    char mid[SFU_MAX_MID];
    uint32_t publication;
};

struct note_slot {
    uint8_t mid_len;
    char mid[SFU_MAX_MID];
    uint32_t publication; /* 0: empty, the rest is not written */
    uint32_t person;
    uint8_t source; /* enum sfu_source */
    uint32_t rtp;
};

struct note {
    uint8_t kind; /* enum note_kind */
    uint64_t seq; /* 0: not a delta; welcome and resumed: the last delta */
    union {
        struct note_welcome welcome;
        const char *session; /* resumed */
        const char *nonce;   /* ping */
        struct {
            bool has_id;
            uint64_t id;
            uint8_t fault; /* enum fault */
        } answer;          /* ok, fault */
        struct note_person joined;
        struct {
            struct note_person now; /* only the fields in `changed` are read */
            uint8_t changed;        /* enum changed */
        } changed;
        struct {
            uint32_t person;
            uint8_t reason; /* enum leave_reason, enum withdraw_reason */
        } gone;             /* person.left, microphone.withdrawn */
        uint32_t by;        /* you.muted */
        struct policy policy;
        struct note_since since; /* microphone.requested, hand.raised */
        struct {
            uint32_t person, by;
        } lowered;
        struct note_message message; /* message.added */
        struct {
            uint32_t message, by;
        } deleted;
        uint8_t entrance;
        int64_t until_ms; /* pause.changed; 0: over */
        uint8_t period;   /* period.changed; 0: none runs */
        struct note_relay relay;
        struct note_code code;
        struct {
            uint8_t site, period;
            size_t n;
            const uint32_t *people;
        } due; /* site.confirm_due */
        struct {
            uint32_t expected, present, in_room;
            size_t n_absent;
            const uint32_t *absent;
        } count; /* attendance.count */
        struct {
            uint32_t generation;
            bool fresh;
            struct bytes sdp;
            size_t n;
            const struct sfu_slot *slots;    /* media.offer */
            const struct note_track *tracks; /* media.published */
        } media;
        struct {
            uint8_t connection; /* enum connection */
            uint8_t state;      /* enum sfu_transport_state */
        } state;
        struct {
            size_t n;
            const struct note_slot *slots;
        } slots;
        struct {
            size_t n;
            const uint32_t *people;
        } speakers;
    };
};

const char *note_kind_name(unsigned kind);    /* "person.joined" */
unsigned note_kind_of(struct bytes name);     /* N_NOTE: no such kind */
const char *role_name(unsigned role);         /* "trainer" */
unsigned role_of(struct bytes name);          /* N_ROLE: no such role */
const char *identity_name(unsigned identity); /* "declared" */
const char *relay_name(unsigned relay);       /* "taken" */

#endif
