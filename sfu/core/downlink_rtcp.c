/* SPDX-License-Identifier: Apache-2.0
 * Decides what a receiver is told about time and life, and answers what it misses: sender reports
 * on the server's clock, a sign of life, repair, keyframes. Only SSRCs that are really sent to it
 * count (T8). */
#include "sfu/core/downlink.h"

#include "sfu/core/forward.h"
#include "sfu/core/world.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_fb.h"

enum {
    RTCP_ROOM = 1160 /* bytes of one compound before its trailer, within the MTU of 1200 */
};

static const char cname[] = "amphi"; /* one clock behind all slots: RFC 3550 §6.5.1 */

static struct slot *slot_of(const struct downlink *d, uint32_t ssrc)
{
    for (uint8_t i = 0; i < d->n_slots; i++) {
        if (d->slots[i]->cfg.ssrc == ssrc)
            return d->slots[i];
    }
    return NULL;
}

static void on_reports(struct engine *e, struct downlink *d, const struct rtcp_reports *reports)
{
    for (size_t i = 0; i < rtcp_report_count(reports); i++) {
        struct rtcp_report r = rtcp_report_at(reports, i);
        struct slot *s = slot_of(d, r.ssrc);
        usec rtt;
        if (!s)
            continue;
        s->confirmed = true;
        if (report_rtt(e->now, r.lsr, r.dlsr, &rtt))
            rtt_on_sample(&d->rtt, rtt);
    }
}

static void on_nack(struct engine *e, struct downlink *d, const struct rtcp *packet)
{
    struct rtcp_nack nack;
    uint16_t seqs[DOWNLINK_NACK_MAX];
    if (rtcp_nack_parse(&nack, packet) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    struct slot *s = slot_of(d, nack.media_ssrc);
    size_t n = s ? rtcp_nack_seqs(&nack, seqs, DOWNLINK_NACK_MAX) : 0;
    e->stats.nack_in += n;
    for (size_t i = 0; i < n; i++)
        (void)forward_again(e, s, seqs[i]);
}

static void want_keyframe(struct engine *e, struct downlink *d, uint32_t ssrc)
{
    struct slot *s = slot_of(d, ssrc);
    if (!s || s->cfg.media != SFU_VIDEO || !s->now.publication)
        return;
    e->stats.keyframe_in++;
    publication_want_keyframe(e, s->now.publication);
}

static void on_feedback(struct engine *e, struct downlink *d, const struct rtcp *packet)
{
    struct rtcp_pli pli;
    struct rtcp_fir fir;
    switch (rtcp_fb_kind(packet)) {
    case RTCP_FB_NACK: on_nack(e, d, packet); break;
    case RTCP_FB_PLI:
        if (rtcp_pli_parse(&pli, packet) == E_OK)
            want_keyframe(e, d, pli.media_ssrc);
        break;
    case RTCP_FB_FIR:
        if (rtcp_fir_parse(&fir, packet) != E_OK)
            break;
        for (size_t i = 0; i < rtcp_fir_count(&fir) && i < SFU_MAX_SLOTS; i++)
            want_keyframe(e, d, rtcp_fir_at(&fir, i).ssrc);
        break;
    case RTCP_FB_OTHER:
    case RTCP_FB_REMB:
    case RTCP_FB_TWCC: break;
    }
}

void downlink_on_rtcp(struct engine *e, struct downlink *d, struct bytes compound)
{
    struct rtcp_iter it;
    struct rtcp packet;
    struct rtcp_sr sr;
    struct rtcp_reports reports;
    uint32_t sender;
    if (rtcp_iter_init(&it, compound, true) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    while (rtcp_next(&it, &packet)) {
        if (rtcp_rr_parse(&sender, &reports, &packet) == E_OK ||
            rtcp_sr_parse(&sr, &reports, &packet) == E_OK)
            on_reports(e, d, &reports);
        else if (packet.pt == RTCP_RTPFB || packet.pt == RTCP_PSFB)
            on_feedback(e, d, &packet);
    }
}

/* One slot's sender report with its name, whole or not at all. */
static bool write_report(struct slot *s, usec now, struct writer *w)
{
    struct rtcp_sr sr;
    size_t before = w->len;
    if (w->cap - w->len < 64) /* 28 of report, 8 + 2 + 5 of name, rounded up */
        return false;
    if (!report_out_poll(&s->report, now, &sr))
        return true;
    struct rtcp_cname name = {.ssrc = sr.ssrc, .cname = bytes_of(cname, sizeof(cname) - 1)};
    if (rtcp_sr_write(w, &sr, NULL, 0) != E_OK || rtcp_sdes_write(w, &name) != E_OK)
        w->len = before;
    return true;
}

void downlink_on_time(struct engine *e, struct downlink *d)
{
    uint8_t *at = outbox_reserve(&e->out, RTCP_ROOM + TRANSPORT_TRAILER, OUTBOX_CONTROL);
    if (!at) {
        e->stats.drop_full++;
        return;
    }
    struct writer w = writer_over(at, RTCP_ROOM);
    for (uint8_t i = 0; i < d->n_slots; i++) {
        struct slot *s = d->slots[i];
        if (s->now.publication && report_out_deadline(&s->report) <= e->now &&
            !write_report(s, e->now, &w))
            break; /* the rest at once, in the next compound: its deadline is still due */
    }
    if (w.len == 0 && e->now >= d->transport->sent_at + DOWNLINK_ALIVE_US &&
        rtcp_rr_write(&w, d->ssrc, NULL, 0) != E_OK)
        return;
    if (w.len > 0)
        (void)transport_send_rtcp(e, d->transport, at, w.len);
}

usec downlink_deadline(const struct downlink *d)
{
    usec at = d->transport->sent_at + DOWNLINK_ALIVE_US;
    for (uint8_t i = 0; i < d->n_slots; i++) {
        const struct slot *s = d->slots[i];
        usec due = s->now.publication ? report_out_deadline(&s->report) : USEC_NEVER;
        at = due < at ? due : at;
    }
    return at;
}
