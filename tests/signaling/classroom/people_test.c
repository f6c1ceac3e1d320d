/* SPDX-License-Identifier: Apache-2.0
 * Who somebody is: expected, declared, known from the store, or two numbers that are one person. */
#include "tests/signaling/classroom/lesson.h"

static enum fault merge(uint32_t by, uint32_t from, uint32_t into)
{
    const struct msg m = {.kind = MSG_PERSON_MERGE, .merge = {from, into}};
    return lesson_say(by, &m);
}

static uint32_t come(uint32_t number)
{
    uint32_t got = 0;
    const struct class_admission who = {.number = number, .name = "Quelqu'un d'autre"};
    assert_int_equal(class_admit(lesson.c, lesson.now_ms, &who, &got), E_OK);
    (void)lesson_enter_as(got, "page");
    return got;
}

static void the_expected_are_missing_until_they_come(void **state)
{
    (void)state;
    static struct class_snapshot snapshot;
    uint32_t t = lesson_enter(ROLE_TRAINER), l = lesson_enter(ROLE_LEARNER);
    uint32_t a = lesson_expect("Karim DIALLO");
    const struct class_event *e = lesson_event(EVENT_PERSON_EXPECTED);
    assert_int_equal(e->person, a);
    assert_int_equal(e->identity, IDENTITY_LIST);
    assert_string_equal(e->organisation, "Mairie de Lyon");
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, t, &snapshot), E_OK);
    assert_true(snapshot.note.welcome.moderates);
    assert_int_equal(snapshot.note.welcome.n_expected, 1);
    assert_string_equal(snapshot.expected[0].name, "Karim DIALLO");
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, l, &snapshot), E_OK);
    assert_false(snapshot.note.welcome.moderates);
    assert_int_equal(snapshot.note.welcome.n_expected, 0);
    assert_int_equal(come(a), a);
    const struct note *n = lesson_last(t, NOTE_PERSON_JOINED);
    assert_int_equal(n->joined.identity, IDENTITY_LIST);
    assert_string_equal(n->joined.name, "Karim DIALLO"); /* the list's name, not the page's */
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, t, &snapshot), E_OK);
    assert_int_equal(snapshot.note.welcome.n_expected, 0);
    assert_int_equal(lesson_events(EVENT_PERSON_DECLARED), 2); /* trainer and learner only */
}

static void the_list_is_bounded_and_its_names_checked(void **state)
{
    (void)state;
    uint32_t number = 0;
    struct class_expected who = {.name = ""};
    assert_int_equal(class_expect(lesson.c, 1, &who, &number), E_MALFORMED);
    uint32_t first = lesson_expect("A");
    who = (struct class_expected){.number = first, .name = "B"};
    assert_int_equal(class_expect(lesson.c, 1, &who, &number), E_OK);
    assert_string_equal(lesson_event(EVENT_PERSON_RENAMED)->name, "B");
    assert_string_equal(class_person(lesson.c, first)->organisation, "Mairie de Lyon");
    who.number = lesson_enter(ROLE_TRAINER);
    assert_int_equal(class_expect(lesson.c, 1, &who, &number), E_EXISTS);
    for (unsigned i = 1; i < CLASS_EXPECTED_MAX; i++)
        (void)lesson_expect("C");
    who.number = 0;
    assert_int_equal(class_expect(lesson.c, 1, &who, &number), E_FULL);
}

static void declared_people_say_so_and_give_their_organisation(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), number = 0;
    const struct class_admission who = {.role = ROLE_LEARNER,
                                        .name = "Lucie PETIT",
                                        .identity = IDENTITY_DECLARED,
                                        .organisation = "Région"};
    assert_int_equal(class_admit(lesson.c, lesson.now_ms, &who, &number), E_OK);
    assert_string_equal(lesson_event(EVENT_PERSON_DECLARED)->organisation, "Région");
    (void)lesson_enter_as(number, "page");
    assert_int_equal(lesson_last(t, NOTE_PERSON_JOINED)->joined.identity, IDENTITY_DECLARED);
}

static void a_merged_person_comes_back_as_the_other(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), into = lesson_expect("Karim DIALLO");
    uint32_t from = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_send(from, "k", "Bonjour", TO_ALL), FAULT_NONE);
    lesson_forget();
    assert_int_equal(merge(t, from, into), FAULT_NONE);
    const struct class_event *left = lesson_event(EVENT_PERSON_LEFT);
    assert_int_equal(left->person, from);
    assert_int_equal(left->reason, LEFT_MOVED);
    assert_int_equal(left->other, into);
    assert_int_equal(lesson_told(from, NOTE_YOU_MOVED), 0); /* no page of the other: comes back */
    assert_int_equal(lesson_event(EVENT_PERSON_MERGED)->other, into);
    assert_int_equal(class_who_is(lesson.c, from), into);
    assert_int_equal(come(from), into);
    assert_int_equal(lesson_do(into, MSG_MESSAGE_DELETE, 1), FAULT_NONE); /* their own */
    struct class_entered entered;
    const struct class_entry old = {.person = from, .session = "old"};
    assert_int_equal(class_enter(lesson.c, lesson.now_ms, &old, &entered), E_NOTFOUND);
    assert_int_equal(merge(t, from, into), FAULT_WRONG_STATE);
    assert_int_equal(merge(t, into, t), FAULT_WRONG_STATE); /* another role */
    assert_int_equal(merge(t, into, into), FAULT_WRONG_STATE);
    assert_int_equal(merge(t, 200, into), FAULT_NOT_FOUND);
}

static void of_two_pages_that_are_one_person_one_goes_on(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER);
    uint32_t into = lesson_enter(ROLE_LEARNER), from = lesson_enter(ROLE_LEARNER);
    lesson_forget();
    assert_int_equal(merge(t, from, into), FAULT_NONE);
    assert_int_equal(lesson_told(from, NOTE_YOU_MOVED), 1);
    assert_int_equal(lesson_told(into, NOTE_YOU_MOVED), 0);
    assert_int_equal(lesson_last(t, NOTE_PERSON_LEFT)->gone.reason, LEFT_MOVED);
    assert_true(person_is_here(class_person(lesson.c, into)));
}

static void the_seat_passes_to_the_person_it_is(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), into = lesson_expect("Karim DIALLO");
    uint32_t from = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_check_in(from, 2), E_OK);
    lesson_forget();
    assert_int_equal(merge(t, from, into), FAULT_NONE);
    assert_int_equal(lesson_event(EVENT_CHECKED_OUT)->person, from);
    const struct class_event *in = lesson_event(EVENT_CHECKED_IN);
    assert_int_equal(in->person, into);
    assert_int_equal(in->site, 2);
    assert_int_equal(in->reason, HOW_CODE);
    assert_true(class_person(lesson.c, into)->seated);
    assert_false(person_is_seen(class_person(lesson.c, from)));
    assert_int_equal(lesson_check_in(from, 2), E_OK); /* as the other: no second event */
    assert_int_equal(lesson_events(EVENT_CHECKED_IN), 1);
}

static void a_restart_knows_who_everybody_was(void **state)
{
    (void)state;
    const struct class_restored people[] = {
        {.number = 3, .role = ROLE_LEARNER, .identity = IDENTITY_LIST, .name = "A"},
        {.number = 4, .role = ROLE_LEARNER, .merged_into = 3, .name = "B"},
        {.number = 5, .role = ROLE_LEARNER, .site = 1, .period = 1, .how = 1, .name = "C"},
        {.number = 6, .role = ROLE_LEARNER, .removed = true, .name = "D"}};
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
        assert_int_equal(class_restore(lesson.c, &people[i]), E_OK);
    assert_int_equal(class_restore(lesson.c, &people[0]), E_EXISTS);
    assert_int_equal(lesson.n_events, 0);
    assert_int_equal(class_who_is(lesson.c, 4), 3);
    assert_true(person_is_seen(class_person(lesson.c, 5)));
    uint32_t number = 0;
    const struct class_admission removed = {.number = 6};
    assert_int_equal(class_admit(lesson.c, lesson.now_ms, &removed, &number), E_GONE);
    assert_int_equal(come(4), 3);
    assert_int_equal(lesson_events(EVENT_PERSON_DECLARED), 0);
    assert_int_equal(class_next_person(lesson.c), 7);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(the_expected_are_missing_until_they_come),
    CASE(the_list_is_bounded_and_its_names_checked),
    CASE(declared_people_say_so_and_give_their_organisation),
    CASE(a_merged_person_comes_back_as_the_other),
    CASE(of_two_pages_that_are_one_person_one_goes_on),
    CASE(the_seat_passes_to_the_person_it_is),
    CASE(a_restart_knows_who_everybody_was),
};

TEST_MAIN(tests)
