/* SPDX-License-Identifier: Apache-2.0
 * What a browser may say (PROTOCOL.md §3, §4), decoded: plain values and borrowed texts. Says
 * nothing of JSON or of sockets; who may say what is decided in classroom/roles.c. Thread: any. */
#ifndef SIGNALING_MSG_H
#define SIGNALING_MSG_H

#include "sfu/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MSG_FRAME_MAX = 64 * 1024, /* bytes of a text frame: PROTOCOL.md §3 */
    MSG_DEPTH_MAX = 16,        /* nesting of JSON: PROTOCOL.md §3 */
    MSG_KEYS_MAX = 512,        /* keys in one frame */
    MSG_SDP_MAX = 64 * 1024,   /* bytes of an SDP: PROTOCOL.md §6 */
    MSG_LINES_MAX = 32,        /* m-lines of an SDP: PROTOCOL.md §6 */
    MSG_TEXT_MAX = 4000,       /* characters of a message: PROTOCOL.md §6 */
    MSG_KEY_MAX = 64,          /* bytes of message.send's key */
    MSG_TICKET_MAX = 128,      /* bytes */
    MSG_SESSION_MAX = 64,      /* bytes */
    MSG_NONCE_MAX = 64,        /* bytes */
    MSG_MID_MAX = 16,          /* RFC 9143 §15 */
    MSG_TILES_MAX = 2,         /* free video slots: PROTOCOL.md §4 */
    MSG_SITES_MAX = 16,        /* sites of a class, numbered from 1: PROTOCOL.md §6 */
    MSG_PERIODS_MAX = 20,      /* periods of a class, numbered from 1: PROTOCOL.md §2 */
    MSG_UTF8_MAX = 4           /* bytes of one character: RFC 3629 §3 */
};

enum msg_kind {
    MSG_HELLO,
    MSG_PONG,
    MSG_LEAVE,
    MSG_PERSON_REMOVE,
    MSG_PERSON_MUTE,
    MSG_MUTE_ALL,
    MSG_RIGHTS_SET,
    MSG_POLICY_SET,
    MSG_MICROPHONE_REQUEST,
    MSG_MICROPHONE_WITHDRAW,
    MSG_HAND_RAISE,
    MSG_HAND_LOWER,
    MSG_MESSAGE_SEND,
    MSG_MESSAGE_DELETE,
    MSG_ENTRANCE_SET,
    MSG_CLASS_END,
    MSG_MEDIA_OPEN,
    MSG_MEDIA_ANSWER,
    MSG_MEDIA_PUBLISH,
    MSG_MEDIA_CLOSE,
    MSG_PUBLISH,
    MSG_VIEW_SET,
    MSG_HERE_LEAVE,
    MSG_SITE_TICK,
    MSG_SITE_CONFIRM,
    MSG_PAUSE_SET,
    MSG_PERSON_MERGE,
    MSG_MESSAGE_TAKE,
    MSG_MESSAGE_RELEASE,
    MSG_MESSAGE_RELAY,
    MSG_MESSAGE_ANSWERED,
    N_MSG
};

enum fault {
    FAULT_NONE, /* answered `ok` */
    FAULT_BAD_MESSAGE,
    FAULT_UNKNOWN_TYPE,
    FAULT_NOT_ALLOWED,
    FAULT_NOT_FOUND,
    FAULT_TOO_LONG,
    FAULT_TOO_FAST,
    FAULT_TOO_MANY,
    FAULT_WRONG_STATE,
    FAULT_BAD_SDP,
    FAULT_MEDIA_UNAVAILABLE,
    N_FAULT
};

enum form { FORM_DESKTOP, FORM_PHONE };
enum connection { CONNECTION_RECEIVE, CONNECTION_SEND };
enum readers { TO_ALL, TO_MODERATORS };
enum entrance { ENTRANCE_OPEN, ENTRANCE_CLOSED };
enum access { ACCESS_REQUEST, ACCESS_OPEN };
enum choice { CHOICE_ABSENT, CHOICE_NO, CHOICE_YES }; /* an optional truth value */

struct policy {
    uint8_t microphone, camera; /* enum access */
};

struct msg_track {
    uint8_t source; /* enum sfu_source */
    uint8_t mid_len;
    char mid[MSG_MID_MAX];
};

/* Texts (struct bytes) are borrowed from the decoder and end with it. Person numbers: 0 = absent.
 */
struct msg {
    uint8_t kind; /* enum msg_kind */
    bool has_id;
    uint64_t id; /* up to 2^53 - 1, the largest whole number of JavaScript */
    union {
        struct {
            struct bytes ticket;
            uint8_t form; /* enum form */
            bool resume;
            struct bytes session; /* when resume */
            uint64_t seq;         /* when resume */
        } hello;
        struct {
            struct bytes nonce;
        } pong;
        uint32_t
            person; /* person.remove, person.mute; microphone.withdraw, hand.lower: 0 = oneself */
        struct {
            uint32_t person;
            uint8_t microphone, camera, screen; /* enum choice */
        } rights;
        struct {
            bool has_microphone, has_camera;
            struct policy policy;
        } policy;
        struct {
            struct bytes key, text;
            uint8_t to; /* enum readers */
        } send;
        uint32_t message; /* message.delete, .take, .release, .relay, .answered */
        struct {
            uint32_t person;
            uint8_t site; /* 0: out of the place */
        } tick;
        struct {
            uint8_t site, period; /* both from 1 */
        } confirm;
        int64_t until_ms; /* pause.set; 0: the pause is over */
        struct {
            uint32_t from, into;
        } merge;
        uint8_t entrance; /* enum entrance */
        bool restart;     /* media.open */
        struct {
            uint32_t generation;
            struct bytes sdp;
            uint8_t n_tracks;
            struct msg_track tracks[MSG_LINES_MAX]; /* media.publish */
        } media;                                    /* media.answer, media.publish */
        uint8_t connection;                         /* media.close: enum connection */
        struct {
            uint8_t source; /* enum sfu_source */
            bool on;
        } publish;
        struct {
            uint8_t tiles;
            bool economy, hidden;
            uint32_t pinned; /* a person */
        } view;
    };
};

const char *msg_kind_name(unsigned kind); /* "hand.raise" */
unsigned msg_kind_of(struct bytes name);  /* N_MSG: no such kind */
const char *fault_name(unsigned fault);   /* "not-allowed"; FAULT_NONE is "ok" */
const char *source_name(unsigned source); /* enum sfu_source: "screen-audio" */
unsigned source_of(struct bytes name);    /* N_SFU_SOURCE: no such source */

/* Characters of valid UTF-8 text; SIZE_MAX when it is not (RFC 3629 §3) or holds a control
 * character other than those in `except` (NULL: none). */
size_t text_length(struct bytes text, const char *except);

#endif
