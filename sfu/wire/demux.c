/* SPDX-License-Identifier: Apache-2.0
 * Sorts datagrams by their first bytes; every range below is RFC 7983 §7. */
#include "sfu/wire/demux.h"

enum demux_kind demux(struct bytes datagram)
{
    if (datagram.len < 2)
        return DEMUX_UNKNOWN;
    uint8_t first = datagram.p[0];
    if (first <= 3)
        return DEMUX_STUN;
    if (first >= 20 && first <= 63)
        return DEMUX_DTLS;
    if (first >= 64 && first <= 79)
        return DEMUX_TURN_CHANNEL;
    if (first < 128 || first > 191)
        return DEMUX_UNKNOWN;
    /* RFC 5761 §4: RTCP types 192–223 are what RTP payload types 64–95 with the marker would look
     * like. */
    if (datagram.p[1] >= 192 && datagram.p[1] <= 223)
        return DEMUX_RTCP;
    return DEMUX_RTP;
}
