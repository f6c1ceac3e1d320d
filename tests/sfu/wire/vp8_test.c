/* SPDX-License-Identifier: Apache-2.0
 * vp8.c: descriptors by the drawing of RFC 7741 §4.2, keyframe and size by RFC 6386 §9.1, rewriting
 * in place. */
#include "sfu/wire/vp8.h"

#include "testing.h"

/* X S; I L T K; 15-bit id 0x1234; TL0PICIDX 7; TID 2, Y, KEYIDX 5; then a keyframe of 640×360,
 * scale bits set */
static const uint8_t keyframe[] = {0x90, 0xF0, 0x92, 0x34, 7,    0xA5, 0x10, 0x02,
                                   0x00, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0x68, 0x81};

static void every_field_of_a_full_descriptor_is_read(void **state)
{
    (void)state;
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of(keyframe, sizeof(keyframe))), E_OK);
    assert_false(v.non_reference);
    assert_true(v.start && v.frame_start);
    assert_int_equal(v.partition, 0);
    assert_true(v.has_picture_id && v.wide_picture_id);
    assert_int_equal(v.picture_id, 0x1234);
    assert_true(v.has_tl0picidx);
    assert_int_equal(v.tl0picidx, 7);
    assert_true(v.has_tid && v.sync);
    assert_int_equal(v.tid, 2);
    assert_true(v.has_keyidx);
    assert_int_equal(v.keyidx, 5);
    assert_int_equal(v.len, 6);
    assert_true(v.keyframe && v.has_size);
    assert_int_equal(v.width, 640);
    assert_int_equal(v.height, 360);
}

static void the_shortest_descriptor_has_nothing(void **state)
{
    (void)state;
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of("\x20\x01", 2)), E_OK);
    assert_true(v.non_reference);
    assert_false(v.start || v.has_picture_id || v.has_tl0picidx || v.has_tid || v.has_keyidx);
    assert_int_equal(v.len, 1);
    assert_false(v.keyframe);
}

static void a_seven_bit_picture_id_is_one_byte(void **state)
{
    (void)state;
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of("\x80\x80\x7F\x00", 4)), E_OK);
    assert_true(v.has_picture_id);
    assert_false(v.wide_picture_id);
    assert_int_equal(v.picture_id, 127);
    assert_int_equal(v.len, 3);
}

static void only_the_first_packet_of_a_frame_can_say_keyframe(void **state)
{
    (void)state;
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of("\x00\x00", 2)), E_OK); /* P bit 0, but no start */
    assert_false(v.keyframe);
    assert_int_equal(vp8_parse(&v, bytes_of("\x11\x00", 2)), E_OK); /* start of partition 1 */
    assert_false(v.keyframe || v.frame_start);
    assert_int_equal(vp8_parse(&v, bytes_of("\x10\x01", 2)), E_OK);
    assert_true(v.frame_start);
    assert_false(v.keyframe);
    assert_int_equal(vp8_parse(&v, bytes_of("\x10\x00", 2)), E_OK); /* too short for a size */
    assert_true(v.keyframe);
    assert_false(v.has_size);
}

static void no_prefix_of_a_descriptor_is_accepted(void **state)
{
    (void)state;
    struct vp8 v = {.len = 77};
    for (size_t len = 0; len <= 6; len++)
        assert_int_equal(vp8_parse(&v, bytes_of(keyframe, len)), E_MALFORMED);
    assert_int_equal(v.len, 77);
    assert_int_equal(vp8_parse(&v, bytes_of(keyframe, 7)), E_OK);
}

static void a_keyframe_without_its_start_code_is_malformed(void **state)
{
    (void)state;
    uint8_t b[sizeof(keyframe)];
    memcpy(b, keyframe, sizeof(b));
    b[10] ^= 1;
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of(b, sizeof(b))), E_MALFORMED);
}

static void numbers_are_rewritten_in_place(void **state)
{
    (void)state;
    uint8_t b[sizeof(keyframe)];
    struct vp8 was;
    struct vp8 now;
    memcpy(b, keyframe, sizeof(b));
    assert_int_equal(vp8_parse(&was, bytes_of(b, sizeof(b))), E_OK);
    vp8_rewrite(b, &was, 0x7FFF, 255);
    assert_int_equal(vp8_parse(&now, bytes_of(b, sizeof(b))), E_OK);
    assert_int_equal(now.picture_id, 0x7FFF);
    assert_int_equal(now.tl0picidx, 255);
    assert_int_equal(now.tid, was.tid);
    assert_int_equal(now.keyidx, was.keyidx);
    assert_int_equal(now.len, was.len);
    assert_memory_equal(b + 6, keyframe + 6, sizeof(b) - 6);
}

static void rewriting_keeps_the_shape(void **state)
{
    (void)state;
    uint8_t narrow[] = {0x80, 0x80, 5, 0xEE};
    uint8_t tl0_only[] = {0x80, 0x40, 5, 0xEE};
    uint8_t none[] = {0x00, 0xEE};
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of(narrow, 4)), E_OK);
    vp8_rewrite(narrow, &v, 0x1285, 9);
    assert_memory_equal(narrow, "\x80\x80\x05\xEE", 4);
    assert_int_equal(vp8_parse(&v, bytes_of(tl0_only, 4)), E_OK);
    vp8_rewrite(tl0_only, &v, 0x1285, 9);
    assert_memory_equal(tl0_only, "\x80\x40\x09\xEE", 4);
    assert_int_equal(vp8_parse(&v, bytes_of(none, 2)), E_OK);
    vp8_rewrite(none, &v, 0x1285, 9);
    assert_memory_equal(none, "\x00\xEE", 2);
}

static void the_descriptor_by_hand_is_what_is_written(void **state)
{
    (void)state;
    uint8_t room[VP8_DESCRIPTOR_MAX];
    struct writer w = writer_over(room, sizeof(room));
    struct vp8 v;
    assert_int_equal(vp8_parse(&v, bytes_of(keyframe, sizeof(keyframe))), E_OK);
    assert_int_equal(vp8_write(&w, &v), E_OK);
    assert_int_equal(w.len, 6);
    assert_memory_equal(room, keyframe, 6);
    assert_int_equal(vp8_write(&w, &v), E_FULL);
    v.wide_picture_id = false;
    assert_int_equal(vp8_write(&w, &v), E_RANGE);
    assert_int_equal(w.len, 6);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_field_of_a_full_descriptor_is_read),
    cmocka_unit_test(the_shortest_descriptor_has_nothing),
    cmocka_unit_test(a_seven_bit_picture_id_is_one_byte),
    cmocka_unit_test(only_the_first_packet_of_a_frame_can_say_keyframe),
    cmocka_unit_test(no_prefix_of_a_descriptor_is_accepted),
    cmocka_unit_test(a_keyframe_without_its_start_code_is_malformed),
    cmocka_unit_test(numbers_are_rewritten_in_place),
    cmocka_unit_test(rewriting_keeps_the_shape),
    cmocka_unit_test(the_descriptor_by_hand_is_what_is_written),
};
TEST_MAIN(tests)
