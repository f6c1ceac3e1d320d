/* SPDX-License-Identifier: Apache-2.0
 * The messages of the recorder's socket. */
#include "testing.h"

#include "recordings/frame.h"

static uint8_t room[FRAME_MESSAGE_MAX];

static struct bytes written(const struct frame_msg *m)
{
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(frame_write(&w, m), E_OK);
    return writer_bytes(&w);
}

static void frame_is_read_as_written(void **state)
{
    (void)state;
    static const uint8_t part[] = {1, 2, 3};
    struct frame_msg out, m = {.type = FRAME_FRAME,
                               .flags = FRAME_FLAG_KEY | FRAME_FLAG_GAP,
                               .track = 7,
                               .at = 123456789012,
                               .frame = {.whole = 10, .offset = 7, .bytes = {part, sizeof(part)}}};
    struct bytes b = written(&m);
    static const uint8_t head[] = {1, 3, 0, 3, 0, 0, 0, 7};
    assert_memory_equal(b.p, head, sizeof(head));
    assert_int_equal(frame_read(&out, b), E_OK);
    assert_int_equal(out.at, m.at);
    assert_int_equal(out.frame.whole, 10);
    assert_int_equal(out.frame.offset, 7);
    assert_true(bytes_equal(out.frame.bytes, m.frame.bytes));
}

static void start_is_read_as_written(void **state)
{
    (void)state;
    struct frame_msg out, m = {.type = FRAME_START,
                               .at = 5,
                               .start = {.wall_ms = 1700000000000,
                                         .min_free_bytes = 2000000000,
                                         .min_free_percent = 5,
                                         .id = bytes_of("r", 1),
                                         .class_id = bytes_of("cc", 2),
                                         .directory = bytes_of("/d/r", 4)}};
    assert_int_equal(frame_read(&out, written(&m)), E_OK);
    assert_int_equal(out.start.wall_ms, m.start.wall_ms);
    assert_int_equal(out.start.min_free_bytes, 2000000000);
    assert_int_equal(out.start.min_free_percent, 5);
    assert_true(bytes_equal(out.start.directory, m.start.directory));
}

static void cut_and_long_messages_are_refused(void **state)
{
    (void)state;
    struct frame_msg out,
        m = {.type = FRAME_OPEN,
             .track = 1,
             .open = {.person = 2, .publication = 3, .kind = FRAME_CAMERA, .codec = FRAME_VP9}};
    struct bytes b = written(&m);
    for (size_t n = 0; n < b.len; n++)
        assert_int_equal(frame_read(&out, bytes_of(b.p, n)), E_MALFORMED);
    assert_int_equal(frame_read(&out, b), E_OK);
    assert_int_equal(frame_read(&out, bytes_of(b.p, b.len + 1)), E_MALFORMED);
}

static void limits_hold_in_both_directions(void **state)
{
    (void)state;
    struct frame_msg out, m = {.type = FRAME_CLOSE, .track = FRAME_TRACKS_MAX};
    struct writer w = writer_over(room, sizeof(room));
    struct bytes b = written(&m);
    put_be32(room + 4, FRAME_TRACKS_MAX + 1);
    assert_int_equal(frame_read(&out, b), E_RANGE);
    m.track = 0;
    assert_int_equal(frame_write(&w, &m), E_RANGE);
    struct frame_msg sound_in_vp8 = {
        .type = FRAME_OPEN, .track = 1, .open = {.kind = FRAME_AUDIO, .codec = FRAME_VP8}};
    assert_int_equal(frame_write(&w, &sound_in_vp8), E_RANGE);
    static const uint8_t part[] = {1};
    struct frame_msg beyond = {
        .type = FRAME_FRAME, .track = 1, .frame = {.whole = 5, .offset = 5, .bytes = {part, 1}}};
    assert_int_equal(frame_write(&w, &beyond), E_RANGE);
    assert_int_equal(w.len, 0);
}

static void other_versions_are_unsupported(void **state)
{
    (void)state;
    struct frame_msg out, m = {.type = FRAME_STOP};
    struct bytes b = written(&m);
    room[0] = 2;
    assert_int_equal(frame_read(&out, b), E_UNSUPPORTED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(frame_is_read_as_written),
    cmocka_unit_test(start_is_read_as_written),
    cmocka_unit_test(cut_and_long_messages_are_refused),
    cmocka_unit_test(limits_hold_in_both_directions),
    cmocka_unit_test(other_versions_are_unsupported),
};
TEST_MAIN(tests)
