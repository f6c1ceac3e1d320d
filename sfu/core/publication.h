/* SPDX-License-Identifier: Apache-2.0
 * One source that comes in, here or on another worker: its newest packets, who receives it, when it
 * is asked for a keyframe. Thread: worker. Lives in the engine's slab. */
#ifndef SFU_CORE_PUBLICATION_H
#define SFU_CORE_PUBLICATION_H

#include "sfu/base/pool.h"
#include "sfu/core/keyframe.h"
#include "sfu/core/room.h"
#include "sfu/core/rtx_cache.h"
#include "sfu/sfu.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/vp8.h"

struct subscription;
struct transport;
struct track;

enum {
    PUBLICATION_RUN_MAX =
        64 /* packets from a fresh keyframe on that serve a joiner at once, about 75 KB */
};

struct publication {
    uint32_t id;
    struct room *room;
    struct member *member;
    uint8_t source; /* enum sfu_source */
    bool on;        /* as signalling said */
    uint8_t n_payloads;
    struct sfu_payload payloads[SFU_MAX_PAYLOADS];
    struct rtx_cache *cache;  /* the engine's, one a place in the slab */
    usec kept_at;             /* of the newest packet in it */
    struct keyframe keyframe; /* video */
    struct subscription *receivers;
    uint32_t n_receivers;
    struct transport *transport; /* NULL when it comes in on another worker */
    struct track *track;         /* likewise */
    uint64_t workers;            /* bit per other worker that wants its packets */
};

/* One packet, parsed once. Views borrow the packet. */
struct media {
    struct rtp rtp;
    uint64_t seq_ext;
    usec capture;  /* on the server's clock */
    uint8_t codec; /* SFU_OPUS, SFU_RED, SFU_VP8 */
    bool video;
    struct vp8 vp8;
    bool has_level, voice;
    uint8_t level; /* RFC 6464 §3 */
};

/* As the home tells it. */
struct publication_facts {
    uint32_t id;
    uint8_t source;
    bool on;
    uint8_t n_payloads;
    struct sfu_payload payloads[SFU_MAX_PAYLOADS];
};

struct publication *publication_find(const struct engine *e, uint32_t id);
void publication_set(struct engine *e, struct member *m, const struct publication_facts *facts);
void publication_remove(struct engine *e, struct publication *p);

bool publication_is_video(const struct publication *p);
bool publication_flows(const struct publication *p); /* on, and the member may */
/* The codec behind a payload type; N_SFU_CODEC: none of this track's. */
uint8_t payload_codec(const struct sfu_payload *payloads, uint8_t n, uint8_t pt);
/* A payload type for a codec; 0xFF: none. */
uint8_t payload_type(const struct sfu_payload *payloads, uint8_t n, enum sfu_codec codec);

/* Fills in what the payload says. E_MALFORMED, E_UNSUPPORTED. */
MUST_USE enum err media_read(struct media *m, const struct publication *p, struct bytes packet);

/* A packet of the publication: kept, told to other workers that want it, and forwarded. */
void publication_on_packet(struct engine *e, struct publication *p, const struct media *m,
                           struct bytes packet);
void publication_want_keyframe(struct engine *e, struct publication *p);
void publication_on_time(struct engine *e, struct publication *p);

#endif
