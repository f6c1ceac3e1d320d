/* SPDX-License-Identifier: Apache-2.0
 * A class with a memory for tests: what each person was told, what the media plane and the log were
 * told. */
#ifndef TESTS_SIGNALING_CLASSROOM_LESSON_H
#define TESTS_SIGNALING_CLASSROOM_LESSON_H

#include "tests/testing.h"

#include "signaling/classroom/class.h"

enum { LESSON_SAID = 20000, LESSON_COMMANDS = 8000, LESSON_EVENTS = 8000, LESSON_PEOPLE = 300 };

struct said {
    uint32_t person;  /* who read it */
    struct note note; /* texts in it are not to be followed */
    bool with_key;
};

struct lesson {
    struct class *c;
    int64_t now_ms;
    uint32_t next_id;
    size_t n_said, n_commands, n_events;
    struct said said[LESSON_SAID];
    struct {
        uint8_t kind;
        uint32_t room, peer, may, publication;
        bool on;
        struct sfu_view view;
    } commands[LESSON_COMMANDS];
    struct class_event events[LESSON_EVENTS];
};

extern struct lesson lesson; /* one at a time */

/* A class of two periods, an hour and a half each with half an hour between, which begins in ten
 * minutes, with sites 1 and 2. */
enum { LESSON_FROM_MS = 600000, LESSON_PERIOD_MS = 5400000, LESSON_BREAK_MS = 1800000 };

int lesson_start(void **state); /* cmocka setup: policy request, open; teardown lesson_stop */
int lesson_stop(void **state);

uint32_t lesson_enter(enum role role); /* admits and enters a new person */
struct class_entered lesson_enter_as(uint32_t person, const char *session);
struct class_entered lesson_resume(uint32_t person, const char *session, uint64_t seq);
enum fault lesson_say(uint32_t person, const struct msg *m);
enum fault lesson_do(uint32_t person, enum msg_kind kind,
                     uint32_t about); /* kinds with a person or nothing */
enum fault lesson_send(uint32_t person, const char *key, const char *text, enum readers to);
enum fault lesson_publish(uint32_t person, enum sfu_source source, bool on);
enum fault lesson_right(uint32_t by, uint32_t person, enum sfu_source source, bool yes);

uint32_t lesson_expect(const char *name);                           /* on the list */
enum fault lesson_tick(uint32_t by, uint32_t person, uint8_t site); /* 0: out */
enum err lesson_check_in(uint32_t person, uint8_t site);            /* by the code */
void lesson_run(int64_t to_ms); /* a tick each second, to this time of the lesson */
const struct class_event *lesson_event(enum class_event_kind kind); /* the last; fails when none */
uint32_t lesson_may(uint32_t person); /* as the media plane was told last */

void lesson_forget(void);                                 /* what was said, commanded, logged */
size_t lesson_told(uint32_t person, enum note_kind kind); /* how often */
const struct note *lesson_last(uint32_t person, enum note_kind kind); /* fails when never */
size_t lesson_commands(enum sfu_command_kind kind);
size_t lesson_events(enum class_event_kind kind);
uint32_t lesson_peer(uint32_t person);

#endif
