/* SPDX-License-Identifier: Apache-2.0
 * opus.c: every configuration of RFC 6716 §3.1, table 2, and the packets §3.4 forbids. */
#include "sfu/wire/opus.h"

#include "testing.h"

static struct toc parse(const void *p, size_t len)
{
    struct toc t;
    assert_int_equal(toc_parse(&t, bytes_of(p, len)), E_OK);
    return t;
}

static void rfc6716_3_1_every_configuration_has_its_frame_size(void **state)
{
    (void)state;
    static const uint32_t want_us[32] = {10000, 20000, 40000, 60000, 10000, 20000, 40000, 60000,
                                         10000, 20000, 40000, 60000, 10000, 20000, 10000, 20000,
                                         2500,  5000,  10000, 20000, 2500,  5000,  10000, 20000,
                                         2500,  5000,  10000, 20000, 2500,  5000,  10000, 20000};
    for (unsigned config = 0; config < 32; config++) {
        uint8_t p[3] = {(uint8_t)(config << 3)};
        struct toc t = parse(p, sizeof(p));
        assert_int_equal(t.config, config);
        assert_int_equal(t.frame_us, want_us[config]);
        assert_int_equal(t.duration_us, want_us[config]);
        assert_int_equal(t.mode, config < 12 ? TOC_SILK : config < 16 ? TOC_HYBRID : TOC_CELT);
        assert_false(t.stereo);
        p[0] |= 4;
        assert_true(parse(p, sizeof(p)).stereo);
    }
}

static void the_code_gives_the_number_of_frames(void **state)
{
    (void)state;
    assert_int_equal(parse("\x78xx", 3).frames, 1);
    assert_int_equal(parse("\x79xx", 3).frames, 2);
    assert_int_equal(parse("\x7A\x01xx", 4).frames, 2);
    struct toc t = parse("\x7B\x86xx", 4); /* VBR bit and six frames of 20 ms */
    assert_int_equal(t.frames, 6);
    assert_int_equal(t.duration_us, 120000);
    assert_int_equal(parse("\xE3\x30xx", 4).frames, 48); /* 48 × 2.5 ms */
}

static void rfc6716_3_4_forbidden_packets_are_malformed(void **state)
{
    (void)state;
    struct toc t = {.config = 77};
    assert_int_equal(toc_parse(&t, bytes_of("", 0)), E_MALFORMED);           /* R1 */
    assert_int_equal(toc_parse(&t, bytes_of("\x79x", 2)), E_MALFORMED);      /* R3 */
    assert_int_equal(toc_parse(&t, bytes_of("\x7A", 1)), E_MALFORMED);       /* R4 */
    assert_int_equal(toc_parse(&t, bytes_of("\x7B", 1)), E_MALFORMED);       /* R6 */
    assert_int_equal(toc_parse(&t, bytes_of("\x7B\x80xx", 4)), E_MALFORMED); /* R5: no frame */
    assert_int_equal(toc_parse(&t, bytes_of("\x7B\x07xx", 4)), E_MALFORMED); /* R5: 140 ms */
    assert_int_equal(toc_parse(&t, bytes_of("\xE3\x31xx", 4)), E_MALFORMED); /* R5: 49 frames */
    assert_int_equal(t.config, 77);
}

static void one_or_two_bytes_are_dtx(void **state)
{
    (void)state;
    assert_true(parse("\x78", 1).dtx);
    assert_true(parse("\x78\xFF", 2).dtx);
    assert_false(parse("\x78\xFF\xFE", 3).dtx);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rfc6716_3_1_every_configuration_has_its_frame_size),
    cmocka_unit_test(the_code_gives_the_number_of_frames),
    cmocka_unit_test(rfc6716_3_4_forbidden_packets_are_malformed),
    cmocka_unit_test(one_or_two_bytes_are_dtx),
};
TEST_MAIN(tests)
