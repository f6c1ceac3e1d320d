/* SPDX-License-Identifier: Apache-2.0
 * Decides when the last flight is sent again. Does not know what is in it. */
#include "sfu/adapt/flight.h"

#include <string.h>

void flight_init(struct flight *f)
{
    memset(f, 0, sizeof(*f));
    f->due = USEC_NEVER;
}

void flight_begin(struct flight *f, usec now)
{
    f->count = f->next = f->next_offset = f->used = 0;
    f->timed = 0;
    f->sent_at = now;
    f->wait = FLIGHT_FIRST_US;
    f->due = now + f->wait;
}

enum err flight_add(struct flight *f, struct bytes datagram)
{
    if (f->count == DTLS_FLIGHT_MAX || datagram.len > sizeof(f->data) - f->used)
        return E_FULL;
    memcpy(f->data + f->used, datagram.p, datagram.len);
    f->used += datagram.len;
    f->len[f->count++] = (uint16_t)datagram.len;
    return E_OK;
}

bool flight_poll(struct flight *f, struct bytes *out)
{
    if (f->next == f->count)
        return false;
    *out = bytes_of(f->data + f->next_offset, f->len[f->next]);
    f->next_offset += f->len[f->next++];
    return true;
}

void flight_answered(struct flight *f)
{
    f->due = USEC_NEVER;
}

static void resend(struct flight *f, usec now)
{
    f->next = f->next_offset = 0;
    f->sent_at = now;
    f->resent++;
}

void flight_on_time(struct flight *f, usec now)
{
    if (now < f->due)
        return;
    resend(f, now);
    f->wait *= 2;
    f->due = ++f->timed == FLIGHT_TIMED_MAX ? USEC_NEVER : now + f->wait;
}

void flight_on_repeat(struct flight *f, usec now)
{
    if (f->count == 0 || f->asked == FLIGHT_ASKED_MAX || now - f->sent_at < FLIGHT_GAP_US)
        return;
    f->asked++;
    resend(f, now);
}
