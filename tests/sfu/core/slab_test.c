/* SPDX-License-Identifier: Apache-2.0
 * Places of a fixed storage: each given once, found by number, reused after it came back. */
#include "sfu/core/slab.h"

#include "testing.h"

struct thing {
    uint64_t first;
    uint32_t kept;
};

static void every_place_is_given_once_and_no_more(void **state)
{
    (void)state;
    struct slab s;
    struct thing *t[4];
    assert_int_equal(E_OK, slab_init(&s, 4, sizeof(struct thing)));
    for (uint32_t i = 0; i < 4; i++) {
        t[i] = slab_take(&s, sizeof(struct thing));
        assert_int_equal(i, slab_index(&s, t[i]));
        assert_ptr_equal(t[i], slab_at(&s, i));
    }
    assert_null(slab_take(&s, 0));
    assert_int_equal(4, s.live);
    slab_fini(&s);
}

static void a_place_that_came_back_is_given_again_and_cleared_as_asked(void **state)
{
    (void)state;
    struct slab s;
    assert_int_equal(E_OK, slab_init(&s, 2, sizeof(struct thing)));
    struct thing *a = slab_take(&s, sizeof(*a)), *b = slab_take(&s, sizeof(*b));
    a->first = b->first = 7;
    a->kept = b->kept = 9;
    slab_give(&s, a);
    slab_give(&s, b);
    assert_int_equal(0, s.live);
    struct thing *again = slab_take(&s, offsetof(struct thing, kept));
    assert_ptr_equal(b, again);
    assert_int_equal(0, again->first);
    assert_int_equal(9, again->kept);
    assert_ptr_equal(a, slab_take(&s, 0));
    assert_null(slab_take(&s, 0));
    slab_fini(&s);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_place_is_given_once_and_no_more),
    cmocka_unit_test(a_place_that_came_back_is_given_again_and_cleared_as_asked),
};

TEST_MAIN(tests)
