/* SPDX-License-Identifier: Apache-2.0
 * The server's last DTLS flight, kept as sent, and when to send it again (RFC 6347 §4.2.4). Thread:
 * worker. Pure. Repeating the very records is safe: a receiver's replay window drops those it has
 * (RFC 6347 §4.1.2.6). */
#ifndef SFU_ADAPT_FLIGHT_H
#define SFU_ADAPT_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/adapt/dtls.h"
#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

enum {
    FLIGHT_BYTES = DTLS_MTU, /* the longest real flight, with our certificate, has 636 */
    FLIGHT_TIMED_MAX = 3,    /* repeats on our own clock without an answer */
    FLIGHT_ASKED_MAX = 32,   /* repeats the peer can draw from us in all */
};
#define FLIGHT_FIRST_US USEC_MS(100) /* doubles; a browser repeats at 50, 160, 370, 770 ms */
#define FLIGHT_GAP_US   USEC_MS(10)  /* one demand may come as several datagrams */

struct flight {
    uint8_t data[FLIGHT_BYTES];
    uint16_t len[DTLS_FLIGHT_MAX];
    size_t count;
    size_t next;        /* first datagram not yet polled */
    size_t next_offset; /* where it lies in data */
    size_t used;        /* bytes of data */
    usec sent_at;       /* of the newest sending */
    usec due;           /* USEC_NEVER: answered, or asked often enough */
    usec wait;          /* until the next repeat */
    uint32_t timed, asked, resent;
};

void flight_init(struct flight *f);
void flight_begin(struct flight *f, usec now); /* a new flight replaces the old; its timer starts */
/* E_FULL: more datagrams or bytes than any flight of ours has. */
MUST_USE enum err flight_add(struct flight *f, struct bytes datagram);
bool flight_poll(struct flight *f, struct bytes *out); /* borrowed until the next call on f */
void flight_answered(struct flight *f);                /* stops the timer */
void flight_on_time(struct flight *f, usec now);
void flight_on_repeat(struct flight *f, usec now); /* the peer repeated its own flight */

#endif
