/* SPDX-License-Identifier: Apache-2.0
 * Report figures, their schedule, clocks and round trips. */
#include "sfu/core/report.h"

#include "sfu/base/rng.h"
#include "testing.h"

enum { HZ = 90000 };

static struct report_in in;
static struct report_out out;
static struct rtcp_report block;
static struct rtcp_sr sr;

static int set_up(void **state)
{
    (void)state;
    report_in_init(&in, 7, HZ);
    report_out_init(&out, 8, 48000);
    return 0;
}

/* The NTP time of a publisher whose clock reads us microseconds. */
static uint64_t ntp_of(int64_t us)
{
    return report_ntp(us);
}

static void ntp_counts_seconds_and_fractions(void **state)
{
    (void)state;
    assert_int_equal(report_ntp(0), 0);
    assert_int_equal(report_ntp(USEC_MS(1500)), UINT64_C(0x180000000));
}

static void first_report_comes_within_100_ms_then_each_second(void **state)
{
    (void)state;
    assert_true(report_in_deadline(&in) == USEC_NEVER);
    assert_false(report_in_take(&in, 0, &block));
    report_in_on_packet(&in, 1000, 70000, 0);
    assert_int_equal(report_in_deadline(&in), 101000);
    assert_true(report_in_take(&in, 101000, &block));
    assert_int_equal(report_in_deadline(&in), 1101000);
    assert_false(report_in_take(&in, 1101000, &block));
    assert_true(report_in_deadline(&in) == USEC_NEVER);
    report_in_on_packet(&in, USEC_S(5), 70001, 0);
    assert_int_equal(report_in_deadline(&in), USEC_S(5) + REPORT_FIRST_RR_US);
}

static void rfc3550_a_3_counts_loss_across_a_wrap(void **state)
{
    (void)state;
    for (uint64_t s = 131060; s < 131080; s++) {
        if (s % 4 != 0)
            report_in_on_packet(&in, 0, s, 0);
    }
    assert_true(report_in_take(&in, 0, &block));
    assert_int_equal(block.ssrc, 7);
    assert_int_equal(block.lost, 4);
    assert_int_equal(block.fraction_lost, 4 * 256 / 19);
    assert_int_equal(block.highest_seq, 1 << 16 | 7);
    report_in_on_packet(&in, 0, 131080, 0);
    assert_true(report_in_take(&in, 0, &block));
    assert_int_equal(block.fraction_lost, 0);
    assert_int_equal(block.lost, 4);
}

static void rfc3550_a_3_duplicates_make_loss_negative(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        report_in_on_packet(&in, 0, 70000, 0);
    assert_true(report_in_take(&in, 0, &block));
    assert_int_equal(block.lost, -4);
    assert_int_equal(block.fraction_lost, 0);
}

static void rfc3550_a_1_believes_a_jump_only_when_its_next_follows(void **state)
{
    (void)state;
    report_in_on_packet(&in, 0, 70000, 0);
    report_in_on_packet(&in, 0, 90000, 0);
    report_in_on_packet(&in, 0, 70001, 0);
    report_in_on_packet(&in, 0, 90001, 0);
    report_in_on_packet(&in, 0, 70002, 0);
    assert_true(report_in_take(&in, 0, &block));
    assert_int_equal(block.lost, 0);
    assert_int_equal(block.highest_seq & 0xffff, 70002 & 0xffff);
    report_in_on_packet(&in, 0, 90000, 0);
    report_in_on_packet(&in, 0, 90001, 0);
    report_in_on_packet(&in, 0, 90003, 0);
    assert_true(report_in_take(&in, 0, &block));
    assert_int_equal(block.lost, 1);
    assert_int_equal(block.highest_seq & 0xffff, 90003 & 0xffff);
}

static void rfc3550_a_8_jitter_settles_at_the_mean_difference(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 500; i++)
        report_in_on_packet(&in, (usec)i * 20000 + (i % 2 == 0 ? 0 : 4000), 70000 + i,
                            (uint32_t)i * 1800);
    assert_true(report_in_take(&in, USEC_S(10), &block));
    assert_in_range(block.jitter_rtp, 350, 360); /* 4 ms at 90 kHz */
}

static void lying_timestamps_do_not_overflow_the_jitter(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 1);
    for (uint64_t i = 0; i < 10000; i++)
        report_in_on_packet(&in, (usec)i, 70000 + i, rng_u32(&g));
    assert_true(report_in_take(&in, USEC_S(10), &block));
    assert_true(block.jitter_rtp <= 10 * HZ);
}

static void delay_since_the_last_sender_report_is_told(void **state)
{
    (void)state;
    report_in_on_packet(&in, 0, 70000, 0);
    assert_true(report_in_take(&in, 0, &block));
    assert_int_equal(block.lsr, 0);
    assert_int_equal(block.dlsr, 0);
    report_in_on_packet(&in, 0, 70001, 0);
    report_in_on_sr(&in, USEC_S(1), UINT64_C(0x1122334455667788));
    assert_true(report_in_take(&in, USEC_MS(1500), &block));
    assert_int_equal(block.lsr, 0x33445566);
    assert_int_equal(block.dlsr, 32768);
}

static void sender_reports_come_at_once_then_200_ms_then_each_second(void **state)
{
    (void)state;
    usec at[5];
    size_t n = 0;
    for (usec now = 0; now < USEC_S(3) && n < 5; now += USEC_MS(20)) {
        report_out_on_sent(&out, now, (uint32_t)(now * 48 / 1000), now, 100);
        if (report_out_poll(&out, now, &sr))
            at[n++] = now;
    }
    assert_int_equal(n, 4);
    assert_int_equal(at[0], 0);
    assert_int_equal(at[1], USEC_MS(200));
    assert_int_equal(at[2], USEC_MS(1200));
    assert_int_equal(at[3], USEC_MS(2200));
    report_out_restart(&out);
    assert_true(report_out_deadline(&out) == USEC_NEVER);
    report_out_on_sent(&out, USEC_S(3), 0, USEC_S(3), 100);
    assert_true(report_out_poll(&out, USEC_S(3), &sr));
    assert_int_equal(report_out_deadline(&out), USEC_MS(3200));
}

static void sender_report_ties_rtp_to_the_servers_clock(void **state)
{
    (void)state;
    report_out_on_sent(&out, USEC_S(10), 0xfffffff0, USEC_S(10) - 50000, 100);
    report_out_on_sent(&out, USEC_S(10), 0xfffffff0, USEC_S(10) - 50000, 60);
    assert_true(report_out_poll(&out, USEC_S(10), &sr));
    assert_int_equal(sr.ssrc, 8);
    assert_int_equal(sr.ntp, report_ntp(USEC_S(10)));
    assert_int_equal(sr.rtp_timestamp, 0xfffffff0U + 2400);
    assert_int_equal(sr.packets, 2);
    assert_int_equal(sr.octets, 160);
}

static void silent_stream_stops_reporting_and_resumes(void **state)
{
    (void)state;
    report_out_on_sent(&out, 0, 0, 0, 1);
    unsigned reports = 0;
    for (usec now = 0; now < USEC_S(10); now += USEC_MS(100))
        reports += report_out_poll(&out, now, &sr) ? 1 : 0;
    assert_int_equal(reports, 2);
    assert_true(report_out_deadline(&out) == USEC_NEVER);
    report_out_on_sent(&out, USEC_S(10), 0, USEC_S(10), 1);
    assert_true(report_out_poll(&out, USEC_S(10), &sr));
}

static void smallest_delay_maps_a_publishers_clock(void **state)
{
    (void)state;
    struct clock_offset o;
    struct rng g;
    rng_init(&g, 9);
    clock_offset_init(&o);
    int64_t ahead = INT64_C(3900000000) * 1000000; /* its NTP counts from 1900 */
    for (usec now = USEC_S(1); now < USEC_S(120); now += USEC_S(1)) {
        usec delay = now % USEC_S(5) == 0 ? 20000 : 20000 + (usec)rng_below(&g, 300000);
        clock_offset_on_sr(&o, now + delay, ntp_of(now + ahead));
        if (now > USEC_S(10))
            assert_in_range(clock_offset_us(&o) + ahead, 19999, 20002);
    }
}

static void stepped_clock_is_followed_at_once(void **state)
{
    (void)state;
    struct clock_offset o;
    clock_offset_init(&o);
    clock_offset_on_sr(&o, USEC_S(100), ntp_of(USEC_S(50)));
    clock_offset_on_sr(&o, USEC_S(101), ntp_of(USEC_S(11)));
    assert_in_range(clock_offset_us(&o), USEC_S(90), USEC_S(90) + 1);
}

static void drifting_clock_is_followed_within_two_windows(void **state)
{
    (void)state;
    struct clock_offset o;
    clock_offset_init(&o);
    int64_t offset = 0;
    for (usec now = USEC_S(1); now < USEC_S(3600); now += USEC_S(1)) {
        offset = now / 10000; /* 100 ppm slow */
        clock_offset_on_sr(&o, now, ntp_of(now - offset));
    }
    assert_in_range(offset - clock_offset_us(&o), 0, 3002);
}

static void sound_and_picture_of_one_instant_map_to_one_time(void **state)
{
    (void)state;
    struct clock_offset o;
    struct clock_map sound, picture;
    clock_offset_init(&o);
    clock_map_init(&sound, 48000);
    clock_map_init(&picture, HZ);
    assert_int_equal(clock_map_capture(&sound, &o, 123, 5), 123);
    clock_map_on_sr(&sound, &o, USEC_MS(10030), ntp_of(USEC_S(500)), 0xffffff00);
    clock_map_on_sr(&picture, &o, USEC_MS(10180), ntp_of(USEC_MS(500100)), 1000);
    usec a = clock_map_capture(&sound, &o, USEC_S(11), 0xffffff00U + 24000);
    usec b = clock_map_capture(&picture, &o, USEC_S(11), 1000 + 36000);
    assert_in_range(a, USEC_MS(10530) - 2, USEC_MS(10530) + 2);
    assert_in_range(b - a + 2, 0, 4);
    uint32_t ts = 0;
    assert_true(clock_map_rtp_at(&picture, &o, b, &ts));
    assert_in_range(ts, 36999, 37001);
}

static void unbelievable_capture_time_is_now(void **state)
{
    (void)state;
    struct clock_offset o;
    struct clock_map m;
    struct rng g;
    rng_init(&g, 4);
    clock_offset_init(&o);
    clock_map_init(&m, HZ);
    clock_map_on_sr(&m, &o, USEC_S(100), ntp_of(USEC_S(100)), 0);
    assert_int_equal(clock_map_capture(&m, &o, USEC_S(100), HZ), USEC_S(100));
    assert_int_equal(clock_map_capture(&m, &o, USEC_S(100), 0U - 20 * HZ), USEC_S(100));
    for (unsigned i = 0; i < 10000; i++) {
        usec now = USEC_S(200) + i;
        clock_map_on_sr(&m, &o, now, rng_u64(&g), rng_u32(&g));
        usec capture = clock_map_capture(&m, &o, now, rng_u32(&g));
        assert_true(capture <= now && now - capture <= CLOCK_MAX_AGE_US);
    }
}

static void layers_of_one_camera_are_aligned_by_their_reports(void **state)
{
    (void)state;
    struct clock_offset o;
    struct clock_map low, high;
    uint32_t delta = 0;
    clock_offset_init(&o);
    clock_map_init(&low, HZ);
    clock_map_init(&high, HZ);
    clock_map_on_sr(&low, &o, USEC_S(10), ntp_of(USEC_S(10)), 1000);
    assert_false(clock_map_delta(&high, &low, &delta));
    clock_map_on_sr(&high, &o, USEC_S(11), ntp_of(USEC_S(11)), 777000);
    assert_true(clock_map_delta(&high, &low, &delta));
    assert_int_equal((uint32_t)(777000 + delta), 1000 + HZ);
    assert_true(clock_map_delta(&low, &high, &delta));
    assert_int_equal((uint32_t)(1000 + HZ + delta), 777000);
    clock_map_on_sr(&high, &o, USEC_S(100), ntp_of(USEC_S(100)), 0);
    assert_false(clock_map_delta(&high, &low, &delta));
}

static void round_trip_is_measured_and_lies_are_refused(void **state)
{
    (void)state;
    usec rtt = 0;
    usec sent = USEC_S(70000);
    uint32_t lsr = (uint32_t)(report_ntp(sent) >> 16);
    assert_true(report_rtt(sent + USEC_MS(580), lsr, 32768, &rtt));
    assert_in_range(rtt, 79900, 80100);
    assert_false(report_rtt(sent, 0, 0, &rtt));
    assert_false(report_rtt(sent, lsr, 65536, &rtt));
    assert_false(report_rtt(sent + USEC_S(11), lsr, 0, &rtt));
    assert_false(report_rtt(sent, lsr, UINT32_MAX / 2, &rtt));
    struct rtt t;
    rtt_init(&t);
    assert_int_equal(rtt_get(&t, 100000), 100000);
    rtt_on_sample(&t, 80000);
    rtt_on_sample(&t, 160000);
    assert_int_equal(rtt_get(&t, 0), 90000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(ntp_counts_seconds_and_fractions, set_up),
    cmocka_unit_test_setup(first_report_comes_within_100_ms_then_each_second, set_up),
    cmocka_unit_test_setup(rfc3550_a_3_counts_loss_across_a_wrap, set_up),
    cmocka_unit_test_setup(rfc3550_a_3_duplicates_make_loss_negative, set_up),
    cmocka_unit_test_setup(rfc3550_a_1_believes_a_jump_only_when_its_next_follows, set_up),
    cmocka_unit_test_setup(rfc3550_a_8_jitter_settles_at_the_mean_difference, set_up),
    cmocka_unit_test_setup(lying_timestamps_do_not_overflow_the_jitter, set_up),
    cmocka_unit_test_setup(delay_since_the_last_sender_report_is_told, set_up),
    cmocka_unit_test_setup(sender_reports_come_at_once_then_200_ms_then_each_second, set_up),
    cmocka_unit_test_setup(sender_report_ties_rtp_to_the_servers_clock, set_up),
    cmocka_unit_test_setup(silent_stream_stops_reporting_and_resumes, set_up),
    cmocka_unit_test_setup(smallest_delay_maps_a_publishers_clock, set_up),
    cmocka_unit_test_setup(stepped_clock_is_followed_at_once, set_up),
    cmocka_unit_test_setup(drifting_clock_is_followed_within_two_windows, set_up),
    cmocka_unit_test_setup(sound_and_picture_of_one_instant_map_to_one_time, set_up),
    cmocka_unit_test_setup(unbelievable_capture_time_is_now, set_up),
    cmocka_unit_test_setup(layers_of_one_camera_are_aligned_by_their_reports, set_up),
    cmocka_unit_test_setup(round_trip_is_measured_and_lies_are_refused, set_up),
};

TEST_MAIN(tests)
