/* SPDX-License-Identifier: Apache-2.0
 * Decides the numbers of our side: m-lines of a receive connection, and which m-line of a send
 * connection carries which source. Text is read in sdp_read.c and written in sdp_write.c. */
#include "signaling/sdp.h"

#include <string.h>

/* Our payload types and extension ids: those of Chromium's offers, so that logs of both sides read
 * alike. */
enum { PT_OPUS = 111, PT_RED = 63, PT_VP8 = 96, PT_RTX = 97 };
enum { ID_AUDIO_LEVEL = 1, ID_ABS_SEND_TIME = 2, ID_TWCC = 3, ID_MID = 4 };

static void add_slot(struct sfu_receive_open *open, enum sfu_slot_kind kind, enum sfu_media media,
                     uint32_t *ssrc)
{
    struct sfu_slot *s = &open->slots[open->n_slots];
    *s = (struct sfu_slot){.kind = (uint8_t)kind, .media = (uint8_t)media, .ssrc = (*ssrc)++};
    if (open->n_slots >= 10)
        s->mid[s->mid_len++] = (char)('0' + open->n_slots / 10);
    s->mid[s->mid_len++] = (char)('0' + open->n_slots % 10);
    if (media == SFU_AUDIO) {
        s->payloads[0] = (struct sfu_payload){.pt = PT_OPUS, .codec = SFU_OPUS};
        s->payloads[1] = (struct sfu_payload){.pt = PT_RED, .codec = SFU_RED, .apt = PT_OPUS};
    } else {
        s->rtx_ssrc = (*ssrc)++;
        s->payloads[0] = (struct sfu_payload){.pt = PT_VP8, .codec = SFU_VP8};
        s->payloads[1] = (struct sfu_payload){.pt = PT_RTX, .codec = SFU_RTX, .apt = PT_VP8};
    }
    s->n_payloads = 2;
    open->n_slots++;
}

void sdp_receive_slots(struct sfu_receive_open *open, enum form form, uint32_t first_ssrc)
{
    uint32_t ssrc = first_ssrc != 0 ? first_ssrc : 1; /* 0 means none in sfu.h */
    open->n_slots = 0;
    open->extensions = (struct sfu_extensions){.mid = ID_MID,
                                               .audio_level = ID_AUDIO_LEVEL,
                                               .abs_send_time = ID_ABS_SEND_TIME,
                                               .twcc = ID_TWCC};
    add_slot(open, SFU_SLOT_STAGE, SFU_AUDIO, &ssrc);
    add_slot(open, SFU_SLOT_STAGE, SFU_VIDEO, &ssrc);
    add_slot(open, SFU_SLOT_SCREEN, SFU_AUDIO, &ssrc);
    add_slot(open, SFU_SLOT_SCREEN, SFU_VIDEO, &ssrc);
    /* 5 audio + 4 video, on a phone 3 + 4: PROTOCOL.md §3.1 */
    add_slot(open, SFU_SLOT_FREE, SFU_AUDIO, &ssrc);
    add_slot(open, SFU_SLOT_FREE, SFU_VIDEO, &ssrc);
    add_slot(open, SFU_SLOT_FREE, SFU_VIDEO, &ssrc);
    for (int i = 0; form == FORM_DESKTOP && i < 2; i++)
        add_slot(open, SFU_SLOT_FREE, SFU_AUDIO, &ssrc);
}

static const struct sdp_line *line_of(const struct sdp_send_offer *offer,
                                      const struct note_track *track)
{
    for (size_t i = 0; i < offer->n_lines; i++) {
        const struct sdp_line *l = &offer->lines[i];
        if (l->mid_len > 0 &&
            bytes_equal(bytes_of(l->mid, l->mid_len), bytes_of(track->mid, track->mid_len)))
            return l;
    }
    return NULL;
}

static bool is_taken(const struct sfu_send_open *open, const struct note_track *track)
{
    for (size_t i = 0; i < open->n_tracks; i++) {
        const struct sfu_track *t = &open->tracks[i];
        if (t->source == track->source ||
            bytes_equal(bytes_of(t->mid, t->mid_len), bytes_of(track->mid, track->mid_len)))
            return true;
    }
    return false;
}

static void take_extensions(struct sfu_extensions *out, const struct sfu_extensions *line)
{
    out->mid = line->mid != 0 ? line->mid : out->mid;
    out->audio_level = line->audio_level != 0 ? line->audio_level : out->audio_level;
    out->abs_send_time = line->abs_send_time != 0 ? line->abs_send_time : out->abs_send_time;
    out->twcc = line->twcc != 0 ? line->twcc : out->twcc;
}

static enum err add_track(struct sfu_send_open *open, const struct sdp_send_offer *offer,
                          const struct note_track *track)
{
    const struct sdp_line *l = line_of(offer, track);
    if (l == NULL || !l->sends)
        return E_NOTFOUND;
    if (is_taken(open, track))
        return E_EXISTS;
    bool video = track->source == SFU_CAMERA || track->source == SFU_SCREEN;
    if (video != (l->media == SFU_VIDEO) || l->n_payloads == 0)
        return E_UNSUPPORTED;
    if (open->n_tracks == SFU_MAX_TRACKS)
        return E_FULL;
    struct sfu_track *t = &open->tracks[open->n_tracks++];
    *t = (struct sfu_track){.source = track->source,
                            .mid_len = l->mid_len,
                            .publication = track->publication,
                            .ssrc = l->ssrc,
                            .rtx_ssrc = l->rtx_ssrc,
                            .n_payloads = l->n_payloads};
    memcpy(t->mid, l->mid, sizeof(t->mid));
    memcpy(t->payloads, l->payloads, sizeof(t->payloads));
    take_extensions(&open->extensions, &l->extensions);
    return E_OK;
}

enum err sdp_send_open(struct sfu_send_open *open, const struct sdp_send_offer *offer,
                       const struct note_track *tracks, size_t n_tracks)
{
    open->n_tracks = 0;
    open->extensions = (struct sfu_extensions){.mid = 0};
    memcpy(open->fingerprint, offer->fingerprint, sizeof(open->fingerprint));
    for (size_t i = 0; i < n_tracks; i++) {
        enum err e = add_track(open, offer, &tracks[i]);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}
