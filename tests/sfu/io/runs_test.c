/* SPDX-License-Identifier: Apache-2.0
 * Do datagrams share messages only where the kernel cuts them back into what they were, and does
 * the order along a path stay? */
#include "testing.h"

#include "sfu/base/mem.h"
#include "sfu/base/rng.h"
#include "sfu/io/runs.h"

static uint8_t memory[1500];
static struct runs *r;
static struct udp_out out[RUNS_MAX];

static int set_up(void **state)
{
    (void)state;
    r = mem_alloc(sizeof(*r));
    return r ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    mem_free(r);
    return 0;
}

static void put(size_t i, uint16_t port, size_t len)
{
    out[i] = (struct udp_out){.path.remote = addr_v4((const uint8_t[]){192, 0, 2, 1}, port),
                              .bytes = bytes_of(memory, len)};
}

static void equal_sizes_to_one_path_share_a_message(void **state)
{
    (void)state;
    for (size_t i = 0; i < 12; i++)
        put(i, (uint16_t)(1000 + i % 3), 1200);
    runs_build(r, out, 12);
    assert_int_equal(r->n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(r->run[i].count, 4);
        assert_int_equal(r->run[i].first, i);
        assert_int_equal(r->next[i], i + 3);
        assert_int_equal(r->run[i].segment, 1200);
    }
    assert_int_equal(r->merged, 9);
}

static void shorter_one_ends_a_run(void **state)
{
    (void)state;
    put(0, 1, 1200);
    put(1, 1, 700);
    put(2, 1, 700);
    runs_build(r, out, 3);
    assert_int_equal(r->n, 2);
    assert_int_equal(r->run[0].count, 2);
    assert_int_equal(r->run[1].first, 2);
}

static void longer_one_starts_a_run(void **state)
{
    (void)state;
    put(0, 1, 700);
    put(1, 1, 701);
    put(2, 1, 701);
    runs_build(r, out, 3);
    assert_int_equal(r->n, 2);
    assert_int_equal(r->run[0].count, 1);
    assert_int_equal(r->run[1].count, 2);
}

static void run_has_at_most_64_segments_and_65507_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < 150; i++)
        put(i, 1, 100);
    runs_build(r, out, 150);
    assert_int_equal(r->n, 3);
    assert_int_equal(r->run[0].count, 64);
    for (size_t i = 0; i < 60; i++)
        put(i, 1, 1500);
    runs_build(r, out, 60);
    assert_int_equal(r->run[0].count, 43);
    assert_true(r->run[0].bytes <= 65507);
}

static void other_local_address_is_another_path(void **state)
{
    (void)state;
    put(0, 1, 100);
    put(1, 1, 100);
    out[1].path.local = addr_v4((const uint8_t[]){192, 0, 2, 9}, 0);
    runs_build(r, out, 2);
    assert_int_equal(r->n, 2);
}

static void path_that_refuses_runs_gets_single_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
        put(i, (uint16_t)(1 + i % 2), 100);
    runs_build(r, out, 4);
    assert_int_equal(r->n, 2);
    runs_refuse(r, &r->run[0]);
    runs_build(r, out, 4);
    assert_int_equal(r->n, 3);
    assert_int_equal(r->run[0].count, 1);
    assert_int_equal(r->run[1].count, 2);
    assert_int_equal(r->run[2].first, 2);
}

/* Walks all runs as the kernel would cut them and compares with what went in. */
static void random_batches_come_out_complete_and_in_order(void **state)
{
    enum { PORTS = 7, ROUNDS = 200 };
    struct rng rng;
    (void)state;
    rng_init(&rng, 5);
    for (int round = 0; round < ROUNDS; round++) {
        const size_t n = rng_u32(&rng) % RUNS_MAX + 1;
        size_t newest[PORTS], seen = 0;
        memset(newest, 0, sizeof(newest));
        for (size_t i = 0; i < n; i++)
            put(i, (uint16_t)(rng_u32(&rng) % PORTS), 100 + rng_u32(&rng) % 3);
        runs_build(r, out, n);
        for (size_t k = 0; k < r->n; k++) {
            const struct run *run = &r->run[k];
            size_t i = run->first;
            for (size_t c = 0; c < run->count; c++, i = r->next[i], seen++) {
                const uint16_t port = out[i].path.remote.port;
                assert_int_equal(port, out[run->first].path.remote.port);
                assert_true(newest[port] < i + 1);
                newest[port] = i + 1;
                assert_true(c + 1 == run->count ? out[i].bytes.len <= run->segment
                                                : out[i].bytes.len == run->segment);
            }
        }
        assert_int_equal(seen, n);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(equal_sizes_to_one_path_share_a_message, set_up, tear_down),
    cmocka_unit_test_setup_teardown(shorter_one_ends_a_run, set_up, tear_down),
    cmocka_unit_test_setup_teardown(longer_one_starts_a_run, set_up, tear_down),
    cmocka_unit_test_setup_teardown(run_has_at_most_64_segments_and_65507_bytes, set_up, tear_down),
    cmocka_unit_test_setup_teardown(other_local_address_is_another_path, set_up, tear_down),
    cmocka_unit_test_setup_teardown(path_that_refuses_runs_gets_single_ones, set_up, tear_down),
    cmocka_unit_test_setup_teardown(random_batches_come_out_complete_and_in_order, set_up,
                                    tear_down),
};

TEST_MAIN(tests)
