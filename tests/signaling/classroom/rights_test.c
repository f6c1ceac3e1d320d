/* SPDX-License-Identifier: Apache-2.0
 * Rights to publish, requests for the microphone, muting, one screen at a time, and what the media
 * plane is told of it. */
#include "tests/signaling/classroom/lesson.h"

static enum fault set_policy(uint32_t by, enum access microphone)
{
    struct msg m = {
        .kind = MSG_POLICY_SET,
        .policy = {.has_microphone = true, .policy = {.microphone = (uint8_t)microphone}}};
    return lesson_say(by, &m);
}

static void a_given_microphone_ends_the_request(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    assert_int_equal(lesson_told(t, NOTE_MICROPHONE_REQUESTED), 1);
    assert_int_equal(lesson_right(t, a, SFU_MICROPHONE, true), FAULT_NONE);
    assert_int_equal(lesson_last(a, NOTE_MICROPHONE_WITHDRAWN)->gone.reason, WITHDRAW_GIVEN);
    assert_int_equal(lesson_last(a, NOTE_PERSON_CHANGED)->changed.now.may & SFU_MAY_MICROPHONE, 1);
    assert_int_equal(lesson.commands[lesson.n_commands - 1].kind, SFU_PEER_MAY);
    assert_int_equal(lesson.commands[lesson.n_commands - 1].may,
                     SFU_MAY_MICROPHONE | SFU_MAY_CAMERA);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_WRONG_STATE);
}

static void a_request_is_withdrawn_or_refused(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_WITHDRAW, 0), FAULT_NONE);
    assert_int_equal(lesson_last(t, NOTE_MICROPHONE_WITHDRAWN)->gone.reason, WITHDRAW_WITHDRAWN);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    assert_int_equal(lesson_do(t, MSG_MICROPHONE_WITHDRAW, a), FAULT_NONE);
    assert_int_equal(lesson_last(a, NOTE_MICROPHONE_WITHDRAWN)->gone.reason, WITHDRAW_REFUSED);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_LEAVE, 0), FAULT_NONE);
    assert_int_equal(lesson_last(t, NOTE_MICROPHONE_WITHDRAWN)->gone.reason, WITHDRAW_LEFT);
}

static void a_right_taken_turns_the_source_off(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    static const uint32_t publications[N_SFU_SOURCE] = {[SFU_CAMERA] = 55};
    class_on_published(lesson.c, a, publications);
    assert_int_equal(lesson_publish(a, SFU_CAMERA, true), FAULT_NONE);
    assert_int_equal(lesson.commands[lesson.n_commands - 1].publication, 55);
    assert_true(lesson.commands[lesson.n_commands - 1].on);
    lesson_forget();
    assert_int_equal(lesson_right(t, a, SFU_CAMERA, false), FAULT_NONE);
    assert_int_equal(lesson_commands(SFU_PEER_MAY), 1);
    assert_int_equal(lesson_commands(SFU_PUBLICATION_SET), 1);
    assert_int_equal(lesson_told(t, NOTE_PERSON_CHANGED), 1);
    const struct note *n = lesson_last(t, NOTE_PERSON_CHANGED);
    assert_int_equal(n->changed.changed, CHANGED_MAY | CHANGED_ON);
    assert_int_equal(n->changed.now.on, 0);
    assert_int_equal(lesson_publish(a, SFU_CAMERA, true), FAULT_NOT_ALLOWED);
}

static void the_policy_changes_learners_without_a_right_of_their_own(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER),
             b = lesson_enter(ROLE_LEARNER), r = lesson_enter(ROLE_ROOM);
    assert_int_equal(lesson_right(t, b, SFU_MICROPHONE, false), FAULT_NONE);
    assert_int_equal(lesson_do(a, MSG_MICROPHONE_REQUEST, 0), FAULT_NONE);
    lesson_forget();
    assert_int_equal(set_policy(t, ACCESS_OPEN), FAULT_NONE);
    assert_int_equal(lesson_told(r, NOTE_POLICY_CHANGED), 1);
    assert_int_equal(lesson_told(r, NOTE_PERSON_CHANGED), 1); /* a; b was denied, r has it anyway */
    assert_int_equal(lesson_last(r, NOTE_PERSON_CHANGED)->changed.now.person, a);
    assert_int_equal(lesson_last(a, NOTE_MICROPHONE_WITHDRAWN)->gone.reason, WITHDRAW_GIVEN);
    assert_int_equal(lesson_publish(a, SFU_MICROPHONE, true), FAULT_NONE);
    assert_int_equal(lesson_publish(b, SFU_MICROPHONE, true), FAULT_NOT_ALLOWED);
    assert_int_equal(set_policy(t, ACCESS_REQUEST), FAULT_NONE);
    assert_int_equal(class_person(lesson.c, a)->on, 0);
}

static void rights_of_other_roles_are_nobodys_to_change(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR),
             r = lesson_enter(ROLE_ROOM);
    assert_int_equal(lesson_right(t, m, SFU_CAMERA, false), FAULT_WRONG_STATE);
    assert_int_equal(lesson_right(t, r, SFU_SCREEN, true), FAULT_WRONG_STATE);
    assert_int_equal(lesson_right(t, 99, SFU_SCREEN, true), FAULT_NOT_FOUND);
}

static void muting_all_leaves_trainers_and_moderators(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR),
             a = lesson_enter(ROLE_LEARNER), r = lesson_enter(ROLE_ROOM);
    assert_int_equal(lesson_right(t, a, SFU_MICROPHONE, true), FAULT_NONE);
    const uint32_t all[] = {t, m, a, r};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(lesson_publish(all[i], SFU_MICROPHONE, true), FAULT_NONE);
    assert_int_equal(lesson_do(m, MSG_MUTE_ALL, 0), FAULT_NONE);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(class_person(lesson.c, all[i])->on, i < 2 ? 1 : 0);
        assert_int_equal(lesson_told(all[i], NOTE_YOU_MUTED), i < 2 ? 0 : 1);
    }
    assert_int_equal(lesson_last(a, NOTE_YOU_MUTED)->by, m);
    assert_int_equal(lesson_last(a, NOTE_YOU_MUTED)->seq, 0);
    assert_int_equal(lesson_publish(a, SFU_MICROPHONE, true), FAULT_NONE); /* the right stays */
}

static void one_screen_is_shared_at_a_time(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), m = lesson_enter(ROLE_MODERATOR);
    assert_int_equal(lesson_publish(t, SFU_SCREEN, true), FAULT_NONE);
    assert_int_equal(lesson_publish(t, SFU_SCREEN_AUDIO, true), FAULT_NONE);
    assert_int_equal(lesson_publish(t, SFU_SCREEN, true), FAULT_NONE);
    assert_int_equal(lesson_publish(m, SFU_SCREEN, true), FAULT_WRONG_STATE);
    assert_int_equal(lesson_publish(t, SFU_SCREEN, false), FAULT_NONE);
    assert_int_equal(class_person(lesson.c, t)->on, 0); /* its sound ended with it */
    assert_int_equal(lesson_publish(m, SFU_SCREEN, true), FAULT_NONE);
}

static void sources_said_to_be_on_start_with_the_send_connection(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    assert_int_equal(lesson_publish(t, SFU_CAMERA, true), FAULT_NONE);
    assert_int_equal(lesson_commands(SFU_PUBLICATION_SET), 0);
    static const uint32_t publications[N_SFU_SOURCE] = {7, 8, 0, 0};
    class_on_published(lesson.c, t, publications);
    assert_int_equal(lesson_commands(SFU_PUBLICATION_SET), 1);
    assert_int_equal(lesson.commands[lesson.n_commands - 1].publication, 8);
    lesson_forget();
    class_on_unpublished(lesson.c, t);
    assert_int_equal(lesson_last(a, NOTE_PERSON_CHANGED)->changed.now.on, 0);
}

static void a_view_names_the_peer_of_the_pinned_person(void **state)
{
    (void)state;
    uint32_t t = lesson_enter(ROLE_TRAINER), a = lesson_enter(ROLE_LEARNER);
    struct msg m = {.kind = MSG_VIEW_SET, .view = {.tiles = 2, .pinned = t, .hidden = true}};
    assert_int_equal(lesson_say(a, &m), FAULT_NONE);
    assert_int_equal(lesson.commands[lesson.n_commands - 1].kind, SFU_PEER_VIEW);
    assert_int_equal(lesson.commands[lesson.n_commands - 1].peer, lesson_peer(a));
    assert_int_equal(lesson.commands[lesson.n_commands - 1].view.pinned, lesson_peer(t));
    assert_int_equal(lesson.commands[lesson.n_commands - 1].view.tiles, 2);
    assert_true(lesson.commands[lesson.n_commands - 1].view.hidden);
}

static void the_trainer_is_on_stage(void **state)
{
    (void)state;
    (void)lesson_enter(ROLE_TRAINER);
    assert_int_equal(lesson.commands[0].kind, SFU_ROOM_OPEN);
    assert_int_equal(lesson.commands[1].kind, SFU_PEER_JOIN);
    assert_int_equal(lesson.commands[1].may, SFU_MAY_MICROPHONE | SFU_MAY_CAMERA | SFU_MAY_SCREEN |
                                                 SFU_MAY_SCREEN_AUDIO | SFU_IS_STAGE);
    (void)lesson_enter(ROLE_ROOM);
    assert_int_equal(lesson.commands[2].may, SFU_MAY_MICROPHONE | SFU_MAY_CAMERA);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, lesson_start, lesson_stop)

static const struct CMUnitTest tests[] = {
    CASE(a_given_microphone_ends_the_request),
    CASE(a_request_is_withdrawn_or_refused),
    CASE(a_right_taken_turns_the_source_off),
    CASE(the_policy_changes_learners_without_a_right_of_their_own),
    CASE(rights_of_other_roles_are_nobodys_to_change),
    CASE(muting_all_leaves_trainers_and_moderators),
    CASE(one_screen_is_shared_at_a_time),
    CASE(sources_said_to_be_on_start_with_the_send_connection),
    CASE(a_view_names_the_peer_of_the_pinned_person),
    CASE(the_trainer_is_on_stage),
};

TEST_MAIN(tests)
