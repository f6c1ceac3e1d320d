/* SPDX-License-Identifier: Apache-2.0
 * Raised hands: once a person, in the server's order, lowered by oneself or a moderator. */
#include "tests/signaling/classroom/lesson.h"

static struct class_snapshot snapshot;

static void a_hand_is_up_once_and_seen_by_all(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER), b = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(lesson_told(b, NOTE_HAND_RAISED), 1);
    assert_int_equal(lesson_told(a, NOTE_HAND_RAISED), 1);
    assert_int_equal(lesson_last(b, NOTE_HAND_RAISED)->since.person, a);
    assert_int_equal(lesson_last(b, NOTE_HAND_RAISED)->since.since_ms, lesson.now_ms);
}

static void hands_stand_in_the_order_in_which_they_went_up(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER), b = lesson_enter(ROLE_LEARNER),
             c = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(c, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(lesson_do(b, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, a, &snapshot), E_OK);
    assert_int_equal(snapshot.note.welcome.n_hands, 3);
    assert_int_equal(snapshot.hands[0].person, c);
    assert_int_equal(snapshot.hands[1].person, a);
    assert_int_equal(snapshot.hands[2].person, b);
}

static void a_lowered_hand_says_by_whom(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_HAND_LOWER, a), FAULT_NONE);
    assert_int_equal(lesson_last(a, NOTE_HAND_LOWERED)->lowered.by, t);
    assert_int_equal(lesson_do(a, MSG_HAND_LOWER, 0), FAULT_NONE); /* both at once */
    assert_int_equal(lesson_told(a, NOTE_HAND_LOWERED), 1);
    assert_int_equal(lesson_do(t, MSG_HAND_LOWER, 99), FAULT_NOT_FOUND);
}

static void a_hand_outlasts_a_break_but_not_leaving(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER), b = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_NONE);
    class_on_lost(lesson.c, lesson.now_ms, a);
    assert_true(class_person(lesson.c, a)->hand.up);
    (void)lesson_resume(a, "s1", class_seq(lesson.c));
    assert_true(class_person(lesson.c, a)->hand.up);
    assert_int_equal(lesson_do(a, MSG_LEAVE, 0), FAULT_NONE);
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, b, &snapshot), E_OK);
    assert_int_equal(snapshot.note.welcome.n_hands, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(a_hand_is_up_once_and_seen_by_all),
    CASE(hands_stand_in_the_order_in_which_they_went_up),
    CASE(a_lowered_hand_says_by_whom),
    CASE(a_hand_outlasts_a_break_but_not_leaving),
};

TEST_MAIN(tests)
