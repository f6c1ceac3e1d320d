/* SPDX-License-Identifier: Apache-2.0
 * What stays in the ring, who holds the packets, and how repair is rationed. */
#include "sfu/core/rtx_cache.h"

#include "sfu/base/mem.h"
#include "sfu/base/pool.h"
#include "sfu/base/rng.h"
#include "testing.h"

enum { CAPACITY = 16, POOL = 64 };

static struct pool pool;
static struct rtx_cache c;

static int set_up(void **state)
{
    (void)state;
    return pool_init(&pool, POOL) != E_OK || rtx_cache_init(&c, CAPACITY) != E_OK;
}

/* pool_fini asserts that every packet came back. */
static int tear_down(void **state)
{
    (void)state;
    rtx_cache_fini(&c);
    pool_fini(&pool);
    return 0;
}

static void put(usec now, uint64_t seq_ext, bool keyframe)
{
    struct packet *p = pool_take(&pool);
    assert_non_null(p);
    p->len = (uint32_t)seq_ext;
    rtx_cache_put(&c, now, p, seq_ext, keyframe);
    packet_unref(p);
}

static bool has(usec now, uint64_t seq_ext)
{
    const struct packet *p = rtx_cache_find(&c, now, seq_ext);
    assert_true(!p || p->len == (uint32_t)seq_ext);
    return p != NULL;
}

static void holds_one_reference_until_replaced(void **state)
{
    (void)state;
    for (uint64_t s = 65530; s < 65530 + 3 * CAPACITY; s++)
        put(0, s, false);
    assert_int_equal(pool.in_use, CAPACITY);
    assert_false(has(0, 65530 + 2 * CAPACITY - 1));
    assert_true(has(0, 65530 + 2 * CAPACITY));
    assert_true(has(0, 65530 + 3 * CAPACITY - 1));
    assert_false(has(0, 65530 + 3 * CAPACITY));
}

static void late_packet_takes_its_place_once(void **state)
{
    (void)state;
    put(0, 100, false);
    put(0, 103, false);
    assert_false(has(0, 101));
    put(0, 101, false);
    put(0, 101, false);
    put(0, 99, false);
    assert_true(has(0, 101) && has(0, 99));
    assert_int_equal(pool.in_use, 4);
    put(0, 103 - CAPACITY, false);
    assert_false(has(0, 103 - CAPACITY));
    assert_int_equal(pool.in_use, 4);
}

static void packets_expire_after_a_second(void **state)
{
    (void)state;
    put(0, 100, true);
    put(USEC_MS(500), 101, false);
    assert_true(has(RTX_CACHE_MAX_AGE_US, 100));
    assert_false(has(RTX_CACHE_MAX_AGE_US + 1, 100));
    assert_int_equal(rtx_cache_deadline(&c), RTX_CACHE_MAX_AGE_US + 1);
    rtx_cache_expire(&c, rtx_cache_deadline(&c));
    assert_int_equal(pool.in_use, 1);
    rtx_cache_expire(&c, rtx_cache_deadline(&c));
    assert_int_equal(pool.in_use, 0);
    assert_true(rtx_cache_deadline(&c) == USEC_NEVER);
}

static void hostile_jumps_free_the_ring_and_it_goes_on(void **state)
{
    (void)state;
    put(0, 1000, false);
    put(0, UINT64_C(1) << 40, false);
    assert_int_equal(pool.in_use, 1);
    put(USEC_MS(1), 1000, false);
    assert_int_equal(pool.in_use, 1);
    put(USEC_S(2), 1000, false);
    assert_true(has(USEC_S(2), 1000));
}

static void joiner_is_served_from_a_whole_fresh_keyframe_only(void **state)
{
    (void)state;
    uint64_t from = 0, to = 0;
    put(0, 100, false);
    assert_false(rtx_cache_keyframe_run(&c, 0, &from, &to));
    put(0, 101, true);
    put(0, 103, false);
    assert_false(rtx_cache_keyframe_run(&c, 0, &from, &to));
    put(0, 102, false);
    assert_true(rtx_cache_keyframe_run(&c, 0, &from, &to));
    assert_int_equal(from, 101);
    assert_int_equal(to, 103);
    assert_false(rtx_cache_keyframe_run(&c, USEC_S(1) + 1, &from, &to));
    for (uint64_t s = 104; s < 104 + CAPACITY; s++)
        put(0, s, false);
    assert_false(rtx_cache_keyframe_run(&c, 0, &from, &to));
}

static void init_refused_memory_is_told(void **state)
{
    (void)state;
    struct rtx_cache other;
    mem_fail_at(0);
    enum err err = rtx_cache_init(&other, 512);
    mem_fail_at(MEM_NEVER);
    assert_int_equal(err, E_NOMEM);
    rtx_cache_fini(&other);
}

static void any_order_of_numbers_keeps_the_references_right(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 7);
    uint64_t seq = 70000;
    for (usec now = 0; now < USEC_S(60); now += USEC_MS(3)) {
        uint32_t kind = rng_below(&g, 100);
        if (kind < 2)
            seq = rng_u64(&g) >> (1 + rng_below(&g, 60));
        put(now, kind < 20 && seq > 40 ? seq - rng_below(&g, 40) : ++seq, kind == 50);
        if (kind == 99)
            rtx_cache_expire(&c, now += USEC_MS(rng_below(&g, 2000)));
        uint32_t held = 0;
        for (size_t i = 0; i < CAPACITY; i++)
            held += c.ring[i].packet != NULL ? 1 : 0;
        assert_int_equal(held, pool.in_use);
    }
}

static struct rtx_budget b;
static struct rtx_asked a;

static int set_up_ration(void **state)
{
    (void)state;
    rtx_budget_init(&b);
    rtx_asked_init(&a);
    return 0;
}

static void one_packet_goes_again_once_per_round_trip_and_eight_times(void **state)
{
    (void)state;
    rtx_budget_on_sent(&b, 0, 1000000);
    assert_int_equal(rtx_budget_ask(&b, &a, 0, 50000, 7, 100), RTX_GRANTED);
    assert_int_equal(rtx_budget_ask(&b, &a, 49999, 50000, 7, 100), RTX_TOO_SOON);
    for (usec i = 1; i < RTX_MAX_TIMES; i++)
        assert_int_equal(rtx_budget_ask(&b, &a, i * 50000, 50000, 7, 100), RTX_GRANTED);
    assert_int_equal(rtx_budget_ask(&b, &a, USEC_S(1), 50000, 7, 100), RTX_TOO_OFTEN);
    assert_int_equal(rtx_budget_ask(&b, &a, USEC_S(1), 50000, 7 + RTX_ASKED, 100), RTX_GRANTED);
    assert_int_equal(rtx_budget_ask(&b, &a, USEC_S(2), 50000, 7 + RTX_ASKED, 100), RTX_GRANTED);
    assert_int_equal(rtx_budget_ask(&b, &a, USEC_S(9), 50000, 7, 100), RTX_TOO_OLD);
}

/* N10's flood: 500 packets fifty times a second, against a stream of 1 Mbit/s. */
static void flood_of_requests_gets_a_fifth_of_the_stream(void **state)
{
    (void)state;
    uint64_t sent = 0, repaired = 0, next = 0;
    for (usec now = 0; now < USEC_S(10); now += USEC_MS(10)) {
        rtx_budget_on_sent(&b, now, 1250);
        sent += 1250;
        next++;
        if (now % USEC_MS(20) != 0)
            continue;
        for (uint64_t s = next > 500 ? next - 500 : 0; s < next; s++)
            repaired += rtx_budget_ask(&b, &a, now, 40000, s, 1250) == RTX_GRANTED ? 1250 : 0;
    }
    assert_true(repaired * 100 <= sent * RTX_PERCENT);
    assert_true(repaired * 100 >= sent * (RTX_PERCENT - 3));
    assert_true(b.refused > 100000);
}

static void thin_stream_may_still_be_repaired(void **state)
{
    (void)state;
    rtx_budget_on_sent(&b, 0, 1200);
    assert_int_equal(rtx_budget_ask(&b, &a, 0, 0, 1, 1200), RTX_GRANTED);
    assert_int_equal(rtx_budget_ask(&b, &a, 0, 0, 2, 1200), RTX_GRANTED);
    assert_int_equal(rtx_budget_ask(&b, &a, 0, 0, 3, 1200), RTX_OVER_SHARE);
    assert_int_equal(rtx_budget_ask(&b, &a, USEC_S(1), 0, 3, 1200), RTX_GRANTED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(holds_one_reference_until_replaced, set_up, tear_down),
    cmocka_unit_test_setup_teardown(late_packet_takes_its_place_once, set_up, tear_down),
    cmocka_unit_test_setup_teardown(packets_expire_after_a_second, set_up, tear_down),
    cmocka_unit_test_setup_teardown(hostile_jumps_free_the_ring_and_it_goes_on, set_up, tear_down),
    cmocka_unit_test_setup_teardown(joiner_is_served_from_a_whole_fresh_keyframe_only, set_up,
                                    tear_down),
    cmocka_unit_test(init_refused_memory_is_told),
    cmocka_unit_test_setup_teardown(any_order_of_numbers_keeps_the_references_right, set_up,
                                    tear_down),
    cmocka_unit_test_setup(one_packet_goes_again_once_per_round_trip_and_eight_times,
                           set_up_ration),
    cmocka_unit_test_setup(flood_of_requests_gets_a_fifth_of_the_stream, set_up_ration),
    cmocka_unit_test_setup(thin_stream_may_still_be_repaired, set_up_ration),
};

TEST_MAIN(tests)
