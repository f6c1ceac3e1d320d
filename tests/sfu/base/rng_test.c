/* SPDX-License-Identifier: Apache-2.0
 * rng.c: published values, exact repetition, even spread. */
#include "sfu/base/rng.h"

#include "testing.h"

/* splitmix64 from state 0 gives 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, … (the authors' test
 * values). */
static void splitmix64_gives_its_published_values(void **state)
{
    (void)state;
    assert_true(rng_mix(0) == 0xE220A8397B1DCDAFU);
    assert_true(rng_mix(0x9E3779B97F4A7C15U) == 0x6E789E6AA1B965F4U);
}

/* xoshiro256** from state 1, 2, 3, 4: the values by which other implementations are checked. */
static void xoshiro256_gives_its_published_values(void **state)
{
    (void)state;
    struct rng r = {.s = {1, 2, 3, 4}};
    assert_true(rng_u64(&r) == 11520);
    assert_true(rng_u64(&r) == 0);
    assert_true(rng_u64(&r) == 1509978240);
    assert_true(rng_u64(&r) == 1215971899390074240);
}

static void one_seed_repeats_and_two_differ(void **state)
{
    (void)state;
    struct rng a;
    struct rng b;
    struct rng c;
    rng_init(&a, 1);
    rng_init(&b, 1);
    rng_init(&c, 2);
    uint8_t x[13];
    uint8_t y[13];
    uint8_t z[13];
    rng_fill(&a, x, sizeof(x));
    rng_fill(&b, y, sizeof(y));
    rng_fill(&c, z, sizeof(z));
    assert_memory_equal(x, y, sizeof(x));
    assert_memory_not_equal(x, z, sizeof(x));
    assert_int_equal(rng_u32(&a), rng_u32(&b));
}

static void below_is_even_and_below(void **state)
{
    (void)state;
    struct rng r;
    uint32_t seen[7] = {0};
    rng_init(&r, 3);
    for (int i = 0; i < 70000; i++) {
        uint32_t v = rng_below(&r, 7);
        assert_true(v < 7);
        seen[v]++;
    }
    /* 10,000 each; 500 is five standard deviations */
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 9500, 10500);
    assert_int_equal(rng_below(&r, 1), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(splitmix64_gives_its_published_values),
    cmocka_unit_test(xoshiro256_gives_its_published_values),
    cmocka_unit_test(one_seed_repeats_and_two_differ),
    cmocka_unit_test(below_is_even_and_below),
};
TEST_MAIN(tests)
