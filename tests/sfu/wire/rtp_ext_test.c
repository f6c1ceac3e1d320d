/* SPDX-License-Identifier: Apache-2.0
 * rtp_ext.c: elements in both forms of RFC 8285 §4.2 and §4.3, known ones, and the form a writer
 * picks. */
#include "sfu/wire/rtp_ext.h"

#include "testing.h"

static const struct rtp_ext_ids ids = {
    .mid = 1, .rid = 2, .repaired_rid = 3, .audio_level = 4, .abs_send_time = 5, .twcc = 6};

static struct rtp with_ext(uint16_t profile, const void *p, size_t len)
{
    return (struct rtp){.has_ext = true, .ext_profile = profile, .ext = bytes_of(p, len)};
}

static void known_elements_are_read_from_the_one_byte_form(void **state)
{
    (void)state;
    static const uint8_t e[] = {0x10, '0', 0x20, 'h', 0x30, 'q', 0,    0x40, 0x80 | 45,
                                0x52, 1,   2,    3,   0x61, 9,   0xFF, 0,    0};
    struct rtp r = with_ext(0xBEDE, e, sizeof(e));
    struct rtp_ext x;
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_OK);
    assert_int_equal(x.has, 63);
    assert_true(bytes_equal(x.mid, bytes_of("0", 1)));
    assert_true(bytes_equal(x.rid, bytes_of("h", 1)));
    assert_true(bytes_equal(x.repaired_rid, bytes_of("q", 1)));
    assert_true(x.voice);
    assert_int_equal(x.audio_level, 45);
    assert_int_equal(x.abs_send_time, 0x010203);
    assert_int_equal(x.twcc_seq, 0x09FF);
}

static void known_elements_are_read_from_the_two_byte_form(void **state)
{
    (void)state;
    static const uint8_t e[] = {1, 3, 'a', 'b', 'c', 0, 0, 4, 1, 127, 2, 0};
    struct rtp r = with_ext(0x1005, e, sizeof(e));
    struct rtp_ext x;
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_OK);
    assert_int_equal(x.has,
                     RTP_EXT_HAS_MID | RTP_EXT_HAS_AUDIO_LEVEL); /* an empty rid says nothing */
    assert_true(bytes_equal(x.mid, bytes_of("abc", 3)));
    assert_int_equal(x.audio_level, 127);
    assert_false(x.voice);
}

static void rfc8285_4_2_stops_at_id_15_and_at_id_0_with_a_length(void **state)
{
    (void)state;
    static const uint8_t by_15[] = {0x10, '0', 0xF0, 0x20, 'h', 0, 0, 0};
    static const uint8_t by_0[] = {0x10, '0', 0x01, 0x20, 'h', 0, 0, 0};
    struct rtp_ext x;
    struct rtp r = with_ext(0xBEDE, by_15, sizeof(by_15));
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_OK);
    assert_int_equal(x.has, RTP_EXT_HAS_MID);
    r = with_ext(0xBEDE, by_0, sizeof(by_0));
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_OK);
    assert_int_equal(x.has, RTP_EXT_HAS_MID);
}

static void an_element_beyond_the_end_is_malformed(void **state)
{
    (void)state;
    static const uint8_t one[] = {0x10, '0', 0x43, 1};
    static const uint8_t two[] = {1, 1, '0', 4};
    static const uint8_t two_long[] = {1, 255, '0', '1'};
    struct rtp_ext x = {.has = 99};
    struct rtp r = with_ext(0xBEDE, one, sizeof(one));
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_MALFORMED);
    r = with_ext(0x1000, two, sizeof(two));
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_MALFORMED);
    r = with_ext(0x1000, two_long, sizeof(two_long));
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_MALFORMED);
    assert_int_equal(x.has, 99);
}

static void wrong_lengths_unknown_ids_and_repeats_are_passed_over(void **state)
{
    (void)state;
    static const uint8_t e[] = {0x41, 1, 2, 0xE0, 7, 0x10, 'a', 0x10, 'b', 0x60, 1, 0};
    struct rtp r = with_ext(0xBEDE, e, sizeof(e));
    struct rtp_ext x;
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_OK);
    assert_int_equal(x.has, RTP_EXT_HAS_MID);
    assert_true(bytes_equal(x.mid, bytes_of("a", 1)));
}

static void an_absent_extension_is_empty_and_a_strange_profile_is_unsupported(void **state)
{
    (void)state;
    struct rtp r = {0};
    struct rtp_ext x;
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_OK);
    assert_int_equal(x.has, 0);
    r = with_ext(0x2000, "abcd", 4);
    assert_int_equal(rtp_ext_read(&x, &r, &ids), E_UNSUPPORTED);
}

/* Writes with the ids, reads the block back as a packet would hold it. */
static struct rtp_ext read_back(const struct rtp_ext_ids *with, const struct rtp_ext *ext,
                                uint8_t room[RTP_EXT_BLOCK_MAX], uint16_t *profile)
{
    struct writer w = writer_over(room, RTP_EXT_BLOCK_MAX);
    struct rtp_ext back;
    assert_int_equal(rtp_ext_write(&w, with, ext), E_OK);
    assert_int_equal(w.len % 4, 0);
    assert_int_equal(w.len, 4 + 4 * be16(room + 2));
    *profile = be16(room);
    struct rtp r = with_ext(*profile, room + 4, w.len - 4);
    assert_int_equal(rtp_ext_read(&back, &r, with), E_OK);
    return back;
}

static struct rtp_ext sample(void)
{
    return (struct rtp_ext){.has = 63,
                            .mid = bytes_of("0123456789abcdef", 16),
                            .rid = bytes_of("h", 1),
                            .repaired_rid = bytes_of("q", 1),
                            .audio_level = 127,
                            .abs_send_time = 0xFFFFFF,
                            .twcc_seq = 65535};
}

static void assert_same(const struct rtp_ext *a, const struct rtp_ext *b)
{
    assert_int_equal(a->has, b->has);
    assert_true(bytes_equal(a->mid, b->mid));
    assert_true(bytes_equal(a->rid, b->rid));
    assert_true(bytes_equal(a->repaired_rid, b->repaired_rid));
    assert_int_equal(a->voice, b->voice);
    assert_int_equal(a->audio_level, b->audio_level);
    assert_int_equal(a->abs_send_time, b->abs_send_time);
    assert_int_equal(a->twcc_seq, b->twcc_seq);
}

static void the_one_byte_form_is_written_where_it_can_be(void **state)
{
    (void)state;
    uint8_t room[RTP_EXT_BLOCK_MAX];
    uint16_t profile;
    struct rtp_ext ext = sample();
    struct rtp_ext back = read_back(&ids, &ext, room, &profile);
    assert_int_equal(profile, 0xBEDE);
    assert_same(&ext, &back);
}

static void a_large_id_or_a_long_text_takes_the_two_byte_form(void **state)
{
    (void)state;
    uint8_t room[RTP_EXT_BLOCK_MAX];
    uint16_t profile;
    struct rtp_ext ext = sample();
    struct rtp_ext_ids high = ids;
    high.twcc = 15;
    struct rtp_ext back = read_back(&high, &ext, room, &profile);
    assert_int_equal(profile, 0x1000);
    assert_same(&ext, &back);
    ext.mid = bytes_of("0123456789abcdefg", 17);
    back = read_back(&ids, &ext, room, &profile);
    assert_int_equal(profile, 0x1000);
    assert_same(&ext, &back);
}

static void nothing_negotiated_writes_nothing(void **state)
{
    (void)state;
    uint8_t room[4];
    struct writer w = writer_over(room, sizeof(room));
    struct rtp_ext_ids none = {0};
    struct rtp_ext ext = sample();
    assert_int_equal(rtp_ext_write(&w, &none, &ext), E_OK);
    assert_int_equal(w.len, 0);
    assert_int_equal(rtp_ext_write(&w, &ids, &ext), E_FULL);
    assert_int_equal(w.len, 0);
    ext.audio_level = 128;
    assert_int_equal(rtp_ext_write(&w, &ids, &ext), E_RANGE);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(known_elements_are_read_from_the_one_byte_form),
    cmocka_unit_test(known_elements_are_read_from_the_two_byte_form),
    cmocka_unit_test(rfc8285_4_2_stops_at_id_15_and_at_id_0_with_a_length),
    cmocka_unit_test(an_element_beyond_the_end_is_malformed),
    cmocka_unit_test(wrong_lengths_unknown_ids_and_repeats_are_passed_over),
    cmocka_unit_test(an_absent_extension_is_empty_and_a_strange_profile_is_unsupported),
    cmocka_unit_test(the_one_byte_form_is_written_where_it_can_be),
    cmocka_unit_test(a_large_id_or_a_long_text_takes_the_two_byte_form),
    cmocka_unit_test(nothing_negotiated_writes_nothing),
};
TEST_MAIN(tests)
