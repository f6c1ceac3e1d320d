/* SPDX-License-Identifier: Apache-2.0
 * Decides nothing about who receives what (slot.c): gives a packet the numbers, the identity and
 * the payload type that one receiver expects, and sends it. Every packet names its publication as
 * CSRC (sfu/README.md, Slots). */
#include "sfu/core/forward.h"

#include "sfu/core/world.h"
#include "sfu/wire/red.h"
#include "sfu/wire/rtp_ext.h"
#include "sfu/wire/rtx.h"

#include <string.h>

enum {
    HEADER_ROOM = RTP_HEADER + 4 + 64 /* one CSRC, an extension with mid and level */
};

/* What leaves towards one receiver. */
struct outgoing {
    struct slot *slot;
    const struct media *media;
    uint32_t csrc;
    uint32_t ssrc;
    uint8_t pt;
    uint64_t index; /* rollover counter and sequence number: RFC 3711 §3.3.1 */
    bool is_again;
    uint16_t osn;
    struct rewrite_out numbers;
};

static struct rewrite_in numbers_in(const struct media *m, uint64_t source)
{
    return (struct rewrite_in){.source = source,
                               .seq_ext = m->seq_ext,
                               .ts = m->rtp.timestamp,
                               .marker = m->rtp.marker,
                               .keyframe_start = m->vp8.keyframe,
                               .vp8 = m->video ? &m->vp8 : NULL};
}

static enum err write_extensions(struct writer *w, const struct slot *s, const struct media *m)
{
    const struct sfu_extensions *x = &s->down->transport->ext;
    struct rtp_ext_ids ids = {.mid = x->mid, .audio_level = x->audio_level};
    struct rtp_ext ext = {0};
    if (!s->confirmed && s->cfg.mid_len > 0) { /* until a report shows that the SSRC is known */
        ext.has |= RTP_EXT_HAS_MID;
        ext.mid = bytes_of(s->cfg.mid, s->cfg.mid_len);
    }
    if (m->has_level) {
        ext.has |= RTP_EXT_HAS_AUDIO_LEVEL;
        ext.audio_level = m->level;
        ext.voice = m->voice;
    }
    return rtp_ext_write(w, &ids, &ext);
}

static enum err write_header(struct writer *w, const struct outgoing *o)
{
    uint8_t block[RTP_EXT_BLOCK_MAX];
    struct writer ext = writer_over(block, sizeof(block));
    enum err err = write_extensions(&ext, o->slot, o->media);
    if (err != E_OK)
        return err;
    struct rtp_header h = {.marker = o->numbers.marker,
                           .has_csrc = true,
                           .pt = o->pt,
                           .seq = (uint16_t)o->index,
                           .timestamp = o->numbers.ts,
                           .ssrc = o->ssrc,
                           .csrc = o->csrc,
                           .ext_block = writer_bytes(&ext)};
    return rtp_write_header(w, &h);
}

/* The payload types inside RED are the receiver's own: RFC 2198 §3. */
static void renumber_red(uint8_t *payload, size_t len, uint8_t pt)
{
    size_t i = 0;
    while (i < len && (payload[i] & 0x80U)) {
        payload[i] = (uint8_t)(0x80U | pt);
        i += 4;
    }
    if (i < len)
        payload[i] = pt;
}

static uint8_t inner_type(const struct slot *s)
{
    for (uint8_t i = 0; i < s->cfg.n_payloads; i++) {
        if (s->cfg.payloads[i].codec == SFU_RED)
            return s->cfg.payloads[i].apt & 0x7FU;
    }
    return 0;
}

/* What the receiver gets as payload, and under which type; false: it cannot have this. */
static bool adapt_payload(const struct slot *s, const struct media *m, struct bytes *payload,
                          uint8_t *pt)
{
    *payload = m->rtp.payload;
    *pt = payload_type(s->cfg.payloads, s->cfg.n_payloads, m->codec);
    if (m->codec == SFU_RED && *pt == 0xFF) {
        struct red_block primary;
        if (red_unwrap(&primary, m->rtp.payload) != E_OK)
            return false;
        *payload = primary.data;
        *pt = payload_type(s->cfg.payloads, s->cfg.n_payloads, SFU_OPUS);
    }
    return *pt != 0xFF && payload->len > 0;
}

static enum err write_payload(struct writer *w, const struct outgoing *o, struct bytes payload)
{
    struct rtx rtx = {.osn = o->osn, .payload = payload};
    enum err err = o->is_again ? rtx_write(w, &rtx) : writer_put(w, payload);
    if (err != E_OK)
        return err;
    uint8_t *at = w->p + w->len - payload.len;
    if (o->media->codec == SFU_VP8)
        vp8_rewrite(at, &o->media->vp8, o->numbers.picture_id, o->numbers.tl0);
    else if (o->media->codec == SFU_RED && payload.p == o->media->rtp.payload.p)
        renumber_red(at, payload.len, inner_type(o->slot));
    return E_OK;
}

/* Bytes sent; 0: dropped. */
static size_t transmit(struct engine *e, const struct outgoing *o, struct bytes payload)
{
    size_t cap = HEADER_ROOM + RTX_OSN + payload.len;
    uint8_t *at = outbox_reserve(&e->out, cap + TRANSPORT_TRAILER,
                                 o->media->video ? OUTBOX_MEDIA : OUTBOX_URGENT);
    if (!at) {
        e->stats.drop_full++;
        return 0;
    }
    struct writer w = writer_over(at, cap);
    if (write_header(&w, o) != E_OK || write_payload(&w, o, payload) != E_OK) {
        e->stats.drop_malformed++;
        return 0;
    }
    return transport_send_rtp(e, o->slot->down->transport, at, w.len, o->index) ? w.len : 0;
}

static void after_sent(struct engine *e, struct slot *s, const struct outgoing *o,
                       size_t payload_len)
{
    struct downlink *d = s->down;
    report_out_on_sent(&s->report, e->now, o->numbers.ts, o->media->capture, (uint32_t)payload_len);
    usec due = report_out_deadline(&s->report);
    deadline_set_earlier(&e->deadlines, world_transport_owner(e, d->transport),
                         due > e->now ? due : e->now + 1, "report");
    if (!s->fresh)
        return;
    s->fresh = false;
    s->first_rtp = o->numbers.ts;
    downlink_slot_changed(e, d, s);
}

static void pass(struct engine *e, struct slot *s, const struct media *m,
                 const struct rewrite_out *n)
{
    struct outgoing o = {.slot = s,
                         .media = m,
                         .csrc = s->now.publication->id,
                         .ssrc = s->cfg.ssrc,
                         .index = n->seq_ext,
                         .numbers = *n};
    struct bytes payload;
    if (!adapt_payload(s, m, &payload, &o.pt)) {
        e->stats.drop_malformed++;
        return;
    }
    size_t sent = transmit(e, &o, payload);
    if (sent == 0)
        return;
    rtx_budget_on_sent(&s->down->budget, e->now, sent);
    after_sent(e, s, &o, payload.len);
}

void forward_to(struct engine *e, struct slot *s, const struct media *m)
{
    struct publication *p = s->now.publication;
    struct rewrite_in in = numbers_in(m, p->id);
    struct rewrite_out out;
    if (!transport_is_ready(s->down->transport))
        return;
    if (m->rtp.payload.len == 0) { /* a sender's padding: nobody shall miss its number */
        rewrite_skip(&s->rewrite, &in);
        return;
    }
    switch (rewrite_packet(&s->rewrite, e->now, &in, &out)) {
    case REWRITE_OK: pass(e, s, m, &out); break;
    case REWRITE_WANT_KEYFRAME: publication_want_keyframe(e, p); break;
    case REWRITE_FOREIGN:
    case REWRITE_OLD:
    case REWRITE_LEFT_OUT:
    case REWRITE_DUPLICATE: break;
    }
}

void forward_packet(struct engine *e, struct publication *p, const struct media *m)
{
    struct subscription *next;
    for (struct subscription *sub = p->receivers; sub; sub = next) {
        struct slot *s = sub->slot;
        next = sub->next;
        if (sub == &s->next) {
            /* From the cache: when the keyframe's start was repaired, the rest of it is already
             * there. */
            if (!m->vp8.keyframe || forward_run(e, s, p))
                continue;
            subscription_promote(e, s);
        }
        forward_to(e, s, m);
    }
}

static bool read_kept(const struct publication *p, const struct packet *kept, uint64_t seq_ext,
                      struct media *m)
{
    *m = (struct media){.seq_ext = seq_ext, .capture = kept->at};
    return media_read(m, p, bytes_of(kept->data, kept->len)) == E_OK;
}

bool forward_run(struct engine *e, struct slot *s, struct publication *p)
{
    uint64_t from, to;
    if (!transport_is_ready(s->down->transport) ||
        !rtx_cache_keyframe_run(p->cache, e->now, &from, &to) || to - from >= PUBLICATION_RUN_MAX)
        return false;
    subscription_promote(e, s);
    for (uint64_t seq = from; seq <= to; seq++) {
        struct media m;
        const struct packet *kept = rtx_cache_find(p->cache, e->now, seq);
        if (kept && read_kept(p, kept, seq, &m))
            forward_to(e, s, &m);
    }
    return true;
}

bool forward_again(struct engine *e, struct slot *s, uint16_t out_seq)
{
    struct publication *p = s->now.publication;
    uint8_t pt = payload_type(s->cfg.payloads, s->cfg.n_payloads, SFU_RTX);
    struct rewrite_origin origin;
    uint64_t ext = rewrite_ext(&s->rewrite, out_seq);
    struct media m;
    if (!p || pt == 0xFF || s->cfg.rtx_ssrc == 0 || !rewrite_find(&s->rewrite, ext, &origin) ||
        origin.source != p->id)
        return false;
    const struct packet *kept = rtx_cache_find(p->cache, e->now, origin.in_seq_ext);
    if (!kept || !read_kept(p, kept, origin.in_seq_ext, &m) || m.rtp.payload.len == 0)
        return false;
    if (rtx_budget_ask(&s->down->budget, &s->asked, e->now, rtt_get(&s->down->rtt, DOWNLINK_RTT_US),
                       ext, kept->len) != RTX_GRANTED)
        return false;
    struct outgoing o = {.slot = s,
                         .media = &m,
                         .csrc = p->id,
                         .ssrc = s->cfg.rtx_ssrc,
                         .pt = pt,
                         .index = s->rtx_seq_ext++,
                         .is_again = true,
                         .osn = out_seq};
    struct rewrite_in in = numbers_in(&m, p->id);
    rewrite_again(&origin, &in, &o.numbers);
    if (transmit(e, &o, m.rtp.payload) == 0)
        return false;
    e->stats.rtx_out++;
    return true;
}
