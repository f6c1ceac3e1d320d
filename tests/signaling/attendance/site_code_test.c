/* SPDX-License-Identifier: Apache-2.0
 * Is the code of a place good as long as it should be and no longer. */
#include "tests/testing.h"

#include "sha256.h"

#define MINUTE 60000
#define START  INT64_C(1795420800000) /* on a full minute */

static const struct site_place place = {.class_id = {1, 2, 3}, .site = 4};

static void code_shown_at(int64_t ms, char out[SITE_CODE_LEN + 1])
{
    assert_int_equal(site_code_make(&test_hmac, &place, site_code_step(ms), out), E_OK);
}

static enum err typed_at(const char *code, int64_t ms)
{
    return site_code_check(&test_hmac, &place, ms, bytes_of(code, strlen(code)));
}

static void code_on_the_screen_never_fails_with_20_s_of_skew(void **state)
{
    (void)state;
    char code[SITE_CODE_LEN + 1];
    for (int64_t skew = -20000; skew <= 20000; skew += 500)
        for (int64_t t = 0; t < 3 * MINUTE; t += 500) {
            code_shown_at(START + t + skew, code);
            assert_int_equal(typed_at(code, START + t), E_OK);
        }
}

static void code_sent_elsewhere_fails_after_two_steps(void **state)
{
    (void)state;
    char code[SITE_CODE_LEN + 1];
    code_shown_at(START, code);
    for (int64_t t = 0; t < 2 * MINUTE; t += 1000)
        assert_int_equal(typed_at(code, START + t), E_OK);
    for (int64_t t = 2 * MINUTE; t < 60 * MINUTE; t += 1000)
        assert_int_equal(typed_at(code, START + t), E_DENIED);
    assert_int_equal(typed_at(code, START - 20001), E_DENIED); /* and none is good far ahead */
}

static void code_of_another_place_or_class_is_wrong(void **state)
{
    (void)state;
    char code[SITE_CODE_LEN + 1];
    struct site_place other = place;
    other.site++;
    assert_int_equal(site_code_make(&test_hmac, &other, site_code_step(START), code), E_OK);
    assert_int_equal(typed_at(code, START), E_DENIED);
    other = place;
    other.class_id[15]++;
    assert_int_equal(site_code_make(&test_hmac, &other, site_code_step(START), code), E_OK);
    assert_int_equal(typed_at(code, START), E_DENIED);
}

static void typing_is_forgiven_and_nonsense_is_not(void **state)
{
    (void)state;
    char code[SITE_CODE_LEN + 1], typed[32];
    code_shown_at(START, code);
    for (size_t i = 0; i < SITE_CODE_LEN; i++)
        if (code[i] >= 'A')
            code[i] = (char)(code[i] - 'A' + 'a');
    snprintf(typed, sizeof typed, " %.3s-%s ", code, code + 3);
    assert_int_equal(typed_at(typed, START), E_OK);
    assert_int_equal(typed_at("", START), E_DENIED);
    assert_int_equal(typed_at("ABCDE", START), E_DENIED);
    snprintf(typed, sizeof typed, "%sX", code);
    assert_int_equal(typed_at(typed, START), E_DENIED);
}

static void code_has_no_letter_that_is_taken_for_another(void **state)
{
    (void)state;
    char code[SITE_CODE_LEN + 1];
    for (int64_t i = 0; i < 5000; i++) {
        code_shown_at(START + i * MINUTE, code);
        assert_int_equal(strlen(code), SITE_CODE_LEN);
        assert_null(strpbrk(code, "0O1IL2Z5S8BU"));
    }
}

static void five_wrong_tries_a_minute_are_the_most(void **state)
{
    (void)state;
    struct site_code_limiter limiter = {0};
    usec now = USEC_S(5);
    for (int i = 0; i < SITE_CODE_TRIES; i++) {
        assert_int_equal(site_code_may_try(&limiter, now), E_OK);
        site_code_on_wrong(&limiter, now);
        now += USEC_S(1);
    }
    assert_int_equal(site_code_may_try(&limiter, now), E_FULL);
    assert_int_equal(site_code_may_try(&limiter, USEC_S(65) - 1), E_FULL);
    assert_int_equal(site_code_may_try(&limiter, USEC_S(65)), E_OK);
    site_code_on_wrong(&limiter, USEC_S(65));
    assert_int_equal(site_code_may_try(&limiter, USEC_S(65) + 1), E_FULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(code_on_the_screen_never_fails_with_20_s_of_skew),
    cmocka_unit_test(code_sent_elsewhere_fails_after_two_steps),
    cmocka_unit_test(code_of_another_place_or_class_is_wrong),
    cmocka_unit_test(typing_is_forgiven_and_nonsense_is_not),
    cmocka_unit_test(code_has_no_letter_that_is_taken_for_another),
    cmocka_unit_test(five_wrong_tries_a_minute_are_the_most),
};

TEST_MAIN(tests)
