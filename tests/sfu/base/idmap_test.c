/* SPDX-License-Identifier: Apache-2.0
 * idmap.c: set, find, remove at its ceiling, against a plain table over random steps. */
#include "sfu/base/idmap.h"

#include "sfu/base/mem.h"
#include "sfu/base/rng.h"

#include "testing.h"

static void what_was_set_is_found_until_removed(void **state)
{
    (void)state;
    struct idmap m;
    assert_int_equal(idmap_init(&m, 4, 1), E_OK);
    assert_true(idmap_find(&m, 0) == IDMAP_NONE);
    assert_int_equal(idmap_set(&m, 0, 10), E_OK);
    assert_int_equal(idmap_set(&m, UINT64_MAX, 11), E_OK);
    assert_int_equal(idmap_find(&m, 0), 10);
    assert_int_equal(idmap_find(&m, UINT64_MAX), 11);
    assert_int_equal(idmap_set(&m, 0, 12), E_OK);
    assert_int_equal(idmap_find(&m, 0), 12);
    assert_int_equal(m.count, 2);
    assert_true(idmap_remove(&m, 0));
    assert_false(idmap_remove(&m, 0));
    assert_true(idmap_find(&m, 0) == IDMAP_NONE);
    assert_int_equal(idmap_find(&m, UINT64_MAX), 11);
    idmap_fini(&m);
}

static void a_full_map_refuses_new_keys_only(void **state)
{
    (void)state;
    struct idmap m;
    assert_int_equal(idmap_init(&m, 3, 5), E_OK);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(idmap_set(&m, i, i), E_OK);
    assert_int_equal(idmap_set(&m, 3, 3), E_FULL);
    assert_int_equal(idmap_set(&m, 2, 7), E_OK);
    assert_int_equal(idmap_find(&m, 2), 7);
    assert_true(idmap_remove(&m, 0));
    assert_int_equal(idmap_set(&m, 3, 3), E_OK);
    idmap_fini(&m);
}

enum { KEYS = 96, MAX = 64 };

static void random_steps_agree_with_a_plain_table(void **state)
{
    (void)state;
    struct idmap m;
    struct rng rng;
    uint32_t want[KEYS];
    uint32_t count = 0;
    rng_init(&rng, 11);
    assert_int_equal(idmap_init(&m, MAX, 3), E_OK);
    for (uint32_t i = 0; i < KEYS; i++)
        want[i] = IDMAP_NONE;
    for (int step = 0; step < 20000; step++) {
        uint32_t key = rng_below(&rng, KEYS);
        if (rng_below(&rng, 3) == 0) {
            assert_int_equal(idmap_remove(&m, key), want[key] != IDMAP_NONE);
            count -= want[key] != IDMAP_NONE ? 1 : 0;
            want[key] = IDMAP_NONE;
        } else if (want[key] != IDMAP_NONE || count < MAX) {
            uint32_t slot = rng_below(&rng, 1000);
            assert_int_equal(idmap_set(&m, key, slot), E_OK);
            count += want[key] == IDMAP_NONE ? 1 : 0;
            want[key] = slot;
        } else {
            assert_int_equal(idmap_set(&m, key, 1), E_FULL);
        }
        assert_int_equal(m.count, count);
        for (uint32_t i = 0; i < KEYS; i++)
            assert_int_equal(idmap_find(&m, i), want[i]);
    }
    idmap_fini(&m);
}

static void lack_of_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    size_t before = mem_live_bytes();
    struct idmap m;
    mem_fail_at(0);
    assert_int_equal(idmap_init(&m, 8, 0), E_NOMEM);
    mem_fail_at(MEM_NEVER);
    assert_int_equal(mem_live_bytes(), before);
    assert_int_equal(idmap_init(&m, 0, 0), E_RANGE);
    assert_int_equal(idmap_init(&m, UINT32_MAX, 0), E_RANGE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_set_is_found_until_removed),
    cmocka_unit_test(a_full_map_refuses_new_keys_only),
    cmocka_unit_test(random_steps_agree_with_a_plain_table),
    cmocka_unit_test(lack_of_memory_leaves_nothing_behind),
};
TEST_MAIN(tests)
