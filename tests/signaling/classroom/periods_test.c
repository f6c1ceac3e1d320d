/* SPDX-License-Identifier: Apache-2.0
 * Periods that run by time, pauses, re-opening, and what trainers see of attendance. */
#include "tests/signaling/classroom/lesson.h"

static enum fault pause_until(uint32_t by, int64_t until_ms)
{
    const struct msg m = {.kind = MSG_PAUSE_SET, .until_ms = until_ms};
    return lesson_say(by, &m);
}

static void periods_run_by_time(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER);
    int64_t from_ms = lesson.now_ms + LESSON_FROM_MS;
    lesson_run(from_ms - 1000);
    assert_int_equal(class_period(lesson.c), 0);
    lesson_run(from_ms);
    assert_int_equal(lesson_last(a, NOTE_PERIOD_CHANGED)->period, 1);
    assert_int_equal(lesson_event(EVENT_PERIOD_STARTED)->at_ms, from_ms);
    lesson_run(from_ms + LESSON_PERIOD_MS);
    assert_int_equal(lesson_last(a, NOTE_PERIOD_CHANGED)->period, 0);
    assert_int_equal(lesson_event(EVENT_PERIOD_ENDED)->period, 1);
    lesson_run(from_ms + LESSON_PERIOD_MS + LESSON_BREAK_MS);
    assert_int_equal(class_period(lesson.c), 2);
    lesson_run(from_ms + 2 * LESSON_PERIOD_MS + LESSON_BREAK_MS);
    assert_int_equal(lesson_events(EVENT_PERIOD_STARTED), 2);
    assert_int_equal(lesson_events(EVENT_PERIOD_ENDED), 2);
    /* after the plan a place can still be said, so that nobody's loudspeaker howls */
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_event(EVENT_CHECKED_IN)->period, 0);
    assert_true(person_is_deaf(class_person(lesson.c, a)));
}

static void a_pause_ends_by_itself_or_by_the_trainer(void **state)
{
    (void)state;
    static struct class_snapshot snapshot;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    int64_t until_ms = lesson.now_ms + 900000;
    assert_int_equal(pause_until(t, until_ms), FAULT_NONE);
    assert_int_equal(pause_until(t, until_ms), FAULT_NONE);
    assert_true(lesson_last(a, NOTE_PAUSE_CHANGED)->until_ms == until_ms);
    assert_int_equal(lesson_events(EVENT_PAUSE_STARTED), 1);
    assert_true(lesson_event(EVENT_PAUSE_STARTED)->until_ms == until_ms);
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, a, &snapshot), E_OK);
    assert_true(snapshot.note.welcome.pause_ms == until_ms);
    lesson_run(until_ms);
    assert_true(lesson_last(a, NOTE_PAUSE_CHANGED)->until_ms == 0);
    assert_int_equal(lesson_event(EVENT_PAUSE_ENDED)->by, 0);
    assert_int_equal(pause_until(t, lesson.now_ms), FAULT_WRONG_STATE);
    assert_int_equal(pause_until(t, lesson.now_ms + CLASS_PAUSE_MAX_MS + 1), FAULT_WRONG_STATE);
    assert_int_equal(pause_until(t, lesson.now_ms + 1), FAULT_NONE);
    assert_int_equal(pause_until(t, 0), FAULT_NONE);
    assert_int_equal(pause_until(t, 0), FAULT_NONE);
    assert_int_equal(lesson_event(EVENT_PAUSE_ENDED)->by, t);
    assert_int_equal(lesson_events(EVENT_PAUSE_ENDED), 2);
}

static void a_class_that_is_opened_again_goes_on(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER);
    assert_int_equal(class_reopen(lesson.c, lesson.now_ms, 0), E_STATE);
    lesson_run(lesson.now_ms + LESSON_FROM_MS);
    assert_int_equal(lesson_do(t, MSG_CLASS_END, 0), FAULT_NONE);
    lesson_run(lesson.now_ms + 5000);
    assert_int_equal(class_period(lesson.c), 0);
    assert_int_equal(class_reopen(lesson.c, lesson.now_ms, 0), E_OK);
    assert_int_equal(lesson_events(EVENT_CLASS_REOPENED), 1);
    lesson_run(lesson.now_ms + 1000);
    assert_int_equal(class_period(lesson.c), 1);
    uint32_t number = 0;
    const struct class_admission who = {.number = t};
    assert_int_equal(class_admit(lesson.c, lesson.now_ms, &who, &number), E_OK);
    (void)lesson_enter_as(t, "back");
    assert_true(person_is_here(class_person(lesson.c, t)));
}

static void the_count_is_said_when_it_changes_and_not_oftener_than_a_second(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_expect("A"), b = lesson_expect("B");
    (void)lesson_expect("C");
    lesson_run(lesson.now_ms + 1000);
    struct note n = *lesson_last(t, NOTE_ATTENDANCE_COUNT);
    assert_int_equal(n.count.expected, 3);
    assert_int_equal(n.count.present, 0);
    assert_int_equal(n.count.n_absent, 3);
    lesson_forget();
    lesson_run(lesson.now_ms + 10000);
    assert_int_equal(lesson_told(t, NOTE_ATTENDANCE_COUNT), 0);
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    class_on_tick(lesson.c, lesson.now_ms);
    assert_int_equal(lesson_check_in(b, 1), E_OK);
    class_on_tick(lesson.c, lesson.now_ms);
    assert_int_equal(lesson_told(t, NOTE_ATTENDANCE_COUNT), 1);
    uint32_t d = lesson_enter(ROLE_LEARNER);
    lesson_run(lesson.now_ms + 1000);
    n = *lesson_last(t, NOTE_ATTENDANCE_COUNT);
    assert_int_equal(n.count.expected, 3);
    assert_int_equal(n.count.present, 3); /* two in the room, one not on the list */
    assert_int_equal(n.count.in_room, 2);
    assert_int_equal(n.count.n_absent, 1);
    assert_int_equal(lesson_told(d, NOTE_ATTENDANCE_COUNT), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(periods_run_by_time),
    CASE(a_pause_ends_by_itself_or_by_the_trainer),
    CASE(a_class_that_is_opened_again_goes_on),
    CASE(the_count_is_said_when_it_changes_and_not_oftener_than_a_second),
};

TEST_MAIN(tests)
