/* SPDX-License-Identifier: Apache-2.0
 * Decides when a simulated person checks, shakes hands and reports, and looks at what arrives. */
#include "tests/sim/person.h"

#include "sfu/wire/red.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_fb.h"
#include "sfu/wire/rtp_ext.h"
#include "sfu/wire/rtx.h"
#include "tests/sim/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_FAST = 50000, CHECK_SLOW = 2650000, TICK = 10000, REPORT = 1000000 };

void person_mistake(struct person *p, const char *what)
{
    p->mistakes++;
    p->mistake = what;
    if (getenv("SIM_VERBOSE"))
        fprintf(stderr, "%lld person %u: %s\n", (long long)p->lesson->now, p->id, what);
}

static void init_connection(struct connection *c, struct person *p, uint32_t transport,
                            uint16_t port)
{
    uint8_t server[4] = {192, 0, 2, 1}, client[4] = {198, 51, 100, (uint8_t)p->id};
    c->transport = transport;
    c->state = 0xFF;
    c->path = (struct path){.local = addr_v4(server, 5000), .remote = addr_v4(client, port)};
    snprintf(c->ice.ufrag, sizeof(c->ice.ufrag), "%c%uu%u", (char)('A' + p->worker), p->id,
             transport);
    snprintf(c->ice.pwd, sizeof(c->ice.pwd), "password-of-%u-%010u", p->id, transport);
    memset(c->fingerprint, (int)transport, sizeof(c->fingerprint));
}

void person_init(struct person *p, struct lesson *l, uint32_t id, unsigned worker, uint32_t sources)
{
    memset(p, 0, sizeof(*p));
    p->lesson = l;
    p->id = id;
    p->worker = worker;
    p->here = true;
    p->sends_rtx = true;
    p->next_tick = l->now;
    p->next_report = l->now + REPORT / 2;
    init_connection(&p->receive, p, id * 10 + 1, (uint16_t)(10000 + 2 * id));
    init_connection(&p->send, p, id * 10 + 2, (uint16_t)(10001 + 2 * id));
    for (unsigned i = 0; i < N_SFU_SOURCE; i++) {
        struct source *s = &p->sources[i];
        s->has = (sources >> i & 1U) != 0;
        s->publication = 1000 + id * 10 + i;
        s->ssrc = 0x10000000U + id * 100 + i;
        s->rtx_ssrc = 0x20000000U + id * 100 + i;
        s->seq = (uint16_t)(id * 4099 + i * 977);
        s->ts = id * 77777;
        s->keyframe_wanted = true;
        s->level = 30;
        s->packets_a_frame = 3;
        s->picture_id = (uint16_t)(id * 321);
    }
}

void person_send_sealed(struct person *p, struct connection *c, uint8_t *b, size_t len)
{
    lesson_to_server(p->lesson, &c->path, bytes_of(b, plain_seal(b, len, c->fingerprint)));
}

static void shake(struct person *p, struct connection *c)
{
    uint8_t b[128];
    if (!c->open || p->lesson->now < c->next_check)
        return;
    size_t n = plain_check(b, c->ice.ufrag, c->ice.pwd, c->checked);
    lesson_to_server(p->lesson, &c->path, bytes_of(b, n));
    if (c->checked && !c->up) {
        n = plain_hello(b, c->fingerprint);
        lesson_to_server(p->lesson, &c->path, bytes_of(b, n));
    }
    c->next_check = p->lesson->now + (c->up ? CHECK_SLOW : CHECK_FAST);
}

static void repair(struct person *p, uint8_t i)
{
    uint8_t b[400];
    uint16_t seqs[64];
    struct sight *s = &p->sights[i];
    struct writer w = writer_over(b, 300);
    size_t n = s->video ? sight_nacks(s, p->lesson->now, seqs, 64) : 0;
    for (size_t k = n; k > 0; k--) { /* one at a time: the order does not matter then */
        if (rtcp_nack_write(&w, 1, p->slots[i].ssrc, &seqs[k - 1], 1) != E_OK)
            break;
    }
    if (w.len > 0)
        person_send_sealed(p, &p->receive, b, w.len);
    if (!sight_is_stuck(s, p->lesson->now))
        return;
    struct rtcp_pli pli = {.sender_ssrc = 1, .media_ssrc = p->slots[i].ssrc};
    w = writer_over(b, 300);
    if (rtcp_pli_write(&w, &pli) == E_OK)
        person_send_sealed(p, &p->receive, b, w.len);
}

static void report(struct person *p)
{
    uint8_t b[900];
    struct writer w = writer_over(b, 800);
    struct rtcp_report reports[PERSON_SLOTS];
    size_t n = 0;
    for (uint8_t i = 0; i < p->n_slots; i++) {
        const struct sight *s = &p->sights[i];
        if (s->received == 0)
            continue;
        usec since = p->lesson->now - s->sr_at;
        reports[n++] =
            (struct rtcp_report){.ssrc = p->slots[i].ssrc,
                                 .highest_seq = (uint32_t)s->seq.highest_ext,
                                 .lsr = s->lsr,
                                 .dlsr = s->lsr ? (uint32_t)(since * 65536 / 1000000) : 0};
    }
    if (n > 0 && rtcp_rr_write(&w, 1, reports, n) == E_OK)
        person_send_sealed(p, &p->receive, b, w.len);
}

void person_pester(struct person *p)
{
    for (uint8_t i = 0; i < p->n_slots; i++) {
        uint8_t b[200];
        uint16_t seqs[16];
        struct writer w = writer_over(b, 160);
        struct rtcp_pli pli = {.sender_ssrc = 1, .media_ssrc = p->slots[i].ssrc};
        if (p->sights[i].received < 16 || !p->sights[i].video)
            continue;
        for (uint16_t k = 0; k < 16; k++)
            seqs[k] = (uint16_t)(p->sights[i].seq.highest_ext - 15 + k);
        if (rtcp_pli_write(&w, &pli) == E_OK &&
            rtcp_nack_write(&w, 1, pli.media_ssrc, seqs, 16) == E_OK)
            person_send_sealed(p, &p->receive, b, w.len);
    }
}

usec person_deadline(const struct person *p)
{
    return p->here ? p->next_tick : USEC_NEVER;
}

void person_on_time(struct person *p)
{
    if (!p->here)
        return;
    shake(p, &p->receive);
    shake(p, &p->send);
    if (p->send.up)
        person_send_due(p);
    if (p->receive.up) {
        for (uint8_t i = 0; i < p->n_slots; i++)
            repair(p, i);
        if (p->lesson->now >= p->next_report) {
            report(p);
            p->next_report = p->lesson->now + REPORT;
        }
    }
    p->next_tick = p->lesson->now + TICK;
}

static struct sight *sight_of(struct person *p, uint32_t ssrc, bool *again)
{
    for (uint8_t i = 0; i < p->n_slots; i++) {
        *again = ssrc == p->slots[i].rtx_ssrc && ssrc != 0;
        if (*again || ssrc == p->slots[i].ssrc)
            return &p->sights[i];
    }
    return NULL;
}

/* A mid, when it is there, must be the slot's. */
static void look_at_mid(struct person *p, const struct sight *s, const struct rtp *rtp)
{
    static const struct rtp_ext_ids ids = {.mid = 1, .audio_level = 2};
    const struct sfu_slot *slot = &p->slots[s - p->sights];
    struct rtp_ext ext;
    if (rtp_ext_read(&ext, rtp, &ids) != E_OK)
        person_mistake(p, "header extension broken");
    else if ((ext.has & RTP_EXT_HAS_MID) == 0)
        p->without_mid++;
    else if (!bytes_equal(ext.mid, bytes_of(slot->mid, slot->mid_len)))
        person_mistake(p, "mid of another slot");
    else
        p->with_mid++;
}

static bool has_right_type(const struct person *p, const struct sight *s, uint8_t pt, bool again)
{
    if (s->video)
        return pt == (again ? PERSON_RTX : PERSON_VP8);
    return pt == PERSON_OPUS || (pt == PERSON_RED && !p->without_red);
}

static void on_rtp(struct person *p, uint8_t *b, size_t len)
{
    struct rtp rtp;
    struct rtx rtx;
    struct red_block primary;
    bool again;
    if (rtp_parse(&rtp, bytes_of(b, len)) != E_OK) {
        person_mistake(p, "not RTP");
        return;
    }
    struct sight *s = sight_of(p, rtp.ssrc, &again);
    if (!s) {
        person_mistake(p, "SSRC of no slot");
        return;
    }
    p->packets++;
    look_at_mid(p, s, &rtp);
    if (!has_right_type(p, s, rtp.pt, again))
        person_mistake(p, "payload type");
    if (again) {
        if (rtx_parse(&rtx, rtp.payload) != E_OK)
            return;
        p->rtx_packets++;
        rtp.seq = rtx.osn;
        rtp.payload = rtx.payload;
    } else if (rtp.pt == PERSON_RED) {
        if (red_unwrap(&primary, rtp.payload) != E_OK || primary.pt != PERSON_OPUS)
            person_mistake(p, "RED broken, or of another payload type inside");
        else
            rtp.payload = primary.data;
    }
    const char *wrong = sight_on_packet(s, p->lesson->now, &rtp);
    if (wrong)
        person_mistake(p, wrong);
}

static void on_sender_reports(struct person *p, struct bytes compound)
{
    struct rtcp_iter it;
    struct rtcp packet;
    struct rtcp_sr sr;
    struct rtcp_reports reports;
    bool again;
    if (rtcp_iter_init(&it, compound, true) != E_OK) {
        person_mistake(p, "broken RTCP");
        return;
    }
    while (rtcp_next(&it, &packet)) {
        if (packet.pt != RTCP_SR || rtcp_sr_parse(&sr, &reports, &packet) != E_OK)
            continue;
        struct sight *s = sight_of(p, sr.ssrc, &again);
        p->sender_reports++;
        if (s) {
            s->lsr = (uint32_t)(sr.ntp >> 16);
            s->sr_at = p->lesson->now;
        }
    }
}

static void on_sealed(struct person *p, struct connection *c, uint8_t *b, size_t len)
{
    bool rtcp = b[1] >= 192 && b[1] <= 223; /* RFC 5761 §4 */
    if (!plain_open(b, &len, c->fingerprint)) {
        person_mistake(p, "seal broken");
        return;
    }
    if (c == &p->send)
        person_on_feedback(p, bytes_of(b, len));
    else if (rtcp)
        on_sender_reports(p, bytes_of(b, len));
    else
        on_rtp(p, b, len);
}

void person_on_datagram(struct person *p, struct connection *c, uint8_t *b, size_t len)
{
    if (!p->here || len < 2)
        return;
    if (c->up && c->heard && p->lesson->now - c->heard > c->longest)
        c->longest = p->lesson->now - c->heard;
    if (b[0] == 1) {
        c->checked = true;
        return;
    }
    if (b[0] == 22) {
        c->up = true;
        return;
    }
    c->heard = p->lesson->now;
    if (b[0] >= 128 && b[0] <= 191)
        on_sealed(p, c, b, len);
    else
        person_mistake(p, "unknown datagram");
}

void person_on_event(struct person *p, const struct sfu_event *event)
{
    if (event->kind == SFU_TRANSPORT_STATE) {
        struct connection *c =
            event->transport.transport == p->send.transport ? &p->send : &p->receive;
        c->state = event->transport.state;
    } else if (event->kind == SFU_FLOOD) {
        p->floods++;
    } else if (event->kind == SFU_SLOTS) {
        for (uint8_t i = 0; i < event->slots.n; i++)
            p->filled[event->slots.change[i].slot] = event->slots.change[i];
    }
}

uint32_t person_sees(const struct person *p, enum sfu_slot_kind kind, enum sfu_media media)
{
    for (uint8_t i = 0; i < p->n_slots; i++) {
        if (p->slots[i].kind == kind && p->slots[i].media == media)
            return p->filled[i].publication;
    }
    return 0;
}

struct sight *person_sight(struct person *p, uint32_t publication)
{
    for (uint8_t i = 0; i < p->n_slots; i++) {
        if (p->filled[i].publication == publication)
            return &p->sights[i];
    }
    return NULL;
}
