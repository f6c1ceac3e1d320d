/* SPDX-License-Identifier: Apache-2.0
 * Reads the structure of a WebM file of one track without decoding it: where its clusters are, up
 * to where it is whole, and where the numbers stand that a cut-off writer left unwritten. Elements
 * and ids after RFC 8794 (EBML) and RFC 9559 (Matroska). The bytes are foreign: a file that was
 * cut, or exchanged. Thread: any. init by webm_scan, webm_fini.
 *
 *   element = id (1–4 bytes, RFC 8794 §5) | length (1–8 bytes, §6; all ones: unknown) | data
 *   EBML | Segment { SeekHead | Info | Tracks | Cluster { Timestamp, SimpleBlock … } … | Cues } */
#ifndef RECORDINGS_WEBM_H
#define RECORDINGS_WEBM_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WEBM_SEEKS_MAX = 8,
    WEBM_CUES_MAX = 4096, /* when full every second one goes: 1 h at one a second fits */
    WEBM_WINDOW = 64 * 1024
};

/* Where bytes come from. read gives exactly n bytes from `at`, or an error. */
struct webm_source {
    enum err (*read)(void *ctx, uint64_t at, uint8_t *out, size_t n);
    void *ctx;
    uint64_t length;
};

struct webm_seek {
    uint32_t id;          /* of the element it leads to */
    uint64_t entry_at;    /* file position of the Seek element */
    uint64_t entry_len;   /* with its header */
    uint64_t position_at; /* file position of the 8-byte SeekPosition; 0: not of this form */
};

struct webm_cue {
    uint64_t time;    /* ticks */
    uint64_t cluster; /* file position of the cluster */
};

struct webm {
    uint64_t segment_size_at;             /* file position of its 8-byte length; 0: shorter form */
    uint64_t segment_data;                /* file position positions are counted from */
    bool segment_sized;                   /* the length is known */
    uint64_t info_at, tracks_at, cues_at; /* file positions of the elements; 0: none */
    uint64_t duration_at;                 /* of the float; 0: none */
    unsigned duration_len;                /* 4 or 8 */
    bool duration_set;
    uint64_t tick_ns; /* TimestampScale, RFC 9559 §5.1.2.9 */
    struct webm_seek seeks[WEBM_SEEKS_MAX];
    unsigned n_seeks;
    uint64_t cluster_size_at, cluster_data; /* of the last cluster with a whole block; 0: none */
    bool cluster_sized;
    uint64_t media_end; /* file position behind the last whole block; 0: no block */
    uint64_t blocks, keys;
    uint64_t first, last, step; /* ticks: first and last block, distance of the last two */
    uint64_t track;             /* number of the first block's track */
    struct webm_cue *cues;      /* owned */
    unsigned n_cues;
    uint64_t cue_step; /* ticks between cues, at least */
};

/* E_MALFORMED: no EBML header with a Segment behind it, or no block; E_NOMEM; what the source said.
 * A file cut anywhere later is E_OK, with what is whole. */
MUST_USE enum err webm_scan(struct webm *out, const struct webm_source *source);
void webm_fini(struct webm *w);

/* Everything a finished file has: lengths, duration, cues. */
bool webm_finished(const struct webm *w);

/* Length of the media in ms, the last block's own included. */
int64_t webm_duration_ms(const struct webm *w);

/* Appends a Cues element (RFC 9559 §5.1.5). E_FULL. At most WEBM_CUE_BYTES each + 16. */
enum { WEBM_CUE_BYTES = 40 };
MUST_USE enum err webm_write_cues(struct writer *out, const struct webm *w);

#endif
