/* SPDX-License-Identifier: Apache-2.0
 * People who sit together: check-in by code or by the trainer's list, no sound of their own, seen
 * without a page, asked again each period. */
#include "tests/signaling/classroom/lesson.h"

static void a_person_in_a_room_has_no_microphone_and_hears_nothing(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    static const uint32_t publications[N_SFU_SOURCE] = {51, 52, 53, 54};
    class_on_published(lesson.c, a, publications);
    assert_int_equal(lesson_right(t, a, SFU_MICROPHONE, true), FAULT_NONE);
    assert_int_equal(lesson_publish(a, SFU_MICROPHONE, true), FAULT_NONE);
    lesson_forget();
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    /* silent before anybody is told */
    assert_int_equal(lesson.commands[0].kind, SFU_PUBLICATION_SET);
    assert_int_equal(lesson.commands[0].publication, 51);
    assert_false(lesson.commands[0].on);
    assert_int_equal(lesson_may(a), SFU_MAY_CAMERA | SFU_DEAF);
    const struct note *n = lesson_last(t, NOTE_PERSON_CHANGED);
    assert_int_equal(n->changed.changed, CHANGED_SITE | CHANGED_MAY | CHANGED_ON);
    assert_int_equal(n->changed.now.site, 1);
    assert_true(n->changed.now.seated);
    assert_int_equal(n->changed.now.link, LINK_OK);
    assert_int_equal(lesson_publish(a, SFU_MICROPHONE, true), FAULT_NOT_ALLOWED);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_WRONG_STATE);
    assert_int_equal(lesson_right(t, a, SFU_MICROPHONE, true), FAULT_WRONG_STATE);
    /* another page of the same person is as deaf */
    (void)lesson_enter_as(a, "phone");
    assert_int_equal(lesson_may(a), SFU_MAY_CAMERA | SFU_DEAF);
    assert_int_equal(lesson_do(a, MSG_HERE_LEAVE, 0), FAULT_NONE);
    assert_int_equal(lesson_may(a), SFU_MAY_CAMERA | SFU_MAY_MICROPHONE);
    assert_int_equal(lesson_do(a, MSG_HERE_LEAVE, 0), FAULT_WRONG_STATE);
}

static void a_request_ends_when_one_sits_down(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    assert_int_equal(lesson_check_in(a, 2), E_OK);
    assert_int_equal(lesson_told(t, NOTE_MICROPHONE_WITHDRAWN), 1);
}

static void a_trainer_in_the_room_is_silent_too_and_the_device_is_not(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), r = lesson_enter(ROLE_ROOM);
    assert_int_equal(lesson_tick(t, t, 1), FAULT_NONE);
    assert_int_equal(lesson_may(t), SFU_MAY_CAMERA | SFU_MAY_SCREEN | SFU_IS_STAGE | SFU_DEAF);
    assert_int_equal(lesson_may(r), SFU_MAY_MICROPHONE | SFU_MAY_CAMERA);
    assert_int_equal(lesson_check_in(r, 1), E_DENIED);
    assert_int_equal(lesson_tick(t, r, 1), FAULT_WRONG_STATE);
}

static void a_device_stands_in_the_place_it_was_given(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR), n = 0;
    const struct class_admission who = {.role = ROLE_ROOM, .name = "Salle B12", .site = 2};
    assert_int_equal(class_admit(lesson.c, lesson.now_ms, &who, &n), E_OK);
    (void)lesson_enter_as(n, "room");
    assert_int_equal(lesson_last(t, NOTE_PERSON_JOINED)->joined.site, 2);
    assert_false(lesson_last(t, NOTE_PERSON_JOINED)->joined.seated);
    const struct audience first = {.kind = AUDIENCE_SITE, .site = 1},
                          second = {.kind = AUDIENCE_SITE, .site = 2};
    assert_true(class_has(lesson.c, &second, n) && !class_has(lesson.c, &first, n));
    assert_true(class_has(lesson.c, &first, t) && !class_has(lesson.c, &first, m));
}

static void who_checked_in_is_seen_without_a_page(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_expect("Karim DIALLO");
    static struct class_snapshot snapshot;
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    const struct note *n = lesson_last(t, NOTE_PERSON_JOINED);
    assert_int_equal(n->joined.person, a);
    assert_int_equal(n->joined.link, LINK_ROOM);
    assert_int_equal(n->joined.identity, IDENTITY_LIST);
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, t, &snapshot), E_OK);
    assert_int_equal(snapshot.note.welcome.n_people, 2);
    assert_int_equal(snapshot.note.welcome.n_expected, 0);
    assert_int_equal(lesson_do(t, MSG_PERSON_MUTE, a), FAULT_NOT_FOUND); /* no page to mute */
    assert_int_equal(class_check_out(lesson.c, lesson.now_ms, a, t), E_OK);
    assert_int_equal(lesson_last(t, NOTE_PERSON_LEFT)->gone.person, a);
    assert_int_equal(class_check_out(lesson.c, lesson.now_ms, a, t), E_STATE);
}

static void a_sleeping_phone_never_shortens_a_stay(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_do(a, MSG_HAND_RAISE, 0), FAULT_NONE);
    lesson_forget();
    class_on_lost(lesson.c, lesson.now_ms, a);
    lesson_run(lesson.now_ms + 40 * 60000);
    assert_int_equal(lesson_events(EVENT_CHECKED_OUT), 0);
    assert_int_equal(lesson_events(EVENT_PERSON_LEFT), 1); /* of the page */
    assert_int_equal(lesson_told(t, NOTE_PERSON_LEFT), 0);
    assert_int_equal(lesson_told(t, NOTE_HAND_LOWERED), 1);
    assert_int_equal(lesson_last(t, NOTE_PERSON_CHANGED)->changed.now.link, LINK_ROOM);
    (void)lesson_enter_as(a, "awake");
    assert_int_equal(lesson_last(t, NOTE_PERSON_CHANGED)->changed.now.link, LINK_OK);
    assert_int_equal(lesson_told(t, NOTE_PERSON_JOINED), 0);
    assert_int_equal(lesson_may(a), SFU_MAY_CAMERA | SFU_DEAF);
}

static void a_check_in_says_how_and_is_said_once(void **state)
{
    (void)state;
    uint32_t m = lesson_enter(ROLE_MODERATOR), a = lesson_expect("Karim DIALLO");
    lesson_forget();
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_events(EVENT_CHECKED_IN), 1);
    const struct class_event *e = lesson_event(EVENT_CHECKED_IN);
    assert_int_equal(e->reason, HOW_CODE);
    assert_int_equal(e->site, 1);
    assert_int_equal(e->period, 1); /* the next to begin */
    assert_int_equal(e->by, 0);
    assert_int_equal(lesson_tick(m, a, 1), FAULT_NONE);
    assert_int_equal(lesson_tick(m, a, 1), FAULT_NONE);
    assert_int_equal(lesson_events(EVENT_CHECKED_IN), 2);
    assert_int_equal(lesson_event(EVENT_CHECKED_IN)->reason, HOW_TICKED);
    assert_int_equal(lesson_event(EVENT_CHECKED_IN)->by, m);
    assert_int_equal(lesson_tick(m, a, 0), FAULT_NONE);
    assert_int_equal(lesson_event(EVENT_CHECKED_OUT)->by, m);
    assert_int_equal(lesson_tick(m, a, 3), FAULT_NOT_FOUND);
    assert_int_equal(lesson_tick(m, 250, 1), FAULT_NOT_FOUND);
    assert_int_equal(lesson_tick(m, lesson_enter(ROLE_TRAINER), 1), FAULT_NOT_ALLOWED);
}

static void at_the_end_of_a_period_the_list_is_due_and_stays_lapse(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    uint32_t b = lesson_expect("Lucie PETIT");
    int64_t from_ms = lesson.now_ms + LESSON_FROM_MS;
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_tick(t, b, 1), FAULT_NONE);
    lesson_run(from_ms + LESSON_PERIOD_MS - 1000);
    assert_int_equal(lesson_told(t, NOTE_SITE_CONFIRM_DUE), 0);
    lesson_run(from_ms + LESSON_PERIOD_MS);
    const struct note *due = lesson_last(t, NOTE_SITE_CONFIRM_DUE);
    assert_int_equal(due->due.site, 1);
    assert_int_equal(due->due.period, 1);
    assert_int_equal(due->due.n, 2);
    assert_int_equal(lesson_told(a, NOTE_SITE_CONFIRM_DUE), 0);
    /* the one without a page has gone; the other sits on, silent, and is asked again */
    assert_int_equal(lesson_last(t, NOTE_PERSON_LEFT)->gone.person, b);
    assert_false(class_person(lesson.c, a)->seated);
    assert_true(person_is_deaf(class_person(lesson.c, a)));
    assert_int_equal(lesson_events(EVENT_CHECKED_OUT), 0); /* the period's end says it */
    /* said again to a trainer who reloads, until it is confirmed */
    lesson_forget();
    (void)lesson_enter_as(t, "again");
    lesson_run(lesson.now_ms + 2000);
    assert_int_equal(lesson_told(t, NOTE_SITE_CONFIRM_DUE), 1);
    const struct msg confirm = {.kind = MSG_SITE_CONFIRM, .confirm = {1, 1}};
    const struct msg early = {.kind = MSG_SITE_CONFIRM, .confirm = {1, 2}};
    const struct msg unknown = {.kind = MSG_SITE_CONFIRM, .confirm = {1, 3}};
    assert_int_equal(lesson_say(t, &confirm), FAULT_NONE);
    assert_int_equal(lesson_event(EVENT_LIST_CONFIRMED)->by, t);
    assert_int_equal(lesson_say(t, &early), FAULT_WRONG_STATE);
    assert_int_equal(lesson_say(t, &unknown), FAULT_NOT_FOUND);
    lesson_forget();
    (void)lesson_enter_as(t, "third");
    lesson_run(lesson.now_ms + 2000);
    assert_int_equal(lesson_told(t, NOTE_SITE_CONFIRM_DUE), 0);
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_event(EVENT_CHECKED_IN)->period, 2);
}

static void removing_and_ending_empty_the_room(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_expect("A"), b = lesson_expect("B");
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_check_in(b, 1), E_OK);
    assert_int_equal(lesson_do(t, MSG_PERSON_REMOVE, a), FAULT_NONE);
    assert_int_equal(lesson_events(EVENT_CHECKED_OUT), 1);
    assert_int_equal(lesson_last(t, NOTE_PERSON_LEFT)->gone.person, a);
    assert_int_equal(lesson_check_in(a, 1), E_GONE);
    assert_int_equal(lesson_do(t, MSG_CLASS_END, 0), FAULT_NONE);
    assert_false(person_is_seen(class_person(lesson.c, b)));
    assert_int_equal(lesson_check_in(b, 1), E_STATE);
}

static void nobody_hears_a_word_while_being_sent_out_of_the_room(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    uint32_t b = lesson_enter(ROLE_LEARNER), into = lesson_expect("Lucie PETIT");
    assert_int_equal(lesson_check_in(a, 1), E_OK);
    assert_int_equal(lesson_check_in(b, 1), E_OK);
    lesson_forget();
    const struct msg merge = {.kind = MSG_PERSON_MERGE, .merge = {b, into}};
    assert_int_equal(lesson_say(t, &merge), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_PERSON_REMOVE, a), FAULT_NONE);
    assert_int_equal(lesson_commands(SFU_PEER_MAY), 0);
    assert_int_equal(lesson_commands(SFU_PEER_LEAVE), 2);
    assert_int_equal(lesson_events(EVENT_CHECKED_OUT), 2);
}

static void a_place_taken_out_of_the_plan_has_nobody_in_it(void **state)
{
    (void)state;
    (void)lesson_enter(ROLE_TRAINER);
    uint32_t a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_check_in(a, 2), E_OK);
    struct class_info info = *class_info(lesson.c);
    info.n_sites = 1;
    class_set_info(lesson.c, &info);
    lesson_run(lesson.now_ms);
    assert_int_equal(lesson_events(EVENT_CHECKED_OUT), 1);
    assert_false(person_is_deaf(class_person(lesson.c, a)));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(a_person_in_a_room_has_no_microphone_and_hears_nothing),
    CASE(a_request_ends_when_one_sits_down),
    CASE(a_trainer_in_the_room_is_silent_too_and_the_device_is_not),
    CASE(a_device_stands_in_the_place_it_was_given),
    CASE(who_checked_in_is_seen_without_a_page),
    CASE(a_sleeping_phone_never_shortens_a_stay),
    CASE(a_check_in_says_how_and_is_said_once),
    CASE(at_the_end_of_a_period_the_list_is_due_and_stays_lapse),
    CASE(removing_and_ending_empty_the_room),
    CASE(nobody_hears_a_word_while_being_sent_out_of_the_room),
    CASE(a_place_taken_out_of_the_plan_has_nobody_in_it),
};

TEST_MAIN(tests)
