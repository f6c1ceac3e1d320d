/* SPDX-License-Identifier: Apache-2.0
 * One line of glue per port, so that neither the core knows the adapters nor they the core. */
#include "sfu/io/ports.h"

#include "sfu/adapt/binding.h"
#include "sfu/adapt/channel.h"
#include "sfu/adapt/dtls.h"

static enum err port_binding_peek(void *ctx, struct bytes datagram, struct port_binding *out)
{
    struct binding_request request;
    (void)ctx;
    const enum err e = binding_peek(datagram, &request);
    if (e == E_OK) {
        memcpy(out->ufrag, request.ufrag, sizeof(out->ufrag));
        out->use_candidate = request.use_candidate;
    }
    return e;
}

// NOLINTNEXTLINE(readability-function-size): the port has the parameters of what it binds
static enum err port_binding_accept(void *ctx, struct bytes datagram, const char *ufrag,
                                    const char *pwd, const struct addr *mapped, uint8_t *reply,
                                    size_t cap, size_t *reply_len)
{
    (void)ctx;
    return binding_accept(datagram, ufrag, pwd, mapped, reply, cap, reply_len);
}

static enum err port_channel_new(void *ctx, struct channel **out)
{
    const struct channel_config config = {.identity = ctx};
    *out = channel_new(&config);
    return *out ? E_OK : E_NOMEM;
}

static void port_channel_free(void *ctx, struct channel *c)
{
    (void)ctx;
    channel_free(c);
}

static void port_channel_set_fingerprint(void *ctx, struct channel *c, const uint8_t sha256[32])
{
    (void)ctx;
    channel_set_fingerprint(c, sha256);
}

static void port_channel_on_dtls(void *ctx, struct channel *c, usec now, struct bytes datagram)
{
    (void)ctx;
    channel_on_dtls(c, now, datagram);
}

static bool port_channel_poll(void *ctx, struct channel *c, struct bytes *datagram)
{
    (void)ctx;
    return channel_poll(c, datagram);
}

static usec port_channel_deadline(void *ctx, const struct channel *c)
{
    (void)ctx;
    return channel_deadline(c);
}

static void port_channel_on_time(void *ctx, struct channel *c, usec now)
{
    (void)ctx;
    channel_on_time(c, now);
}

static enum port_channel_state port_channel_state(void *ctx, const struct channel *c,
                                                  const char **reason)
{
    static const enum port_channel_state states[N_CHANNEL_STATE] = {
        [CHANNEL_HANDSHAKE] = PORT_CHANNEL_HANDSHAKE,
        [CHANNEL_OPEN] = PORT_CHANNEL_OPEN,
        [CHANNEL_FAILED] = PORT_CHANNEL_FAILED,
        [CHANNEL_CLOSED] = PORT_CHANNEL_CLOSED,
    };
    (void)ctx;
    *reason = channel_why(c);
    return states[channel_state(c)];
}

static enum err port_unprotect_rtp(void *ctx, struct channel *c, uint8_t *packet, size_t *len)
{
    (void)ctx;
    return channel_unprotect_rtp(c, packet, len);
}

static enum err port_unprotect_rtcp(void *ctx, struct channel *c, uint8_t *packet, size_t *len)
{
    (void)ctx;
    return channel_unprotect_rtcp(c, packet, len);
}

static enum err port_protect_rtp(void *ctx, struct channel *c, uint8_t *packet, size_t *len,
                                 size_t cap, uint64_t index)
{
    (void)ctx;
    return channel_protect_rtp(c, packet, len, cap, index);
}

static enum err port_protect_rtcp(void *ctx, struct channel *c, uint8_t *packet, size_t *len,
                                  size_t cap)
{
    (void)ctx;
    return channel_protect_rtcp(c, packet, len, cap);
}

void ports_init(struct engine_ports *ports, struct dtls_identity *identity)
{
    *ports = (struct engine_ports){
        .ctx = identity,
        .binding_peek = port_binding_peek,
        .binding_accept = port_binding_accept,
        .channel_new = port_channel_new,
        .channel_free = port_channel_free,
        .channel_set_fingerprint = port_channel_set_fingerprint,
        .channel_on_dtls = port_channel_on_dtls,
        .channel_poll = port_channel_poll,
        .channel_deadline = port_channel_deadline,
        .channel_on_time = port_channel_on_time,
        .channel_state = port_channel_state,
        .unprotect_rtp = port_unprotect_rtp,
        .unprotect_rtcp = port_unprotect_rtcp,
        .protect_rtp = port_protect_rtp,
        .protect_rtcp = port_protect_rtcp,
    };
}
