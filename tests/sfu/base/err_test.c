/* SPDX-License-Identifier: Apache-2.0
 * err.c: every code has a name of its own. */
#include "sfu/base/err.h"

#include "testing.h"

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    for (int i = 0; i < N_ERR; i++) {
        assert_string_not_equal(err_name((enum err)i), "unknown");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(err_name((enum err)i), err_name((enum err)j));
    }
    assert_string_equal(err_name(E_OK), "ok");
}

static void a_number_outside_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(err_name(N_ERR), "unknown");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_code_has_its_own_name),
    cmocka_unit_test(a_number_outside_is_unknown),
};
TEST_MAIN(tests)
