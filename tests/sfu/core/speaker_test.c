/* SPDX-License-Identifier: Apache-2.0
 * Who is listed as speaking: enters late, leaves later, never flickers. */
#include "sfu/core/speaker.h"

#include "sfu/base/mem.h"
#include "sfu/base/rng.h"
#include "testing.h"

enum { PEOPLE = 12, SPEECH = 25, SHOUT = 5, QUIET = 90, OFF = 255 };

static struct speaker s;
static struct speaker_list list;
static size_t who[PEOPLE];
static usec now;
static unsigned changes;

static int set_up(void **state)
{
    (void)state;
    now = USEC_S(1);
    changes = 0;
    list.count = 0;
    if (speaker_init(&s, PEOPLE) != E_OK)
        return 1;
    for (uint64_t i = 0; i < PEOPLE; i++) {
        if (speaker_add(&s, 100 + i, &who[i]) != E_OK)
            return 1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    speaker_fini(&s);
    return 0;
}

/* For ms milliseconds the first n people send these levels each 20 ms; OFF sends nothing. */
static void talk(usec ms, size_t n, const uint8_t *level)
{
    for (usec end = now + USEC_MS(ms); now < end; now += USEC_MS(20)) {
        for (size_t i = 0; i < n; i++) {
            if (level[i] != OFF)
                speaker_on_level(&s, now, who[i], level[i], level[i] < 60);
        }
        changes += speaker_poll(&s, now, &list) ? 1 : 0;
    }
}

#define TALK(ms, ...) talk((ms), sizeof((uint8_t[]){__VA_ARGS__}), (const uint8_t[]){__VA_ARGS__})

static void cough_does_not_make_a_speaker(void **state)
{
    (void)state;
    TALK(200, SHOUT);
    TALK(3000, QUIET);
    assert_int_equal(changes, 0);
    assert_true(speaker_deadline(&s) == USEC_NEVER);
}

static void speaker_enters_after_300_ms_and_leaves_after_the_hold(void **state)
{
    (void)state;
    TALK(300, SPEECH);
    assert_int_equal(list.count, 0);
    TALK(500, SPEECH);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.id[0], 100);
    TALK(1900, QUIET);
    assert_int_equal(list.count, 1);
    TALK(1000, QUIET);
    assert_int_equal(list.count, 0);
    assert_int_equal(changes, 2);
}

static void silence_without_packets_counts_as_silence(void **state)
{
    (void)state;
    TALK(1000, SPEECH);
    assert_int_equal(list.count, 1);
    TALK(3500, OFF);
    assert_int_equal(list.count, 0);
    assert_true(speaker_deadline(&s) == USEC_NEVER);
}

static void pause_between_words_changes_nothing(void **state)
{
    (void)state;
    TALK(1000, SPEECH);
    for (unsigned i = 0; i < 10; i++) {
        TALK(800, OFF);
        TALK(400, SPEECH);
    }
    assert_int_equal(changes, 1);
}

static void steady_noise_without_voice_is_not_a_speaker(void **state)
{
    (void)state;
    for (usec end = now + USEC_S(5); now < end; now += USEC_MS(20)) {
        speaker_on_level(&s, now, who[0], 45, false);
        changes += speaker_poll(&s, now, &list) ? 1 : 0;
    }
    assert_int_equal(changes, 0);
    TALK(1000, 45);
    assert_int_equal(changes, 1);
}

static void equal_voices_rank_by_id_and_stay(void **state)
{
    (void)state;
    TALK(5000, SPEECH, SPEECH, SPEECH);
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(list.id[i], 100 + i);
    assert_int_equal(changes, 1);
}

static void louder_one_passes_and_keeps_its_place(void **state)
{
    (void)state;
    TALK(1000, SPEECH, SPEECH);
    TALK(200, SPEECH, SHOUT);
    assert_int_equal(list.id[0], 100);
    TALK(1000, SPEECH, SHOUT);
    assert_int_equal(list.id[0], 101);
    TALK(1000, SPEECH, SPEECH);
    assert_int_equal(list.id[0], 101);
    assert_int_equal(changes, 2);
}

static void new_voice_ranks_before_those_fallen_silent(void **state)
{
    (void)state;
    TALK(1000, SPEECH, SPEECH);
    TALK(1000, QUIET, QUIET, SPEECH);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.id[0], 102);
}

static void full_list_makes_room_only_for_those_before_the_silent(void **state)
{
    (void)state;
    TALK(2000, 25, 25, 25, 25, 25, 25, 25, 25, 25);
    assert_int_equal(list.count, SPEAKER_MAX);
    for (size_t i = 0; i < SPEAKER_MAX; i++)
        assert_int_equal(list.id[i], 100 + i);
    TALK(1200, 25, 25, 25, QUIET, 25, 25, 25, 25, 25);
    assert_int_equal(list.count, SPEAKER_MAX);
    for (size_t i = 0; i < SPEAKER_MAX; i++)
        assert_int_not_equal(list.id[i], 103);
}

static void leaving_person_leaves_the_list_at_once(void **state)
{
    (void)state;
    TALK(1000, SPEECH, SPEECH);
    speaker_remove(&s, who[0]);
    assert_true(speaker_deadline(&s) <= now);
    assert_true(speaker_poll(&s, now, &list));
    assert_false(speaker_poll(&s, now, &list));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.id[0], 101);
    size_t handle = 0;
    assert_int_equal(speaker_add(&s, 500, &handle), E_OK);
    assert_int_equal(handle, who[0]);
    assert_int_equal(speaker_add(&s, 501, &handle), E_FULL);
}

static void refused_memory_is_told(void **state)
{
    (void)state;
    struct speaker other;
    mem_fail_at(0);
    enum err err = speaker_init(&other, PEOPLE);
    mem_fail_at(MEM_NEVER);
    assert_int_equal(err, E_NOMEM);
}

/* Any chatter: each id once, at most SPEAKER_MAX, and at most one change a tick. */
static void list_is_sound_whatever_is_said(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 11);
    uint8_t level[PEOPLE];
    usec last = 0;
    for (unsigned i = 0; i < 20000; i++, now += USEC_MS(10)) {
        if (i % 50 == 0) {
            for (size_t p = 0; p < PEOPLE; p++)
                level[p] = (uint8_t)rng_below(&g, 256);
        }
        for (size_t p = 0; p < PEOPLE; p++) {
            if (level[p] < 128)
                speaker_on_level(&s, now, who[p], level[p], rng_below(&g, 2) == 0);
        }
        if (!speaker_poll(&s, now, &list))
            continue;
        assert_true(now - last >= SPEAKER_TICK_US);
        last = now;
        changes++;
        assert_true(list.count <= SPEAKER_MAX);
        for (size_t a = 0; a < list.count; a++) {
            for (size_t b = 0; b < a; b++)
                assert_int_not_equal(list.id[a], list.id[b]);
        }
    }
    assert_true(changes > 10);
}

#define ROOM_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    ROOM_TEST(cough_does_not_make_a_speaker),
    ROOM_TEST(speaker_enters_after_300_ms_and_leaves_after_the_hold),
    ROOM_TEST(silence_without_packets_counts_as_silence),
    ROOM_TEST(pause_between_words_changes_nothing),
    ROOM_TEST(steady_noise_without_voice_is_not_a_speaker),
    ROOM_TEST(equal_voices_rank_by_id_and_stay),
    ROOM_TEST(louder_one_passes_and_keeps_its_place),
    ROOM_TEST(new_voice_ranks_before_those_fallen_silent),
    ROOM_TEST(full_list_makes_room_only_for_those_before_the_silent),
    ROOM_TEST(leaving_person_leaves_the_list_at_once),
    cmocka_unit_test(refused_memory_is_told),
    ROOM_TEST(list_is_sound_whatever_is_said),
};

TEST_MAIN(tests)
