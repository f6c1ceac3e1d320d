/* SPDX-License-Identifier: Apache-2.0
 * What a client sends us: which of its SSRCs carries which track, what is missing, and the RTCP
 * that tells it so. Thread: worker. Lives in the engine's slab. */
#ifndef SFU_CORE_UPLINK_H
#define SFU_CORE_UPLINK_H

#include "sfu/base/seq.h"
#include "sfu/core/nack.h"
#include "sfu/core/publication.h"
#include "sfu/core/report.h"
#include "sfu/core/ssrc_table.h"
#include "sfu/core/transport.h"
#include "sfu/core/twcc_recv.h"

enum {
    UPLINK_NACK_BATCH = 64 /* numbers in one request */
};

struct track {
    struct sfu_track cfg;
    bool on;
    bool pli_owed;
    struct seq_unwrapper seq;
    struct report_in report;
    struct clock_map clock;
    struct publication *publication; /* NULL until the home has told it */
    struct nack nack;                /* video */
};

struct uplink {
    struct transport *transport;
    uint32_t ssrc; /* ours, in the RTCP we send */
    uint8_t n_tracks;
    struct seq_unwrapper twcc_seq;
    struct clock_offset offset;
    struct ssrc_table ssrcs;
    struct twcc_recv twcc;
    struct track tracks[SFU_MAX_TRACKS];
};

void uplink_open(struct engine *e, struct peer *p, const struct sfu_send_open *open);
void uplink_free(struct engine *e, struct uplink *u);
void uplink_set(struct engine *e, struct peer *p, uint32_t publication, bool on);
/* Tells the home all tracks again. */
void uplink_repeat(struct engine *e, const struct peer *p);
/* Authenticated, in the clear. */
void uplink_on_rtp(struct engine *e, struct uplink *u, uint8_t *packet, size_t len);
void uplink_on_rtcp(struct engine *e, struct uplink *u, struct bytes compound);
void uplink_on_time(struct engine *e, struct uplink *u); /* sends what is due */
usec uplink_deadline(const struct uplink *u);
/* Asks the sender for a keyframe of this publication now. */
void uplink_ask_keyframe(struct engine *e, struct publication *p);

#endif
