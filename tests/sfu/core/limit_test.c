/* SPDX-License-Identifier: Apache-2.0
 * Allowances of transports and of addresses. */
#include "sfu/core/limit.h"

#include "testing.h"

static void bucket_gives_its_burst_then_its_rate(void **state)
{
    (void)state;
    struct limit_bucket b;
    limit_bucket_init(&b, 10, 5);
    unsigned given = 0;
    for (usec now = 0; now < USEC_S(10); now += USEC_MS(1))
        given += limit_bucket_take(&b, now, 1) ? 1 : 0;
    assert_in_range(given, 104, 105);
}

static void long_silence_fills_no_more_than_the_burst(void **state)
{
    (void)state;
    struct limit_bucket b;
    limit_bucket_init(&b, INT64_C(1000000000), INT64_C(1000000000));
    assert_true(limit_bucket_take(&b, 0, INT64_C(1000000000)));
    assert_true(limit_bucket_take(&b, USEC_S(3600) * 24 * 365, INT64_C(1000000000)));
    assert_false(limit_bucket_take(&b, USEC_S(3600) * 24 * 365, 1));
}

/* N8: ten times the allowance for a minute. */
static void flood_is_cut_to_the_allowance_within_a_second(void **state)
{
    (void)state;
    struct limit_transport l;
    limit_transport_init(&l, 500, 2000000);
    unsigned passed = 0, first_second = 0;
    for (usec now = 0; now < USEC_S(60); now += 480) {
        bool ok = limit_transport_on_packet(&l, now, 1200);
        passed += ok && now >= USEC_S(1) ? 1 : 0;
        first_second += ok && now < USEC_S(1) ? 1 : 0;
    }
    assert_in_range(passed, 59 * 208 - 2, 59 * 209 + 2);
    assert_true(first_second <= 313);
}

static void packets_are_limited_whatever_their_size(void **state)
{
    (void)state;
    struct limit_transport l;
    limit_transport_init(&l, 100, 2000000);
    unsigned passed = 0;
    for (usec now = 0; now < USEC_S(2); now += USEC_MS(1))
        passed += limit_transport_on_packet(&l, now, 20) ? 1 : 0;
    assert_in_range(passed, 298, 300);
}

static void five_seconds_over_is_abuse_and_a_calm_second_ends_it(void **state)
{
    (void)state;
    struct limit_transport l;
    limit_transport_init(&l, 100, 100000);
    usec now = 0;
    for (; now < USEC_S(5); now += USEC_MS(1)) {
        (void)limit_transport_on_packet(&l, now, 1200);
        assert_false(limit_transport_is_abusive(&l, now));
    }
    for (; now < USEC_S(6); now += USEC_MS(1))
        (void)limit_transport_on_packet(&l, now, 1200);
    assert_true(limit_transport_is_abusive(&l, now));
    assert_false(limit_transport_is_abusive(&l, now + LIMIT_CALM_US));
}

static void short_bursts_apart_are_not_abuse(void **state)
{
    (void)state;
    struct limit_transport l;
    limit_transport_init(&l, 100, 100000);
    for (usec now = 0; now < USEC_S(60); now += USEC_MS(1)) {
        if (now % USEC_S(3) < USEC_S(1))
            (void)limit_transport_on_packet(&l, now, 1200);
        assert_false(limit_transport_is_abusive(&l, now));
    }
    assert_true(l.refused > 1000);
}

static void lowered_allowance_holds_at_once(void **state)
{
    (void)state;
    struct limit_transport l;
    limit_transport_init(&l, 1000, 10000000);
    limit_transport_set(&l, 10, 10000000);
    unsigned passed = 0;
    for (unsigned i = 0; i < 100; i++)
        passed += limit_transport_on_packet(&l, 0, 100) ? 1 : 0;
    assert_int_equal(passed, 10);
}

static void one_address_does_not_use_up_anothers_share(void **state)
{
    (void)state;
    static struct limit_source l;
    limit_source_init(&l, 42, 10, 20);
    struct addr noisy = addr_v4((const uint8_t[]){192, 0, 2, 1}, 1000);
    struct addr other = addr_v4((const uint8_t[]){192, 0, 2, 2}, 1000);
    unsigned passed = 0;
    for (uint16_t port = 0; port < 1000; port++) {
        noisy.port = port;
        passed += limit_source_take(&l, 0, &noisy) ? 1 : 0;
    }
    assert_int_equal(passed, 20);
    assert_true(limit_source_take(&l, 0, &other));
}

static void ipv6_household_is_one_source(void **state)
{
    (void)state;
    static struct limit_source l;
    limit_source_init(&l, 42, 10, 20);
    uint8_t ip[16] = {0x20, 0x01, 0x0d, 0xb8};
    unsigned passed = 0;
    for (unsigned i = 0; i < 256; i++) {
        ip[15] = (uint8_t)i;
        struct addr a = addr_v6(ip, 1);
        passed += limit_source_take(&l, 0, &a) ? 1 : 0;
    }
    assert_int_equal(passed, 20);
}

static void spoofed_addresses_are_bounded_by_the_table(void **state)
{
    (void)state;
    static struct limit_source l;
    limit_source_init(&l, 42, 10, 20);
    unsigned passed = 0;
    for (uint32_t i = 0; i < 200000; i++) {
        uint8_t ip[4];
        put_be32(ip, i * 2654435761U);
        struct addr a = addr_v4(ip, 1);
        passed += limit_source_take(&l, 0, &a) ? 1 : 0;
    }
    assert_int_equal(passed, LIMIT_SOURCES * 20);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(bucket_gives_its_burst_then_its_rate),
    cmocka_unit_test(long_silence_fills_no_more_than_the_burst),
    cmocka_unit_test(flood_is_cut_to_the_allowance_within_a_second),
    cmocka_unit_test(packets_are_limited_whatever_their_size),
    cmocka_unit_test(five_seconds_over_is_abuse_and_a_calm_second_ends_it),
    cmocka_unit_test(short_bursts_apart_are_not_abuse),
    cmocka_unit_test(lowered_allowance_holds_at_once),
    cmocka_unit_test(one_address_does_not_use_up_anothers_share),
    cmocka_unit_test(ipv6_household_is_one_source),
    cmocka_unit_test(spoofed_addresses_are_bounded_by_the_table),
};

TEST_MAIN(tests)
