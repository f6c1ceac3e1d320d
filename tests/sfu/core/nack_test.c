/* SPDX-License-Identifier: Apache-2.0
 * Which packets are asked for again, when, and when asking ends. */
#include "sfu/core/nack.h"

#include "sfu/base/rng.h"
#include "sfu/base/seq.h"
#include "testing.h"

static struct nack n;
static uint64_t out[NACK_MAX_MISSING];

static int set_up(void **state)
{
    (void)state;
    nack_init(&n);
    return 0;
}

static size_t ask(usec now)
{
    return nack_poll(&n, now, 0, out, NACK_MAX_MISSING);
}

static void gap_is_remembered_across_wrap(void **state)
{
    (void)state;
    struct seq_unwrapper u = {0};
    (void)nack_on_packet(&n, 0, seq_unwrap(&u, 65534));
    (void)nack_on_packet(&n, 0, seq_unwrap(&u, 1));
    assert_int_equal(ask(NACK_REORDER_US), 2);
    assert_int_equal(out[0] & 0xffff, 65535);
    assert_int_equal(out[1] & 0xffff, 0);
}

static void late_packet_is_not_asked_for(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 102);
    assert_int_equal(ask(NACK_REORDER_US - 1), 0);
    assert_int_equal(nack_deadline(&n), NACK_REORDER_US);
    assert_int_equal(nack_on_packet(&n, 5000, 101), NACK_RECOVERED);
    assert_int_equal(ask(USEC_S(1)), 0);
    assert_true(nack_deadline(&n) == USEC_NEVER);
}

static void two_later_packets_end_the_waiting(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 105);
    assert_int_equal(ask(1), 0);
    (void)nack_on_packet(&n, 1, 106);
    assert_int_equal(ask(1), 4);
    assert_int_equal(out[0], 101);
    assert_int_equal(out[3], 104);
}

static void retries_back_off_and_end_after_eight(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 102);
    usec last = 0, interval = 0;
    size_t tries = 0;
    for (usec now = 0; now < USEC_S(2); now += 1000) {
        if (ask(now) == 0)
            continue;
        tries++;
        if (tries > 2)
            assert_true(now - last >= interval);
        if (tries > 1) {
            interval = now - last;
            assert_true(interval >= NACK_MIN_RETRY_US);
        }
        last = now;
    }
    assert_int_equal(tries, NACK_MAX_TRIES);
    assert_int_equal(interval, 4 * NACK_MIN_RETRY_US);
    assert_true(nack_take_keyframe_needed(&n));
    assert_false(nack_take_keyframe_needed(&n));
    assert_int_equal(n.given_up, 1);
}

static void retry_waits_a_round_trip(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 102);
    assert_int_equal(nack_poll(&n, 10000, 200000, out, 1), 1);
    assert_int_equal(nack_poll(&n, 10000 + 199999, 200000, out, 1), 0);
    assert_int_equal(nack_poll(&n, 10000 + 200000, 200000, out, 1), 1);
}

static void nothing_older_than_the_window_is_asked_for(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 102);
    assert_int_equal(ask(NACK_WINDOW_US + 1), 0);
    assert_true(nack_take_keyframe_needed(&n));
    assert_true(nack_deadline(&n) == USEC_NEVER);
}

static void keyframe_forgets_what_was_before_it(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 103);
    (void)nack_on_packet(&n, 0, 106);
    nack_on_keyframe(&n, 104);
    assert_int_equal(ask(NACK_REORDER_US), 2);
    assert_int_equal(out[0], 104);
}

static void keyframe_from_before_a_loss_does_not_mend_it(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100);
    (void)nack_on_packet(&n, 0, 102);
    (void)nack_on_packet(&n, 0, 104);
    nack_on_keyframe(&n, 102);
    assert_int_equal(ask(NACK_WINDOW_US + 1), 0);
    nack_on_keyframe(&n, 102);
    assert_true(nack_take_keyframe_needed(&n));
    (void)nack_on_packet(&n, 0, 106);
    assert_int_equal(ask(NACK_WINDOW_US + 1), 0);
    nack_on_keyframe(&n, 106);
    assert_false(nack_take_keyframe_needed(&n));
}

static void far_jumps_forget_all_and_need_a_keyframe(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 100000);
    (void)nack_on_packet(&n, 0, 100002);
    assert_int_equal(nack_on_packet(&n, 0, 100002 + NACK_MAX_MISSING + 2), NACK_FRESH);
    assert_int_equal(n.count, 0);
    assert_true(nack_take_keyframe_needed(&n));
    assert_int_equal(nack_on_packet(&n, 0, 90000), NACK_FRESH);
    assert_true(nack_take_keyframe_needed(&n));
    (void)nack_on_packet(&n, 0, 90002);
    assert_int_equal(ask(NACK_REORDER_US), 1);
    assert_int_equal(out[0], 90001);
}

static void full_list_gives_up_the_oldest(void **state)
{
    (void)state;
    (void)nack_on_packet(&n, 0, 1000);
    (void)nack_on_packet(&n, 0, 1001 + NACK_MAX_MISSING);
    (void)nack_on_packet(&n, 0, 1001 + NACK_MAX_MISSING + 11);
    assert_int_equal(n.count, NACK_MAX_MISSING);
    assert_int_equal(n.missing[0].seq_ext, 1011);
    assert_true(nack_take_keyframe_needed(&n));
}

/* Any order of arrivals: bounded, ascending, nothing asked that is here, nothing more than eight
 * times. */
static void never_asks_for_what_arrived(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 20261);
    static uint8_t here[6000], asked[6000];
    memset(here, 0, sizeof(here));
    memset(asked, 0, sizeof(asked));
    for (uint64_t i = 0; i < 5000; i++) {
        usec now = (usec)i * 1000;
        uint64_t back = rng_below(&g, 8);
        uint64_t seq = 10 + i - (back < 3 ? back : 0);
        if (rng_below(&g, 100) >= 20) {
            (void)nack_on_packet(&n, now, seq);
            here[seq] = 1;
        }
        size_t k = nack_poll(&n, now, 30000, out, 16);
        for (size_t j = 0; j < k; j++) {
            assert_true(j == 0 || out[j] > out[j - 1]);
            assert_int_equal(here[out[j]], 0);
            asked[out[j]]++;
            assert_true(asked[out[j]] <= NACK_MAX_TRIES);
        }
        assert_true(n.count <= NACK_MAX_MISSING);
    }
    assert_true(n.asked > 1000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(gap_is_remembered_across_wrap, set_up),
    cmocka_unit_test_setup(late_packet_is_not_asked_for, set_up),
    cmocka_unit_test_setup(two_later_packets_end_the_waiting, set_up),
    cmocka_unit_test_setup(retries_back_off_and_end_after_eight, set_up),
    cmocka_unit_test_setup(retry_waits_a_round_trip, set_up),
    cmocka_unit_test_setup(nothing_older_than_the_window_is_asked_for, set_up),
    cmocka_unit_test_setup(keyframe_forgets_what_was_before_it, set_up),
    cmocka_unit_test_setup(keyframe_from_before_a_loss_does_not_mend_it, set_up),
    cmocka_unit_test_setup(far_jumps_forget_all_and_need_a_keyframe, set_up),
    cmocka_unit_test_setup(full_list_gives_up_the_oldest, set_up),
    cmocka_unit_test_setup(never_asks_for_what_arrived, set_up),
};

TEST_MAIN(tests)
