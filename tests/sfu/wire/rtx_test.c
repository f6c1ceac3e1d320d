/* SPDX-License-Identifier: Apache-2.0
 * rtx.c: the original sequence number off and on, RFC 4588 §4. */
#include "sfu/wire/rtx.h"

#include "testing.h"

static void the_number_is_taken_off_and_put_on(void **state)
{
    (void)state;
    struct rtx rtx;
    assert_int_equal(rtx_parse(&rtx, bytes_of("\xAB\xCDxyz", 5)), E_OK);
    assert_int_equal(rtx.osn, 0xABCD);
    assert_true(bytes_equal(rtx.payload, bytes_of("xyz", 3)));
    uint8_t room[5];
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(rtx_write(&w, &rtx), E_OK);
    assert_memory_equal(room, "\xAB\xCDxyz", 5);
    assert_int_equal(rtx_write(&w, &rtx), E_FULL);
    assert_int_equal(w.len, 5);
}

static void a_probe_without_payload_is_told_from_a_broken_one(void **state)
{
    (void)state;
    struct rtx rtx = {.osn = 7};
    assert_int_equal(rtx_parse(&rtx, bytes_of(NULL, 0)), E_NOTFOUND);
    assert_int_equal(rtx_parse(&rtx, bytes_of("\xAB", 1)), E_MALFORMED);
    assert_int_equal(rtx.osn, 7);
}

static void an_empty_original_is_kept(void **state)
{
    (void)state;
    struct rtx rtx;
    assert_int_equal(rtx_parse(&rtx, bytes_of("\0\1", 2)), E_OK);
    assert_int_equal(rtx.payload.len, 0);
    uint8_t room[2];
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(rtx_write(&w, &rtx), E_OK);
    assert_int_equal(w.len, 2);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_number_is_taken_off_and_put_on),
    cmocka_unit_test(a_probe_without_payload_is_told_from_a_broken_one),
    cmocka_unit_test(an_empty_original_is_kept),
};
TEST_MAIN(tests)
