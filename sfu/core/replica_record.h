/* SPDX-License-Identifier: Apache-2.0
 * The records inside a batch between workers, for replica.c (which writes) and replica_apply.c
 * (which reads). Big-endian, each behind  | kind (8) | 0 (8) | body length (16) |. Thread: worker.
 */
#ifndef SFU_CORE_REPLICA_RECORD_H
#define SFU_CORE_REPLICA_RECORD_H

#include "sfu/core/publication.h"

enum record_kind {
    RECORD_MEMBER = 1,       /* room, peer, may, order, worker */
    RECORD_MEMBER_GONE,      /* room, peer */
    RECORD_PUBLICATION,      /* room, peer, id, source, on, payloads */
    RECORD_PUBLICATION_GONE, /* room, id */
    RECORD_LEVEL,            /* room, peer, level, voice: to the home */
    RECORD_RESET,            /* room: a whole state follows */
    RECORD_RANKING,          /* room, n, peers */
    RECORD_WANT,             /* publication, on: to its owner */
    RECORD_KEYFRAME,         /* publication: to its owner */
    RECORD_PACKET,           /* publication, seq_ext, capture, level, RTP in the clear */
    RECORD_DATAGRAM,         /* path, raw datagram: to the owner its ufrag names */
    RECORD_ROUTE,            /* path: proved by the sender's transport */
    N_RECORD
};

enum {
    RECORD_HEADER = 4,
    RECORD_MEMBER_BYTES = 17,
    RECORD_PUBLICATION_BYTES = 15 + 3 * SFU_MAX_PAYLOADS,
    RECORD_RANKING_BYTES = 5 + 4 * SFU_MAX_SPEAKERS,
    RECORD_PACKET_HEADER = 23,
    RECORD_PATH_BYTES = 38
};

struct record_member {
    uint32_t room, peer, may, order;
    uint8_t worker;
};

/* One record, from a worker; this one's own when it is the home. */
void replica_apply(struct engine *e, unsigned from, enum record_kind kind, struct bytes body);

/* Home: the same record to every replica; what a member is now; a whole state to one worker. */
void replica_broadcast(struct engine *e, const struct room *r, enum record_kind kind,
                       struct bytes body);
void replica_member_is(struct engine *e, const struct member *m);
void replica_snapshot(struct engine *e, struct room *r, unsigned worker);

#endif
