/* SPDX-License-Identifier: Apache-2.0
 * The little of SDP that a robot needs: what the server says of itself, and answers and offers that
 * accept all it offers. Thread: any. */
#ifndef CLIENT_LOAD_SDP_H
#define CLIENT_LOAD_SDP_H

#include "client/load/ice.h"

#include <stdbool.h>
#include <stddef.h>

enum { LOAD_MLINES = 32, LOAD_MID = 16, LOAD_SDP_MAX = 32768 };

struct remote_mline {
    bool video;
    char mid[LOAD_MID + 1];
};

struct remote {
    char ufrag[ICE_TEXT], pwd[ICE_TEXT];
    struct addr candidates[ICE_CANDIDATES];
    unsigned n_candidates;
    struct remote_mline mlines[LOAD_MLINES];
    unsigned n_mlines;
};

struct own {
    const char *ufrag, *pwd, *fingerprint;
    uint32_t audio_ssrc, video_ssrc; /* offer only */
};

/* E_MALFORMED: no credentials or no UDP candidate. */
MUST_USE enum err remote_parse(struct remote *out, const char *sdp);
/* Ended by 0; E_FULL when LOAD_SDP_MAX is not enough. */
MUST_USE enum err answer_write(char out[LOAD_SDP_MAX], const struct own *own,
                               const struct remote *remote);
MUST_USE enum err offer_write(char out[LOAD_SDP_MAX], const struct own *own);

#endif
