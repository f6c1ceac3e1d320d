/* SPDX-License-Identifier: Apache-2.0
 * Written messages: readers, added once, deleted, bounded. */
#include "tests/signaling/classroom/lesson.h"

static struct class_snapshot snapshot;

static size_t messages_seen_by(uint32_t person)
{
    assert_int_equal(class_snapshot(lesson.c, lesson.now_ms, person, &snapshot), E_OK);
    return snapshot.note.welcome.n_messages;
}

static void a_private_message_reaches_moderators_and_its_author_alone(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR),
             a = lesson_enter(ROLE_LEARNER), b = lesson_enter(ROLE_LEARNER),
             r = lesson_enter(ROLE_ROOM);
    assert_int_equal(lesson_send(a, "k", "Puis-je sortir ?", TO_MODERATORS), FAULT_NONE);
    assert_int_equal(lesson_told(t, NOTE_MESSAGE_ADDED), 1);
    assert_int_equal(lesson_told(m, NOTE_MESSAGE_ADDED), 1);
    assert_int_equal(lesson_told(a, NOTE_MESSAGE_ADDED), 1);
    assert_int_equal(lesson_told(b, NOTE_MESSAGE_ADDED), 0);
    assert_int_equal(lesson_told(r, NOTE_MESSAGE_ADDED), 0);
    assert_int_equal(messages_seen_by(a), 1);
    assert_int_equal(messages_seen_by(b), 0);
    assert_int_equal(lesson_do(b, MSG_MESSAGE_DELETE, 1), FAULT_NOT_FOUND);
    assert_int_equal(lesson_do(t, MSG_MESSAGE_DELETE, 1), FAULT_NONE);
    assert_int_equal(lesson_told(a, NOTE_MESSAGE_DELETED), 1);
    assert_int_equal(lesson_told(b, NOTE_MESSAGE_DELETED), 0);
}

static void the_key_goes_to_the_author_alone(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER), b = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_send(a, "k", "Bonjour", TO_ALL), FAULT_NONE);
    size_t with = 0, without = 0;
    for (size_t i = 0; i < lesson.n_said; i++) {
        if (lesson.said[i].note.kind != NOTE_MESSAGE_ADDED)
            continue;
        assert_int_equal(lesson.said[i].with_key, lesson.said[i].person == a);
        *(lesson.said[i].with_key ? &with : &without) += 1;
    }
    assert_int_equal(with, 1);
    assert_int_equal(without, 1);
    assert_int_equal(lesson_last(a, NOTE_MESSAGE_ADDED)->seq,
                     lesson_last(b, NOTE_MESSAGE_ADDED)->seq);
}

static void a_key_seen_before_is_ok_and_not_added(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER), b = lesson_enter(ROLE_LEARNER);
    char key[16];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < PERSON_KEYS; i++) {
            snprintf(key, sizeof(key), "k%d", i);
            assert_int_equal(lesson_send(a, key, "Bonjour", TO_ALL), FAULT_NONE);
        }
    }
    assert_int_equal(messages_seen_by(a), PERSON_KEYS);
    assert_int_equal(lesson_send(b, "k0", "Bonjour", TO_ALL), FAULT_NONE); /* another's key */
    assert_int_equal(messages_seen_by(a), PERSON_KEYS + 1);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_DELETE, 1), FAULT_NONE);
    assert_int_equal(lesson_send(a, "k0", "Bonjour", TO_ALL), FAULT_NONE);
    assert_int_equal(messages_seen_by(a),
                     PERSON_KEYS); /* sent again after a break: stays deleted */
}

static void the_last_500_are_kept(void **state)
{
    (void)state;
    uint32_t a = lesson_enter(ROLE_LEARNER);
    char key[16];
    for (int i = 0; i < 600; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        assert_int_equal(lesson_send(a, key, "Bonjour", TO_ALL), FAULT_NONE);
    }
    assert_int_equal(messages_seen_by(a), CLASS_MESSAGES_MAX);
    assert_int_equal(snapshot.messages[0].message, 101);
    assert_int_equal(snapshot.messages[499].message, 600);
    assert_int_equal(lesson_do(a, MSG_MESSAGE_DELETE, 100), FAULT_NOT_FOUND);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(a_private_message_reaches_moderators_and_its_author_alone),
    CASE(the_key_goes_to_the_author_alone),
    CASE(a_key_seen_before_is_ok_and_not_added),
    CASE(the_last_500_are_kept),
};

TEST_MAIN(tests)
