/* SPDX-License-Identifier: Apache-2.0
 * Which publication fills which slot of one receiver (sfu/README.md, Slots). slot_plan decides;
 * slot_apply makes it so. Thread: worker. */
#ifndef SFU_CORE_SLOT_H
#define SFU_CORE_SLOT_H

#include "sfu/core/publication.h"
#include "sfu/core/report.h"
#include "sfu/core/rewrite.h"
#include "sfu/core/subscription.h"

struct downlink;

enum {
    SLOT_MAX_VIDEOS = 4 /* received by one person until bandwidth is estimated */
};

struct slot {
    struct downlink *down;
    uint8_t index;
    bool opened;    /* payloads are known: the answer has come */
    bool confirmed; /* a report named its SSRC: mid is known to the receiver */
    bool fresh;     /* the filling publication's first packet has not been told yet */
    struct sfu_slot cfg;
    struct subscription now, next; /* next: video that waits for its keyframe while now goes on */
    uint32_t first_rtp;
    uint32_t told, told_rtp; /* publication and first_rtp of the last SFU_SLOTS event */
    uint64_t rtx_seq_ext;    /* of the repair stream */
    struct report_out report;
    struct rewrite rewrite;
    struct rtx_asked asked; /* video with RTX; last: untouched otherwise */
};

void slot_init(struct engine *e, struct slot *s, struct downlink *d, uint8_t index,
               const struct sfu_slot *cfg);
void slot_answer(struct slot *s, const struct sfu_slot *cfg);

/* What shall fill each slot of the receiver; want[i] NULL: nothing. */
void slot_plan(struct engine *e, const struct downlink *d, struct publication *want[SFU_MAX_SLOTS]);
/* Decides and makes it so. */
void slot_assign(struct engine *e, struct downlink *d);
/* The publication filled by a slot, or about to. */
struct publication *slot_target(const struct slot *s);

#endif
