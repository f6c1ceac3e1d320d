/* SPDX-License-Identifier: Apache-2.0
 * Which packets of one incoming video stream are missing and shall be asked for again (RFC 4585
 * §6.2.1), and when asking has failed so that only a keyframe helps. Thread: worker. Pure; owns
 * nothing on the heap. Sequence numbers are unwrapped; times are microseconds. */
#ifndef SFU_CORE_NACK_H
#define SFU_CORE_NACK_H

#include "sfu/base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NACK_MAX_MISSING =
        256,            /* 256 FCI entries of 4 bytes fit one datagram of 1200: RFC 4585 §6.2.1 */
    NACK_MAX_TRIES = 8, /* then the packet is given up */
    NACK_REORDER_PACKETS = 2,  /* so many later packets say it is lost, not late */
    NACK_REORDER_US = 10000,   /* the same, by time */
    NACK_MIN_RETRY_US = 20000, /* floor of the retry interval, for peers on the same network */
    NACK_WINDOW_US = 1000000   /* older than this nobody waits for it any more */
};

enum nack_arrival {
    NACK_FRESH,     /* newest so far; gaps before it are now remembered */
    NACK_RECOVERED, /* it was missing */
    NACK_STALE      /* a duplicate, or missing for longer than we remember */
};

struct nack_missing {
    uint64_t seq_ext;
    usec found;    /* when the gap was seen */
    usec due;      /* when to ask next */
    uint8_t later; /* packets received after it, counted up to NACK_REORDER_PACKETS */
    uint8_t tries;
};

struct nack {
    struct nack_missing missing[NACK_MAX_MISSING]; /* ascending seq_ext */
    size_t count;
    uint64_t highest_ext;
    bool started;
    bool keyframe_needed;
    uint64_t lost_ext;                   /* newest packet given up, while keyframe_needed */
    uint64_t asked, recovered, given_up; /* counters for stats */
};

void nack_init(struct nack *n);

/* A packet of the stream came in, first-hand or by RTX. A jump of more than NACK_MAX_MISSING
 * forgets all and needs a keyframe; a jump back by as much (a restarted sender) starts anew. */
enum nack_arrival nack_on_packet(struct nack *n, usec now, uint64_t seq_ext);

/* A keyframe starts at seq_ext (perhaps late): nothing missing before it matters any more. */
void nack_on_keyframe(struct nack *n, uint64_t seq_ext);

/* Writes up to max numbers to ask for now, ascending, and returns how many; counts the try. */
size_t nack_poll(struct nack *n, usec now, usec rtt_us, uint64_t *out, size_t max);

/* True once after a gap was given up. */
bool nack_take_keyframe_needed(struct nack *n);

/* When to poll again; USEC_NEVER if nothing is missing. */
usec nack_deadline(const struct nack *n);

#endif
