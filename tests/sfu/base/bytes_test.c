/* SPDX-License-Identifier: Apache-2.0
 * bytes.h: byte order, views, and the writer's promise to write all or nothing. */
#include "sfu/base/bytes.h"

#include "testing.h"

static void numbers_are_in_network_order(void **state)
{
    (void)state;
    uint8_t b[8];
    put_be64(b, 0x0102030405060708U);
    assert_memory_equal(b, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
    assert_int_equal(be16(b), 0x0102);
    assert_int_equal(be24(b), 0x010203);
    assert_int_equal(be32(b), 0x01020304);
    assert_true(be64(b) == 0x0102030405060708U);
    put_be24(b, 0xA1B2C3);
    assert_int_equal(be24(b), 0xA1B2C3);
    memset(b, 0xFF, 8);
    assert_true(be32(b) == 0xFFFFFFFFU && be64(b) == UINT64_MAX);
}

static void skip_stops_at_the_end(void **state)
{
    (void)state;
    struct bytes b = bytes_of("abc", 3);
    assert_true(bytes_equal(bytes_skip(b, 1), bytes_of("bc", 2)));
    assert_int_equal(bytes_skip(b, 3).len, 0);
    assert_int_equal(bytes_skip(b, 99).len, 0);
    assert_false(bytes_equal(b, bytes_of("abd", 3)));
    assert_false(bytes_equal(b, bytes_of("ab", 2)));
    assert_true(bytes_equal(bytes_of(NULL, 0), bytes_of("x", 0)));
}

static void writer_writes_all_or_nothing(void **state)
{
    (void)state;
    uint8_t room[4];
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(writer_put(&w, bytes_of("abc", 3)), E_OK);
    assert_int_equal(writer_put(&w, bytes_of("de", 2)), E_FULL);
    assert_int_equal(w.len, 3);
    assert_null(writer_take(&w, SIZE_MAX));
    assert_ptr_equal(writer_take(&w, 1), room + 3);
    assert_int_equal(writer_put(&w, bytes_of(NULL, 0)), E_OK);
    assert_int_equal(writer_bytes(&w).len, 4);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_are_in_network_order),
    cmocka_unit_test(skip_stops_at_the_end),
    cmocka_unit_test(writer_writes_all_or_nothing),
};
TEST_MAIN(tests)
