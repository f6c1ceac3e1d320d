/* SPDX-License-Identifier: Apache-2.0
 * Against a plain list of what was used: no pair is ever granted twice, and no fresh one in the
 * window refused. */
#include "sfu/adapt/sent.h"

#include <stdbool.h>

#include "testing.h"

enum { SPAN = 20000 };

static struct sent sent;

static void random_order_never_grants_twice(void **state)
{
    static bool used[SPAN];
    uint32_t seed = 7;
    uint64_t highest = 0;
    (void)state;
    sent_init(&sent);
    memset(used, 0, sizeof(used));
    assert_int_equal(sent_use(&sent, 1, 0), E_OK);
    used[0] = true;
    for (int i = 0; i < 200000; i++) {
        seed = seed * 1664525u + 1013904223u;
        uint64_t index = highest + (seed >> 8) % 3 * ((seed >> 20) % 7);
        if ((seed >> 10) % 2 == 0 || index >= SPAN)
            index = highest - (highest < 1200 ? (seed >> 12) % (highest + 1) : (seed >> 12) % 1200);
        bool fresh = !used[index] && index + CRYPT_SENT_WINDOW > highest;
        assert_int_equal(sent_use(&sent, 1, index), fresh ? E_OK : E_REPLAY);
        used[index] = used[index] || fresh;
        highest = index > highest ? index : highest;
    }
    assert_true(highest > SPAN / 2);
}

static void jump_over_the_whole_window_forgets_no_recent_index(void **state)
{
    (void)state;
    sent_init(&sent);
    for (uint64_t i = 0; i < 2000; i++)
        assert_int_equal(sent_use(&sent, 1, i), E_OK);
    assert_int_equal(sent_use(&sent, 1, 2000 + CRYPT_SENT_WINDOW), E_OK);
    assert_int_equal(sent_use(&sent, 1, 2000), E_REPLAY); /* too old to know */
    assert_int_equal(sent_use(&sent, 1, 2001), E_OK);
    assert_int_equal(sent_use(&sent, 1, 2000 + CRYPT_SENT_WINDOW), E_REPLAY);
    assert_int_equal(sent_use(&sent, 1, (UINT64_C(1) << 48) - 1), E_OK);
}

static void one_ssrc_too_many_is_refused_and_none_is_forgotten(void **state)
{
    (void)state;
    sent_init(&sent);
    for (uint32_t ssrc = 0; ssrc < CRYPT_OUT_SSRC_MAX; ssrc++)
        assert_int_equal(sent_use(&sent, ssrc, 5), E_OK);
    assert_int_equal(sent_use(&sent, CRYPT_OUT_SSRC_MAX, 5), E_FULL);
    for (uint32_t ssrc = 0; ssrc < CRYPT_OUT_SSRC_MAX; ssrc++)
        assert_int_equal(sent_use(&sent, ssrc, 5), E_REPLAY);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(random_order_never_grants_twice),
    cmocka_unit_test(jump_over_the_whole_window_forgets_no_recent_index),
    cmocka_unit_test(one_ssrc_too_many_is_refused_and_none_is_forgotten),
};

TEST_MAIN(tests)
