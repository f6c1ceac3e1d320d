/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way to the trainer: exactly one takes each, only what was relayed is answered.
 */
#include "tests/signaling/classroom/lesson.h"

static uint32_t question(uint32_t by)
{
    static char key[8] = "k0";
    key[1]++;
    assert_int_equal(lesson_send(by, key, "Où ?", TO_MODERATORS), FAULT_NONE);
    return lesson_event(EVENT_MESSAGE_SENT)->message;
}

static void two_moderators_never_take_the_same_message(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_MODERATOR), b = lesson_enter(ROLE_MODERATOR);
    uint32_t l = lesson_enter(ROLE_LEARNER), q = question(l);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_TAKE, q), FAULT_NONE);
    assert_int_equal(lesson_do(b, MSG_MESSAGE_TAKE, q), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(b, MSG_MESSAGE_RELAY, q), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(b, MSG_MESSAGE_RELEASE, q), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_TAKE, q), FAULT_NONE); /* said again after a break */
    assert_int_equal(lesson_told(b, NOTE_RELAY_CHANGED), 1);
    assert_int_equal(lesson_last(b, NOTE_RELAY_CHANGED)->relay.by, a);
    assert_int_equal(lesson_told(l, NOTE_RELAY_CHANGED), 0);
    assert_int_equal(lesson_events(EVENT_MESSAGE_TAKEN), 1);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_RELEASE, q), FAULT_NONE);
    assert_int_equal(lesson_do(b, MSG_MESSAGE_TAKE, q), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_TAKE, 99), FAULT_NOT_FOUND);
}

static void the_prompter_gets_the_text_and_the_trainer_answers(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR);
    uint32_t q = question(lesson_enter(ROLE_LEARNER));
    static struct class_snapshot snapshot;
    assert_int_equal(lesson_do(t, MSG_MESSAGE_ANSWERED, q), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_TAKE, q), FAULT_NONE);
    assert_null(lesson_last(t, NOTE_RELAY_CHANGED)->relay.name);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_ANSWERED, q), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_RELAY, q), FAULT_NONE);
    const struct note *n = lesson_last(t, NOTE_RELAY_CHANGED);
    assert_int_equal(n->relay.state, RELAY_RELAYED);
    assert_string_equal(n->relay.name, "Lucie PETIT");
    assert_int_equal(n->relay.text.len, strlen("Où ?"));
    assert_int_equal(lesson_do(m, MSG_MESSAGE_ANSWERED, q), FAULT_NOT_ALLOWED);
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, t, &snapshot), E_OK);
    assert_int_equal(snapshot.note.welcome.n_relay, 1);
    assert_int_equal(snapshot.relay[0].by, m);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_ANSWERED, q), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_ANSWERED, q), FAULT_NONE);
    assert_int_equal(lesson_events(EVENT_MESSAGE_ANSWERED), 1);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_RELAY, q), FAULT_WRONG_STATE);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_RELEASE, q), FAULT_WRONG_STATE);
}

static void a_trainer_alone_relays_and_releases(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR);
    uint32_t l = lesson_enter(ROLE_LEARNER), q = question(l), r = question(l);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_RELAY, q), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_RELAY, q), FAULT_NONE);
    assert_int_equal(lesson_events(EVENT_MESSAGE_RELAYED), 1);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_TAKE, r), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_RELEASE, r), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_TAKE, r), FAULT_NONE);
}

static void what_somebody_took_is_free_when_they_leave(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_MODERATOR), b = lesson_enter(ROLE_MODERATOR);
    uint32_t l = lesson_enter(ROLE_LEARNER), q = question(l), r = question(l);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_TAKE, q), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_RELAY, r), FAULT_NONE);
    class_on_lost(lesson.c, lesson.now_ms, a);
    assert_int_equal(lesson_do(b, MSG_MESSAGE_TAKE, q), FAULT_WRONG_STATE); /* within grace */
    lesson_run(lesson.now_ms + 61000);
    assert_int_equal(lesson_event(EVENT_MESSAGE_RELEASED)->by, 0);
    assert_int_equal(lesson_events(EVENT_MESSAGE_RELEASED), 1); /* what was relayed stays */
    assert_int_equal(lesson_do(b, MSG_MESSAGE_TAKE, q), FAULT_NONE);
}

static size_t n_heard;
static struct note heard[8];

static void hear(void *ctx, const struct note *note)
{
    (void)ctx;
    if (note->kind == NOTE_RELAY_CHANGED)
        heard[n_heard++] = *note;
}

static void who_was_away_is_told_of_the_relay(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR);
    uint32_t l = lesson_enter(ROLE_LEARNER), q = question(l), gone = question(l);
    uint64_t seq = class_seq(lesson.c);
    class_on_lost(lesson.c, lesson.now_ms, t);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_TAKE, gone), FAULT_NONE);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_TAKE, q), FAULT_NONE);
    assert_int_equal(lesson_do(m, MSG_MESSAGE_RELAY, q), FAULT_NONE);
    assert_int_equal(lesson_do(l, MSG_MESSAGE_DELETE, gone), FAULT_NONE);
    assert_true(lesson_resume(t, "s1", seq).resumed);
    n_heard = 0;
    assert_true(class_resume(lesson.c, t, seq, hear, NULL) > 0);
    assert_int_equal(n_heard, 2);
    assert_int_equal(heard[0].relay.state, RELAY_TAKEN);
    assert_int_equal(heard[1].relay.state, RELAY_RELAYED);
    assert_int_equal(heard[1].relay.message, q);
    assert_int_equal(heard[1].relay.by, m);
    assert_non_null(heard[1].relay.name);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(two_moderators_never_take_the_same_message),
    CASE(the_prompter_gets_the_text_and_the_trainer_answers),
    CASE(a_trainer_alone_relays_and_releases),
    CASE(what_somebody_took_is_free_when_they_leave),
    CASE(who_was_away_is_told_of_the_relay),
};

TEST_MAIN(tests)
