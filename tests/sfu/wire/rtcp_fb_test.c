/* SPDX-License-Identifier: Apache-2.0
 * rtcp_fb.c: NACK, PLI, FIR and REMB by hand, back, and broken. */
#include "sfu/wire/rtcp_fb.h"

#include "testing.h"

static struct rtcp single(struct bytes packet)
{
    struct rtcp_iter it;
    struct rtcp p = {0};
    assert_int_equal(rtcp_iter_init(&it, packet, true), E_OK);
    assert_true(rtcp_next(&it, &p));
    assert_false(rtcp_next(&it, &(struct rtcp){0}));
    return p;
}

static void rfc4585_6_2_1_nack_is_read_bit_by_bit(void **state)
{
    (void)state;
    static const uint8_t b[] = {0x81, 205, 0, 4, 0,    0,    0,    1,    0,    0,
                                0,    2,   0, 5, 0x80, 0x03, 0xFF, 0xFE, 0x00, 0x02};
    struct rtcp p = single(bytes_of(b, sizeof(b)));
    struct rtcp_nack nack;
    uint16_t seqs[8];
    assert_int_equal(rtcp_fb_kind(&p), RTCP_FB_NACK);
    assert_int_equal(rtcp_nack_parse(&nack, &p), E_OK);
    assert_int_equal(nack.sender_ssrc, 1);
    assert_int_equal(nack.media_ssrc, 2);
    static const uint16_t want[] = {5, 6, 7, 21, 0xFFFE, 0};
    assert_int_equal(rtcp_nack_seqs(&nack, seqs, 8), 6);
    assert_memory_equal(seqs, want, sizeof(want));
    assert_int_equal(rtcp_nack_seqs(&nack, seqs, 3), 3);
}

static void nack_packs_what_lies_within_seventeen(void **state)
{
    (void)state;
    static const uint16_t seqs[] = {65530, 65531, 10, 11, 27, 28, 5000};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(rtcp_nack_write(&w, 1, 2, seqs, 7), E_OK);
    assert_int_equal(w.len, 12 + 4 * 4); /* 65530+1+16 | 11+16 | 28 | 5000 */
    struct rtcp p = single(writer_bytes(&w));
    struct rtcp_nack nack;
    uint16_t back[16];
    assert_int_equal(rtcp_nack_parse(&nack, &p), E_OK);
    assert_int_equal(rtcp_nack_seqs(&nack, back, 16), 7);
    assert_memory_equal(back, seqs, sizeof(seqs));
}

static void nack_reaches_sixteen_beyond_its_first_number(void **state)
{
    (void)state;
    static const uint16_t reached[] = {65530, 10};
    static const uint16_t beyond[] = {65530, 11};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(rtcp_nack_write(&w, 1, 2, reached, 2), E_OK);
    assert_int_equal(w.len, 12 + 4);
    w.len = 0;
    assert_int_equal(rtcp_nack_write(&w, 1, 2, beyond, 2), E_OK);
    assert_int_equal(w.len, 12 + 8);
}

static void nack_out_of_order_is_refused(void **state)
{
    (void)state;
    static const uint16_t twice[] = {5, 5};
    static const uint16_t back[] = {5, 4};
    uint8_t room[64];
    struct writer w = writer_over(room, sizeof(room));
    assert_int_equal(rtcp_nack_write(&w, 1, 2, twice, 2), E_RANGE);
    assert_int_equal(rtcp_nack_write(&w, 1, 2, back, 2), E_RANGE);
    assert_int_equal(rtcp_nack_write(&w, 1, 2, back, 0), E_RANGE);
    w.cap = 15;
    assert_int_equal(rtcp_nack_write(&w, 1, 2, back, 1), E_FULL);
    assert_int_equal(w.len, 0);
}

static void pli_reads_back(void **state)
{
    (void)state;
    static const uint8_t want[] = {0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
    uint8_t room[12];
    struct writer w = writer_over(room, sizeof(room));
    struct rtcp_pli pli = {.sender_ssrc = 1, .media_ssrc = 2};
    assert_int_equal(rtcp_pli_write(&w, &pli), E_OK);
    assert_memory_equal(room, want, sizeof(want));
    struct rtcp p = single(writer_bytes(&w));
    struct rtcp_pli back;
    assert_int_equal(rtcp_pli_parse(&back, &p), E_OK);
    assert_int_equal(back.media_ssrc, 2);
    assert_int_equal(rtcp_pli_write(&w, &pli), E_FULL);
}

static void rfc5104_4_3_1_fir_reads_back(void **state)
{
    (void)state;
    static const uint8_t want[] = {0x84, 206, 0, 6, 0, 0, 0, 1, 0, 0, 0,   0, 0, 0,
                                   0,    9,   3, 0, 0, 0, 0, 0, 0, 8, 255, 0, 0, 0};
    uint8_t room[28];
    struct writer w = writer_over(room, sizeof(room));
    const struct rtcp_fir_entry entries[] = {{.ssrc = 9, .seq = 3}, {.ssrc = 8, .seq = 255}};
    assert_int_equal(rtcp_fir_write(&w, 1, entries, 2), E_OK);
    assert_memory_equal(room, want, sizeof(want));
    struct rtcp p = single(writer_bytes(&w));
    struct rtcp_fir fir;
    assert_int_equal(rtcp_fir_parse(&fir, &p), E_OK);
    assert_int_equal(rtcp_fir_count(&fir), 2);
    assert_int_equal(rtcp_fir_at(&fir, 1).ssrc, 8);
    assert_int_equal(rtcp_fir_at(&fir, 1).seq, 255);
    assert_int_equal(rtcp_fir_write(&w, 1, entries, 0), E_RANGE);
}

static void remb_keeps_eighteen_bits(void **state)
{
    (void)state;
    static const uint64_t in[] = {0, 1, 0x3FFFF, 0x40000, 0x40001, 2500001, UINT64_MAX};
    static const uint64_t out[] = {0, 1, 0x3FFFF, 0x40000, 0x40000, 2500000, 0xFFFFC00000000000U};
    const uint32_t ssrcs[] = {5, 6};
    for (size_t i = 0; i < 7; i++) {
        uint8_t room[28];
        struct writer w = writer_over(room, sizeof(room));
        assert_int_equal(rtcp_remb_write(&w, 1, in[i], ssrcs, 2), E_OK);
        struct rtcp p = single(writer_bytes(&w));
        struct rtcp_remb remb;
        assert_int_equal(rtcp_remb_parse(&remb, &p), E_OK);
        assert_true(remb.bps == out[i]);
        assert_int_equal(remb.ssrcs.len, 8);
        assert_int_equal(be32(remb.ssrcs.p + 4), 6);
    }
}

static void remb_that_lies_about_its_sources_or_overflows_is_malformed(void **state)
{
    (void)state;
    uint8_t b[] = {0x8F, 206, 0,   5,   0, 0, 0, 1, 0, 0, 0, 0,
                   'R',  'E', 'M', 'B', 1, 0, 0, 1, 0, 0, 0, 5};
    struct rtcp p = single(bytes_of(b, sizeof(b)));
    struct rtcp_remb remb = {.bps = 77};
    assert_int_equal(rtcp_remb_parse(&remb, &p), E_OK);
    assert_true(remb.bps == 1);
    b[16] = 2;
    assert_int_equal(rtcp_remb_parse(&remb, &p), E_MALFORMED);
    b[16] = 1;
    b[17] = 63 << 2 | 3; /* exponent 63, mantissa above one bit */
    assert_int_equal(rtcp_remb_parse(&remb, &p), E_MALFORMED);
    b[12] = 'X';
    assert_int_equal(rtcp_fb_kind(&p), RTCP_FB_OTHER);
    assert_int_equal(rtcp_remb_parse(&remb, &p), E_UNSUPPORTED);
    assert_true(remb.bps == 1);
}

static void bodies_of_wrong_length_are_malformed(void **state)
{
    (void)state;
    uint8_t body[20] = {0};
    struct rtcp_nack nack;
    struct rtcp_pli pli;
    struct rtcp_fir fir;
    for (size_t len = 0; len <= sizeof(body); len++) {
        struct rtcp p = {.count = 1, .pt = RTCP_RTPFB, .body = bytes_of(body, len)};
        bool ok = len == 12 || len == 16 || len == 20;
        assert_int_equal(rtcp_nack_parse(&nack, &p), ok ? E_OK : E_MALFORMED);
        p.pt = RTCP_PSFB;
        assert_int_equal(rtcp_pli_parse(&pli, &p), len == 8 ? E_OK : E_MALFORMED);
        p.count = 4;
        assert_int_equal(rtcp_fir_parse(&fir, &p), len == 16 ? E_OK : E_MALFORMED);
    }
}

static void kinds_are_told_apart(void **state)
{
    (void)state;
    struct rtcp p = {.count = 15, .pt = RTCP_RTPFB};
    struct rtcp_nack nack;
    struct rtcp_pli pli;
    struct rtcp_fir fir;
    assert_int_equal(rtcp_fb_kind(&p), RTCP_FB_TWCC);
    assert_int_equal(rtcp_nack_parse(&nack, &p), E_UNSUPPORTED);
    assert_int_equal(rtcp_pli_parse(&pli, &p), E_UNSUPPORTED);
    assert_int_equal(rtcp_fir_parse(&fir, &p), E_UNSUPPORTED);
    p.pt = RTCP_SR;
    assert_int_equal(rtcp_fb_kind(&p), RTCP_FB_OTHER);
    p = (struct rtcp){.count = 15, .pt = RTCP_PSFB};
    assert_int_equal(rtcp_fb_kind(&p), RTCP_FB_OTHER);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rfc4585_6_2_1_nack_is_read_bit_by_bit),
    cmocka_unit_test(nack_packs_what_lies_within_seventeen),
    cmocka_unit_test(nack_reaches_sixteen_beyond_its_first_number),
    cmocka_unit_test(nack_out_of_order_is_refused),
    cmocka_unit_test(pli_reads_back),
    cmocka_unit_test(rfc5104_4_3_1_fir_reads_back),
    cmocka_unit_test(remb_keeps_eighteen_bits),
    cmocka_unit_test(remb_that_lies_about_its_sources_or_overflows_is_malformed),
    cmocka_unit_test(bodies_of_wrong_length_are_malformed),
    cmocka_unit_test(kinds_are_told_apart),
};
TEST_MAIN(tests)
