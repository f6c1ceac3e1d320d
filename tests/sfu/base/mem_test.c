/* SPDX-License-Identifier: Apache-2.0
 * mem.c: zeroed, counted, bounded, and refusing on request. */
#include "sfu/base/mem.h"

#include "testing.h"

static void blocks_are_zeroed_aligned_and_counted(void **state)
{
    (void)state;
    size_t live = mem_live_bytes();
    uint64_t count = mem_count();
    uint8_t *p = mem_alloc(100);
    assert_non_null(p);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
    assert_int_equal(mem_live_bytes(), live + 100);
    assert_true(mem_count() == count + 1);
    void *empty = mem_alloc(0);
    assert_non_null(empty);
    mem_free(empty);
    mem_free(p);
    mem_free(NULL);
    assert_int_equal(mem_live_bytes(), live);
}

static void the_nth_request_and_later_ones_fail(void **state)
{
    (void)state;
    mem_fail_at(2);
    void *a = mem_alloc(1);
    void *b = mem_alloc(1);
    void *c = mem_alloc(1);
    void *d = mem_alloc(1);
    mem_fail_at(MEM_NEVER);
    void *e = mem_alloc(1);
    assert_non_null(a);
    assert_non_null(b);
    assert_null(c);
    assert_null(d);
    assert_non_null(e);
    mem_free(a);
    mem_free(b);
    mem_free(e);
}

static void the_ceiling_holds(void **state)
{
    (void)state;
    mem_set_limit(mem_live_bytes() + 100);
    void *a = mem_alloc(60);
    void *b = mem_alloc(60);
    mem_free(a);
    void *c = mem_alloc(100);
    mem_set_limit(SIZE_MAX);
    assert_non_null(a);
    assert_null(b);
    assert_non_null(c);
    mem_free(c);
}

static void absurd_sizes_are_refused_without_a_trace(void **state)
{
    (void)state;
    size_t live = mem_live_bytes();
    volatile size_t huge = SIZE_MAX; /* keeps the compiler from judging the sizes itself */
    assert_null(mem_alloc(huge));
    assert_null(mem_alloc_array(huge / 2, 3));
    assert_int_equal(mem_live_bytes(), live);
    uint32_t *array = mem_alloc_array(3, sizeof(*array));
    assert_non_null(array);
    assert_int_equal(mem_live_bytes(), live + 12);
    mem_free(array);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(blocks_are_zeroed_aligned_and_counted),
    cmocka_unit_test(the_nth_request_and_later_ones_fail),
    cmocka_unit_test(the_ceiling_holds),
    cmocka_unit_test(absurd_sizes_are_refused_without_a_trace),
};
TEST_MAIN(tests)
