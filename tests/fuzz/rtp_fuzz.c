/* SPDX-License-Identifier: Apache-2.0
 * RTP header and extensions: views stay inside the packet, and what was read is written and read
 * back equal. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/demux.h"
#include "sfu/wire/rtp_ext.h"

static const struct rtp_ext_ids ids = {
    .mid = 1, .rid = 2, .repaired_rid = 3, .audio_level = 4, .abs_send_time = 5, .twcc = 16};

/* Adds up every byte, so that a view outside the packet is a report by ASan. */
static unsigned touch(struct bytes b)
{
    unsigned sum = 0;
    for (size_t i = 0; i < b.len; i++)
        sum += b.p[i];
    return sum;
}

static unsigned touch_all(const struct rtp *r, const struct rtp_ext *x)
{
    unsigned sum = touch(r->payload) + touch(r->ext) + touch(x->mid) + touch(x->rid);
    for (size_t i = 0; i < rtp_csrc_count(r); i++)
        sum += rtp_csrc(r, i);
    return sum + touch(x->repaired_rid);
}

static void same_ext(const struct rtp_ext *a, const struct rtp_ext *b)
{
    HOLDS(a->has == b->has && a->voice == b->voice && a->audio_level == b->audio_level);
    HOLDS(a->abs_send_time == b->abs_send_time && a->twcc_seq == b->twcc_seq);
    HOLDS(bytes_equal(a->mid, b->mid) && bytes_equal(a->rid, b->rid));
    HOLDS(bytes_equal(a->repaired_rid, b->repaired_rid));
}

static void write_and_compare(const struct rtp *r, const struct rtp_ext *x)
{
    static uint8_t block[1024];
    static uint8_t room[1 << 20];
    struct writer wb = writer_over(block, sizeof(block));
    HOLDS(rtp_ext_write(&wb, &ids, x) == E_OK);
    struct rtp_header h = {
        .marker = r->marker,
        .padded = r->padding > 0,
        .has_csrc = r->csrc.len > 0,
        .pt = r->pt,
        .seq = r->seq,
        .timestamp = r->timestamp,
        .ssrc = r->ssrc,
        .csrc = r->csrc.len > 0 ? rtp_csrc(r, 0) : 0,
        .ext_block = writer_bytes(&wb),
    };
    struct writer w = writer_over(room, sizeof(room));
    HOLDS(rtp_write_header(&w, &h) == E_OK && writer_put(&w, r->payload) == E_OK);
    HOLDS(r->padding == 0 || rtp_write_padding(&w, r->padding) == E_OK);
    struct rtp back;
    struct rtp_ext x_back;
    HOLDS(rtp_parse(&back, writer_bytes(&w)) == E_OK);
    HOLDS(back.marker == r->marker && back.pt == r->pt && back.seq == r->seq);
    HOLDS(back.timestamp == r->timestamp && back.ssrc == r->ssrc && back.padding == r->padding);
    HOLDS(bytes_equal(back.payload, r->payload));
    HOLDS(rtp_ext_read(&x_back, &back, &ids) == E_OK);
    same_ext(&x_back, x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes packet = bytes_of(data, size);
    struct rtp r;
    struct rtp clear;
    struct rtp_ext x = {0};
    (void)demux(packet);
    enum err e = rtp_parse(&r, packet);
    enum err e_clear = rtp_parse_header(&clear, packet);
    HOLDS(e != E_OK || e_clear == E_OK);
    if (e != E_OK)
        return 0;
    HOLDS(r.header_len + r.payload.len + r.padding == size);
    HOLDS(clear.header_len == r.header_len);
    volatile unsigned sum = touch_all(&r, &x);
    if (size < 65536 && rtp_ext_read(&x, &r, &ids) == E_OK) {
        sum += touch_all(&r, &x);
        write_and_compare(&r, &x);
    }
    (void)sum;
    return 0;
}
