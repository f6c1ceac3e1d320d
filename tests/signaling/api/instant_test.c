/* SPDX-License-Identifier: Apache-2.0
 * Which texts are instants and time zones. */
#include "tests/testing.h"

#include "signaling/api/instant.h"

static int64_t seconds(const char *text)
{
    int64_t s = -1;
    return instant_parse(&s, text) == E_OK ? s : -1;
}

static void rfc3339_5_8_examples_are_read(void **state)
{
    (void)state;
    assert_int_equal(seconds("1985-04-12T23:20:50.52Z"), 482196050);
    assert_int_equal(seconds("1996-12-19T16:39:57-08:00"), 851042397);
    assert_int_equal(seconds("1990-12-31T23:59:60Z"), 662687999);
    assert_int_equal(seconds("2026-11-23T09:00:00+01:00"), 1795420800);
    assert_int_equal(seconds("2024-02-29T00:00:00Z"), 1709164800);
    assert_int_equal(seconds("1970-01-01T00:00:00Z"), 0);
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026-11-23",
                                      "2026-11-23T09:00:00",
                                      "2026-11-23 09:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-11-31T00:00:00Z",
                                      "2026-11-23T24:00:00Z",
                                      "2026-11-23T09:60:00Z",
                                      "2026-11-23T09:00:61Z",
                                      "2026-11-23T09:00:00+0100",
                                      "2026-11-23T09:00:00+24:00",
                                      "2026-11-23T09:00:00.Z",
                                      "2026-11-23T09:00:00Zx",
                                      "02026-11-23T09:00:00Z",
                                      "2026-11-23T09:00:00+01:00 ",
                                      "1969-12-31T00:00:00Z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(seconds(bad[i]), -1);
}

static void zones_are_those_of_the_system(void **state)
{
    (void)state;
    assert_true(zone_exists("Europe/Paris"));
    assert_true(zone_exists("UTC"));
    assert_true(zone_exists("America/Argentina/Buenos_Aires"));
    static const char *const bad[] = {"",
                                      "Europe",
                                      "Europe/",
                                      "Europe/Nowhere",
                                      "/etc/localtime",
                                      "../zoneinfo/UTC",
                                      "Europe/../UTC",
                                      "Europe//Paris",
                                      "posix/UTC",
                                      "zone.tab",
                                      "Europe/Paris\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(zone_exists(bad[i]));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rfc3339_5_8_examples_are_read),
    cmocka_unit_test(other_texts_are_refused),
    cmocka_unit_test(zones_are_those_of_the_system),
};
TEST_MAIN(tests)
