/* SPDX-License-Identifier: Apache-2.0
 * What can be sent again: a ring of the newest packets of one incoming layer, found by unwrapped
 * number, bounded by count and age; and how often one receiver may have them (reliability limits
 * N10). Thread: worker. The ring shares packets: it holds one reference for each until it is
 * replaced, expires, or the ring is finished. */
#ifndef SFU_CORE_RTX_CACHE_H
#define SFU_CORE_RTX_CACHE_H

#include "sfu/base/err.h"
#include "sfu/base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet; /* sfu/base: a counted block of the worker's pool */

enum {
    RTX_CACHE_AUDIO = 512,          /* packets: 10 s of 20 ms frames, age rules first */
    RTX_CACHE_VIDEO = 1024,         /* packets: 1 s at about 9 Mbit/s of 1200 bytes */
    RTX_CACHE_MAX_AGE_US = 1000000, /* the window of the receivers' requests, as NACK_WINDOW_US */
    RTX_ASKED = 512,                /* remembered output packets of one stream */
    RTX_MAX_TIMES = 8,              /* N10: each packet at most so often */
    RTX_PERCENT = 20,               /* N10: of the bytes sent to that receiver in the last second */
    RTX_FLOOR_BYTES =
        2400,         /* two packets a second also on a thin stream, else its repair starves */
    RTX_BUCKETS = 10, /* of 100 ms: the sliding second */
    RTX_BUCKET_US = 100000
};

struct rtx_cached {
    struct packet *packet; /* NULL: empty */
    uint64_t seq_ext;
    usec at;
};

struct rtx_cache {
    struct rtx_cached *ring; /* owned; capacity is a power of two */
    size_t capacity;
    bool any;
    uint64_t lowest_ext;  /* nothing kept is older */
    uint64_t highest_ext; /* valid if any */
    bool has_keyframe;
    uint64_t keyframe_ext; /* first packet of the newest keyframe */
    usec keyframe_at;
};

/* capacity is a power of two. E_NOMEM. Ends with rtx_cache_fini, which drops all references. */
MUST_USE enum err rtx_cache_init(struct rtx_cache *c, size_t capacity);
void rtx_cache_fini(struct rtx_cache *c);

/* Takes a reference of its own to p. A number already kept, or older than the ring reaches, is not
 * kept. */
void rtx_cache_put(struct rtx_cache *c, usec now, struct packet *p, uint64_t seq_ext,
                   bool keyframe_start);

/* Borrows; NULL if absent or older than RTX_CACHE_MAX_AGE_US. */
struct packet *rtx_cache_find(const struct rtx_cache *c, usec now, uint64_t seq_ext);

/* The run from the newest keyframe's start to the newest packet, if it is fresh and has no hole:
 * what serves a joiner. */
bool rtx_cache_keyframe_run(const struct rtx_cache *c, usec now, uint64_t *from_ext,
                            uint64_t *to_ext);

/* Drops what is too old (at USEC_NEVER: all); rtx_cache_deadline says when the oldest will be
 * (USEC_NEVER: empty). */
void rtx_cache_expire(struct rtx_cache *c, usec now);
usec rtx_cache_deadline(const struct rtx_cache *c);

/* Share of repair in what one receiver gets: one per receiver. */
struct rtx_budget {
    uint32_t sent[RTX_BUCKETS]; /* bytes, first transmissions */
    uint32_t repaired[RTX_BUCKETS];
    int64_t bucket;            /* number of the newest 100 ms */
    uint64_t granted, refused; /* counters */
};

/* How often each packet of one output stream was sent again: one per (receiver, output SSRC). */
struct rtx_asked {
    struct {
        uint64_t seq_ext; /* the output number */
        usec at;
        uint8_t times; /* 0: empty */
    } entry[RTX_ASKED];
};

enum rtx_verdict {
    RTX_GRANTED,  /* send it; it has been counted */
    RTX_TOO_SOON, /* within one RTT of the last time */
    RTX_TOO_OFTEN,
    RTX_TOO_OLD, /* RTX_ASKED numbers or more behind another that was asked for */
    RTX_OVER_SHARE
};

void rtx_budget_init(struct rtx_budget *b);
void rtx_asked_init(struct rtx_asked *a);
void rtx_budget_on_sent(struct rtx_budget *b, usec now, size_t bytes);
enum rtx_verdict rtx_budget_ask(struct rtx_budget *b, struct rtx_asked *a, usec now, usec rtt_us,
                                uint64_t out_seq_ext, size_t bytes);

#endif
