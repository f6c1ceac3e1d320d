/* SPDX-License-Identifier: Apache-2.0
 * Which OpenSSL is refused, and that this machine's is not. */
#include "sfu/adapt/versions.h"

#include "sfu/adapt/rand.h"
#include "testing.h"

static void openssl_with_known_dtls_holes_is_refused(void **state)
{
    (void)state;
    assert_false(versions_openssl_is_safe(1, 1, 99));
    assert_false(versions_openssl_is_safe(3, 0, 21));
    assert_true(versions_openssl_is_safe(3, 0, 22));
    assert_true(versions_openssl_is_safe(3, 0, 30));
    assert_false(versions_openssl_is_safe(3, 1, 30));
    assert_false(versions_openssl_is_safe(3, 4, 9));
    assert_true(versions_openssl_is_safe(3, 5, 0));
    assert_true(versions_openssl_is_safe(4, 0, 0));
}

static void running_libraries_are_named_and_accepted(void **state)
{
    char text[256], cut[8];
    (void)state;
    versions_write(text, sizeof(text));
    assert_non_null(strstr(text, "OpenSSL 3."));
    assert_non_null(strstr(text, "libsrtp"));
    assert_non_null(strstr(text, "libnice "));
    assert_int_equal(versions_check(), E_OK);
    versions_write(cut, sizeof(cut));
    assert_string_equal(cut, "OpenSSL");
}

static void entropy_differs_from_call_to_call(void **state)
{
    uint8_t a[32], b[32];
    (void)state;
    assert_int_equal(rand_bytes(a, sizeof(a)), E_OK);
    assert_int_equal(rand_bytes(b, sizeof(b)), E_OK);
    assert_memory_not_equal(a, b, sizeof(a));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(openssl_with_known_dtls_holes_is_refused),
    cmocka_unit_test(running_libraries_are_named_and_accepted),
    cmocka_unit_test(entropy_differs_from_call_to_call),
};

TEST_MAIN(tests)
