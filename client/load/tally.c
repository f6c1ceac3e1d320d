/* SPDX-License-Identifier: Apache-2.0
 * A gap is a sequence number below the highest seen that never came: the server's fault on a
 * network without loss. */
#include "client/load/tally.h"

#include <string.h>

static const uint8_t mark[8] = {0xa3, 'a', 'm', 'p', 'h', 'i', '1', 0x5c};

void latency_add(struct latency *l, usec took)
{
    const usec i = took < 0 ? 0 : took / LATENCY_STEP;
    l->cell[i < LATENCY_CELLS ? i : LATENCY_CELLS - 1]++;
    l->count++;
}

usec latency_at(const struct latency *l, double share)
{
    const double wanted = share * (double)l->count;
    uint64_t seen = 0;
    for (int i = 0; i < LATENCY_CELLS && l->count > 0; i++) {
        seen += l->cell[i];
        if ((double)seen >= wanted)
            return (usec)(i + 1) * LATENCY_STEP;
    }
    return 0;
}

static struct stream_in *stream_of(struct tally *t, uint32_t ssrc, uint8_t pt, uint16_t seq)
{
    for (unsigned i = 0; i < t->n_in; i++)
        if (t->in[i].ssrc == ssrc)
            return &t->in[i];
    if (t->n_in == TALLY_STREAMS || (pt != PT_OPUS && pt != PT_VP8))
        return NULL;
    struct stream_in *s = &t->in[t->n_in++];
    *s = (struct stream_in){.ssrc = ssrc, .video = pt == PT_VP8};
    (void)seq_unwrap(&s->seq, seq);
    s->from_ext = s->first_ext = s->seq.highest_ext - 1;
    return s;
}

bool tally_on_header(struct tally *t, const uint8_t *p, size_t len)
{
    if (len < 12) /* RFC 3550 §5.1 */
        return false;
    const uint16_t seq = be16(p + 2);
    struct stream_in *s = stream_of(t, be32(p + 8), p[1] & 0x7f, seq);
    if (!s)
        return false;
    s->ever++;
    if (seq_unwrap(&s->seq, seq) > s->from_ext)
        s->received++;
    return true;
}

void tally_mark(struct tally *t)
{
    for (unsigned i = 0; i < t->n_in; i++) {
        t->in[i].from_ext = t->in[i].seq.highest_ext;
        t->in[i].received = 0;
    }
}

void tally_add(const struct tally *t, struct media_counts *to)
{
    for (unsigned i = 0; i < t->n_in; i++) {
        const struct stream_in *s = &t->in[i];
        const uint64_t expected = s->seq.highest_ext - s->from_ext;
        to->received += s->received;
        to->expected += expected;
        to->audio_expected += s->video ? 0 : expected;
        *(s->video ? &to->video : &to->audio) += s->received;
    }
}

unsigned tally_report(const struct tally *t, struct rtcp_report out[TALLY_STREAMS])
{
    for (unsigned i = 0; i < t->n_in; i++) {
        const struct stream_in *s = &t->in[i];
        const uint64_t expected = s->seq.highest_ext - s->first_ext;
        out[i] =
            (struct rtcp_report){.ssrc = s->ssrc,
                                 .lost = expected > s->ever ? (int32_t)(expected - s->ever) : 0,
                                 .highest_seq = (uint32_t)s->seq.highest_ext};
    }
    return t->n_in;
}

void stamp_write(uint8_t *payload, size_t len, usec now)
{
    if (len < TALLY_STAMP)
        return;
    memcpy(payload + len - TALLY_STAMP, mark, sizeof(mark));
    put_be32(payload + len - 8, (uint32_t)((uint64_t)now >> 32));
    put_be32(payload + len - 4, (uint32_t)now);
}

bool stamp_read(struct bytes payload, usec *sent)
{
    if (payload.len < TALLY_STAMP ||
        memcmp(payload.p + payload.len - TALLY_STAMP, mark, sizeof(mark)) != 0)
        return false;
    const uint8_t *at = payload.p + payload.len - 8;
    *sent = (usec)((uint64_t)be32(at) << 32 | be32(at + 4));
    return true;
}
