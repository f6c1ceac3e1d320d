/* SPDX-License-Identifier: Apache-2.0
 * rtcp.c: compound checks of RFC 3550 appendix A.2, reports, CNAME and BYE, by hand and back. */
#include "sfu/wire/rtcp.h"

#include "testing.h"

/* SR of 0x11223344 with one block, then SDES with CNAME "ab" */
static const uint8_t compound[] = {
    0x81, 200,  0,    12,   0x11, 0x22, 0x33, 0x44, 0, 0, 0,    1,    0x80, 0, 0, 0, /* SR */
    0,    0,    0,    2,    0,    0,    0,    3,    0, 0, 0,    4,                   /* counts */
    0xAA, 0xBB, 0xCC, 0xDD, 0x40, 0xFF, 0xFF, 0xFE, 0, 1, 0x00, 0x05,                /* block */
    0,    0,    0,    6,    0,    0,    0,    7,    0, 0, 0,    8,                   /* */
    0x81, 202,  0,    3,    0x11, 0x22, 0x33, 0x44, 1, 2, 'a',  'b',  0,    0, 0, 0, /* SDES */
};

static void a_compound_is_walked_in_order(void **state)
{
    (void)state;
    struct rtcp_iter it;
    struct rtcp p;
    assert_int_equal(rtcp_iter_init(&it, bytes_of(compound, sizeof(compound)), false), E_OK);
    assert_true(rtcp_next(&it, &p));
    struct rtcp_sr sr;
    struct rtcp_reports reports;
    assert_int_equal(rtcp_sr_parse(&sr, &reports, &p), E_OK);
    assert_int_equal(sr.ssrc, 0x11223344);
    assert_true(sr.ntp == 0x0000000180000000U);
    assert_int_equal(sr.rtp_timestamp, 2);
    assert_int_equal(sr.packets, 3);
    assert_int_equal(sr.octets, 4);
    assert_int_equal(rtcp_report_count(&reports), 1);
    struct rtcp_report block = rtcp_report_at(&reports, 0);
    assert_true(block.ssrc == 0xAABBCCDDU);
    assert_int_equal(block.fraction_lost, 0x40);
    assert_int_equal(block.lost, -2);
    assert_int_equal(block.highest_seq, 0x10005);
    assert_int_equal(block.jitter_rtp, 6);
    assert_int_equal(block.lsr, 7);
    assert_int_equal(block.dlsr, 8);
    assert_true(rtcp_next(&it, &p));
    struct rtcp_cname cname;
    assert_int_equal(rtcp_sdes_parse(&cname, &p), E_OK);
    assert_int_equal(cname.ssrc, 0x11223344);
    assert_true(bytes_equal(cname.cname, bytes_of("ab", 2)));
    assert_int_equal(rtcp_sr_parse(&sr, &reports, &p), E_UNSUPPORTED);
    assert_false(rtcp_next(&it, &p));
}

static void no_prefix_but_whole_packets_is_accepted(void **state)
{
    (void)state;
    struct rtcp_iter it;
    for (size_t len = 0; len <= sizeof(compound); len++) {
        bool whole = len == 52 || len == sizeof(compound);
        assert_int_equal(rtcp_iter_init(&it, bytes_of(compound, len), false),
                         whole ? E_OK : E_MALFORMED);
    }
}

static void rfc3550_a2_rejects_a_wrong_version_anywhere(void **state)
{
    (void)state;
    uint8_t b[sizeof(compound)];
    struct rtcp_iter it;
    for (size_t at = 0; at <= 52; at += 52) {
        memcpy(b, compound, sizeof(b));
        b[at] = (uint8_t)(b[at] & 0x3F) | 0x40;
        assert_int_equal(rtcp_iter_init(&it, bytes_of(b, sizeof(b)), false), E_MALFORMED);
    }
}

static void rfc3550_6_1_wants_a_report_first_unless_reduced(void **state)
{
    (void)state;
    struct rtcp_iter it;
    struct bytes sdes = bytes_of(compound + 52, sizeof(compound) - 52);
    assert_int_equal(rtcp_iter_init(&it, sdes, false), E_MALFORMED);
    assert_int_equal(rtcp_iter_init(&it, sdes, true), E_OK);
}

static void padding_is_taken_off_the_last_packet_only(void **state)
{
    (void)state;
    uint8_t b[] = {0xA0, 201, 0, 2, 0, 0, 0, 9, 0, 0, 0, 4, 0x80, 201, 0, 1, 0, 0, 0, 9};
    struct rtcp_iter it;
    struct rtcp p;
    assert_int_equal(rtcp_iter_init(&it, bytes_of(b, 12), false), E_OK);
    assert_true(rtcp_next(&it, &p));
    assert_int_equal(p.body.len, 4);
    assert_int_equal(rtcp_iter_init(&it, bytes_of(b, sizeof(b)), false), E_MALFORMED);
    b[11] = 0;
    assert_int_equal(rtcp_iter_init(&it, bytes_of(b, 12), false), E_MALFORMED);
    b[11] = 9; /* more than the body */
    assert_int_equal(rtcp_iter_init(&it, bytes_of(b, 12), false), E_MALFORMED);
    b[11] = 8;
    assert_int_equal(rtcp_iter_init(&it, bytes_of(b, 12), false), E_OK);
    assert_true(rtcp_next(&it, &p));
    assert_int_equal(p.body.len, 0);
}

/* Its transport-cc feedback: chunk and one delta are 3 bytes, one byte of padding with the P bit.
 */
static void padding_of_libwebrtc_is_no_multiple_of_four(void **state)
{
    (void)state;
    static const uint8_t b[] = {0xAF, 205, 0, 5, 0, 0, 0, 1, 0,    0, 0, 2,
                                0,    7,   0, 1, 0, 0, 5, 9, 0x20, 1, 4, 1};
    struct rtcp_iter it;
    struct rtcp p;
    assert_int_equal(rtcp_iter_init(&it, bytes_of(b, sizeof(b)), true), E_OK);
    assert_true(rtcp_next(&it, &p));
    assert_int_equal(p.body.len, sizeof(b) - RTCP_HEADER - 1);
}

static void counts_beyond_the_body_are_malformed(void **state)
{
    (void)state;
    uint8_t body[24] = {0};
    struct rtcp_reports reports = {0};
    struct rtcp_sr sr = {.ssrc = 1};
    struct rtcp_bye bye;
    struct rtcp_cname cname;
    uint32_t ssrc = 1;
    struct rtcp p = {.count = 1, .pt = RTCP_SR, .body = bytes_of(body, 24)};
    assert_int_equal(rtcp_sr_parse(&sr, &reports, &p), E_MALFORMED);
    p.body.len = 20;
    p.count = 0;
    assert_int_equal(rtcp_sr_parse(&sr, &reports, &p), E_MALFORMED);
    p = (struct rtcp){.count = 1, .pt = RTCP_RR, .body = bytes_of(body, 24)};
    assert_int_equal(rtcp_rr_parse(&ssrc, &reports, &p), E_MALFORMED);
    p = (struct rtcp){.count = 7, .pt = RTCP_BYE, .body = bytes_of(body, 24)};
    assert_int_equal(rtcp_bye_parse(&bye, &p), E_MALFORMED);
    body[4] = 20; /* reason longer than what is left */
    p.count = 1;
    assert_int_equal(rtcp_bye_parse(&bye, &p), E_MALFORMED);
    p = (struct rtcp){.count = 2, .pt = RTCP_SDES, .body = bytes_of(body, 8)};
    assert_int_equal(rtcp_sdes_parse(&cname, &p), E_MALFORMED);
    assert_int_equal(sr.ssrc, 1);
    assert_int_equal(ssrc, 1);
}

static void sdes_items_must_end_inside_their_chunk(void **state)
{
    (void)state;
    static const uint8_t open_end[] = {0, 0, 0, 1, 1, 2, 'a', 'b'};
    static const uint8_t too_long[] = {0, 0, 0, 1, 1, 9, 'a', 0};
    static const uint8_t no_cname[] = {0, 0, 0, 1, 2, 1, 'n', 0};
    static const uint8_t second[] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 1, 'c', 0};
    struct rtcp_cname c;
    struct rtcp p = {.count = 1, .pt = RTCP_SDES, .body = bytes_of(open_end, 8)};
    assert_int_equal(rtcp_sdes_parse(&c, &p), E_MALFORMED);
    p.body.p = too_long;
    assert_int_equal(rtcp_sdes_parse(&c, &p), E_MALFORMED);
    p.body.p = no_cname;
    assert_int_equal(rtcp_sdes_parse(&c, &p), E_NOTFOUND);
    p = (struct rtcp){.count = 2, .pt = RTCP_SDES, .body = bytes_of(second, sizeof(second))};
    assert_int_equal(rtcp_sdes_parse(&c, &p), E_OK);
    assert_int_equal(c.ssrc, 2);
    assert_true(bytes_equal(c.cname, bytes_of("c", 1)));
}

static void the_compound_by_hand_is_what_is_written(void **state)
{
    (void)state;
    uint8_t room[128];
    struct writer w = writer_over(room, sizeof(room));
    struct rtcp_sr sr = {
        .ssrc = 0x11223344, .ntp = 0x180000000U, .rtp_timestamp = 2, .packets = 3, .octets = 4};
    struct rtcp_report block = {.ssrc = 0xAABBCCDDU,
                                .fraction_lost = 0x40,
                                .lost = -2,
                                .highest_seq = 0x10005,
                                .jitter_rtp = 6,
                                .lsr = 7,
                                .dlsr = 8};
    struct rtcp_cname cname = {.ssrc = 0x11223344, .cname = bytes_of("ab", 2)};
    assert_int_equal(rtcp_sr_write(&w, &sr, &block, 1), E_OK);
    assert_int_equal(rtcp_sdes_write(&w, &cname), E_OK);
    assert_int_equal(w.len, sizeof(compound));
    assert_memory_equal(room, compound, sizeof(compound));
}

static void lost_packets_are_clamped_to_24_bits(void **state)
{
    (void)state;
    static const int32_t in[] = {0x7FFFFF, 0x800000, INT32_MAX, -0x800000, -0x800001, INT32_MIN};
    static const int32_t out[] = {0x7FFFFF, 0x7FFFFF, 0x7FFFFF, -0x800000, -0x800000, -0x800000};
    for (size_t i = 0; i < 6; i++) {
        uint8_t room[32];
        struct writer w = writer_over(room, sizeof(room));
        struct rtcp_report block = {.lost = in[i]};
        assert_int_equal(rtcp_rr_write(&w, 1, &block, 1), E_OK);
        struct rtcp_iter it;
        struct rtcp p;
        struct rtcp_reports reports;
        uint32_t ssrc;
        assert_int_equal(rtcp_iter_init(&it, writer_bytes(&w), false), E_OK);
        assert_true(rtcp_next(&it, &p));
        assert_int_equal(rtcp_rr_parse(&ssrc, &reports, &p), E_OK);
        assert_int_equal(rtcp_report_at(&reports, 0).lost, out[i]);
    }
}

static void bye_and_its_reason_read_back(void **state)
{
    (void)state;
    for (size_t len = 0; len < 9; len++) {
        uint8_t room[64];
        struct writer w = writer_over(room, sizeof(room));
        const uint32_t ssrcs[2] = {7, 8};
        struct bytes reason = bytes_of("teardown!", len);
        assert_int_equal(rtcp_bye_write(&w, ssrcs, 2, reason), E_OK);
        struct rtcp_iter it;
        struct rtcp p;
        struct rtcp_bye bye;
        assert_int_equal(rtcp_iter_init(&it, writer_bytes(&w), true), E_OK);
        assert_true(rtcp_next(&it, &p));
        assert_int_equal(rtcp_bye_parse(&bye, &p), E_OK);
        assert_int_equal(bye.ssrcs.len, 8);
        assert_int_equal(be32(bye.ssrcs.p + 4), 8);
        assert_true(bytes_equal(bye.reason, reason));
    }
}

static void cname_of_every_length_reads_back(void **state)
{
    (void)state;
    uint8_t text[256];
    memset(text, 'c', sizeof(text));
    for (size_t len = 0; len <= 256; len++) {
        uint8_t room[300];
        struct writer w = writer_over(room, sizeof(room));
        struct rtcp_cname in = {.ssrc = 3, .cname = bytes_of(text, len)};
        assert_int_equal(rtcp_sdes_write(&w, &in), len > 255 ? E_RANGE : E_OK);
        if (len > 255)
            break;
        struct rtcp_iter it;
        struct rtcp p;
        struct rtcp_cname out;
        assert_int_equal(rtcp_iter_init(&it, writer_bytes(&w), true), E_OK);
        assert_true(rtcp_next(&it, &p));
        assert_int_equal(rtcp_sdes_parse(&out, &p), E_OK);
        assert_true(bytes_equal(out.cname, in.cname));
    }
}

static void what_does_not_fit_writes_nothing(void **state)
{
    (void)state;
    uint8_t room[20];
    struct writer w = writer_over(room, sizeof(room));
    struct rtcp_sr sr = {0};
    struct rtcp_report blocks[32] = {{0}};
    struct rtcp_cname cname = {.cname = bytes_of("0123456789abcdef", 16)};
    uint32_t ssrcs[32] = {0};
    assert_int_equal(rtcp_sr_write(&w, &sr, NULL, 0), E_FULL);
    assert_int_equal(rtcp_rr_write(&w, 1, blocks, 1), E_FULL);
    assert_int_equal(rtcp_sdes_write(&w, &cname), E_FULL);
    assert_int_equal(rtcp_bye_write(&w, ssrcs, 5, bytes_of(NULL, 0)), E_FULL);
    assert_int_equal(rtcp_rr_write(&w, 1, blocks, 32), E_RANGE);
    assert_int_equal(rtcp_bye_write(&w, ssrcs, 32, bytes_of(NULL, 0)), E_RANGE);
    assert_int_equal(w.len, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_compound_is_walked_in_order),
    cmocka_unit_test(no_prefix_but_whole_packets_is_accepted),
    cmocka_unit_test(rfc3550_a2_rejects_a_wrong_version_anywhere),
    cmocka_unit_test(rfc3550_6_1_wants_a_report_first_unless_reduced),
    cmocka_unit_test(padding_is_taken_off_the_last_packet_only),
    cmocka_unit_test(padding_of_libwebrtc_is_no_multiple_of_four),
    cmocka_unit_test(counts_beyond_the_body_are_malformed),
    cmocka_unit_test(sdes_items_must_end_inside_their_chunk),
    cmocka_unit_test(the_compound_by_hand_is_what_is_written),
    cmocka_unit_test(lost_packets_are_clamped_to_24_bits),
    cmocka_unit_test(bye_and_its_reason_read_back),
    cmocka_unit_test(cname_of_every_length_reads_back),
    cmocka_unit_test(what_does_not_fit_writes_nothing),
};
TEST_MAIN(tests)
