/* SPDX-License-Identifier: Apache-2.0
 * A byte string as a session: each datagram is a 16-bit length, then its bytes, 10 ms apart, into a
 * fresh channel. Without the keys a channel must never open, and must not send more than a flight a
 * datagram. */
#include "sfu/adapt/channel.h"

#include "replay.h"

#include <stdlib.h>

#include "sfu/adapt/dtls.h"

static void drain(struct channel *c)
{
    struct bytes out;
    size_t n = 0;
    while (channel_poll(c, &out))
        if (out.len > DTLS_MTU || ++n > DTLS_FLIGHT_MAX)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t fingerprint[32];
    static struct dtls_identity *identity; /* made once: keys are slow */
    if (identity == NULL && dtls_identity_new(&identity) != E_OK)
        abort();
    struct channel_config config = {.identity = identity, .keep_session = false};
    struct channel *c = channel_new(&config);
    usec now = 0;
    if (c == NULL)
        abort();
    channel_set_fingerprint(c, fingerprint);
    while (size >= 2) {
        size_t n = be16(data);
        data += 2;
        size -= 2;
        n = n > size ? size : n;
        channel_on_dtls(c, now, bytes_of(data, n));
        drain(c);
        now += USEC_MS(10);
        channel_on_time(c, now);
        drain(c);
        data += n;
        size -= n;
    }
    if (channel_state(c) == CHANNEL_OPEN)
        abort();
    channel_free(c);
    return 0;
}
