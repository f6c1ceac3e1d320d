/* SPDX-License-Identifier: Apache-2.0
 * What arrives in one slot of a simulated person: is it whole, in line, and whose is it; which
 * pictures can be decoded. Thread: test. */
#ifndef TESTS_SIM_SIGHT_H
#define TESTS_SIM_SIGHT_H

#include "sfu/base/bytes.h"
#include "sfu/base/seq.h"
#include "sfu/base/usec.h"
#include "sfu/wire/rtp.h"

enum { SIGHT_FRAMES = 256, SIGHT_SEQS = 4096, SIGHT_MISSING = 128 };

struct sight_frame {
    uint32_t number; /* of the publisher */
    uint32_t got;    /* bit per packet */
    uint8_t n;
    bool key;
    uint16_t picture_id;
};

struct sight {
    bool video;
    uint32_t publication; /* of the newest packet, by CSRC and content */
    uint32_t switches;    /* times that changed */
    struct seq_unwrapper seq;
    uint64_t first_ext;
    uint8_t seen[SIGHT_SEQS];
    uint64_t received, duplicates;
    uint32_t last_ts;
    uint64_t last_ts_seq;
    uint32_t first_ts_of_publication;
    struct sight_frame frames[SIGHT_FRAMES];
    uint32_t next_frame; /* to be decoded; valid when decoding */
    bool decoding;
    uint64_t decoded;    /* pictures, all publications */
    uint64_t decoded_of; /* of the present one */
    usec last_decoded;
    uint16_t last_picture_id;
    bool has_picture_id;
    struct {
        uint64_t ext;
        usec next;
        unsigned tries;
    } missing[SIGHT_MISSING];
    unsigned n_missing;
    uint64_t received_since_report;
    uint32_t lsr;
    usec sr_at;
};

/* One packet, already opened and repaired; NULL or a constant sentence about what is wrong. */
const char *sight_on_packet(struct sight *s, usec now, const struct rtp *rtp);
/* Numbers to ask for again. */
size_t sight_nacks(struct sight *s, usec now, uint16_t *out, size_t cap);
bool sight_is_stuck(const struct sight *s, usec now);

/* Content: who, which unit, which part of how many. */
enum { CONTENT_BYTES = 60 };
void content_write(uint8_t out[CONTENT_BYTES], uint32_t publication, uint32_t unit, uint8_t part,
                   uint8_t parts, bool key);

#endif
