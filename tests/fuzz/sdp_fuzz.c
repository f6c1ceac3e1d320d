/* SPDX-License-Identifier: Apache-2.0
 * Bytes of a stranger as an answer and as an offer; an offer that is taken is answered, and our
 * answer must again be SDP of ours: no line of theirs may break out of a field. */
#include "tests/fuzz/replay.h"

#include "signaling/sdp.h"

#include <stdlib.h>

static char text[SDP_OUT_MAX];

/* Names the first lines that fit, as a page would. */
static size_t name_tracks(struct note_track tracks[N_SFU_SOURCE], const struct sdp_send_offer *o)
{
    static const uint8_t order[2][2] = {{SFU_MICROPHONE, SFU_SCREEN_AUDIO},
                                        {SFU_CAMERA, SFU_SCREEN}};
    size_t used[2] = {0, 0}, n = 0;
    for (size_t i = 0; i < o->n_lines; i++) {
        const struct sdp_line *l = &o->lines[i];
        if (!l->sends || l->n_payloads == 0 || used[l->media] == 2)
            continue;
        tracks[n] = (struct note_track){.source = order[l->media][used[l->media]++],
                                        .mid_len = l->mid_len,
                                        .publication = (uint32_t)i + 1};
        memcpy(tracks[n++].mid, l->mid, l->mid_len);
    }
    return n;
}

static void as_offer(struct bytes data)
{
    static const uint8_t fingerprint[SFU_FINGERPRINT];
    static const struct sfu_ice ice = {.ufrag = "Aufrag", .pwd = "0123456789abcdefghijklmn"};
    static struct sdp_send_offer offer;
    struct note_track tracks[N_SFU_SOURCE];
    struct sfu_send_open open = {.transport = 1};
    if (sdp_parse_send_offer(&offer, data) != E_OK)
        return;
    if (sdp_send_open(&open, &offer, tracks, name_tracks(tracks, &offer)) != E_OK)
        abort();
    const struct sdp_ours ours = {.ice = &ice, .fingerprint = fingerprint};
    struct writer w = writer_over(text, sizeof(text));
    if (sdp_write_answer(&w, &ours, &offer, &open, ROLE_LEARNER) != E_OK)
        abort();
    for (size_t i = 0, start = 0; i < w.len; i++) {
        if (text[i] != '\n')
            continue;
        if (i < start + 3 || text[start + 1] != '=' || text[i - 1] != '\r')
            abort();
        start = i + 1;
    }
}

static void as_answer(struct bytes data)
{
    struct sfu_receive_open open = {.transport = 1};
    static struct sfu_receive_answer answer;
    sdp_receive_slots(&open, FORM_DESKTOP, 1000);
    if (sdp_parse_answer(&answer, data, &open) != E_OK)
        return;
    for (size_t i = 0; i < answer.n_slots; i++) {
        if (answer.slots[i].n_payloads > open.slots[i].n_payloads)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    as_offer(bytes_of(data, len));
    as_answer(bytes_of(data, len));
    return 0;
}
