/* SPDX-License-Identifier: Apache-2.0
 * What is reported to a sender, when, and that it is reported once. */
#include "sfu/core/twcc_recv.h"

#include "sfu/base/rng.h"
#include "testing.h"

static struct twcc_recv t;
static struct twcc_recv_feedback f;

static int set_up(void **state)
{
    (void)state;
    twcc_recv_init(&t);
    return 0;
}

static void few_packets_are_reported_after_the_long_interval(void **state)
{
    (void)state;
    assert_true(twcc_recv_deadline(&t) == USEC_NEVER);
    twcc_recv_on_packet(&t, 1000, 65535);
    twcc_recv_on_packet(&t, 2000, 65536);
    twcc_recv_on_packet(&t, 3000, 65539);
    assert_int_equal(twcc_recv_deadline(&t), 1000 + TWCC_RECV_LONG_US);
    assert_false(twcc_recv_poll(&t, 1000 + TWCC_RECV_LONG_US - 1, &f));
    assert_true(twcc_recv_poll(&t, 1000 + TWCC_RECV_LONG_US, &f));
    assert_int_equal(f.base_ext, 65535);
    assert_int_equal(f.n, 3);
    assert_int_equal(f.received[2].seq_ext, 65539);
    assert_int_equal(f.received[2].at, 3000);
    assert_false(twcc_recv_poll(&t, USEC_S(1), &f));
    assert_true(twcc_recv_deadline(&t) == USEC_NEVER);
}

static void many_packets_are_reported_after_the_short_interval(void **state)
{
    (void)state;
    for (uint64_t s = 0; s < TWCC_RECV_EAGER_COUNT; s++)
        twcc_recv_on_packet(&t, (usec)s, 70000 + s);
    assert_int_equal(twcc_recv_deadline(&t), TWCC_RECV_SHORT_US);
    assert_true(twcc_recv_poll(&t, TWCC_RECV_SHORT_US, &f));
}

static void losses_between_messages_are_covered_by_the_next(void **state)
{
    (void)state;
    twcc_recv_on_packet(&t, 0, 70000);
    assert_true(twcc_recv_poll(&t, USEC_S(1), &f));
    assert_int_equal(f.feedback_count, 0);
    twcc_recv_on_packet(&t, USEC_S(1), 70005);
    assert_true(twcc_recv_poll(&t, USEC_S(2), &f));
    assert_int_equal(f.base_ext, 70001);
    assert_int_equal(f.n, 1);
    assert_int_equal(f.feedback_count, 1);
}

static void late_packet_is_reported_alone(void **state)
{
    (void)state;
    twcc_recv_on_packet(&t, 0, 70000);
    twcc_recv_on_packet(&t, 0, 70002);
    assert_true(twcc_recv_poll(&t, USEC_MS(100), &f));
    twcc_recv_on_packet(&t, USEC_MS(101), 70003);
    twcc_recv_on_packet(&t, USEC_MS(102), 70001);
    twcc_recv_on_packet(&t, USEC_MS(102), 70001);
    assert_true(twcc_recv_poll(&t, USEC_MS(202), &f));
    assert_int_equal(f.base_ext, 70001);
    assert_int_equal(f.n, 1);
    assert_true(twcc_recv_poll(&t, USEC_MS(202), &f));
    assert_int_equal(f.base_ext, 70003);
    assert_int_equal(f.n, 1);
    assert_false(twcc_recv_poll(&t, USEC_MS(202), &f));
    assert_int_equal(t.stale, 1);
}

static void arrivals_too_far_apart_go_in_two_messages(void **state)
{
    (void)state;
    twcc_recv_on_packet(&t, 0, 70000);
    twcc_recv_on_packet(&t, USEC_S(9), 70001);
    assert_true(twcc_recv_poll(&t, USEC_S(9), &f));
    assert_int_equal(f.n, 1);
    assert_true(twcc_recv_poll(&t, USEC_S(9), &f));
    assert_int_equal(f.received[0].seq_ext, 70001);
}

static void hostile_jump_is_bounded(void **state)
{
    (void)state;
    twcc_recv_on_packet(&t, 0, 70000);
    twcc_recv_on_packet(&t, 0, 100000);
    assert_true(twcc_recv_poll(&t, USEC_S(1), &f));
    assert_int_equal(f.base_ext, 100000 - TWCC_RECV_MAX_LEAD);
    assert_int_equal(f.n, 1);
    twcc_recv_on_packet(&t, USEC_S(1), 70001);
    assert_false(twcc_recv_poll(&t, USEC_S(2), &f));
    assert_int_equal(t.stale, 1);
}

static void what_left_the_window_unreported_is_forgotten(void **state)
{
    (void)state;
    twcc_recv_on_packet(&t, 0, 70000);
    twcc_recv_on_packet(&t, 0, 71500);
    twcc_recv_on_packet(&t, 0, 70000 + TWCC_RECV_WINDOW);
    assert_int_equal(t.fresh, 2);
    assert_true(twcc_recv_poll(&t, USEC_S(1), &f));
    assert_int_equal(f.received[0].seq_ext, 71500);
    assert_true(twcc_recv_poll(&t, USEC_S(1), &f));
    assert_int_equal(f.received[0].seq_ext, 70000 + TWCC_RECV_WINDOW);
    assert_false(twcc_recv_poll(&t, USEC_S(1), &f));
}

/* Every message fits the writer whole, each arrival is told, and none twice: jumps stay within the
 * window here. */
static void each_arrival_is_written_once_whatever_the_order(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 5);
    static uint8_t seen[120000], told[120000];
    memset(seen, 0, sizeof(seen));
    memset(told, 0, sizeof(told));
    uint64_t seq = 70000, arrived = 0, reported = 0;
    for (usec now = 0; seq < 110000; now += rng_below(&g, 3000)) {
        uint32_t kind = rng_below(&g, 1000);
        seq += kind == 0 ? rng_below(&g, 500) : rng_below(&g, 3);
        uint64_t s = seq - (kind > 800 ? rng_below(&g, 300) : 0);
        twcc_recv_on_packet(&t, now, s);
        arrived += seen[s] == 0 ? 1 : 0;
        seen[s] = 1;
        while (twcc_recv_poll(&t, now, &f)) {
            uint8_t buf[1200];
            struct writer w = writer_over(buf, sizeof(buf));
            struct twcc_head head = {.base_ext = f.base_ext, .feedback_count = f.feedback_count};
            size_t used = 0;
            assert_int_equal(twcc_write(&w, &head, f.received, f.n, &used), E_OK);
            assert_int_equal(used, f.n);
            for (size_t i = 0; i < f.n; i++) {
                assert_int_equal(seen[f.received[i].seq_ext], 1);
                assert_int_equal(told[f.received[i].seq_ext]++, 0);
            }
            reported += f.n;
        }
    }
    assert_int_equal(reported + t.fresh, arrived);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(few_packets_are_reported_after_the_long_interval, set_up),
    cmocka_unit_test_setup(many_packets_are_reported_after_the_short_interval, set_up),
    cmocka_unit_test_setup(losses_between_messages_are_covered_by_the_next, set_up),
    cmocka_unit_test_setup(late_packet_is_reported_alone, set_up),
    cmocka_unit_test_setup(arrivals_too_far_apart_go_in_two_messages, set_up),
    cmocka_unit_test_setup(hostile_jump_is_bounded, set_up),
    cmocka_unit_test_setup(what_left_the_window_unreported_is_forgotten, set_up),
    cmocka_unit_test_setup(each_arrival_is_written_once_whatever_the_order, set_up),
};

TEST_MAIN(tests)
