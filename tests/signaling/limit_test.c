/* SPDX-License-Identifier: Apache-2.0
 * Ten wrong tries a minute and an address; fifty messages a second. */
#include "tests/testing.h"

#include "signaling/limit.h"

static struct limit limit;

static int set_up(void **state)
{
    (void)state;
    return limit_init(&limit, 10, 42) == E_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    limit_fini(&limit);
    return 0;
}

static struct addr v4(uint8_t last)
{
    return addr_v4((const uint8_t[]){192, 0, 2, last}, 1000);
}

static struct addr v6(uint8_t network, uint8_t host)
{
    return addr_v6((const uint8_t[16]){0x20, 1, 0xd, 0xb8, 0, 0, 0, network, [15] = host}, 1000);
}

static unsigned allowed(const struct addr *a, usec now, unsigned tries)
{
    unsigned n = 0;
    for (unsigned i = 0; i < tries; i++)
        n += limit_charge(&limit, now, a) == 0 ? 1 : 0;
    return n;
}

static void eleventh_wrong_try_in_a_minute_waits(void **state)
{
    (void)state;
    struct addr a = v4(1);
    assert_int_equal(allowed(&a, USEC_S(1), 10), 10);
    unsigned wait_s = limit_charge(&limit, USEC_S(1), &a);
    assert_in_range(wait_s, 1, 6);
    assert_int_equal(limit_charge(&limit, USEC_S(1 + wait_s), &a), 0);
}

static void thousand_tries_in_ten_seconds_are_slowed_to_a_dozen(void **state)
{
    (void)state;
    struct addr a = v4(1);
    unsigned n = 0;
    for (unsigned i = 0; i < 1000; i++)
        n += limit_charge(&limit, USEC_S(1) + USEC_MS(10) * i, &a) == 0 ? 1 : 0;
    assert_in_range(n, 10, 12);
}

static void other_address_is_not_slowed(void **state)
{
    (void)state;
    struct addr a = v4(1), b = v4(2);
    assert_int_equal(allowed(&a, USEC_S(1), 100), 10);
    assert_int_equal(allowed(&b, USEC_S(1), 10), 10);
}

static void port_does_not_make_another_address(void **state)
{
    (void)state;
    struct addr a = v4(1), b = v4(1);
    b.port = 2000;
    assert_int_equal(allowed(&a, USEC_S(1), 5), 5);
    assert_int_equal(allowed(&b, USEC_S(1), 10), 5);
}

static void rfc6177_2_ipv6_counts_as_its_network(void **state)
{
    (void)state;
    struct addr a = v6(1, 1), b = v6(1, 2), c = v6(2, 1);
    assert_int_equal(allowed(&a, USEC_S(1), 10), 10);
    assert_int_equal(allowed(&b, USEC_S(1), 10), 0);
    assert_int_equal(allowed(&c, USEC_S(1), 10), 10);
}

static void table_stays_bounded_under_many_addresses(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        uint8_t ip[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        struct addr a = addr_v4(ip, 1);
        assert_int_equal(limit_charge(&limit, USEC_S(1), &a), 0);
    }
}

static void fifty_messages_a_second_pass_for_ever(void **state)
{
    (void)state;
    struct rate r = {0};
    for (unsigned i = 0; i < 5000; i++)
        assert_int_equal(rate_take(&r, USEC_S(1) + USEC_MS(20) * i), RATE_OK);
}

static void burst_of_hundred_passes_and_the_next_is_too_fast(void **state)
{
    (void)state;
    struct rate r = {0};
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(rate_take(&r, USEC_S(1)), RATE_OK);
    assert_int_equal(rate_take(&r, USEC_S(1)), RATE_TOO_FAST);
}

static void flood_is_closed_after_five_seconds(void **state)
{
    (void)state;
    struct rate r = {0};
    usec closed = 0;
    for (usec now = USEC_S(1); closed == 0 && now < USEC_S(20); now += USEC_MS(1))
        if (rate_take(&r, now) == RATE_CLOSE)
            closed = now;
    assert_in_range(closed, USEC_S(6), USEC_S(7));
}

static void patience_starts_anew_after_a_calm_second(void **state)
{
    (void)state;
    struct rate r = {0};
    for (unsigned round = 0; round < 10; round++)
        for (unsigned i = 0; i < 150; i++)
            assert_int_not_equal(rate_take(&r, USEC_S(1 + 4 * (usec)round)), RATE_CLOSE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    CASE(eleventh_wrong_try_in_a_minute_waits),
    CASE(thousand_tries_in_ten_seconds_are_slowed_to_a_dozen),
    CASE(other_address_is_not_slowed),
    CASE(port_does_not_make_another_address),
    CASE(rfc6177_2_ipv6_counts_as_its_network),
    CASE(table_stays_bounded_under_many_addresses),
    cmocka_unit_test(fifty_messages_a_second_pass_for_ever),
    cmocka_unit_test(burst_of_hundred_passes_and_the_next_is_too_fast),
    cmocka_unit_test(flood_is_closed_after_five_seconds),
    cmocka_unit_test(patience_starts_anew_after_a_calm_second),
};
TEST_MAIN(tests)
