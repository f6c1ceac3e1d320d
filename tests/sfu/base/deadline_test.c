/* SPDX-License-Identifier: Apache-2.0
 * deadline.c: order, moving, clearing, against a plain search over random steps. */
#include "sfu/base/deadline.h"

#include "sfu/base/mem.h"
#include "sfu/base/rng.h"

#include "testing.h"

static void earliest_comes_first_and_only_when_due(void **state)
{
    (void)state;
    struct deadline_heap h;
    assert_int_equal(deadline_init(&h, 8), E_OK);
    assert_null(deadline_first(&h));
    deadline_set(&h, 3, 300, "report");
    deadline_set(&h, 1, 100, "nack");
    deadline_set(&h, 2, 200, "pace");
    assert_int_equal(deadline_first(&h)->owner, 1);
    struct deadline d;
    assert_false(deadline_pop(&h, 99, &d));
    assert_true(deadline_pop(&h, 100, &d));
    assert_string_equal(d.why, "nack");
    assert_true(d.at == 100 && d.owner == 1);
    assert_null(deadline_find(&h, 1));
    assert_true(deadline_pop(&h, 1000, &d));
    assert_int_equal(d.owner, 2);
    assert_true(deadline_pop(&h, 1000, &d));
    assert_int_equal(d.owner, 3);
    assert_false(deadline_pop(&h, 1000, &d));
    deadline_fini(&h);
}

static void an_owner_has_one_deadline_that_moves(void **state)
{
    (void)state;
    struct deadline_heap h;
    assert_int_equal(deadline_init(&h, 4), E_OK);
    deadline_set(&h, 0, 100, "a");
    deadline_set(&h, 0, 500, "b");
    assert_int_equal(h.count, 1);
    assert_string_equal(deadline_find(&h, 0)->why, "b");
    deadline_set_earlier(&h, 0, 600, "c");
    assert_true(deadline_find(&h, 0)->at == 500);
    deadline_set_earlier(&h, 0, 400, "d");
    assert_string_equal(deadline_find(&h, 0)->why, "d");
    deadline_set(&h, 0, USEC_NEVER, "e");
    assert_null(deadline_first(&h));
    deadline_set_earlier(&h, 0, 900, "f");
    assert_true(deadline_first(&h)->at == 900);
    deadline_fini(&h);
}

static void equal_times_come_in_owner_order(void **state)
{
    (void)state;
    struct deadline_heap h;
    assert_int_equal(deadline_init(&h, 16), E_OK);
    for (uint32_t i = 16; i > 0; i--)
        deadline_set(&h, i - 1, 42, "same");
    struct deadline d;
    for (uint32_t i = 0; i < 16; i++) {
        assert_true(deadline_pop(&h, 42, &d));
        assert_int_equal(d.owner, i);
    }
    deadline_fini(&h);
}

enum { OWNERS = 40 };

static uint32_t search_first(const usec at[OWNERS])
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < OWNERS; i++) {
        if (at[i] < at[best])
            best = i;
    }
    return best;
}

/* No parent comes after its child, and every owner's place is where it stands. */
static void assert_heap(const struct deadline_heap *h)
{
    for (uint32_t i = 0; i < h->count; i++) {
        const struct deadline *d = &h->heap[i];
        const struct deadline *parent = &h->heap[i > 0 ? (i - 1) / 2 : 0];
        assert_true(parent->at < d->at || (parent->at == d->at && parent->owner <= d->owner));
        assert_ptr_equal(deadline_find(h, d->owner), d);
    }
}

static void random_steps_agree_with_a_plain_search(void **state)
{
    (void)state;
    struct deadline_heap h;
    usec at[OWNERS];
    struct rng rng;
    rng_init(&rng, 7);
    assert_int_equal(deadline_init(&h, OWNERS), E_OK);
    for (uint32_t i = 0; i < OWNERS; i++)
        at[i] = USEC_NEVER;
    for (int step = 0; step < 20000; step++) {
        uint32_t owner = rng_below(&rng, OWNERS);
        if (rng_below(&rng, 4) == 0) {
            at[owner] = USEC_NEVER;
            deadline_clear(&h, owner);
        } else {
            at[owner] = (usec)rng_below(&rng, 50);
            deadline_set(&h, owner, at[owner], "step");
        }
        assert_heap(&h);
        uint32_t first = search_first(at);
        const struct deadline *d = deadline_first(&h);
        if (at[first] == USEC_NEVER) {
            assert_null(d);
            continue;
        }
        assert_non_null(d);
        assert_int_equal(d->owner, first);
        assert_true(d->at == at[first]);
    }
    deadline_fini(&h);
}

static void lack_of_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    size_t before = mem_live_bytes();
    struct deadline_heap h;
    for (uint64_t n = 0; n < 2; n++) {
        mem_fail_at(n);
        assert_int_equal(deadline_init(&h, 8), E_NOMEM);
        mem_fail_at(MEM_NEVER);
        assert_int_equal(mem_live_bytes(), before);
    }
    assert_int_equal(deadline_init(&h, 0), E_RANGE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(earliest_comes_first_and_only_when_due),
    cmocka_unit_test(an_owner_has_one_deadline_that_moves),
    cmocka_unit_test(equal_times_come_in_owner_order),
    cmocka_unit_test(random_steps_agree_with_a_plain_search),
    cmocka_unit_test(lack_of_memory_leaves_nothing_behind),
};
TEST_MAIN(tests)
