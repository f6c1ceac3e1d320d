/* SPDX-License-Identifier: Apache-2.0
 * Numbers of an output stream: continuous, injective, and mapped back. */
#include "sfu/core/rewrite.h"

#include "sfu/base/rng.h"
#include "sfu/base/seq.h"
#include "testing.h"

enum { HZ = 90000, FRAME = 3000, FRAME_US = 33333, A = 11, B = 22 };

static struct rewrite r;
static struct rewrite_out out;

static int set_up(void **state)
{
    (void)state;
    struct rewrite_config cfg = {.video = true,
                                 .clock_hz = HZ,
                                 .first_seq = 0x9234,
                                 .first_ts = 500,
                                 .first_picture_id = 77,
                                 .first_tl0 = 9};
    rewrite_init(&r, &cfg);
    return 0;
}

static enum rewrite_verdict give(usec now, uint64_t source, uint64_t seq, uint32_t ts, bool key)
{
    struct rewrite_in in = {.source = source, .seq_ext = seq, .ts = ts, .keyframe_start = key};
    return rewrite_packet(&r, now, &in, &out);
}

static struct vp8 picture(uint16_t id, uint8_t tl0)
{
    return (struct vp8){.has_picture_id = true,
                        .wide_picture_id = true,
                        .picture_id = id & 0x7fff,
                        .has_tl0picidx = true,
                        .tl0picidx = tl0};
}

static enum rewrite_verdict give_picture(uint64_t source, uint64_t seq, uint16_t id, uint8_t tl0)
{
    struct vp8 v = picture(id, tl0);
    struct rewrite_in in = {.source = source,
                            .seq_ext = seq,
                            .ts = (uint32_t)id * FRAME,
                            .keyframe_start = true,
                            .vp8 = &v};
    return rewrite_packet(&r, (usec)seq * FRAME_US, &in, &out);
}

static void skip_picture(uint64_t source, uint64_t seq, uint16_t id)
{
    struct vp8 v = picture(id, 0);
    struct rewrite_in in = {.source = source, .seq_ext = seq, .vp8 = &v};
    rewrite_skip(&r, &in);
}

static void first_number_is_below_half_a_turn(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 1, true), REWRITE_OK);
    assert_int_equal(out.seq_ext, 0x1234);
    assert_int_equal(out.ts, 500);
    assert_true(out.first);
    assert_int_equal(give(0, A, 70001, 1, false), REWRITE_OK);
    assert_false(out.first);
}

static void video_waits_for_a_keyframe(void **state)
{
    (void)state;
    assert_int_equal(give(0, A, 1, 1, true), REWRITE_FOREIGN);
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 100000, 1, false), REWRITE_WANT_KEYFRAME);
    assert_int_equal(give(0, B, 100001, 1, true), REWRITE_FOREIGN);
    assert_int_equal(give(0, A, 100002, 1, true), REWRITE_OK);
    rewrite_stop(&r);
    assert_int_equal(give(0, A, 100003, 1, true), REWRITE_FOREIGN);
}

static void audio_starts_at_once_with_a_marker(void **state)
{
    (void)state;
    rewrite_init(&r, &(struct rewrite_config){.clock_hz = 48000});
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 0, false), REWRITE_OK);
    assert_true(out.marker);
    assert_int_equal(give(20000, A, 70001, 960, false), REWRITE_OK);
    assert_false(out.marker);
    rewrite_switch(&r, B);
    assert_int_equal(give(20000, B, 5, 12345, false), REWRITE_OK);
    assert_true(out.marker && out.first);
    assert_int_equal(out.seq_ext, 2);
    assert_int_equal(out.ts, 960 + 960);
}

static void losses_and_reordering_pass_through(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    uint64_t base = 0x1234;
    assert_int_equal(give(0, A, 65534, 0, true), REWRITE_OK);
    assert_int_equal(give(0, A, 65537, 0, false), REWRITE_OK);
    assert_int_equal(out.seq_ext, base + 3);
    assert_int_equal(give(0, A, 65535, 0, false), REWRITE_OK);
    assert_int_equal(out.seq_ext, base + 1);
    assert_int_equal(give(0, A, 65535, 0, false), REWRITE_DUPLICATE);
    assert_int_equal(give(0, A, 65537, 0, false), REWRITE_DUPLICATE);
    assert_int_equal(give(0, A, 65536, 0, false), REWRITE_OK);
    assert_int_equal(out.seq_ext, base + 2);
    assert_int_equal(give(0, A, 65533, 0, false), REWRITE_OLD);
}

static void switch_advances_by_one_and_by_elapsed_time(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 1000, true), REWRITE_OK);
    uint64_t seq = out.seq_ext;
    uint32_t ts = out.ts;
    rewrite_switch(&r, B);
    assert_int_equal(give(USEC_S(2), B, 3, 4000000000U, true), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 1);
    assert_int_equal(out.ts, ts + 2 * HZ);
    rewrite_switch(&r, A);
    assert_int_equal(give(USEC_S(2) + 1, A, 70050, 90, true), REWRITE_OK);
    assert_int_equal(out.ts, ts + 2 * HZ + FRAME);
}

static void packet_from_before_a_switch_is_dropped(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 0, true), REWRITE_OK);
    assert_int_equal(give(0, A, 70002, 0, false), REWRITE_OK);
    rewrite_switch(&r, B);
    assert_int_equal(give(0, B, 9000, 0, true), REWRITE_OK);
    assert_int_equal(give(0, A, 70001, 0, false), REWRITE_FOREIGN);
    assert_int_equal(give(0, B, 8999, 0, false), REWRITE_OLD);
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70010, 0, true), REWRITE_OK);
    assert_int_equal(give(0, A, 70001, 0, false), REWRITE_OLD);
}

static void layers_keep_the_senders_timing(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 10000, true), REWRITE_OK);
    uint32_t ts = out.ts;
    rewrite_switch_layer(&r, B, 10000U - 777000U);
    assert_int_equal(give(40000, B, 500, 777000 + FRAME, true), REWRITE_OK);
    assert_int_equal(out.ts, ts + FRAME);
    uint32_t before = out.ts;
    rewrite_switch_layer(&r, A, 123456789);
    assert_int_equal(give(140000, A, 70009, 10000 + 4 * FRAME, true), REWRITE_OK);
    assert_int_equal(out.ts, before + HZ / 10);
}

static void picture_ids_run_on_over_a_switch_and_a_wrap(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    uint16_t id = 77;
    uint8_t tl0 = 9;
    for (uint64_t s = 0; s < 40000; s++) {
        if (s % 1000 == 0)
            rewrite_switch(&r, s / 1000);
        uint16_t in_id = (uint16_t)(s * 1 + s / 1000 * 4321);
        assert_int_equal(give_picture(s / 1000, 70000 + s, in_id, (uint8_t)(s + 13)), REWRITE_OK);
        assert_int_equal(out.picture_id, id++ & 0x7fff);
        assert_int_equal(out.tl0, tl0++);
    }
}

static void short_picture_ids_stay_short(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    for (uint16_t i = 0; i < 300; i++) {
        struct vp8 v = {.has_picture_id = true, .picture_id = (i + 50) & 0x7f};
        struct rewrite_in in = {
            .source = A, .seq_ext = 70000U + i, .keyframe_start = true, .vp8 = &v};
        assert_int_equal(rewrite_packet(&r, 0, &in, &out), REWRITE_OK);
        assert_int_equal(out.picture_id, (77 + i) & 0x7f);
    }
}

static void left_out_frames_close_up(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give_picture(A, 100, 1000, 0), REWRITE_OK);
    uint64_t seq = out.seq_ext;
    uint16_t id = out.picture_id;
    skip_picture(A, 101, 1001);
    skip_picture(A, 102, 1001);
    assert_int_equal(give_picture(A, 103, 1002, 1), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 1);
    assert_int_equal(out.picture_id, id + 1);
    assert_int_equal(out.tl0, 10);
    skip_picture(A, 105, 1003);
    assert_int_equal(give_picture(A, 106, 1004, 2), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 3);
    assert_int_equal(out.picture_id, id + 2);
    assert_int_equal(give_picture(A, 104, 1002, 1), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 2);
    assert_int_equal(out.picture_id, id + 1);
    assert_int_equal(give_picture(A, 101, 1001, 1), REWRITE_LEFT_OUT);
    assert_int_equal(give_picture(A, 105, 1003, 1), REWRITE_LEFT_OUT);
}

/* A screen of many packets a frame, or a layer paused for a while, costs one segment and not a
 * hundred. */
static void long_run_left_out_keeps_the_history(void **state)
{
    (void)state;
    struct rewrite_origin o;
    rewrite_switch(&r, A);
    assert_int_equal(give_picture(A, 100, 1000, 0), REWRITE_OK);
    uint64_t seq = out.seq_ext;
    for (uint64_t s = 101; s < 500; s++)
        skip_picture(A, s, (uint16_t)(900 + s));
    assert_int_equal(give_picture(A, 500, 1400, 1), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 1);
    assert_int_equal(out.picture_id, 78);
    assert_true(rewrite_find(&r, seq, &o));
    assert_int_equal(o.in_seq_ext, 100);
}

static void timestamp_never_goes_back(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 5 * HZ, true), REWRITE_OK);
    uint32_t ts = out.ts;
    assert_int_equal(give(FRAME_US + 1, A, 70001, 4 * HZ, false), REWRITE_OK);
    assert_int_equal(out.ts, ts + FRAME);
    assert_int_equal(give(2 * FRAME_US + 2, A, 70002, 4 * HZ + FRAME, false), REWRITE_OK);
    assert_int_equal(out.ts, ts + 2 * FRAME);
    assert_int_equal(r.ts_lies, 1);
}

static void far_jump_is_a_new_epoch_that_runs_on(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 0, true), REWRITE_OK);
    uint64_t seq = out.seq_ext;
    assert_int_equal(give(0, A, 70000 + REWRITE_MAX_JUMP + 1, 0, false), REWRITE_WANT_KEYFRAME);
    assert_int_equal(give(0, A, 70000 + REWRITE_MAX_JUMP + 2, 0, true), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 1);
    assert_int_equal(give(0, A, 3, 0, true), REWRITE_OK);
    assert_int_equal(out.seq_ext, seq + 2);
    assert_int_equal(r.epochs, 3);
}

static void audio_runs_on_over_a_far_jump(void **state)
{
    (void)state;
    rewrite_init(&r, &(struct rewrite_config){.clock_hz = 48000});
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 200000, 0, false), REWRITE_OK);
    assert_int_equal(give(USEC_MS(100), A, 140000, 77, false), REWRITE_OK);
    assert_int_equal(out.seq_ext, 1);
    assert_int_equal(out.ts, 4800);
    assert_int_equal(give(USEC_MS(120), A, 140001, 77 + 960, false), REWRITE_OK);
    assert_int_equal(out.seq_ext, 2);
    assert_int_equal(out.ts, 4800 + 960);
}

static void lying_timestamps_follow_the_clock(void **state)
{
    (void)state;
    rewrite_switch(&r, A);
    assert_int_equal(give(0, A, 70000, 0, true), REWRITE_OK);
    uint32_t ts = out.ts;
    assert_int_equal(give(FRAME_US * 3, A, 70001, 3000000000U, false), REWRITE_OK);
    assert_int_equal(out.ts, ts + 3 * FRAME - 1);
    assert_int_equal(give(FRAME_US * 3, A, 70002, 3000000000U, false), REWRITE_OK);
    assert_int_equal(out.ts, ts + 3 * FRAME - 1);
    assert_int_equal(give(USEC_S(60), A, 70003, 3000000000U + FRAME, false), REWRITE_OK);
    assert_in_range(out.ts - ts, 60 * HZ - 1, 60 * HZ + 1);
    assert_int_equal(r.ts_lies, 2);
    assert_int_equal(r.epochs, 1);
}

static void honest_timestamps_pass_unchanged_for_hours(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 3);
    rewrite_switch(&r, A);
    uint32_t add = 0;
    for (uint64_t i = 0; i < 200000; i++) {
        usec now = (usec)i * FRAME_US + (usec)rng_below(&g, 200000);
        now = now > r.last_at ? now : r.last_at;
        uint32_t ts = (uint32_t)(i * 3001); /* a clock 0.03 % fast */
        assert_int_equal(give(now, A, 70000 + i, ts, true), REWRITE_OK);
        add = i == 0 ? out.ts - ts : add;
        assert_int_equal(out.ts - ts, add);
    }
}

static void sent_packet_is_mapped_back_as_it_was(void **state)
{
    (void)state;
    struct rewrite_origin o;
    rewrite_switch(&r, A);
    assert_int_equal(give_picture(A, 100, 1000, 5), REWRITE_OK);
    skip_picture(A, 101, 1001);
    assert_int_equal(give_picture(A, 102, 1002, 6), REWRITE_OK);
    struct rewrite_out was = out;
    rewrite_switch(&r, B);
    assert_int_equal(give_picture(B, 9000, 5, 5), REWRITE_OK);
    assert_int_equal(rewrite_ext(&r, (uint16_t)was.seq_ext), was.seq_ext);
    assert_true(rewrite_find(&r, was.seq_ext, &o));
    assert_int_equal(o.source, A);
    assert_int_equal(o.in_seq_ext, 102);
    struct vp8 v = picture(1002, 6);
    struct rewrite_in in = {.source = A, .seq_ext = 102, .ts = 1002 * FRAME, .vp8 = &v};
    struct rewrite_out again;
    rewrite_again(&o, &in, &again);
    assert_int_equal(again.seq_ext, was.seq_ext);
    assert_int_equal(again.ts, was.ts);
    assert_int_equal(again.picture_id, was.picture_id);
    assert_int_equal(again.tl0, was.tl0);
    assert_false(rewrite_find(&r, was.seq_ext + 2, &o));
    assert_false(rewrite_find(&r, was.seq_ext - 2, &o));
    assert_false(rewrite_find(&r, rewrite_ext(&r, (uint16_t)(0x1234 - 0x5000)), &o));
}

static void history_reaches_a_thousand_packets_and_no_further_than_it_says(void **state)
{
    (void)state;
    struct rewrite_origin o;
    rewrite_switch(&r, A);
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(give(0, A, 70000 + i, 0, true), REWRITE_OK);
    assert_true(rewrite_find(&r, r.highest_out - REWRITE_HISTORY + 1, &o));
    assert_int_equal(o.in_seq_ext, 74999 - REWRITE_HISTORY + 1);
    assert_false(rewrite_find(&r, r.highest_out - REWRITE_HISTORY, &o));
    assert_int_equal(give(0, A, 74999 - REWRITE_HISTORY, 0, false), REWRITE_OLD);
}

/* The model: every number given, with its input. */
enum { STEPS = 60000, MODEL = 400000 };
static struct {
    uint64_t source, in;
} given[MODEL];

static struct rewrite_in random_input(struct rng *g, uint64_t *seq, uint32_t *ts, struct vp8 *v)
{
    uint32_t kind = rng_below(g, 1000);
    if (kind < 3)
        *seq += rng_below(g, 65536);
    else if (kind < 6)
        *seq -= rng_below(g, 65536) % (*seq - 100000);
    else if (kind < 9)
        *ts = rng_u32(g);
    else
        *seq += kind < 50 ? 1 + rng_below(g, 30) : 1;
    *ts += FRAME;
    *v = picture((uint16_t)*seq, (uint8_t)*seq);
    uint64_t late = kind > 900 ? rng_below(g, 60) : 0;
    return (struct rewrite_in){.source = rng_below(g, 50) == 0 ? 1 + rng_below(g, 3) : r.source,
                               .seq_ext = *seq - late,
                               .ts = *ts,
                               .keyframe_start = rng_below(g, 8) == 0,
                               .vp8 = v};
}

static void check_given(const struct rewrite_in *in)
{
    struct rewrite_origin o;
    uint64_t i = out.seq_ext - 0x1234;
    assert_true(i < MODEL);
    assert_int_equal(given[i].source, 0);
    given[i].source = in->source;
    given[i].in = in->seq_ext;
    assert_true(rewrite_find(&r, out.seq_ext, &o));
    assert_int_equal(o.source, in->source);
    assert_int_equal(o.in_seq_ext, in->seq_ext);
}

/* Whatever a hostile sender and a busy room do, a number is given once, and is mapped back truly or
 * not at all. */
static void no_output_number_is_ever_given_twice(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 20262);
    memset(given, 0, sizeof(given));
    uint64_t seq = 200000;
    uint32_t ts = 0;
    unsigned passed = 0, found = 0;
    rewrite_switch(&r, 1);
    for (usec i = 0; i < STEPS; i++) {
        struct vp8 v;
        struct rewrite_in in = random_input(&g, &seq, &ts, &v);
        uint32_t kind = rng_below(&g, 1000);
        uint64_t highest = r.highest_out;
        if (kind < 5)
            rewrite_switch(&r, 1 + rng_below(&g, 3));
        else if (kind < 8)
            rewrite_switch_layer(&r, 1 + rng_below(&g, 3), rng_u32(&g));
        if (kind > 900) {
            rewrite_skip(&r, &in);
        } else if (rewrite_packet(&r, i * 10000, &in, &out) == REWRITE_OK) {
            check_given(&in);
            passed++;
            assert_true(!out.first || passed == 1 || out.seq_ext == highest + 1);
        }
        struct rewrite_origin o;
        uint64_t asked = r.highest_out - rng_below(&g, 3000) % (r.highest_out + 1);
        if (!rewrite_find(&r, asked, &o))
            continue;
        found++;
        assert_int_equal(given[asked - 0x1234].source, o.source);
        assert_int_equal(given[asked - 0x1234].in, o.in_seq_ext);
    }
    assert_true(passed > STEPS / 3);
    assert_true(found > STEPS / 20);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(first_number_is_below_half_a_turn, set_up),
    cmocka_unit_test_setup(video_waits_for_a_keyframe, set_up),
    cmocka_unit_test_setup(audio_starts_at_once_with_a_marker, set_up),
    cmocka_unit_test_setup(losses_and_reordering_pass_through, set_up),
    cmocka_unit_test_setup(switch_advances_by_one_and_by_elapsed_time, set_up),
    cmocka_unit_test_setup(packet_from_before_a_switch_is_dropped, set_up),
    cmocka_unit_test_setup(layers_keep_the_senders_timing, set_up),
    cmocka_unit_test_setup(picture_ids_run_on_over_a_switch_and_a_wrap, set_up),
    cmocka_unit_test_setup(short_picture_ids_stay_short, set_up),
    cmocka_unit_test_setup(left_out_frames_close_up, set_up),
    cmocka_unit_test_setup(long_run_left_out_keeps_the_history, set_up),
    cmocka_unit_test_setup(timestamp_never_goes_back, set_up),
    cmocka_unit_test_setup(far_jump_is_a_new_epoch_that_runs_on, set_up),
    cmocka_unit_test_setup(audio_runs_on_over_a_far_jump, set_up),
    cmocka_unit_test_setup(lying_timestamps_follow_the_clock, set_up),
    cmocka_unit_test_setup(honest_timestamps_pass_unchanged_for_hours, set_up),
    cmocka_unit_test_setup(sent_packet_is_mapped_back_as_it_was, set_up),
    cmocka_unit_test_setup(history_reaches_a_thousand_packets_and_no_further_than_it_says, set_up),
    cmocka_unit_test_setup(no_output_number_is_ever_given_twice, set_up),
};

TEST_MAIN(tests)
