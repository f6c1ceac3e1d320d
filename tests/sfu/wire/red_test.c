/* SPDX-License-Identifier: Apache-2.0
 * red.c: blocks by the drawing of RFC 2198 §3, the primary alone, and broken lengths. */
#include "sfu/wire/red.h"

#include "testing.h"

/* one older block: PT 111, offset 960, length 3; primary PT 111 */
static const uint8_t two[] = {0x80 | 111, 0x0F, 0x00, 0x03, 111, 'o', 'l', 'd', 'n', 'e', 'w', '!'};

static void older_and_primary_blocks_are_told_apart(void **state)
{
    (void)state;
    struct red red;
    assert_int_equal(red_parse(&red, bytes_of(two, sizeof(two))), E_OK);
    assert_int_equal(red.count, 2);
    assert_int_equal(red.blocks[0].pt, 111);
    assert_int_equal(red.blocks[0].offset_rtp, 960);
    assert_true(bytes_equal(red.blocks[0].data, bytes_of("old", 3)));
    assert_int_equal(red.blocks[1].offset_rtp, 0);
    assert_true(bytes_equal(red.blocks[1].data, bytes_of("new!", 4)));
}

static void the_primary_alone_is_unwrapped(void **state)
{
    (void)state;
    struct red_block primary;
    assert_int_equal(red_unwrap(&primary, bytes_of(two, sizeof(two))), E_OK);
    assert_int_equal(primary.pt, 111);
    assert_true(bytes_equal(primary.data, bytes_of("new!", 4)));
    assert_int_equal(red_unwrap(&primary, bytes_of("\x6Fx", 2)), E_OK);
    assert_true(bytes_equal(primary.data, bytes_of("x", 1)));
}

static void lengths_beyond_the_end_are_malformed(void **state)
{
    (void)state;
    struct red red = {.count = 77};
    for (size_t len = 0; len < 8; len++)
        assert_int_equal(red_parse(&red, bytes_of(two, len)), E_MALFORMED);
    assert_int_equal(red.count, 77);
    assert_int_equal(red_parse(&red, bytes_of(two, 8)), E_OK); /* an empty primary is sound */
    assert_int_equal(red.blocks[1].data.len, 0);
}

static void more_blocks_than_the_ceiling_are_refused(void **state)
{
    (void)state;
    uint8_t many[4 * RED_MAX_BLOCKS + 1];
    memset(many, 0, sizeof(many));
    for (size_t i = 0; i < RED_MAX_BLOCKS; i++)
        many[4 * i] = 0x80;
    struct red red;
    assert_int_equal(red_parse(&red, bytes_of(many, sizeof(many))), E_UNSUPPORTED);
    assert_int_equal(red_parse(&red, bytes_of(many + 4, sizeof(many) - 4)), E_OK);
    assert_int_equal(red.count, RED_MAX_BLOCKS);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    uint8_t room[sizeof(two)];
    struct writer w = writer_over(room, sizeof(room));
    struct red red;
    assert_int_equal(red_parse(&red, bytes_of(two, sizeof(two))), E_OK);
    assert_int_equal(red_write(&w, &red), E_OK);
    assert_memory_equal(room, two, sizeof(two));
    assert_int_equal(red_write(&w, &red), E_FULL);
}

static void what_has_no_room_in_the_header_is_refused(void **state)
{
    (void)state;
    uint8_t room[2048];
    uint8_t data[1024] = {0};
    struct writer w = writer_over(room, sizeof(room));
    struct red red = {.count = 0};
    assert_int_equal(red_write(&w, &red), E_RANGE);
    red.count = RED_MAX_BLOCKS + 1;
    assert_int_equal(red_write(&w, &red), E_RANGE);
    red = (struct red){.count = 2};
    red.blocks[0].data = bytes_of(data, 1024);
    assert_int_equal(red_write(&w, &red), E_RANGE);
    red.blocks[0].data.len = 1023;
    red.blocks[0].offset_rtp = 0x4000;
    assert_int_equal(red_write(&w, &red), E_RANGE);
    red.blocks[0].offset_rtp = 0x3FFF;
    red.blocks[1].offset_rtp = 1;
    assert_int_equal(red_write(&w, &red), E_RANGE);
    red.blocks[1] = (struct red_block){.pt = 128};
    assert_int_equal(red_write(&w, &red), E_RANGE);
    assert_int_equal(w.len, 0);
    red.blocks[1].pt = 127;
    assert_int_equal(red_write(&w, &red), E_OK);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(older_and_primary_blocks_are_told_apart),
    cmocka_unit_test(the_primary_alone_is_unwrapped),
    cmocka_unit_test(lengths_beyond_the_end_are_malformed),
    cmocka_unit_test(more_blocks_than_the_ceiling_are_refused),
    cmocka_unit_test(what_is_written_reads_back),
    cmocka_unit_test(what_has_no_room_in_the_header_is_refused),
};
TEST_MAIN(tests)
