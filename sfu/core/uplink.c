/* SPDX-License-Identifier: Apache-2.0
 * Decides which track a packet of a client belongs to and what it is worth: bound to a track, not
 * off, not stale, repair unwrapped. The RTCP we send back is uplink_rtcp.c. */
#include "sfu/core/uplink.h"

#include "sfu/core/replica.h"
#include "sfu/core/world.h"
#include "sfu/wire/rtp_ext.h"
#include "sfu/wire/rtx.h"

#include <string.h>

enum { VIDEO_HZ = 90000, AUDIO_HZ = 48000 }; /* RFC 7741 §4.1, RFC 7587 §4.1 */

static bool is_video(const struct track *k)
{
    return k->cfg.source == SFU_CAMERA || k->cfg.source == SFU_SCREEN;
}

static void facts_of(const struct track *k, struct publication_facts *f)
{
    *f = (struct publication_facts){.id = k->cfg.publication,
                                    .source = k->cfg.source,
                                    .on = k->on,
                                    .n_payloads = k->cfg.n_payloads};
    memcpy(f->payloads, k->cfg.payloads, sizeof(f->payloads));
}

static void declare(struct engine *e, struct uplink *u, const struct sfu_track *cfg, uint16_t track)
{
    struct ssrc_binding b = {.track = track};
    if (cfg->ssrc != 0 && ssrc_table_declare(&u->ssrcs, cfg->ssrc, b) != E_OK)
        e->stats.drop_ssrc++;
    b.is_rtx = true;
    if (cfg->rtx_ssrc != 0 && ssrc_table_declare(&u->ssrcs, cfg->rtx_ssrc, b) != E_OK)
        e->stats.drop_ssrc++;
}

/* E_RANGE, E_EXISTS, E_FULL as ssrc_table_add_track. */
static enum err add_track(struct engine *e, struct uplink *u, const struct sfu_track *cfg)
{
    uint16_t track;
    if (cfg->source >= N_SFU_SOURCE || cfg->publication == 0 || cfg->mid_len > SFU_MAX_MID ||
        cfg->n_payloads > SFU_MAX_PAYLOADS)
        return E_RANGE;
    enum err err =
        ssrc_table_add_track(&u->ssrcs, bytes_of(cfg->mid, cfg->mid_len), NULL, 0, &track);
    if (err != E_OK)
        return err;
    declare(e, u, cfg, track);
    struct track *k = &u->tracks[u->n_tracks++];
    memset(k, 0, offsetof(struct track, nack));
    k->cfg = *cfg;
    uint32_t hz = is_video(k) ? VIDEO_HZ : AUDIO_HZ;
    report_in_init(&k->report, cfg->ssrc, hz);
    clock_map_init(&k->clock, hz);
    if (is_video(k))
        nack_init(&k->nack);
    return E_OK;
}

/* An offer for a send transport that is there: appended m-lines. */
static void add_tracks(struct engine *e, struct peer *p, const struct sfu_send_open *open)
{
    struct uplink *u = p->send->up;
    for (uint8_t i = u->n_tracks; i < open->n_tracks && i < SFU_MAX_TRACKS; i++) {
        struct publication_facts facts;
        if (add_track(e, u, &open->tracks[i]) != E_OK) {
            e->stats.stale_commands++;
            return;
        }
        facts_of(&u->tracks[u->n_tracks - 1], &facts);
        replica_publication(e, p->room, p->id, &facts);
    }
}

void uplink_open(struct engine *e, struct peer *p, const struct sfu_send_open *open)
{
    if (p->send && p->send->id == open->transport) {
        add_tracks(e, p, open);
        return;
    }
    if (p->send)
        transport_close(e, p->send);
    struct transport *t = transport_open(e, p, open->transport, &open->ice);
    struct uplink *u = t ? slab_take(&e->uplinks, offsetof(struct uplink, ssrcs)) : NULL;
    if (!u) {
        e->stats.stale_commands++;
        if (t)
            transport_close(e, t);
        return;
    }
    t->up = u;
    t->ext = open->extensions;
    u->transport = t;
    u->ssrc = rng_u32(&e->rng) | 1U;
    clock_offset_init(&u->offset);
    ssrc_table_init(&u->ssrcs);
    twcc_recv_init(&u->twcc);
    p->send = t;
    transport_set_fingerprint(e, t, open->fingerprint);
    add_tracks(e, p, open);
}

void uplink_free(struct engine *e, struct uplink *u)
{
    struct peer *p = u->transport->peer;
    for (uint8_t i = 0; i < u->n_tracks; i++) {
        struct publication *pub = u->tracks[i].publication;
        if (pub) {
            pub->track = NULL;
            pub->transport = NULL;
        }
        u->tracks[i].publication = NULL;
        replica_publication_gone(e, p->room, u->tracks[i].cfg.publication);
    }
    slab_give(&e->uplinks, u);
}

void uplink_set(struct engine *e, struct peer *p, uint32_t publication, bool on)
{
    struct uplink *u = p->send ? p->send->up : NULL;
    for (uint8_t i = 0; u && i < u->n_tracks; i++) {
        struct track *k = &u->tracks[i];
        if (k->cfg.publication != publication)
            continue;
        struct publication_facts facts;
        k->on = on;
        facts_of(k, &facts);
        replica_publication(e, p->room, p->id, &facts);
        return;
    }
    e->stats.stale_commands++;
}

void uplink_repeat(struct engine *e, const struct peer *p)
{
    for (uint8_t i = 0; p->send && i < p->send->up->n_tracks; i++) {
        struct publication_facts facts;
        facts_of(&p->send->up->tracks[i], &facts);
        replica_publication(e, p->room, p->id, &facts);
    }
}

static struct rtp_ext_ids ids_of(const struct sfu_extensions *x)
{
    return (struct rtp_ext_ids){.mid = x->mid,
                                .rid = x->rid,
                                .repaired_rid = x->repaired_rid,
                                .audio_level = x->audio_level,
                                .abs_send_time = x->abs_send_time,
                                .twcc = x->twcc};
}

/* Which track the SSRC carries, learnt from this authenticated packet if need be. */
static bool identify(struct engine *e, struct uplink *u, const struct rtp *rtp,
                     const struct rtp_ext *ext, struct ssrc_binding *out)
{
    const struct ssrc_binding *known = ssrc_table_find(&u->ssrcs, rtp->ssrc);
    if (known) {
        *out = *known;
        return true;
    }
    struct ssrc_hints hints = {.mid = ext->mid, .rid = ext->rid, .repaired_rid = ext->repaired_rid};
    for (uint8_t i = 0; i < u->n_tracks; i++) {
        const struct sfu_track *c = &u->tracks[i].cfg;
        if (bytes_equal(ext->mid, bytes_of(c->mid, c->mid_len)))
            hints.is_rtx = payload_codec(c->payloads, c->n_payloads, rtp->pt) == SFU_RTX;
    }
    if (ssrc_table_learn(&u->ssrcs, rtp->ssrc, &hints, out) == E_OK)
        return true;
    e->stats.drop_ssrc++;
    return false;
}

/* Makes the repaired packet of a repair packet, in place (RFC 4588 §4). E_NOTFOUND: only padding.
 */
static enum err unwrap_rtx(const struct track *k, uint8_t *packet, size_t *len,
                           const struct rtp *rtp)
{
    struct rtx rtx;
    enum err err = rtx_parse(&rtx, rtp->payload);
    if (err != E_OK)
        return err;
    uint8_t apt = 0xFF;
    for (uint8_t i = 0; i < k->cfg.n_payloads; i++) {
        if (k->cfg.payloads[i].pt == rtp->pt && k->cfg.payloads[i].codec == SFU_RTX)
            apt = k->cfg.payloads[i].apt;
    }
    if (apt > 127)
        return E_UNSUPPORTED;
    packet[0] = (uint8_t)(packet[0] & ~0x20U); /* no padding */
    packet[1] = (uint8_t)((packet[1] & 0x80U) | apt);
    put_be16(packet + 2, rtx.osn);
    memmove(packet + rtp->header_len, packet + rtp->header_len + RTX_OSN, rtx.payload.len);
    *len = rtp->header_len + rtx.payload.len;
    return E_OK;
}

static bool may_flow(const struct uplink *u, const struct track *k)
{
    return k->on && ((u->transport->peer->may >> k->cfg.source) & 1U) != 0 && k->publication &&
           publication_flows(k->publication);
}

static void on_level(struct engine *e, struct uplink *u, const struct track *k,
                     const struct media *m)
{
    if (k->cfg.source == SFU_MICROPHONE && m->has_level)
        replica_level(e, u->transport->peer->room, u->transport->peer->id, m->level, m->voice);
}

/* False: not worth forwarding. */
static bool count_arrival(struct engine *e, struct track *k, const struct media *m, bool repaired)
{
    if (!repaired)
        report_in_on_packet(&k->report, e->now, m->seq_ext, m->rtp.timestamp);
    if (!m->video)
        return true;
    enum nack_arrival a = nack_on_packet(&k->nack, e->now, m->seq_ext);
    if (m->vp8.keyframe)
        nack_on_keyframe(&k->nack, m->seq_ext);
    return a != NACK_STALE;
}

static void on_media(struct engine *e, struct uplink *u, struct track *k, struct bytes packet,
                     const struct rtp_ext *ext, bool repaired)
{
    struct media m;
    if (!may_flow(u, k)) {
        e->stats.drop_off++;
        return;
    }
    if (media_read(&m, k->publication, packet) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    m.seq_ext = repaired && k->seq.started ? seq_near(k->seq.highest_ext, m.rtp.seq)
                                           : seq_unwrap(&k->seq, m.rtp.seq);
    m.capture = clock_map_capture(&k->clock, &u->offset, e->now, m.rtp.timestamp);
    m.has_level = (ext->has & RTP_EXT_HAS_AUDIO_LEVEL) != 0;
    m.level = ext->audio_level;
    m.voice = ext->voice;
    if (!count_arrival(e, k, &m, repaired)) {
        e->stats.drop_replay++;
        return;
    }
    on_level(e, u, k, &m);
    publication_on_packet(e, k->publication, &m, packet);
    if (m.video && nack_take_keyframe_needed(&k->nack))
        publication_want_keyframe(e, k->publication);
}

void uplink_on_rtp(struct engine *e, struct uplink *u, uint8_t *packet, size_t len)
{
    struct rtp rtp;
    struct rtp_ext ext;
    struct rtp_ext_ids ids = ids_of(&u->transport->ext);
    struct ssrc_binding b;
    if (rtp_parse(&rtp, bytes_of(packet, len)) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    if (rtp_ext_read(&ext, &rtp, &ids) != E_OK)
        ext = (struct rtp_ext){0};
    if (ext.has & RTP_EXT_HAS_TWCC)
        twcc_recv_on_packet(&u->twcc, e->now, seq_unwrap(&u->twcc_seq, ext.twcc_seq));
    if (!identify(e, u, &rtp, &ext, &b) || b.track >= u->n_tracks)
        return;
    struct track *k = &u->tracks[b.track];
    if (!b.is_rtx) {
        k->report.ssrc = rtp.ssrc;
        on_media(e, u, k, bytes_of(packet, len), &ext, false);
        return;
    }
    e->stats.rtx_in++;
    enum err err = unwrap_rtx(k, packet, &len, &rtp);
    if (err == E_OK)
        on_media(e, u, k, bytes_of(packet, len), &ext, true);
    else if (err != E_NOTFOUND)
        e->stats.drop_malformed++;
}
