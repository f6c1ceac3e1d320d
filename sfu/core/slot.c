/* SPDX-License-Identifier: Apache-2.0
 * Decides which publication fills which slot of one receiver, by the room's state, its ranking and
 * what the receiver shows. Computed anew at each change; who sits in a slot keeps it as long as
 * they are wanted at all. */
#include "sfu/core/slot.h"

#include "sfu/core/world.h"

#include <string.h>

enum { VIDEO_HZ = 90000, AUDIO_HZ = 48000 }; /* RFC 7741 §4.1, RFC 7587 §4.1 */

void slot_init(struct engine *e, struct slot *s, struct downlink *d, uint8_t index,
               const struct sfu_slot *cfg)
{
    bool video = cfg->media == SFU_VIDEO;
    s->down = d;
    s->index = index;
    s->cfg = *cfg;
    if (s->cfg.mid_len > SFU_MAX_MID)
        s->cfg.mid_len = SFU_MAX_MID;
    s->cfg.n_payloads = 0;
    s->now.slot = s->next.slot = s;
    s->rtx_seq_ext = rng_below(&e->rng, 0x8000); /* the first wrap is far: T6 */
    report_out_init(&s->report, cfg->ssrc, video ? VIDEO_HZ : AUDIO_HZ);
    struct rewrite_config rewrite = {.video = video,
                                     .clock_hz = video ? VIDEO_HZ : AUDIO_HZ,
                                     .first_seq = (uint16_t)rng_below(&e->rng, 0x8000),
                                     .first_ts = rng_u32(&e->rng),
                                     .first_picture_id = (uint16_t)rng_below(&e->rng, 0x8000),
                                     .first_tl0 = (uint8_t)rng_below(&e->rng, 0x100)};
    rewrite_init(&s->rewrite, &rewrite);
    if (video && cfg->rtx_ssrc != 0)
        rtx_asked_init(&s->asked);
}

void slot_answer(struct slot *s, const struct sfu_slot *cfg)
{
    if (cfg->n_payloads > SFU_MAX_PAYLOADS)
        return;
    s->opened = cfg->n_payloads > 0;
    s->cfg.n_payloads = cfg->n_payloads;
    memcpy(s->cfg.payloads, cfg->payloads, sizeof(s->cfg.payloads));
    if (cfg->rtx_ssrc == 0)
        s->cfg.rtx_ssrc = 0;
}

struct publication *slot_target(const struct slot *s)
{
    return s->next.publication ? s->next.publication : s->now.publication;
}

/* Whoever sits in a room hears its loudspeaker; a second one beside it would howl. */
static bool is_deaf(const struct slot *s)
{
    return s->cfg.media == SFU_AUDIO && (s->down->transport->peer->may & SFU_DEAF) != 0;
}

static bool usable(const struct slot *s)
{
    enum sfu_codec codec = s->cfg.media == SFU_VIDEO ? SFU_VP8 : SFU_OPUS;
    return s->opened && !is_deaf(s) &&
           payload_type(s->cfg.payloads, s->cfg.n_payloads, codec) != 0xFF;
}

/* The publication of a member that flows; NULL otherwise. */
static struct publication *flowing(const struct member *m, enum sfu_source source)
{
    struct publication *p = m ? m->source[source] : NULL;
    return p && publication_flows(p) ? p : NULL;
}

/* The first usable slot of a kind takes p; false: there is none. */
static bool seat(const struct downlink *d, struct publication **want, enum sfu_slot_kind kind,
                 struct publication *p)
{
    enum sfu_media media = publication_is_video(p) ? SFU_VIDEO : SFU_AUDIO;
    for (uint8_t i = 0; i < d->n_slots; i++) {
        const struct slot *s = d->slots[i];
        if (s->cfg.kind == kind && s->cfg.media == media && usable(s) && !want[i]) {
            want[i] = p;
            return true;
        }
    }
    return false;
}

/* Who shall be in the free slots of one medium, best first. */
struct choice {
    const struct downlink *d;
    struct publication **want;
    enum sfu_source source;
    size_t cap, n;
    struct publication *chosen[SFU_MAX_SLOTS];
};

static void choose(struct choice *c, const struct member *m)
{
    const struct member *self = c->d->transport->peer->member;
    struct publication *p = flowing(m, c->source);
    if (!p || m == self || c->n >= c->cap)
        return;
    for (size_t i = 0; i < c->n; i++) {
        if (c->chosen[i] == p)
            return;
    }
    for (uint8_t i = 0; i < c->d->n_slots; i++) { /* already in a paired slot */
        if (c->want[i] == p)
            return;
    }
    c->chosen[c->n++] = p;
}

static bool is_free(const struct slot *s, enum sfu_source source)
{
    enum sfu_media media = source == SFU_MICROPHONE ? SFU_AUDIO : SFU_VIDEO;
    return s->cfg.kind == SFU_SLOT_FREE && s->cfg.media == media && usable(s);
}

static void choose_all(struct engine *e, struct choice *c, const struct room *r)
{
    const struct sfu_view *view = &c->d->transport->peer->view;
    if (c->source == SFU_CAMERA && view->pinned != 0) {
        const struct member *m = member_find(e, view->pinned);
        choose(c, m && m->room == r ? m : NULL);
    }
    for (uint8_t i = 0; i < r->ranking.n; i++) {
        const struct member *m = member_find(e, r->ranking.peers[i]);
        choose(c, m && m->room == r ? m : NULL);
    }
    for (uint8_t i = 0; i < c->d->n_slots; i++) { /* whoever is there stays before newcomers */
        const struct publication *p = slot_target(c->d->slots[i]);
        if (p && is_free(c->d->slots[i], c->source))
            choose(c, p->member);
    }
    for (const struct member *m = r->first; m && c->n < c->cap; m = m->next)
        choose(c, m);
}

/* Those who sit keep their slots; the others take what is left. */
static void place(struct choice *c)
{
    for (size_t k = 0; k < c->n; k++) {
        for (uint8_t i = 0; i < c->d->n_slots; i++) {
            const struct slot *s = c->d->slots[i];
            if (is_free(s, c->source) && slot_target(s) == c->chosen[k] && !c->want[i]) {
                c->want[i] = c->chosen[k];
                c->chosen[k] = NULL;
                break;
            }
        }
    }
    for (size_t k = 0; k < c->n; k++) {
        if (c->chosen[k] && !seat(c->d, c->want, SFU_SLOT_FREE, c->chosen[k]))
            return;
    }
}

static void plan_free(struct engine *e, const struct downlink *d, struct publication **want,
                      enum sfu_source source, size_t cap)
{
    struct choice c = {.d = d, .want = want, .source = source};
    for (uint8_t i = 0; i < d->n_slots; i++) {
        if (is_free(d->slots[i], source))
            c.cap++;
    }
    if (c.cap > cap)
        c.cap = cap;
    if (c.cap == 0)
        return;
    choose_all(e, &c, d->transport->peer->room);
    place(&c);
}

static const struct member *screen_of(const struct room *r, const struct member *self)
{
    const struct member *sounding = NULL;
    for (const struct member *m = r->first; m; m = m->next) {
        if (m == self)
            continue;
        if (flowing(m, SFU_SCREEN))
            return m;
        if (!sounding && flowing(m, SFU_SCREEN_AUDIO))
            sounding = m;
    }
    return sounding;
}

/* Stage and screen; returns how many videos they are. */
static size_t plan_paired(const struct downlink *d, struct publication **want)
{
    const struct peer *peer = d->transport->peer;
    const struct member *stage = room_stage(peer->room, peer->member);
    const struct member *screen = screen_of(peer->room, peer->member);
    bool cameras = !peer->view.economy && !peer->view.hidden;
    size_t videos = 0;
    struct publication *p;
    if ((p = flowing(stage, SFU_MICROPHONE)))
        (void)seat(d, want, SFU_SLOT_STAGE, p);
    if ((p = flowing(screen, SFU_SCREEN_AUDIO)))
        (void)seat(d, want, SFU_SLOT_SCREEN, p);
    if ((p = flowing(stage, SFU_CAMERA)) && cameras)
        videos += seat(d, want, SFU_SLOT_STAGE, p) ? 1U : 0U;
    if ((p = flowing(screen, SFU_SCREEN)) && !peer->view.hidden)
        videos += seat(d, want, SFU_SLOT_SCREEN, p) ? 1U : 0U;
    return videos;
}

void slot_plan(struct engine *e, const struct downlink *d, struct publication *want[SFU_MAX_SLOTS])
{
    const struct sfu_view *view = &d->transport->peer->view;
    for (unsigned i = 0; i < SFU_MAX_SLOTS; i++)
        want[i] = NULL;
    if (!d->transport->peer->member)
        return;
    size_t videos = plan_paired(d, want);
    size_t tiles = view->economy || view->hidden ? 0 : view->tiles;
    if (tiles > SLOT_MAX_VIDEOS - videos)
        tiles = SLOT_MAX_VIDEOS - videos;
    plan_free(e, d, want, SFU_MICROPHONE, SFU_MAX_SLOTS);
    plan_free(e, d, want, SFU_CAMERA, tiles);
}

void slot_assign(struct engine *e, struct downlink *d)
{
    struct publication *want[SFU_MAX_SLOTS];
    if (!d->attached)
        return;
    slot_plan(e, d, want);
    for (uint8_t i = 0; i < d->n_slots; i++) {
        struct slot *s = d->slots[i];
        struct publication *now = s->now.publication;
        if (!want[i])
            subscription_cut(e, &s->next);
        /* A former publication may go on only while it flows itself and nobody has seated it
         * elsewhere. */
        bool elsewhere = false;
        for (uint8_t k = 0; now && k < d->n_slots; k++)
            elsewhere = elsewhere || (k != i && want[k] == now);
        if (now && (!want[i] || !publication_flows(now) || elsewhere))
            subscription_cut(e, &s->now);
    }
    for (uint8_t i = 0; i < d->n_slots; i++) {
        if (want[i])
            subscription_start(e, d->slots[i], want[i]);
    }
}
