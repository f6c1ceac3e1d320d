/* SPDX-License-Identifier: Apache-2.0
 * The send connection: the client's offer becomes a transport with its publications, or an ICE
 * restart of the one that is there; then the answer. */
#include "signaling/service_state.h"

#include "sfu/adapt/rand.h"

#include <string.h>

enum { ANSWER_ADDRESSES = SFU_MAX_ADDRESSES + CONFIG_ADDRESSES + 1 };

struct attempt {
    struct sdp_send_offer offer;
    struct note_track tracks[MSG_LINES_MAX];
    size_t n;
    struct sfu_command command;
};

static void name_tracks(struct session *s, struct attempt *a, const struct msg *m, bool keep)
{
    a->n = m->media.n_tracks;
    for (size_t i = 0; i < a->n; i++) {
        const struct msg_track *from = &m->media.tracks[i];
        struct note_track *t = &a->tracks[i];
        t->source = from->source;
        t->mid_len = from->mid_len;
        memcpy(t->mid, from->mid, from->mid_len);
        t->publication = keep ? s->send.open.tracks[i].publication : service_new_id(s->of);
    }
}

/* The same certificate, the same tracks, new credentials: the browser wants its connection back. */
static bool is_restart(const struct session *s, const struct sdp_send_offer *offer,
                       const struct msg *m)
{
    const struct sfu_send_open *open = &s->send.open;
    if (s->send.transport == 0 || strcmp(s->send.ufrag, offer->ufrag) == 0 ||
        memcmp(open->fingerprint, offer->fingerprint, SFU_FINGERPRINT) != 0 ||
        open->n_tracks != m->media.n_tracks)
        return false;
    for (size_t i = 0; i < open->n_tracks; i++) {
        const struct msg_track *t = &m->media.tracks[i];
        if (t->source != open->tracks[i].source || t->mid_len != open->tracks[i].mid_len ||
            memcmp(t->mid, open->tracks[i].mid, t->mid_len) != 0)
            return false;
    }
    return true;
}

static enum fault restart(struct service *v, struct session *s, struct attempt *a)
{
    a->command.kind = SFU_TRANSPORT_RESTART;
    if (media_new_ice(s->of, &s->send.open.ice) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    a->command.restart.transport = s->send.transport;
    a->command.restart.ice = s->send.open.ice;
    return media_command(v, s, &a->command) == E_OK ? FAULT_NONE : FAULT_MEDIA_UNAVAILABLE;
}

static void tell_class(struct session *s)
{
    uint32_t publication[N_SFU_SOURCE] = {0};
    for (size_t i = 0; i < s->send.open.n_tracks; i++)
        publication[s->send.open.tracks[i].source] = s->send.open.tracks[i].publication;
    class_on_published(s->of->class, s->person, publication);
}

static enum fault open_fresh(struct service *v, struct session *s, struct attempt *a)
{
    uint64_t number = 0;
    a->command.kind = SFU_SEND_OPEN;
    struct sfu_send_open *open = &a->command.send_open;
    if (sdp_send_open(open, &a->offer, a->tracks, a->n) != E_OK)
        return FAULT_BAD_SDP;
    if (media_new_ice(s->of, &open->ice) != E_OK ||
        rand_bytes((uint8_t *)&number, sizeof number) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    struct sfu_command close = {.kind = SFU_TRANSPORT_CLOSE, .transport = s->send.transport};
    if (s->send.transport != 0 && media_command(v, s, &close) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    s->send.transport = 0;
    open->transport = service_new_id(s->of);
    if (media_command(v, s, &a->command) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    s->send.open = *open;
    s->send.transport = open->transport;
    s->send.sdp_session = number >> 2; /* below 2^62 */
    tell_class(s);
    return FAULT_NONE;
}

static enum fault say_answer(struct service *v, struct session *s, const struct attempt *a,
                             const struct msg *m, bool fresh)
{
    static char text[SDP_OUT_MAX]; /* signaling thread only */
    struct addr addresses[ANSWER_ADDRESSES];
    const struct person *p = class_person(s->of->class, s->person);
    const struct sdp_ours ours = {.session = s->send.sdp_session,
                                  .version = ++s->send.version,
                                  .ice = &s->send.open.ice,
                                  .fingerprint = v->fingerprint,
                                  .addresses = addresses,
                                  .n_addresses =
                                      media_addresses(v, s, addresses, ANSWER_ADDRESSES)};
    struct writer w = writer_over(text, sizeof text);
    enum role role = p != NULL ? p->role : ROLE_LEARNER;
    if (sdp_write_answer(&w, &ours, &a->offer, &s->send.open, role) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    const struct note n = {.kind = NOTE_MEDIA_PUBLISHED,
                           .media = {.generation = m->media.generation,
                                     .fresh = fresh,
                                     .sdp = writer_bytes(&w),
                                     .n = a->n,
                                     .tracks = a->tracks}};
    socket_say(v, s->conn, &n);
    return FAULT_NONE;
}

enum fault media_publish(struct service *v, struct session *s, const struct msg *m)
{
    static struct attempt a; /* large; signaling thread only */
    memset(&a, 0, sizeof a);
    if (sdp_parse_send_offer(&a.offer, m->media.sdp) != E_OK)
        return FAULT_BAD_SDP;
    bool again = is_restart(s, &a.offer, m);
    name_tracks(s, &a, m, again);
    enum fault fault = again ? restart(v, s, &a) : open_fresh(v, s, &a);
    if (fault != FAULT_NONE)
        return fault;
    memcpy(s->send.ufrag, a.offer.ufrag, sizeof s->send.ufrag);
    return say_answer(v, s, &a, m, !again);
}
