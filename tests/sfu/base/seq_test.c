/* SPDX-License-Identifier: Apache-2.0
 * seq.h: unwrapping across turns, forwards, backwards and at half a turn. */
#include "sfu/base/seq.h"

#include "testing.h"

static void the_first_number_starts_one_turn_up(void **state)
{
    (void)state;
    struct seq_unwrapper u = {0};
    assert_true(seq_unwrap(&u, 0) == 0x10000);
    assert_true(seq_unwrap(&u, 65535) == 0xFFFF);
    assert_true(u.highest_ext == 0x10000);
    struct ts_unwrapper t = {0};
    assert_true(ts_unwrap(&t, 5) == 0x100000005U);
    assert_true(ts_unwrap(&t, 0xFFFFFFFFU) == 0xFFFFFFFFU);
}

static void numbers_go_on_across_the_wrap(void **state)
{
    (void)state;
    struct seq_unwrapper u = {0};
    uint64_t first = seq_unwrap(&u, 65534);
    for (uint32_t i = 1; i < 200000; i++)
        assert_true(seq_unwrap(&u, (uint16_t)(65534 + i)) == first + i);
    struct ts_unwrapper t = {0};
    uint64_t start = ts_unwrap(&t, 0xFFFFFF00U);
    assert_true(ts_unwrap(&t, 0x00000100U) == start + 0x200);
    assert_true(ts_unwrap(&t, 0xFFFFFF80U) == start + 0x80);
}

static void a_late_number_from_before_the_wrap_is_older(void **state)
{
    (void)state;
    struct seq_unwrapper u = {0};
    uint64_t first = seq_unwrap(&u, 65535);
    assert_true(seq_unwrap(&u, 2) == first + 3);
    assert_true(seq_unwrap(&u, 65533) == first - 2);
    assert_true(u.highest_ext == first + 3);
}

static void half_a_turn_counts_as_older(void **state)
{
    (void)state;
    assert_true(seq_near(0x10000, 0x7FFF) == 0x17FFF);
    assert_true(seq_near(0x10000, 0x8000) == 0x8000);
    assert_true(ts_near(0x100000000U, 0x7FFFFFFFU) == 0x17FFFFFFFU);
    assert_true(ts_near(0x100000000U, 0x80000000U) == 0x80000000U);
}

static void asking_for_the_nearest_changes_nothing(void **state)
{
    (void)state;
    struct seq_unwrapper u = {0};
    uint64_t first = seq_unwrap(&u, 100);
    assert_true(seq_near(u.highest_ext, 200) == first + 100);
    assert_true(u.highest_ext == first);
}

/* Whatever a hostile sender does, no number falls below zero. */
static void steps_backwards_never_go_below_zero(void **state)
{
    (void)state;
    struct seq_unwrapper u = {0};
    uint16_t seq = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(seq_unwrap(&u, seq) <= u.highest_ext);
        assert_true(seq_unwrap(&u, seq) >= 0x8000);
        seq = (uint16_t)(seq - 0x7FFF);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_first_number_starts_one_turn_up),
    cmocka_unit_test(numbers_go_on_across_the_wrap),
    cmocka_unit_test(a_late_number_from_before_the_wrap_is_older),
    cmocka_unit_test(half_a_turn_counts_as_older),
    cmocka_unit_test(asking_for_the_nearest_changes_nothing),
    cmocka_unit_test(steps_backwards_never_go_below_zero),
};
TEST_MAIN(tests)
