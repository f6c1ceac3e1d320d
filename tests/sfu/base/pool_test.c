/* SPDX-License-Identifier: Apache-2.0
 * pool.c: packets are shared by references and come back exactly once. */
#include "sfu/base/pool.h"

#include "sfu/base/mem.h"

#include "testing.h"

static void a_packet_returns_with_its_last_reference(void **state)
{
    (void)state;
    struct pool pool;
    assert_int_equal(pool_init(&pool, 2), E_OK);
    struct packet *p = pool_take(&pool);
    assert_non_null(p);
    p->len = 9;
    p->at = 5;
    assert_ptr_equal(packet_ref(p), p);
    packet_unref(p);
    assert_int_equal(pool.in_use, 1);
    packet_unref(p);
    assert_int_equal(pool.in_use, 0);
    struct packet *again = pool_take(&pool);
    assert_non_null(again);
    assert_int_equal(again->len, 0);
    assert_true(again->at == 0);
    packet_unref(again);
    packet_unref(NULL);
    pool_fini(&pool);
}

static void an_empty_pool_refuses_and_counts(void **state)
{
    (void)state;
    struct pool pool;
    struct packet *held[3];
    assert_int_equal(pool_init(&pool, 3), E_OK);
    for (int i = 0; i < 3; i++) {
        held[i] = pool_take(&pool);
        assert_non_null(held[i]);
        memset(held[i]->data, i, PACKET_BYTES);
    }
    assert_null(pool_take(&pool));
    assert_true(pool.refused == 1);
    assert_int_equal(pool.most_in_use, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(held[i]->data[PACKET_BYTES - 1], i);
        packet_unref(held[i]);
    }
    assert_int_equal(pool.in_use, 0);
    pool_fini(&pool);
}

static void lack_of_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    size_t before = mem_live_bytes();
    struct pool pool;
    mem_fail_at(0);
    assert_int_equal(pool_init(&pool, 4), E_NOMEM);
    mem_fail_at(MEM_NEVER);
    assert_int_equal(mem_live_bytes(), before);
    assert_int_equal(pool_init(&pool, 0), E_RANGE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_packet_returns_with_its_last_reference),
    cmocka_unit_test(an_empty_pool_refuses_and_counts),
    cmocka_unit_test(lack_of_memory_leaves_nothing_behind),
};
TEST_MAIN(tests)
