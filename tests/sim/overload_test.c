/* SPDX-License-Identifier: Apache-2.0
 * A machine that cannot keep up: video goes, sound stays, and the picture comes back. */
#include "tests/sim/expect.h"

static struct lesson lesson;

static uint64_t packets(struct person *p, uint32_t publication)
{
    const struct sight *s = person_sight(p, publication);
    return s ? s->received : 0;
}

static void who_is_behind_sheds_video_and_never_sound(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 31);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, 0);
    lesson_run(l, USEC_S(3));
    assert_true(pictures(learner, camera_of(trainer)) > 20);

    engine_set_behind(l->engines[0], true);
    lesson_run(l, USEC_MS(100)); /* what is on its way arrives */
    const uint64_t seen = packets(learner, camera_of(trainer));
    const uint64_t heard = packets(learner, microphone_of(trainer));
    lesson_run(l, USEC_S(2));
    assert_int_equal(packets(learner, camera_of(trainer)), seen);
    assert_true(packets(learner, microphone_of(trainer)) >= heard + 98); /* 50 a second */
    assert_true(lesson_stats(l).drop_full > 0);

    engine_set_behind(l->engines[0], false);
    const uint64_t before = pictures(learner, camera_of(trainer));
    lesson_run(l, USEC_S(4));
    assert_true(pictures(learner, camera_of(trainer)) > before + 20);
    expect_no_mistakes(l);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_is_behind_sheds_video_and_never_sound),
};

TEST_MAIN(tests)
