/* SPDX-License-Identifier: Apache-2.0
 * A class of thirty on one worker and on two: everybody sees the trainer and hears who speaks. */
#include "tests/sim/expect.h"

enum { LEARNERS = 29 };

static struct lesson lesson;

static void speak(struct lesson *l, struct person *p, usec for_us)
{
    p->sources[SFU_MICROPHONE].level = 20;
    lesson_run(l, for_us);
    p->sources[SFU_MICROPHONE].level = 127;
}

static void expect_heard_by_all(struct lesson *l, const struct person *speaker)
{
    for (unsigned i = 0; i < l->n_people; i++) {
        struct person *p = l->people[i];
        const struct sight *s = person_sight(p, microphone_of(speaker));
        if (p != speaker && !s)
            fail_msg("person %u does not hear %u", p->id, speaker->id);
    }
}

static void expect_trainer_seen_by_all(struct lesson *l, const struct person *trainer,
                                       uint64_t least)
{
    for (unsigned i = 0; i < l->n_people; i++) {
        struct person *p = l->people[i];
        if (p != trainer && pictures(p, camera_of(trainer)) < least)
            fail_msg("person %u saw %u pictures of the trainer", p->id,
                     (unsigned)pictures(p, camera_of(trainer)));
    }
}

static struct person *fill(struct lesson *l, struct person **learners)
{
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH | SHARING);
    for (unsigned i = 0; i < LEARNERS; i++) {
        learners[i] = lesson_join(l, i % l->workers, BOTH, BOTH);
        learners[i]->sources[SFU_MICROPHONE].level = 127;
        lesson_run(l, USEC_MS(20));
    }
    return trainer;
}

static void thirty_people(unsigned workers, uint64_t seed)
{
    struct lesson *l = &lesson;
    struct person *learners[LEARNERS];
    lesson_open(l, workers, seed);
    l->net.loss_permille = 10;
    l->net.jitter = USEC_MS(5);
    struct person *trainer = fill(l, learners);
    lesson_run(l, USEC_S(2));
    expect_trainer_seen_by_all(l, trainer, 20);
    speak(l, learners[7], USEC_S(1));
    expect_heard_by_all(l, learners[7]);
    speak(l, learners[28], USEC_S(1));
    expect_heard_by_all(l, learners[28]);
    assert_true(l->speakers_events > 0);
    expect_heard_by_all(l, trainer);
    expect_no_mistakes(l);
    for (unsigned i = 0; i < LEARNERS; i++) { /* stage, screen and two tiles of three */
        unsigned videos = 0;
        for (uint8_t k = 0; k < learners[i]->n_slots; k++)
            videos +=
                learners[i]->slots[k].media == SFU_VIDEO && learners[i]->filled[k].publication;
        assert_int_equal(4, videos);
    }
    lesson_close(l);
}

static void a_class_of_thirty_sees_the_trainer_and_hears_who_speaks(void **state)
{
    (void)state;
    thirty_people(1, 21);
}

static void a_class_of_thirty_over_two_workers_is_one_class(void **state)
{
    (void)state;
    thirty_people(2, 22);
}

static void a_room_over_two_workers_repairs_asks_and_forgets(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 2, 23);
    l->net.loss_permille = 50;
    l->net.jitter = USEC_MS(10);
    struct person *trainer = lesson_join(l, 1, TRAINER, BOTH);
    struct person *here = lesson_join(l, 1, BOTH, BOTH);
    struct person *there = lesson_join(l, 0, BOTH, BOTH);
    lesson_run(l, USEC_S(10));
    expect_no_mistakes(l);
    assert_true(pictures(here, camera_of(trainer)) > 130);
    assert_true(pictures(there, camera_of(trainer)) > 130);
    assert_true(pictures(trainer, camera_of(there)) > 130);
    lesson_set(l, trainer, SFU_CAMERA, false);
    lesson_run(l, USEC_S(1));
    assert_int_equal(0, person_sees(there, SFU_SLOT_STAGE, SFU_VIDEO));
    lesson_leave(l, there);
    lesson_leave(l, here);
    lesson_leave(l, trainer);
    lesson_run(l, USEC_S(1));
    for (unsigned w = 0; w < 2; w++) {
        struct sfu_stats s;
        engine_stats(l->engines[w], &s);
        assert_int_equal(0, s.publications + s.peers + s.transports);
    }
    lesson_close(l);
}

static void speakers_are_told_at_most_five_times_a_second(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    struct person *learners[LEARNERS];
    lesson_open(l, 1, 24);
    (void)fill(l, learners);
    lesson_run(l, USEC_S(1));
    unsigned before = l->speakers_events;
    for (unsigned i = 0; i < 12; i++) { /* two at a time, always others: each a change */
        learners[i + 1]->sources[SFU_MICROPHONE].level = 25;
        speak(l, learners[i], USEC_MS(350));
    }
    assert_in_range(l->speakers_events - before, 6, 22); /* in 4.2 s */
    lesson_close(l);
}

static void speakers_who_come_in_quick_turn_are_told_together(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    struct person *learners[LEARNERS];
    lesson_open(l, 1, 25);
    (void)fill(l, learners);
    lesson_run(l, USEC_S(1));
    unsigned before = l->speakers_events;
    for (unsigned i = 0; i < 7; i++) { /* seven changes within a second */
        learners[i]->sources[SFU_MICROPHONE].level = (uint8_t)(30 - i);
        lesson_run(l, USEC_MS(100));
    }
    lesson_run(l, USEC_MS(300));
    assert_in_range(l->speakers_events - before, 2, 4); /* the list changes over 700 ms */
    lesson_run(l, USEC_MS(500));
    assert_true(l->last_speakers.speakers.n >= 7); /* and none is forgotten */
    lesson_close(l);
}

static void a_worker_that_shows_nothing_gets_no_packets(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 2, 26);
    (void)lesson_join(l, 0, TRAINER, BOTH);
    struct person *there = lesson_join(l, 1, 0, 0);
    lesson_run(l, USEC_S(2));
    uint64_t before = l->relayed_bytes;
    lesson_run(l, USEC_S(2));
    assert_true(l->relayed_bytes - before > 20000); /* sound and pictures once, checks */
    lesson_view(l, there, (struct sfu_view){.hidden = true});
    lesson_run(l, USEC_MS(100));
    before = l->relayed_bytes;
    lesson_run(l, USEC_S(2));
    assert_in_range(l->relayed_bytes - before, 5000, 20000); /* sound alone */
    expect_no_mistakes(l);
    lesson_close(l);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_class_of_thirty_sees_the_trainer_and_hears_who_speaks),
    cmocka_unit_test(a_class_of_thirty_over_two_workers_is_one_class),
    cmocka_unit_test(a_room_over_two_workers_repairs_asks_and_forgets),
    cmocka_unit_test(speakers_who_come_in_quick_turn_are_told_together),
    cmocka_unit_test(a_worker_that_shows_nothing_gets_no_packets),
    cmocka_unit_test(speakers_are_told_at_most_five_times_a_second),
};

TEST_MAIN(tests)
