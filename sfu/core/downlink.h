/* SPDX-License-Identifier: Apache-2.0
 * One receiver's connection: its slots, the RTCP it sends us and we send it, and the sign of life
 * each 250 ms. Thread: worker. Lives in the engine's slab and owns its slots. */
#ifndef SFU_CORE_DOWNLINK_H
#define SFU_CORE_DOWNLINK_H

#include "sfu/core/report.h"
#include "sfu/core/rtx_cache.h"
#include "sfu/core/slot.h"
#include "sfu/core/transport.h"

enum {
    DOWNLINK_ALIVE_US = 250000, /* the client calls a path dead after 1 s of silence */
    DOWNLINK_RTT_US = 100000,   /* taken until a report tells */
    DOWNLINK_NACK_MAX = 256     /* numbers looked at in one request */
};

struct downlink {
    struct transport *transport;
    uint32_t ssrc; /* ours, for reports without a stream */
    uint8_t n_slots;
    bool attached; /* its slots are being filled */
    bool changed;  /* slots to be told */
    uint32_t changed_slots;
    struct downlink *changed_next;
    struct rtt rtt;
    struct rtx_budget budget;
    struct slot *slots[SFU_MAX_SLOTS];
};

void downlink_open(struct engine *e, struct peer *p, const struct sfu_receive_open *open);
void downlink_answer(struct engine *e, struct peer *p, const struct sfu_receive_answer *answer);
void downlink_free(struct engine *e, struct downlink *d);
void downlink_attach(struct engine *e, struct downlink *d); /* connected: slots may be filled */
void downlink_detach(struct engine *e, struct downlink *d); /* lost or closed: all are emptied */

void downlink_on_rtcp(struct engine *e, struct downlink *d, struct bytes compound);
void downlink_on_time(struct engine *e, struct downlink *d);
usec downlink_deadline(const struct downlink *d);

void downlink_slot_changed(struct engine *e, struct downlink *d, const struct slot *s);
void downlink_tell(struct engine *e, struct downlink *d); /* the owed SFU_SLOTS event */

#endif
