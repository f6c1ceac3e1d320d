/* SPDX-License-Identifier: Apache-2.0
 * rtp.c: packets built by hand from the drawing of RFC 3550 §5.1, whole and broken. */
#include "sfu/wire/rtp.h"

#include "testing.h"

/* V=2 P X CC=2, M PT=96, seq 0x1234, timestamp, SSRC, two CSRC, one extension word, payload, 3
 * bytes of padding */
static const uint8_t full[] = {
    0xB2, 0xE0, 0x12, 0x34, 0x01, 0x02, 0x03, 0x04, 0xAA, 0xBB, 0xCC, 0xDD, 0,   0, 0, 1, 0,
    0,    0,    2,    0xBE, 0xDE, 0,    1,    0x10, 'a',  0,    0,    'x',  'y', 0, 0, 3,
};

static void every_field_of_a_full_packet_is_read(void **state)
{
    (void)state;
    struct rtp r;
    assert_int_equal(rtp_parse(&r, bytes_of(full, sizeof(full))), E_OK);
    assert_true(r.marker);
    assert_int_equal(r.pt, 96);
    assert_int_equal(r.seq, 0x1234);
    assert_int_equal(r.timestamp, 0x01020304);
    assert_true(r.ssrc == 0xAABBCCDDU);
    assert_int_equal(rtp_csrc_count(&r), 2);
    assert_int_equal(rtp_csrc(&r, 0), 1);
    assert_int_equal(rtp_csrc(&r, 1), 2);
    assert_true(r.has_ext);
    assert_int_equal(r.ext_profile, 0xBEDE);
    assert_int_equal(r.ext.len, 4);
    assert_int_equal(r.header_len, 28);
    assert_true(bytes_equal(r.payload, bytes_of("xy", 2)));
    assert_int_equal(r.padding, 3);
}

static void the_clear_part_leaves_padding_in_the_payload(void **state)
{
    (void)state;
    struct rtp r;
    assert_int_equal(rtp_parse_header(&r, bytes_of(full, sizeof(full))), E_OK);
    assert_int_equal(r.payload.len, 5);
    assert_int_equal(r.padding, 0);
}

static void no_prefix_of_a_header_is_accepted(void **state)
{
    (void)state;
    struct rtp r;
    for (size_t len = 0; len < 28; len++)
        assert_int_equal(rtp_parse_header(&r, bytes_of(full, len)), E_MALFORMED);
}

static void rfc3550_5_1_rejects_other_versions(void **state)
{
    (void)state;
    struct rtp r;
    uint8_t p[RTP_HEADER] = {0};
    for (unsigned version = 0; version < 4; version++) {
        p[0] = (uint8_t)(version << 6);
        assert_int_equal(rtp_parse(&r, bytes_of(p, sizeof(p))), version == 2 ? E_OK : E_MALFORMED);
    }
}

static void rfc3550_5_1_rejects_padding_of_none_or_too_much(void **state)
{
    (void)state;
    struct rtp r;
    uint8_t p[RTP_HEADER + 4] = {0xA0};
    p[15] = 0;
    assert_int_equal(rtp_parse(&r, bytes_of(p, sizeof(p))), E_MALFORMED);
    p[15] = 5;
    assert_int_equal(rtp_parse(&r, bytes_of(p, sizeof(p))), E_MALFORMED);
    assert_int_equal(rtp_parse(&r, bytes_of(p, RTP_HEADER)), E_MALFORMED);
    p[15] = 4;
    assert_int_equal(rtp_parse(&r, bytes_of(p, sizeof(p))), E_OK);
    assert_int_equal(r.payload.len, 0);
    assert_int_equal(r.padding, 4);
}

static void a_broken_packet_leaves_out_alone(void **state)
{
    (void)state;
    struct rtp r = {.ssrc = 77};
    assert_int_equal(rtp_parse(&r, bytes_of(full, sizeof(full) - 1)), E_MALFORMED); /* padding 0 */
    assert_int_equal(r.ssrc, 77);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    static const uint8_t block[] = {0xBE, 0xDE, 0, 1, 0x10, 'a', 0, 0};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    struct rtp_header h = {.marker = true,
                           .padded = true,
                           .has_csrc = true,
                           .pt = 127,
                           .seq = 65535,
                           .timestamp = 0xFFFFFFFFU,
                           .ssrc = 5,
                           .csrc = 0x80000001U,
                           .ext_block = bytes_of(block, sizeof(block))};
    assert_int_equal(rtp_write_header(&w, &h), E_OK);
    assert_int_equal(writer_put(&w, bytes_of("hi", 2)), E_OK);
    assert_int_equal(rtp_write_padding(&w, 4), E_OK);
    struct rtp r;
    assert_int_equal(rtp_parse(&r, writer_bytes(&w)), E_OK);
    assert_true(r.marker);
    assert_int_equal(r.pt, 127);
    assert_int_equal(r.seq, 65535);
    assert_true(r.timestamp == 0xFFFFFFFFU);
    assert_int_equal(r.ssrc, 5);
    assert_int_equal(rtp_csrc_count(&r), 1);
    assert_true(rtp_csrc(&r, 0) == 0x80000001U);
    assert_true(bytes_equal(r.ext, bytes_of(block + 4, 4)));
    assert_true(bytes_equal(r.payload, bytes_of("hi", 2)));
    assert_int_equal(r.padding, 4);
}

static void a_header_that_does_not_fit_or_is_wrong_writes_nothing(void **state)
{
    (void)state;
    static const uint8_t lying[] = {0xBE, 0xDE, 0, 2, 0, 0, 0, 0};
    uint8_t room[16];
    struct writer w = writer_over(room, 11);
    struct rtp_header h = {.pt = 96};
    assert_int_equal(rtp_write_header(&w, &h), E_FULL);
    w.cap = sizeof(room);
    h.pt = 128;
    assert_int_equal(rtp_write_header(&w, &h), E_RANGE);
    h.pt = 96;
    h.ext_block = bytes_of(lying, sizeof(lying));
    assert_int_equal(rtp_write_header(&w, &h), E_RANGE);
    h.ext_block.len = 7;
    assert_int_equal(rtp_write_header(&w, &h), E_RANGE);
    assert_int_equal(rtp_write_padding(&w, 0), E_RANGE);
    assert_int_equal(rtp_write_padding(&w, 17), E_FULL);
    assert_int_equal(w.len, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_field_of_a_full_packet_is_read),
    cmocka_unit_test(the_clear_part_leaves_padding_in_the_payload),
    cmocka_unit_test(no_prefix_of_a_header_is_accepted),
    cmocka_unit_test(rfc3550_5_1_rejects_other_versions),
    cmocka_unit_test(rfc3550_5_1_rejects_padding_of_none_or_too_much),
    cmocka_unit_test(a_broken_packet_leaves_out_alone),
    cmocka_unit_test(what_is_written_reads_back),
    cmocka_unit_test(a_header_that_does_not_fit_or_is_wrong_writes_nothing),
};
TEST_MAIN(tests)
