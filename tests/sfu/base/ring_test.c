/* SPDX-License-Identifier: Apache-2.0
 * ring.c: order is kept across the turn, a full ring refuses. */
#include "sfu/base/ring.h"

#include "sfu/base/mem.h"

#include "testing.h"

static void items_come_out_in_order_across_the_turn(void **state)
{
    (void)state;
    struct ring r;
    assert_int_equal(ring_init(&r, 3, sizeof(uint32_t)), E_OK);
    uint32_t in = 0;
    uint32_t out = 0;
    for (uint32_t expected = 0; expected < 20; expected++) {
        while (r.count < r.max) {
            assert_int_equal(ring_push(&r, &in), E_OK);
            in++;
        }
        assert_int_equal(*(uint32_t *)ring_at(&r, 0), expected);
        assert_int_equal(*(uint32_t *)ring_at(&r, 2), expected + 2);
        assert_true(ring_pop(&r, &out));
        assert_int_equal(out, expected);
    }
    ring_fini(&r);
}

static void a_full_ring_refuses_and_an_empty_one_has_nothing(void **state)
{
    (void)state;
    struct ring r;
    uint16_t v = 7;
    assert_int_equal(ring_init(&r, 1, sizeof(v)), E_OK);
    assert_false(ring_pop(&r, &v));
    assert_null(ring_at(&r, 0));
    assert_int_equal(ring_push(&r, &v), E_OK);
    v = 8;
    assert_int_equal(ring_push(&r, &v), E_FULL);
    assert_true(r.refused == 1);
    assert_null(ring_at(&r, 1));
    assert_true(ring_pop(&r, &v));
    assert_int_equal(v, 7);
    ring_fini(&r);
}

static void lack_of_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    size_t before = mem_live_bytes();
    struct ring r;
    mem_fail_at(0);
    assert_int_equal(ring_init(&r, 4, 4), E_NOMEM);
    mem_fail_at(MEM_NEVER);
    assert_int_equal(mem_live_bytes(), before);
    assert_int_equal(ring_init(&r, 0, 4), E_RANGE);
    assert_int_equal(ring_init(&r, 4, 0), E_RANGE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(items_come_out_in_order_across_the_turn),
    cmocka_unit_test(a_full_ring_refuses_and_an_empty_one_has_nothing),
    cmocka_unit_test(lack_of_memory_leaves_nothing_behind),
};
TEST_MAIN(tests)
