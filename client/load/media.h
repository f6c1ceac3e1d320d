/* SPDX-License-Identifier: Apache-2.0
 * One media connection of a robot: one socket, ICE, DTLS, then either sending canned media or
 * counting what comes. Thread: the loop's. new/free pair. */
#ifndef CLIENT_LOAD_MEDIA_H
#define CLIENT_LOAD_MEDIA_H

#include "client/load/canned.h"
#include "client/load/sdp.h"
#include "client/load/secure.h"
#include "client/load/tally.h"

struct media;

struct media_config {
    const struct secure_identity *identity; /* borrowed */
    const struct canned *canned;            /* borrowed; NULL: a receiver */
    const char *ufrag;                      /* own, as in the SDP that went out */
    uint32_t audio_ssrc, video_ssrc;
    unsigned sample;         /* one in so many packets is decrypted; 0 as 1 */
    struct latency *latency; /* borrowed: of stamped packets that were decrypted */
};

MUST_USE enum err media_new(struct media **out, const struct media_config *config,
                            const struct remote *remote);
void media_free(struct media *m);
int media_fd(const struct media *m);
bool media_is_open(const struct media *m);

void media_on_readable(struct media *m, usec now);
void media_on_time(struct media *m, usec now);
/* Publishers only: nothing goes out before. */
void media_start_sending(struct media *m, usec now);

/* Counts since media_mark (or the start). */
void media_mark(struct media *m);
struct media_counts media_counts(const struct media *m);

#endif
