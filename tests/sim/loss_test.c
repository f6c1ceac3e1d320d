/* SPDX-License-Identifier: Apache-2.0
 * A network that loses and reorders: what is repaired, and how somebody who comes later gets a
 * picture. */
#include "tests/sim/expect.h"

static struct lesson lesson;

static void five_percent_loss_and_reordering_are_repaired(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 11);
    l->net.loss_permille = 50;
    l->net.jitter = USEC_MS(15);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(20));
    expect_no_mistakes(l);
    assert_true(l->net.lost > 200);
    struct sfu_stats s = lesson_stats(l);
    assert_true(s.nack_out > 30 && s.rtx_in > 30);
    assert_true(s.nack_in > 30 && s.rtx_out > 30);
    /* 15 pictures a second for nearly 20 s; what came back late may cost one or two. */
    assert_true(pictures(learner, camera_of(trainer)) > 280);
    assert_true(pictures(trainer, camera_of(learner)) > 280);
    assert_true(trainer->sources[SFU_CAMERA].keyframes <= 6);
    lesson_close(l);
}

static void a_publisher_without_repair_is_asked_for_keyframes(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 12);
    l->net.loss_permille = 20;
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    trainer->sends_rtx = false;
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(20));
    expect_no_mistakes(l);
    assert_true(trainer->sources[SFU_CAMERA].keyframes >= 5);
    assert_true(pictures(learner, camera_of(trainer)) > 60);
    lesson_close(l);
}

static void a_late_joiner_gets_a_keyframe_and_a_picture(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 13);
    l->net.loss_permille = 20;
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    (void)lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(8));
    struct person *late = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(1));
    expect_no_mistakes(l);
    assert_true(pictures(late, camera_of(trainer)) >= 5);
    lesson_close(l);
}

static void joiners_in_one_moment_cost_one_keyframe(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 14);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    (void)lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(5));
    unsigned before = trainer->sources[SFU_CAMERA].keyframes;
    struct person *late[10];
    for (unsigned i = 0; i < 10; i++) {
        late[i] = lesson_join(l, 0, BOTH, 0);
        lesson_run(l, USEC_MS(30));
    }
    lesson_run(l, USEC_S(1));
    for (unsigned i = 0; i < 10; i++)
        assert_true(pictures(late[i], camera_of(trainer)) >= 5);
    assert_true(trainer->sources[SFU_CAMERA].keyframes <= before + 2);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_flapping_trainer_is_seen_again_each_time(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 15);
    l->net.loss_permille = 20;
    l->net.jitter = USEC_MS(10);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    for (unsigned i = 0; i < 8; i++) { /* each time with other SSRCs and publications */
        struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
        lesson_run(l, USEC_S(2));
        assert_true(pictures(learner, camera_of(trainer)) > 10);
        assert_int_equal(microphone_of(trainer), person_sees(learner, SFU_SLOT_STAGE, SFU_AUDIO));
        lesson_leave(l, trainer);
        lesson_run(l, USEC_MS(200));
        assert_int_equal(0, person_sees(learner, SFU_SLOT_STAGE, SFU_VIDEO));
    }
    expect_no_mistakes(l);
    struct sfu_stats s = lesson_stats(l);
    assert_int_equal(1, s.peers);
    assert_int_equal(0, s.publications);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(five_percent_loss_and_reordering_are_repaired),
    cmocka_unit_test(a_publisher_without_repair_is_asked_for_keyframes),
    cmocka_unit_test(a_late_joiner_gets_a_keyframe_and_a_picture),
    cmocka_unit_test(joiners_in_one_moment_cost_one_keyframe),
    cmocka_unit_test(a_flapping_trainer_is_seen_again_each_time),
};

TEST_MAIN(tests)
