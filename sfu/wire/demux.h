/* SPDX-License-Identifier: Apache-2.0
 * What kind of packet a datagram on the one media port is, from its first two bytes: RFC 7983 §7,
 * and RTP from RTCP by RFC 5761 §4. Thread: any. Says nothing about whether the packet is valid.
 *
 *   0–3 STUN · 20–63 DTLS · 64–79 TURN channel · 128–191 RTP or RTCP · all others: drop */
#ifndef SFU_WIRE_DEMUX_H
#define SFU_WIRE_DEMUX_H

#include "sfu/base/bytes.h"

enum demux_kind {
    DEMUX_UNKNOWN, /* also ZRTP (16–19): not ours */
    DEMUX_STUN,
    DEMUX_DTLS,
    DEMUX_TURN_CHANNEL,
    DEMUX_RTP,
    DEMUX_RTCP,
    N_DEMUX
};

enum demux_kind demux(struct bytes datagram);

#endif
