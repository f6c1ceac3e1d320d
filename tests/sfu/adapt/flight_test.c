/* SPDX-License-Identifier: Apache-2.0
 * When a flight is sent again, and what it can hold. */
#include "sfu/adapt/flight.h"

#include "testing.h"

static size_t drain(struct flight *f)
{
    struct bytes b;
    size_t n = 0;
    while (flight_poll(f, &b))
        n++;
    return n;
}

static void timer_doubles_and_ends_after_three(void **state)
{
    struct flight f;
    usec now = 5;
    (void)state;
    flight_init(&f);
    assert_int_equal(f.due, USEC_NEVER);
    flight_begin(&f, now);
    assert_int_equal(flight_add(&f, bytes_of("ab", 2)), E_OK);
    assert_int_equal(drain(&f), 1);
    for (int i = 0; i < 3; i++) {
        usec wait = USEC_MS(100) << i;
        assert_int_equal(f.due, now + wait);
        flight_on_time(&f, now + wait - 1);
        assert_int_equal(drain(&f), 0);
        now += wait;
        flight_on_time(&f, now);
        assert_int_equal(drain(&f), 1);
    }
    assert_int_equal(f.due, USEC_NEVER);
}

static void datagrams_keep_their_borders_and_order(void **state)
{
    struct flight f;
    struct bytes b;
    (void)state;
    flight_init(&f);
    flight_begin(&f, 0);
    assert_int_equal(flight_add(&f, bytes_of("one", 3)), E_OK);
    assert_int_equal(flight_add(&f, bytes_of("second", 6)), E_OK);
    for (int round = 0; round < 2; round++) {
        assert_true(flight_poll(&f, &b));
        assert_int_equal(b.len, 3);
        assert_memory_equal(b.p, "one", 3);
        assert_true(flight_poll(&f, &b));
        assert_int_equal(b.len, 6);
        assert_memory_equal(b.p, "second", 6);
        assert_false(flight_poll(&f, &b));
        flight_on_repeat(&f, USEC_MS(20));
    }
}

static void demands_close_together_are_one(void **state)
{
    struct flight f;
    (void)state;
    flight_init(&f);
    flight_on_repeat(&f, USEC_S(1)); /* nothing to repeat yet */
    assert_int_equal(drain(&f), 0);
    flight_begin(&f, 0);
    assert_int_equal(flight_add(&f, bytes_of("a", 1)), E_OK);
    (void)drain(&f);
    flight_on_repeat(&f, FLIGHT_GAP_US - 1);
    assert_int_equal(drain(&f), 0);
    flight_on_repeat(&f, FLIGHT_GAP_US);
    assert_int_equal(drain(&f), 1);
    flight_on_repeat(&f, FLIGHT_GAP_US + 1);
    assert_int_equal(drain(&f), 0);
}

static void more_than_a_flight_is_refused(void **state)
{
    static uint8_t big[FLIGHT_BYTES];
    struct flight f;
    (void)state;
    flight_init(&f);
    flight_begin(&f, 0);
    for (int i = 0; i < DTLS_FLIGHT_MAX; i++)
        assert_int_equal(flight_add(&f, bytes_of("a", 1)), E_OK);
    assert_int_equal(flight_add(&f, bytes_of("a", 1)), E_FULL);
    flight_begin(&f, 0);
    assert_int_equal(flight_add(&f, bytes_of(big, sizeof(big))), E_OK);
    assert_int_equal(flight_add(&f, bytes_of("a", 1)), E_FULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(timer_doubles_and_ends_after_three),
    cmocka_unit_test(datagrams_keep_their_borders_and_order),
    cmocka_unit_test(demands_close_together_are_one),
    cmocka_unit_test(more_than_a_flight_is_refused),
};

TEST_MAIN(tests)
