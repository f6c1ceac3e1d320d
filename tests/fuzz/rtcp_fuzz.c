/* SPDX-License-Identifier: Apache-2.0
 * RTCP compounds with every packet type and feedback message: reading stays inside, writing reads
 * back equal. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/rtcp_fb.h"
#include "sfu/wire/twcc.h"

static uint8_t room[1 << 19];

static struct rtcp reread(const struct writer *w)
{
    struct rtcp_iter it;
    struct rtcp p = {0};
    HOLDS(rtcp_iter_init(&it, writer_bytes(w), true) == E_OK);
    HOLDS(rtcp_next(&it, &p));
    return p;
}

static size_t copy_reports(struct rtcp_report out[RTCP_MAX_COUNT], const struct rtcp_reports *in)
{
    size_t n = rtcp_report_count(in);
    for (size_t i = 0; i < n; i++)
        out[i] = rtcp_report_at(in, i);
    return n;
}

static void try_reports(const struct rtcp *p)
{
    struct rtcp_sr sr;
    struct rtcp_sr sr_back;
    struct rtcp_reports reports;
    struct rtcp_reports back;
    struct rtcp_report blocks[RTCP_MAX_COUNT];
    uint32_t ssrc;
    struct writer w = writer_over(room, sizeof(room));
    if (rtcp_sr_parse(&sr, &reports, p) == E_OK) {
        HOLDS(rtcp_sr_write(&w, &sr, blocks, copy_reports(blocks, &reports)) == E_OK);
        struct rtcp q = reread(&w);
        HOLDS(rtcp_sr_parse(&sr_back, &back, &q) == E_OK);
        HOLDS(sr_back.ntp == sr.ntp && sr_back.octets == sr.octets);
        HOLDS(bytes_equal(back.blocks, reports.blocks));
    } else if (rtcp_rr_parse(&ssrc, &reports, p) == E_OK) {
        HOLDS(rtcp_rr_write(&w, ssrc, blocks, copy_reports(blocks, &reports)) == E_OK);
        struct rtcp q = reread(&w);
        HOLDS(rtcp_rr_parse(&ssrc, &back, &q) == E_OK);
        HOLDS(bytes_equal(back.blocks, reports.blocks));
    }
}

static void try_names(const struct rtcp *p)
{
    struct rtcp_cname cname;
    struct rtcp_cname cname_back;
    struct rtcp_bye bye;
    struct rtcp_bye bye_back;
    struct writer w = writer_over(room, sizeof(room));
    if (rtcp_sdes_parse(&cname, p) == E_OK) {
        HOLDS(rtcp_sdes_write(&w, &cname) == E_OK);
        struct rtcp q = reread(&w);
        HOLDS(rtcp_sdes_parse(&cname_back, &q) == E_OK && cname_back.ssrc == cname.ssrc);
        HOLDS(bytes_equal(cname_back.cname, cname.cname));
    }
    if (rtcp_bye_parse(&bye, p) == E_OK) {
        uint32_t ssrcs[RTCP_MAX_COUNT];
        for (size_t i = 0; i < bye.ssrcs.len / 4; i++)
            ssrcs[i] = be32(bye.ssrcs.p + 4 * i);
        HOLDS(rtcp_bye_write(&w, ssrcs, bye.ssrcs.len / 4, bye.reason) == E_OK);
        struct rtcp q = reread(&w);
        HOLDS(rtcp_bye_parse(&bye_back, &q) == E_OK);
        HOLDS(bytes_equal(bye_back.ssrcs, bye.ssrcs) && bytes_equal(bye_back.reason, bye.reason));
    }
}

/* What is asked for is written again when it ascends, as ours always does. */
static void try_nack(const struct rtcp *p)
{
    static uint16_t seqs[4096];
    static uint16_t back[4096];
    struct rtcp_nack nack;
    if (rtcp_nack_parse(&nack, p) != E_OK)
        return;
    size_t n = rtcp_nack_seqs(&nack, seqs, 4096);
    struct writer w = writer_over(room, sizeof(room));
    if (rtcp_nack_write(&w, nack.sender_ssrc, nack.media_ssrc, seqs, n) != E_OK)
        return;
    struct rtcp q = reread(&w);
    HOLDS(rtcp_nack_parse(&nack, &q) == E_OK);
    HOLDS(rtcp_nack_seqs(&nack, back, 4096) == n && memcmp(seqs, back, n * 2) == 0);
}

static void try_keyframe_requests(const struct rtcp *p)
{
    struct rtcp_pli pli;
    struct rtcp_fir fir;
    struct rtcp_fir fir_back;
    struct writer w = writer_over(room, sizeof(room));
    if (rtcp_pli_parse(&pli, p) == E_OK) {
        HOLDS(rtcp_pli_write(&w, &pli) == E_OK);
        struct rtcp q = reread(&w);
        HOLDS(rtcp_pli_parse(&pli, &q) == E_OK);
    }
    if (rtcp_fir_parse(&fir, p) == E_OK && rtcp_fir_count(&fir) <= 255) {
        struct rtcp_fir_entry entries[255];
        size_t n = rtcp_fir_count(&fir);
        for (size_t i = 0; i < n; i++)
            entries[i] = rtcp_fir_at(&fir, i);
        HOLDS(rtcp_fir_write(&w, fir.sender_ssrc, entries, n) == E_OK);
        struct rtcp q = reread(&w);
        HOLDS(rtcp_fir_parse(&fir_back, &q) == E_OK && rtcp_fir_count(&fir_back) == n);
        HOLDS(rtcp_fir_at(&fir_back, n - 1).seq == entries[n - 1].seq);
    }
}

static void try_remb(const struct rtcp *p)
{
    struct rtcp_remb remb;
    struct rtcp_remb back;
    uint32_t ssrcs[255];
    if (rtcp_remb_parse(&remb, p) != E_OK)
        return;
    size_t n = remb.ssrcs.len / 4;
    for (size_t i = 0; i < n; i++)
        ssrcs[i] = be32(remb.ssrcs.p + 4 * i);
    struct writer w = writer_over(room, sizeof(room));
    HOLDS(rtcp_remb_write(&w, remb.sender_ssrc, remb.bps, ssrcs, n) == E_OK);
    struct rtcp q = reread(&w);
    HOLDS(rtcp_remb_parse(&back, &q) == E_OK);
    HOLDS(back.bps == remb.bps && bytes_equal(back.ssrcs, remb.ssrcs));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtcp_iter it;
    struct rtcp p;
    if (rtcp_iter_init(&it, bytes_of(data, size), true) != E_OK)
        return 0;
    size_t packets = 0;
    while (rtcp_next(&it, &p)) {
        packets++;
        HOLDS(p.body.len == 0 || (p.body.p >= data && p.body.p + p.body.len <= data + size));
        try_reports(&p);
        try_names(&p);
        try_nack(&p);
        try_keyframe_requests(&p);
        try_remb(&p);
    }
    HOLDS(packets > 0 && it.left.len == 0);
    return 0;
}
