/* SPDX-License-Identifier: Apache-2.0
 * Which SSRCs one transport may use and what each carries: at most 32, learnt from the offer or
 * from packets that authenticated, never rebound (N6, T5, T7). It stands in front of the wildcard
 * SRTP session. Thread: worker. Pure. */
#ifndef SFU_CORE_SSRC_TABLE_H
#define SFU_CORE_SSRC_TABLE_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SSRC_TABLE_MAX = 32,
    SSRC_TABLE_TRACKS = 8, /* microphone, camera, screen, its sound, and as many spare m-lines */
    SSRC_TABLE_RIDS = 3,   /* layers */
    SSRC_TABLE_ID_MAX =
        16 /* bytes of mid and rid: what a one-byte extension holds, RFC 8285 §4.2 */
};

struct ssrc_binding {
    uint16_t track; /* index of ssrc_table_add_track */
    uint8_t layer;  /* index of the rid; 0 without simulcast */
    bool is_rtx;
};

struct ssrc_id {
    uint8_t len;
    uint8_t text[SSRC_TABLE_ID_MAX];
};

struct ssrc_track {
    struct ssrc_id mid;
    struct ssrc_id rid[SSRC_TABLE_RIDS];
    uint8_t rids; /* 0: no simulcast */
};

struct ssrc_entry {
    uint32_t ssrc;
    bool bound; /* false: authenticated, but nothing said yet what it carries */
    struct ssrc_binding binding;
};

struct ssrc_table {
    struct ssrc_track track[SSRC_TABLE_TRACKS];
    size_t tracks;
    struct ssrc_entry entry[SSRC_TABLE_MAX];
    size_t count;
    uint64_t refused_full, refused_taken,
        unknown; /* counters: table full; layer has an SSRC; no such mid or rid */
};

/* What an authenticated packet says of itself; absent texts have length 0. */
struct ssrc_hints {
    struct bytes mid, rid, repaired_rid; /* RFC 8843 §15, RFC 8852 §3 */
    bool is_rtx;                         /* by its payload type */
};

void ssrc_table_init(struct ssrc_table *t);

/* From the offer, in order; rids may be empty. E_FULL, E_RANGE (text too long), E_EXISTS (mid
 * known). */
MUST_USE enum err ssrc_table_add_track(struct ssrc_table *t, struct bytes mid,
                                       const struct bytes *rids, size_t n_rids, uint16_t *track);
/* An SSRC that the offer names. E_FULL, E_EXISTS (bound to something else, or the layer is taken),
 * E_RANGE. */
MUST_USE enum err ssrc_table_declare(struct ssrc_table *t, uint32_t ssrc, struct ssrc_binding b);

/* Before authentication: may this SSRC be tried at all? */
bool ssrc_table_admits(struct ssrc_table *t, uint32_t ssrc);

/* After authentication. Fills *out and is E_OK when bound. E_AGAIN: admitted, but not yet known
 * what it carries. E_FULL, E_EXISTS: drop the packet; counted. */
MUST_USE enum err ssrc_table_learn(struct ssrc_table *t, uint32_t ssrc,
                                   const struct ssrc_hints *hints, struct ssrc_binding *out);

/* Borrows; NULL if unknown or not bound. */
const struct ssrc_binding *ssrc_table_find(const struct ssrc_table *t, uint32_t ssrc);
/* The SSRC bound to a track's layer; false if none yet. */
bool ssrc_table_ssrc_of(const struct ssrc_table *t, struct ssrc_binding b, uint32_t *ssrc);

#endif
