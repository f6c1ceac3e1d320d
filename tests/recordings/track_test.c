/* SPDX-License-Identifier: Apache-2.0
 * What becomes of each frame of a track. */
#include "testing.h"

#include "recordings/track.h"

#define PACKET USEC_MS(20)

static struct track_plan sound(struct track *t, usec at)
{
    struct track_frame f = {.captured = at, .key = true, .duration = PACKET};
    return track_take(t, &f);
}

static struct track_plan picture(struct track *t, usec at, bool key, bool gap)
{
    struct track_frame f = {.captured = at, .key = key, .gap_before = gap};
    return track_take(t, &f);
}

static void file_begins_with_a_keyframe(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_CAMERA, FRAME_VP8);
    struct track_plan p = picture(&t, 1000, false, false);
    assert_int_equal(p.verdict, TRACK_DROP);
    assert_true(p.want_keyframe);
    p = picture(&t, USEC_S(5), true, false);
    assert_int_equal(p.verdict, TRACK_WRITE);
    assert_int_equal(p.position, 0);
    assert_false(p.gap);
    assert_int_equal(t.zero, USEC_S(5));
}

static void picture_after_a_gap_waits_for_a_keyframe(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_CAMERA, FRAME_VP8);
    (void)picture(&t, 0, true, false);
    (void)picture(&t, USEC_MS(50), false, false);
    assert_int_equal(picture(&t, USEC_MS(150), false, true).verdict, TRACK_DROP);
    assert_int_equal(picture(&t, USEC_MS(200), false, false).verdict, TRACK_DROP);
    struct track_plan p = picture(&t, USEC_MS(250), true, false);
    assert_int_equal(p.verdict, TRACK_WRITE);
    assert_true(p.gap);
    assert_int_equal(p.gap_from, USEC_MS(50));
    assert_int_equal(p.gap_to, USEC_MS(250));
}

static void two_pictures_never_share_a_time(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_SCREEN, FRAME_VP9);
    (void)picture(&t, 1000000, true, false);
    assert_int_equal(picture(&t, 1000000, false, false).position, TRACK_STEP_US);
    assert_int_equal(picture(&t, 900000, false, false).position, 2 * TRACK_STEP_US);
}

static void missing_sound_becomes_silence_of_the_same_length(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_AUDIO, FRAME_OPUS);
    (void)sound(&t, 0);
    struct track_plan p = sound(&t, PACKET); /* follows at once */
    assert_int_equal(p.long_silences + p.short_silences, 0);
    p = sound(&t, 3 * PACKET + 3000); /* one is missing, and jitter */
    assert_int_equal(p.long_silences, 0);
    assert_int_equal(p.short_silences, 1);
    assert_int_equal(p.silence_from, 2 * PACKET);
    assert_false(p.gap);
    usec from = t.end;
    p = sound(&t, from + USEC_MS(500));
    assert_int_equal(p.long_silences, 4);
    assert_int_equal(p.short_silences, 1);
    assert_true(p.gap);
    assert_int_equal(p.gap_to - p.gap_from, USEC_MS(500));
}

static void muted_time_is_silence_but_no_gap(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_AUDIO, FRAME_OPUS);
    (void)sound(&t, 0);
    t.muted = true;
    struct track_plan p = sound(&t, USEC_S(12) + PACKET);
    assert_int_equal(p.long_silences, 100);
    assert_false(p.gap);
    assert_int_equal(p.position, USEC_S(12) + PACKET);
}

static void very_long_silence_begins_a_segment(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_AUDIO, FRAME_OPUS);
    (void)sound(&t, 0);
    usec late = TRACK_FILL_MAX + USEC_S(1);
    assert_int_equal(sound(&t, late).verdict, TRACK_NEXT_SEGMENT);
    track_next_segment(&t);
    struct track_plan p = sound(&t, late);
    assert_int_equal(p.verdict, TRACK_WRITE);
    assert_int_equal(p.position, 0);
    assert_int_equal(t.zero, late);
}

static void sound_from_the_past_is_dropped(void **state)
{
    (void)state;
    struct track t;
    track_init(&t, FRAME_AUDIO, FRAME_OPUS);
    (void)sound(&t, USEC_S(1));
    (void)sound(&t, USEC_S(1) + PACKET);
    assert_int_equal(sound(&t, USEC_S(1) - USEC_MS(30)).verdict, TRACK_DROP);
    assert_int_equal(t.dropped, 1);
    struct track_plan p = sound(&t, USEC_S(1) + 2 * PACKET - 1000);
    assert_int_equal(p.verdict, TRACK_WRITE);
    assert_int_equal(p.position, 2 * PACKET - 1000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(file_begins_with_a_keyframe),
    cmocka_unit_test(picture_after_a_gap_waits_for_a_keyframe),
    cmocka_unit_test(two_pictures_never_share_a_time),
    cmocka_unit_test(missing_sound_becomes_silence_of_the_same_length),
    cmocka_unit_test(muted_time_is_silence_but_no_gap),
    cmocka_unit_test(very_long_silence_begins_a_segment),
    cmocka_unit_test(sound_from_the_past_is_dropped),
};
TEST_MAIN(tests)
