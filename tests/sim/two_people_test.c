/* SPDX-License-Identifier: Apache-2.0
 * Two people in one lesson: what they hear and see of each other, packet by packet and picture by
 * picture. */
#include "tests/sim/expect.h"

static struct lesson lesson;

static void two_people_hear_and_see_each_other(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 1);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(10));
    expect_no_mistakes(l);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, trainer->receive.state);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, learner->send.state);
    assert_int_equal(camera_of(trainer), person_sees(learner, SFU_SLOT_STAGE, SFU_VIDEO));
    assert_int_equal(microphone_of(trainer), person_sees(learner, SFU_SLOT_STAGE, SFU_AUDIO));
    assert_int_equal(camera_of(learner), person_sees(trainer, SFU_SLOT_FREE, SFU_VIDEO));
    assert_int_equal(microphone_of(learner), person_sees(trainer, SFU_SLOT_FREE, SFU_AUDIO));
    struct sight *sound = person_sight(learner, microphone_of(trainer));
    struct sight *picture = person_sight(trainer, camera_of(learner));
    assert_in_range(sound->received, 480, 500);
    assert_in_range(picture->decoded, 140, 152);
    assert_int_equal(0, picture->n_missing);
    assert_in_range(trainer->sources[SFU_CAMERA].keyframes, 1, 2);
    lesson_close(l);
}

static void reports_feedback_and_signs_of_life_go_out(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 2);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *silent = lesson_join(l, 0, 0, 0);
    lesson_run(l, USEC_S(10));
    expect_no_mistakes(l);
    /* Two slots: at once, after 200 ms, then each second. */
    assert_in_range(silent->sender_reports, 18, 26);
    /* Nobody sends to the trainer: the connection lives on empty reports. */
    assert_true(trainer->receive.longest > 0 && trainer->receive.longest <= USEC_MS(260));
    assert_true(trainer->feedback_packets >= 90);
    struct sfu_stats s = lesson_stats(l);
    assert_int_equal(0, s.drop_full + s.drop_malformed + s.drop_auth + s.drop_limit);
    lesson_close(l);
}

static void a_muted_person_is_not_heard(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 3);
    struct person *trainer = lesson_join(l, 0, TRAINER, SFU_MAY_MICROPHONE);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(2));
    lesson_set(l, trainer, SFU_MICROPHONE, false);
    trainer->sources[SFU_MICROPHONE].on = true; /* a client that goes on sending all the same */
    lesson_run(l, USEC_MS(20));                 /* what was under way arrives */
    uint64_t before = learner->packets;
    lesson_run(l, USEC_S(2));
    assert_int_equal(before, learner->packets);
    assert_int_equal(0, person_sees(learner, SFU_SLOT_STAGE, SFU_AUDIO));
    assert_true(lesson_stats(l).drop_off >= 95);
    lesson_set(l, trainer, SFU_MICROPHONE, true);
    lesson_run(l, USEC_S(2));
    assert_true(learner->packets >= before + 95);
    assert_int_equal(microphone_of(trainer), person_sees(learner, SFU_SLOT_STAGE, SFU_AUDIO));
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_right_that_is_taken_stops_the_source_at_once(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 4);
    struct person *trainer = lesson_join(l, 0, TRAINER, 0);
    struct person *learner = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(2));
    lesson_may(l, learner, SFU_MAY_CAMERA);
    lesson_run(l, USEC_MS(20));
    struct sight *sound = &trainer->sights[4]; /* the first free sound slot */
    uint64_t heard = sound->received, seen = pictures(trainer, camera_of(learner));
    lesson_run(l, USEC_S(2));
    assert_int_equal(heard, sound->received);
    assert_true(pictures(trainer, camera_of(learner)) > seen + 25);
    lesson_close(l);
}

static void mid_is_sent_until_a_report_shows_that_it_is_known(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 7);
    (void)lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(3));
    assert_true(learner->with_mid > 10);
    uint64_t before = learner->with_mid;
    assert_true(learner->without_mid > 50);
    lesson_run(l, USEC_S(2));
    assert_int_equal(before, learner->with_mid);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void red_is_unwrapped_for_those_without_it(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 5);
    struct person *trainer = lesson_join(l, 0, TRAINER, SFU_MAY_MICROPHONE);
    trainer->speaks_red = true;
    struct person *with = lesson_join(l, 0, 0, 0);
    struct person *without = lesson_join_without_red(l, 0);
    lesson_run(l, USEC_S(3));
    expect_no_mistakes(l);
    assert_true(person_sight(with, microphone_of(trainer))->received > 130);
    assert_true(person_sight(without, microphone_of(trainer))->received > 130);
    lesson_close(l);
}

static void economy_keeps_sound_and_screen_and_hidden_keeps_sound(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 6);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH | SHARING);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(2));
    assert_true(pictures(learner, trainer->sources[SFU_SCREEN].publication) > 20);
    lesson_view(l, learner, (struct sfu_view){.tiles = 2, .economy = true});
    lesson_run(l, USEC_S(1));
    assert_int_equal(0, person_sees(learner, SFU_SLOT_STAGE, SFU_VIDEO));
    assert_int_equal(trainer->sources[SFU_SCREEN].publication,
                     person_sees(learner, SFU_SLOT_SCREEN, SFU_VIDEO));
    lesson_view(l, learner, (struct sfu_view){.tiles = 2, .hidden = true});
    lesson_run(l, USEC_S(1));
    assert_int_equal(0, person_sees(learner, SFU_SLOT_SCREEN, SFU_VIDEO));
    assert_int_equal(microphone_of(trainer), person_sees(learner, SFU_SLOT_STAGE, SFU_AUDIO));
    lesson_view(l, learner, (struct sfu_view){.tiles = 2});
    lesson_run(l, USEC_S(1));
    assert_true(pictures(learner, camera_of(trainer)) > 10);
    expect_no_mistakes(l);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(two_people_hear_and_see_each_other),
    cmocka_unit_test(reports_feedback_and_signs_of_life_go_out),
    cmocka_unit_test(a_muted_person_is_not_heard),
    cmocka_unit_test(a_right_that_is_taken_stops_the_source_at_once),
    cmocka_unit_test(mid_is_sent_until_a_report_shows_that_it_is_known),
    cmocka_unit_test(red_is_unwrapped_for_those_without_it),
    cmocka_unit_test(economy_keeps_sound_and_screen_and_hidden_keeps_sound),
};

TEST_MAIN(tests)
