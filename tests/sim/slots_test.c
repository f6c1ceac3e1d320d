/* SPDX-License-Identifier: Apache-2.0
 * Slots that change hands: whose pictures they carry is always said, numbers run on, pictures
 * change at keyframes. */
#include "tests/sim/expect.h"

static struct lesson lesson;

static void a_slot_that_changes_hands_names_the_new_one_and_runs_on(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 41);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    lesson_view(l, viewer, (struct sfu_view){.tiles = 1});
    struct person *a = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    struct person *b = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    lesson_run(l, USEC_S(2));
    assert_int_equal(camera_of(a), person_sees(viewer, SFU_SLOT_FREE, SFU_VIDEO));
    struct sight *tile = person_sight(viewer, camera_of(a));
    for (unsigned i = 0; i < 10; i++) {
        struct person *pinned = i % 2 ? a : b;
        lesson_view(l, viewer, (struct sfu_view){.tiles = 1, .pinned = pinned->id});
        lesson_run(l, USEC_MS(900));
        assert_int_equal(camera_of(pinned), person_sees(viewer, SFU_SLOT_FREE, SFU_VIDEO));
        assert_int_equal(camera_of(pinned), tile->publication);
        assert_true(tile->decoded_of >= 4);
        /* The mapping names the first packet of the new one. */
        assert_int_equal(tile->first_ts_of_publication, viewer->filled[6].first_rtp);
    }
    assert_int_equal(10, tile->switches);
    assert_int_equal(0, tile->n_missing); /* no gap at any switch */
    expect_no_mistakes(l);
    lesson_close(l);
}

static void the_former_picture_goes_on_until_the_next_keyframe(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 42);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    lesson_view(l, viewer, (struct sfu_view){.tiles = 1});
    struct person *a = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    struct person *b = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    lesson_run(l, USEC_S(3));
    struct sight *tile = person_sight(viewer, camera_of(a));
    uint64_t before = tile->decoded;
    b->deaf = true; /* no keyframe comes, however often it is asked for */
    lesson_view(l, viewer, (struct sfu_view){.tiles = 1, .pinned = b->id});
    lesson_run(l, USEC_S(2));
    assert_int_equal(camera_of(a), tile->publication);
    assert_true(tile->decoded >= before + 28);
    assert_true(b->sources[SFU_CAMERA].plis >= 3 && b->sources[SFU_CAMERA].plis <= 5);
    b->deaf = false;
    lesson_run(l, USEC_S(1));
    assert_int_equal(camera_of(b), tile->publication);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void the_stage_is_a_pair_and_passes_on(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 43);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    struct person *first = lesson_join(l, 0, TRAINER, BOTH);
    struct person *second = lesson_join(l, 0, TRAINER, BOTH);
    lesson_run(l, USEC_S(2));
    assert_int_equal(camera_of(first), person_sees(viewer, SFU_SLOT_STAGE, SFU_VIDEO));
    assert_int_equal(microphone_of(first), person_sees(viewer, SFU_SLOT_STAGE, SFU_AUDIO));
    assert_int_equal(camera_of(second), person_sees(viewer, SFU_SLOT_FREE, SFU_VIDEO));
    /* Of two on the stage each sees the other there, nobody oneself. */
    assert_int_equal(camera_of(second), person_sees(first, SFU_SLOT_STAGE, SFU_VIDEO));
    assert_int_equal(0, person_sees(first, SFU_SLOT_FREE, SFU_AUDIO));
    lesson_leave(l, first);
    lesson_run(l, USEC_S(1));
    assert_int_equal(camera_of(second), person_sees(viewer, SFU_SLOT_STAGE, SFU_VIDEO));
    assert_int_equal(microphone_of(second), person_sees(viewer, SFU_SLOT_STAGE, SFU_AUDIO));
    assert_int_equal(0, person_sees(viewer, SFU_SLOT_FREE, SFU_VIDEO));
    assert_true(pictures(viewer, camera_of(second)) > 5);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void the_trainer_is_heard_over_any_number_of_loud_learners(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 44);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    struct person *trainer = lesson_join(l, 0, TRAINER, SFU_MAY_MICROPHONE);
    trainer->sources[SFU_MICROPHONE].level = 127;
    for (unsigned i = 0; i < 6; i++)
        lesson_join(l, 0, BOTH, SFU_MAY_MICROPHONE)->sources[SFU_MICROPHONE].level = 5;
    lesson_run(l, USEC_S(5));
    assert_true(person_sight(viewer, microphone_of(trainer))->received > 230);
    assert_int_equal(0, person_sight(viewer, microphone_of(trainer))->switches);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_newcomer_fills_an_empty_slot_and_a_speaker_evicts_the_silent(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 45);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    struct person *p[4];
    for (unsigned i = 0; i < 4; i++) { /* two free sound slots */
        p[i] = lesson_join(l, 0, BOTH, SFU_MAY_MICROPHONE);
        p[i]->sources[SFU_MICROPHONE].level = 127;
        lesson_run(l, USEC_MS(300));
    }
    assert_non_null(person_sight(viewer, microphone_of(p[0])));
    assert_non_null(person_sight(viewer, microphone_of(p[1])));
    assert_null(person_sight(viewer, microphone_of(p[3])));
    p[3]->sources[SFU_MICROPHONE].level = 20;
    lesson_run(l, USEC_MS(200));
    assert_null(person_sight(viewer, microphone_of(p[3]))); /* a cough */
    lesson_run(l, USEC_MS(400));
    assert_non_null(person_sight(viewer, microphone_of(p[3])));
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_tile_is_not_taken_by_somebody_who_only_joined_earlier(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 47);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    struct person *early = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    lesson_set(l, early, SFU_CAMERA, false);
    struct person *a = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    struct person *b = lesson_join(l, 0, BOTH, SFU_MAY_CAMERA);
    lesson_view(l, viewer, (struct sfu_view){.tiles = 2});
    lesson_run(l, USEC_S(1));
    lesson_set(l, early, SFU_CAMERA, true);
    lesson_run(l, USEC_S(2));
    assert_null(person_sight(viewer, camera_of(early)));
    assert_true(pictures(viewer, camera_of(a)) > 30 && pictures(viewer, camera_of(b)) > 30);
    lesson_set(l, a, SFU_CAMERA, false);
    lesson_run(l, USEC_S(1));
    assert_true(pictures(viewer, camera_of(early)) > 8);
    expect_no_mistakes(l);
    lesson_close(l);
}

static void a_screen_takes_its_pair_and_gives_it_back(void **state)
{
    (void)state;
    struct lesson *l = &lesson;
    lesson_open(l, 1, 46);
    struct person *viewer = lesson_join(l, 0, BOTH, 0);
    struct person *sharer = lesson_join(l, 0, BOTH | SHARING, BOTH | SHARING);
    lesson_run(l, USEC_S(2));
    assert_int_equal(sharer->sources[SFU_SCREEN].publication,
                     person_sees(viewer, SFU_SLOT_SCREEN, SFU_VIDEO));
    assert_int_equal(sharer->sources[SFU_SCREEN_AUDIO].publication,
                     person_sees(viewer, SFU_SLOT_SCREEN, SFU_AUDIO));
    assert_int_equal(0, person_sees(sharer, SFU_SLOT_SCREEN, SFU_VIDEO));
    lesson_set(l, sharer, SFU_SCREEN, false);
    lesson_set(l, sharer, SFU_SCREEN_AUDIO, false);
    lesson_run(l, USEC_MS(100));
    assert_int_equal(0, person_sees(viewer, SFU_SLOT_SCREEN, SFU_VIDEO));
    assert_int_equal(camera_of(sharer), person_sees(viewer, SFU_SLOT_FREE, SFU_VIDEO));
    lesson_set(l, sharer, SFU_SCREEN, true);
    lesson_run(l, USEC_S(3));
    assert_true(pictures(viewer, sharer->sources[SFU_SCREEN].publication) > 20);
    expect_no_mistakes(l);
    lesson_close(l);
}

static uint64_t sound_at(const struct person *p)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < p->n_slots; i++)
        n += p->slots[i].media == SFU_AUDIO ? p->sights[i].received : 0;
    return n;
}

/* A trainer, a room's device, a remote learner and ten telephones that sit in the room. */
static void nobody_in_a_room_gets_a_packet_of_sound(unsigned workers)
{
    struct lesson *l = &lesson;
    struct person *phones[10];
    const uint32_t seated = SFU_MAY_CAMERA | SFU_DEAF;
    lesson_open(l, workers, 47);
    struct person *trainer = lesson_join(l, 0, TRAINER, BOTH | SHARING);
    struct person *device = lesson_join(l, 0, BOTH, BOTH);
    struct person *remote = lesson_join(l, 0, BOTH, BOTH);
    for (unsigned i = 0; i < 10; i++)
        phones[i] = lesson_join(l, i % workers, seated, SFU_MAY_CAMERA);
    lesson_run(l, USEC_S(4));
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(0, sound_at(phones[i]));
        assert_true(pictures(phones[i], camera_of(trainer)) > 5);
    }
    assert_true(sound_at(device) > 300 && sound_at(remote) > 300 && sound_at(trainer) > 300);
    lesson_may(l, phones[9], SFU_MAY_CAMERA); /* goes home, and comes back */
    lesson_run(l, USEC_S(1));
    assert_true(sound_at(phones[9]) > 30);
    lesson_may(l, phones[9], seated);
    lesson_run(l, USEC_MS(100)); /* what is on its way still arrives */
    uint64_t before = sound_at(phones[9]);
    lesson_run(l, USEC_S(2));
    assert_int_equal(before, sound_at(phones[9]));
    assert_int_equal(0, person_sees(phones[9], SFU_SLOT_STAGE, SFU_AUDIO));
    expect_no_mistakes(l);
    lesson_close(l);
}

static void who_sits_in_a_room_sees_all_and_hears_nothing(void **state)
{
    (void)state;
    nobody_in_a_room_gets_a_packet_of_sound(1);
    nobody_in_a_room_gets_a_packet_of_sound(2);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_sits_in_a_room_sees_all_and_hears_nothing),
    cmocka_unit_test(a_slot_that_changes_hands_names_the_new_one_and_runs_on),
    cmocka_unit_test(the_former_picture_goes_on_until_the_next_keyframe),
    cmocka_unit_test(the_stage_is_a_pair_and_passes_on),
    cmocka_unit_test(the_trainer_is_heard_over_any_number_of_loud_learners),
    cmocka_unit_test(a_newcomer_fills_an_empty_slot_and_a_speaker_evicts_the_silent),
    cmocka_unit_test(a_tile_is_not_taken_by_somebody_who_only_joined_earlier),
    cmocka_unit_test(a_screen_takes_its_pair_and_gives_it_back),
};

TEST_MAIN(tests)
