/* SPDX-License-Identifier: Apache-2.0
 * Two people in one lesson: what they hear and see of each other, packet by packet and picture by
 * picture. */
#include "testing.h"

#include "sim/lesson.h"

enum {
    BOTH = SFU_MAY_MICROPHONE | SFU_MAY_CAMERA,
    TRAINER = BOTH | SFU_MAY_SCREEN | SFU_MAY_SCREEN_AUDIO | SFU_IS_STAGE
};

static struct lesson lesson;

static void assert_no_mistakes(const struct lesson *l)
{
    for (unsigned i = 0; i < l->n_people; i++) {
        if (l->people[i]->mistakes > 0)
            fail_msg("person %u: %u mistakes, last: %s", l->people[i]->id, l->people[i]->mistakes,
                     l->people[i]->mistake);
    }
}

static void two_people_hear_and_see_each_other(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 1);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH);
    struct person *learner = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(10));
    assert_no_mistakes(l);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, trainer->receive.state);
    assert_int_equal(SFU_TRANSPORT_CONNECTED, learner->send.state);
    assert_int_equal(trainer->sources[SFU_CAMERA].publication,
                     person_sees(learner, SFU_SLOT_STAGE, SFU_VIDEO));
    assert_int_equal(trainer->sources[SFU_MICROPHONE].publication,
                     person_sees(learner, SFU_SLOT_STAGE, SFU_AUDIO));
    assert_int_equal(learner->sources[SFU_CAMERA].publication,
                     person_sees(trainer, SFU_SLOT_FREE, SFU_VIDEO));
    assert_int_equal(learner->sources[SFU_MICROPHONE].publication,
                     person_sees(trainer, SFU_SLOT_FREE, SFU_AUDIO));
    struct sight *sound = person_sight(learner, trainer->sources[SFU_MICROPHONE].publication);
    struct sight *picture = person_sight(trainer, learner->sources[SFU_CAMERA].publication);
    assert_in_range(sound->received, 480, 500);
    assert_in_range(picture->decoded, 140, 152);
    assert_int_equal(0, picture->n_missing);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(two_people_hear_and_see_each_other),
};

TEST_MAIN(tests)
