/* SPDX-License-Identifier: Apache-2.0
 * Decides what we tell a sender and when: reports, missing packets, keyframes wanted, arrival
 * times; and reads its sender reports. Reduced-size packets are allowed (RFC 5506 §3). */
#include "sfu/core/uplink.h"

#include "sfu/core/world.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_fb.h"
#include "sfu/wire/twcc.h"

enum {
    RTCP_ROOM = 1160 /* bytes of one compound before its trailer, within the MTU of 1200 */
};

static struct track *track_of(struct uplink *u, uint32_t ssrc)
{
    const struct ssrc_binding *b = ssrc_table_find(&u->ssrcs, ssrc);
    return b && !b->is_rtx && b->track < u->n_tracks ? &u->tracks[b->track] : NULL;
}

void uplink_on_rtcp(struct engine *e, struct uplink *u, struct bytes compound)
{
    struct rtcp_iter it;
    struct rtcp packet;
    struct rtcp_sr sr;
    struct rtcp_reports reports;
    if (rtcp_iter_init(&it, compound, true) != E_OK) {
        e->stats.drop_malformed++;
        return;
    }
    while (rtcp_next(&it, &packet)) {
        if (packet.pt != RTCP_SR || rtcp_sr_parse(&sr, &reports, &packet) != E_OK)
            continue;
        struct track *k = track_of(u, sr.ssrc);
        if (!k)
            continue;
        clock_offset_on_sr(&u->offset, e->now, sr.ntp);
        clock_map_on_sr(&k->clock, &u->offset, e->now, sr.ntp, sr.rtp_timestamp);
        report_in_on_sr(&k->report, e->now, sr.ntp);
    }
}

/* Round trip as the same person's receive connection measured it: nothing of ours is reported on
 * here. */
static usec rtt_of(const struct uplink *u)
{
    const struct transport *receive = u->transport->peer->receive;
    return receive ? rtt_get(&receive->down->rtt, DOWNLINK_RTT_US) : DOWNLINK_RTT_US;
}

static void write_reports(struct engine *e, struct uplink *u, struct writer *w)
{
    struct rtcp_report reports[SFU_MAX_TRACKS];
    size_t n = 0;
    for (uint8_t i = 0; i < u->n_tracks; i++) {
        struct track *k = &u->tracks[i];
        if (report_in_deadline(&k->report) <= e->now &&
            report_in_take(&k->report, e->now, &reports[n]))
            n++;
    }
    if (n > 0 && rtcp_rr_write(w, u->ssrc, reports, n) != E_OK)
        e->stats.drop_full++;
}

static void write_nack(struct engine *e, struct uplink *u, struct track *k, struct writer *w)
{
    uint64_t missing[UPLINK_NACK_BATCH];
    uint16_t seqs[UPLINK_NACK_BATCH];
    size_t n = nack_poll(&k->nack, e->now, rtt_of(u), missing, UPLINK_NACK_BATCH);
    for (size_t i = 0; i < n; i++)
        seqs[i] = (uint16_t)missing[i];
    if (n == 0)
        return;
    if (rtcp_nack_write(w, u->ssrc, k->report.ssrc, seqs, n) == E_OK)
        e->stats.nack_out += n;
}

static void write_feedback(struct engine *e, struct uplink *u, struct writer *w)
{
    for (uint8_t i = 0; i < u->n_tracks; i++) {
        struct track *k = &u->tracks[i];
        if (k->cfg.source != SFU_CAMERA && k->cfg.source != SFU_SCREEN)
            continue;
        if (k->on && nack_deadline(&k->nack) <= e->now)
            write_nack(e, u, k, w);
        struct rtcp_pli pli = {.sender_ssrc = u->ssrc, .media_ssrc = k->report.ssrc};
        if (k->pli_owed && k->report.ssrc != 0 && rtcp_pli_write(w, &pli) == E_OK) {
            k->pli_owed = false;
            e->stats.keyframe_out++;
        }
    }
}

static void send(struct engine *e, struct uplink *u, const struct writer *w)
{
    if (w->len > 0)
        (void)transport_send_rtcp(e, u->transport, w->p, w->len);
}

/* One message of arrival times; false: there was no more. */
static bool send_arrivals(struct engine *e, struct uplink *u)
{
    struct twcc_recv_feedback f;
    if (!twcc_recv_poll(&u->twcc, e->now, &f))
        return false;
    uint8_t *at = outbox_reserve(&e->out, TRANSPORT_MTU, OUTBOX_CONTROL);
    if (!at)
        return true;
    struct writer w = writer_over(at, TRANSPORT_MTU - TRANSPORT_TRAILER);
    struct twcc_head head = {.sender_ssrc = u->ssrc,
                             .media_ssrc = u->tracks[0].report.ssrc,
                             .base_ext = f.base_ext,
                             .feedback_count = f.feedback_count};
    size_t used;
    if (twcc_write(&w, &head, f.received, f.n, &used) == E_OK)
        send(e, u, &w);
    return true;
}

void uplink_on_time(struct engine *e, struct uplink *u)
{
    uint8_t *at = outbox_reserve(&e->out, RTCP_ROOM + TRANSPORT_TRAILER, OUTBOX_CONTROL);
    if (!at) {
        e->stats.drop_full++;
        return;
    }
    struct writer w = writer_over(at, RTCP_ROOM);
    write_reports(e, u, &w);
    write_feedback(e, u, &w);
    send(e, u, &w);
    while (twcc_recv_deadline(&u->twcc) <= e->now && send_arrivals(e, u)) {
    }
}

usec uplink_deadline(const struct uplink *u)
{
    usec at = twcc_recv_deadline(&u->twcc);
    for (uint8_t i = 0; i < u->n_tracks; i++) {
        const struct track *k = &u->tracks[i];
        usec due = report_in_deadline(&k->report);
        bool video = k->cfg.source == SFU_CAMERA || k->cfg.source == SFU_SCREEN;
        if (video && k->on && nack_deadline(&k->nack) < due)
            due = nack_deadline(&k->nack);
        if (k->pli_owed && k->report.ssrc != 0)
            due = 0;
        at = due < at ? due : at;
    }
    return at;
}

void uplink_ask_keyframe(struct engine *e, struct publication *p)
{
    p->track->pli_owed = true;
    if (transport_is_ready(p->transport))
        uplink_on_time(e, p->transport->up);
    transport_schedule(e, p->transport);
}
