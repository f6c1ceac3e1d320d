/* SPDX-License-Identifier: Apache-2.0
 * Decides a transport's state and what may pass it: nothing in before an address is proved, no
 * media before the channel is open, nothing out without consent. What packets mean is uplink.c's
 * and downlink.c's. */
#include "sfu/core/transport.h"

#include "sfu/core/world.h"

#include <string.h>

struct transport *transport_find(const struct engine *e, uint32_t id)
{
    uint32_t i = idmap_find(&e->transport_ids, id);
    return i == IDMAP_NONE ? NULL : slab_at(&e->transports, i);
}

struct transport *transport_open(struct engine *e, struct peer *p, uint32_t id,
                                 const struct sfu_ice *ice)
{
    if (id == 0 || transport_find(e, id))
        return NULL;
    struct transport *t = slab_take(&e->transports, sizeof(*t));
    if (!t)
        return NULL;
    t->peer = p;
    t->checked = -1;
    limit_transport_init(&t->limit, TRANSPORT_PACKETS_PER_S, TRANSPORT_BPS);
    if (ice_lite_register(e, t, ice) != E_OK)
        goto out;
    t->ice[0] = *ice;
    t->ice[0].ufrag[SFU_UFRAG_MAX] = '\0';
    t->ice[0].pwd[SFU_PWD_MAX] = '\0';
    if (idmap_set(&e->transport_ids, id, slab_index(&e->transports, t)) != E_OK)
        goto out;
    t->id = id;
    return t;
out:
    ice_lite_forget(e, t);
    slab_give(&e->transports, t);
    return NULL;
}

void transport_close(struct engine *e, struct transport *t)
{
    if (t->down)
        downlink_free(e, t->down);
    if (t->up)
        uplink_free(e, t->up);
    if (t->channel)
        e->cfg.ports.channel_free(e->cfg.ports.ctx, t->channel);
    ice_lite_forget(e, t);
    deadline_clear(&e->deadlines, world_transport_owner(e, t));
    if (t->peer->send == t)
        t->peer->send = NULL;
    if (t->peer->receive == t)
        t->peer->receive = NULL;
    idmap_remove(&e->transport_ids, t->id);
    slab_give(&e->transports, t);
}

void transport_set_fingerprint(struct engine *e, struct transport *t, const uint8_t sha256[32])
{
    memcpy(t->fingerprint, sha256, sizeof(t->fingerprint));
    t->has_fingerprint = true;
    if (t->channel)
        e->cfg.ports.channel_set_fingerprint(e->cfg.ports.ctx, t->channel, sha256);
}

static const char *const state_names[] = {"connecting", "connected", "lost", "closed"};

void transport_set_state(struct engine *e, struct transport *t, enum sfu_transport_state state,
                         const char *reason)
{
    if (t->announced && t->state == state)
        return;
    t->announced = true;
    t->state = (uint8_t)state;
    struct sfu_event event = {
        .kind = SFU_TRANSPORT_STATE, .room = t->peer->room->id, .peer = t->peer->id};
    event.transport.transport = t->id;
    event.transport.state = t->state;
    event.transport.reason = reason;
    world_event(e, &event);
    log_info(&e->cfg.log, LOG_TRANSPORT, "state", "peer=%u transport=%u to=%s why=%s", t->peer->id,
             t->id, state_names[state], reason);
    if (t->down && state == SFU_TRANSPORT_CONNECTED)
        downlink_attach(e, t->down);
    else if (t->down)
        downlink_detach(e, t->down);
    if (state == SFU_TRANSPORT_CLOSED)
        transport_close(e, t);
}

bool transport_is_ready(const struct transport *t)
{
    return t->announced && t->state == SFU_TRANSPORT_CONNECTED && t->n_tuples > 0;
}

/* Sends what the handshake has to say. */
static void drain_channel(struct engine *e, struct transport *t)
{
    const struct engine_ports *ports = &e->cfg.ports;
    struct bytes b;
    while (ports->channel_poll(ports->ctx, t->channel, &b)) {
        const struct path *path = ice_lite_selected(t);
        uint8_t *at = path ? outbox_reserve(&e->out, b.len, OUTBOX_CONTROL) : NULL;
        if (at)
            memcpy(at, b.p, b.len);
        if (!at || outbox_send(&e->out, path, b.len) != E_OK)
            e->stats.drop_full++;
    }
}

/* Follows the channel's state; false: t has gone. */
static bool follow_channel(struct engine *e, struct transport *t)
{
    const char *reason = "";
    drain_channel(e, t);
    switch (e->cfg.ports.channel_state(e->cfg.ports.ctx, t->channel, &reason)) {
    case PORT_CHANNEL_HANDSHAKE: break;
    case PORT_CHANNEL_OPEN:
        if (t->state == SFU_TRANSPORT_CONNECTING)
            transport_set_state(e, t, SFU_TRANSPORT_CONNECTED, "handshake");
        break;
    case PORT_CHANNEL_FAILED:
    case PORT_CHANNEL_CLOSED: transport_set_state(e, t, SFU_TRANSPORT_CLOSED, reason); return false;
    }
    return true;
}

void transport_on_dtls(struct engine *e, struct transport *t, struct bytes datagram)
{
    const struct engine_ports *ports = &e->cfg.ports;
    if (!limit_transport_on_packet(&t->limit, e->now, datagram.len)) {
        e->stats.drop_limit++;
        return;
    }
    if (!t->channel) {
        if (ports->channel_new(ports->ctx, &t->channel) != E_OK) {
            e->stats.drop_full++;
            t->channel = NULL;
            return;
        }
        if (t->has_fingerprint)
            ports->channel_set_fingerprint(ports->ctx, t->channel, t->fingerprint);
    }
    ports->channel_on_dtls(ports->ctx, t->channel, e->now, datagram);
    if (follow_channel(e, t))
        transport_schedule(e, t);
}

/* Before any work on a packet: T9. */
static bool within_limit(struct engine *e, struct transport *t, size_t len)
{
    bool granted = limit_transport_on_packet(&t->limit, e->now, len);
    bool abusive = limit_transport_is_abusive(&t->limit, e->now);
    if (abusive && !t->flood_told) {
        struct sfu_event event = {
            .kind = SFU_FLOOD, .room = t->peer->room->id, .peer = t->peer->id};
        world_event(e, &event);
    }
    t->flood_told = abusive;
    if (granted && !abusive)
        return true;
    e->stats.drop_limit++;
    return false;
}

static void count_refusal(struct sfu_stats *s, enum err err)
{
    if (err == E_REPLAY)
        s->drop_replay++;
    else if (err == E_DENIED)
        s->drop_auth++;
    else if (err == E_FULL)
        s->drop_ssrc++;
    else
        s->drop_malformed++;
}

static bool is_admitted(struct engine *e, struct transport *t, struct bytes packet)
{
    struct rtp rtp;
    if (!t->up || rtp_parse_header(&rtp, packet) != E_OK) {
        e->stats.drop_malformed++;
        return false;
    }
    if (ssrc_table_admits(&t->up->ssrcs, rtp.ssrc))
        return true;
    e->stats.drop_ssrc++;
    return false;
}

static void on_clear(struct engine *e, struct transport *t, uint8_t *buf, size_t len, bool rtcp)
{
    if (rtcp) {
        e->stats.rtcp_in++;
        if (t->up)
            uplink_on_rtcp(e, t->up, bytes_of(buf, len));
        else
            downlink_on_rtcp(e, t->down, bytes_of(buf, len));
    } else {
        e->stats.rtp_in++;
        uplink_on_rtp(e, t->up, buf, len);
    }
}

void transport_on_srtp(struct engine *e, struct transport *t, uint8_t *buf, size_t len, bool rtcp)
{
    const struct engine_ports *ports = &e->cfg.ports;
    if (!within_limit(e, t, len))
        return;
    if (!t->channel || !transport_is_ready(t) || (!t->up && !t->down)) {
        e->stats.drop_auth++;
        return;
    }
    if (!rtcp && !is_admitted(e, t, bytes_of(buf, len)))
        return;
    enum err err = rtcp ? ports->unprotect_rtcp(ports->ctx, t->channel, buf, &len)
                        : ports->unprotect_rtp(ports->ctx, t->channel, buf, &len);
    if (err != E_OK) {
        count_refusal(&e->stats, err);
        return;
    }
    on_clear(e, t, buf, len, rtcp);
    transport_schedule(e, t);
}

/* Consent and the address it is for: RFC 7675 §5.1. False: t has gone. */
static bool check_consent(struct engine *e, struct transport *t)
{
    ice_lite_expire(e, t);
    if (t->checked < 0 || t->n_tuples > 0)
        return true;
    if (e->now - t->checked >= TRANSPORT_FREE_US) {
        transport_set_state(e, t, SFU_TRANSPORT_CLOSED, "consent");
        return false;
    }
    if (t->state == SFU_TRANSPORT_CONNECTED)
        transport_set_state(e, t, SFU_TRANSPORT_LOST, "consent");
    return true;
}

void transport_on_time(struct engine *e, struct transport *t)
{
    const struct engine_ports *ports = &e->cfg.ports;
    if (!check_consent(e, t))
        return;
    if (t->channel && ports->channel_deadline(ports->ctx, t->channel) <= e->now) {
        ports->channel_on_time(ports->ctx, t->channel, e->now);
        if (!follow_channel(e, t))
            return;
    }
    if (transport_is_ready(t) && t->up)
        uplink_on_time(e, t->up);
    if (transport_is_ready(t) && t->down)
        downlink_on_time(e, t->down);
    transport_schedule(e, t);
}

static void earlier(usec *at, const char **why, usec candidate, const char *reason)
{
    if (candidate < *at) {
        *at = candidate;
        *why = reason;
    }
}

void transport_schedule(struct engine *e, struct transport *t)
{
    usec at = USEC_NEVER;
    const char *why = "";
    earlier(&at, &why, ice_lite_deadline(t), "consent");
    if (t->checked >= 0 && t->n_tuples == 0)
        earlier(&at, &why, t->checked + TRANSPORT_FREE_US, "free");
    if (t->channel)
        earlier(&at, &why, e->cfg.ports.channel_deadline(e->cfg.ports.ctx, t->channel),
                "handshake");
    if (transport_is_ready(t) && t->up)
        earlier(&at, &why, uplink_deadline(t->up), "uplink");
    if (transport_is_ready(t) && t->down)
        earlier(&at, &why, downlink_deadline(t->down), "downlink");
    world_deadline(e, world_transport_owner(e, t), at, why);
}

bool transport_send_rtp(struct engine *e, struct transport *t, uint8_t *packet, size_t len,
                        uint64_t index)
{
    const struct path *path = ice_lite_selected(t);
    if (!path || !transport_is_ready(t))
        return false;
    enum err err = e->cfg.ports.protect_rtp(e->cfg.ports.ctx, t->channel, packet, &len,
                                            len + TRANSPORT_TRAILER, index);
    if (err != E_OK || outbox_send(&e->out, path, len) != E_OK) {
        e->stats.drop_full++;
        return false;
    }
    t->sent_at = e->now;
    e->stats.rtp_out++;
    return true;
}

bool transport_send_rtcp(struct engine *e, struct transport *t, uint8_t *packet, size_t len)
{
    const struct path *path = ice_lite_selected(t);
    if (!path || !transport_is_ready(t) || len == 0)
        return false;
    enum err err = e->cfg.ports.protect_rtcp(e->cfg.ports.ctx, t->channel, packet, &len,
                                             len + TRANSPORT_TRAILER);
    if (err != E_OK || outbox_send(&e->out, path, len) != E_OK) {
        e->stats.drop_full++;
        return false;
    }
    t->sent_at = e->now;
    e->stats.rtcp_out++;
    return true;
}
