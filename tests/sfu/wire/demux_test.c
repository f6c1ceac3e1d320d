/* SPDX-License-Identifier: Apache-2.0
 * demux.c: every first byte of RFC 7983 §7, and RTP against RTCP. */
#include "sfu/wire/demux.h"

#include "testing.h"

static enum demux_kind kind(uint8_t first, uint8_t second)
{
    uint8_t b[2] = {first, second};
    return demux(bytes_of(b, sizeof(b)));
}

static enum demux_kind wanted(unsigned first)
{
    if (first <= 3)
        return DEMUX_STUN;
    if (first >= 20 && first <= 63)
        return DEMUX_DTLS;
    if (first >= 64 && first <= 79)
        return DEMUX_TURN_CHANNEL;
    if (first >= 128 && first <= 191)
        return DEMUX_RTP;
    return DEMUX_UNKNOWN;
}

static void rfc7983_7_sorts_every_first_byte(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++)
        assert_int_equal(kind((uint8_t)first, 0), wanted(first));
}

static void rfc5761_4_tells_rtcp_by_its_type(void **state)
{
    (void)state;
    for (unsigned second = 0; second < 256; second++) {
        bool rtcp = second >= 192 && second <= 223;
        assert_int_equal(kind(0x80, (uint8_t)second), rtcp ? DEMUX_RTCP : DEMUX_RTP);
    }
    assert_int_equal(kind(0x80, 0x80 | 111), DEMUX_RTP);
}

static void a_datagram_without_two_bytes_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(demux(bytes_of(NULL, 0)), DEMUX_UNKNOWN);
    assert_int_equal(demux(bytes_of("\x80", 1)), DEMUX_UNKNOWN);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rfc7983_7_sorts_every_first_byte),
    cmocka_unit_test(rfc5761_4_tells_rtcp_by_its_type),
    cmocka_unit_test(a_datagram_without_two_bytes_is_unknown),
};
TEST_MAIN(tests)
