/* SPDX-License-Identifier: Apache-2.0
 * What the engine has decided and the shell has not yet taken: datagrams in an arena, events, and
 * one batch per other worker. Thread: worker. init/fini pair. All bounded; what does not fit is
 * dropped and the caller counts it. */
#ifndef SFU_CORE_OUTBOX_H
#define SFU_CORE_OUTBOX_H

#include "sfu/base/addr.h"
#include "sfu/base/ring.h"
#include "sfu/core/engine.h"

enum {
    OUTBOX_EVENTS = 1024,            /* between two drains; one fact makes a few */
    OUTBOX_RELAY_BYTES = 256 * 1024, /* batch towards one worker per loop turn */
    OUTBOX_RELAY_SPARE = 64 * 1024   /* of it, kept for what is not media */
};

enum outbox_class {
    OUTBOX_MEDIA,  /* video: dropped first */
    OUTBOX_URGENT, /* audio: down to the last eighth */
    OUTBOX_CONTROL /* RTCP, STUN, DTLS */
};

struct outbox_batch {
    uint8_t *buf; /* owned */
    size_t len, taken;
};

struct outbox {
    uint8_t *arena; /* owned */
    size_t arena_bytes, used;
    struct ring datagrams, events;
    struct outbox_batch *batches; /* owned, by worker; none with one worker */
    unsigned workers;
};

MUST_USE enum err outbox_init(struct outbox *o, size_t arena_bytes, unsigned workers);
void outbox_fini(struct outbox *o);

/* Room for up to cap bytes, valid until the next reserve; NULL: full. */
uint8_t *outbox_reserve(struct outbox *o, size_t cap, enum outbox_class class);
/* The first len bytes of what was last reserved go out along the path. */
MUST_USE enum err outbox_send(struct outbox *o, const struct path *path, size_t len);
MUST_USE enum err outbox_event(struct outbox *o, const struct sfu_event *event);

/* Room for one record of n bytes in the batch towards a worker, to be filled at once; NULL: full.
 */
uint8_t *outbox_relay(struct outbox *o, unsigned worker, size_t n, enum outbox_class class);

/* Takes datagrams, then events, then batches. False: empty. */
bool outbox_poll(struct outbox *o, struct out *out);
void outbox_recycle(struct outbox *o); /* views given out by poll end here */

#endif
