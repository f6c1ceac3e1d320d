/* SPDX-License-Identifier: Apache-2.0
 * Which recordings have been kept long enough. */
#include "testing.h"

#include "recordings/retention.h"

#define DAY         86400000LL
#define MAY_31_2026 1780228800000LL /* 12:00 UTC */

static void months_end_on_their_last_day(void **state)
{
    (void)state;
    /* 31 May − 3 months: 28 February 2026; − 27 months: 29 February 2024. */
    assert_int_equal(retention_months_before(MAY_31_2026, 3), MAY_31_2026 - 92 * DAY);
    assert_int_equal(retention_months_before(MAY_31_2026, 27), MAY_31_2026 - 822 * DAY);
    assert_int_equal(retention_months_before(MAY_31_2026, 0), MAY_31_2026);
}

static void six_months_are_kept_to_the_day(void **state)
{
    (void)state;
    int64_t edge = retention_months_before(MAY_31_2026, 6);
    struct retention_item items[] = {{.ended_wall_ms = edge, .state = MANIFEST_FINISHED},
                                     {.ended_wall_ms = edge + 1, .state = MANIFEST_FINISHED},
                                     {.ended_wall_ms = 0, .state = MANIFEST_RUNNING},
                                     {.ended_wall_ms = 0, .state = MANIFEST_RECOVERED}};
    assert_int_equal(retention_mark(items, 4, RETENTION_MONTHS_DEFAULT, MAY_31_2026), 2);
    assert_true(items[0].due && items[3].due);
    assert_false(items[1].due || items[2].due);
    assert_int_equal(retention_mark(items, 4, 0, MAY_31_2026), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(months_end_on_their_last_day),
    cmocka_unit_test(six_months_are_kept_to_the_day),
};
TEST_MAIN(tests)
