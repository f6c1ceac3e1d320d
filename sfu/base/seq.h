/* SPDX-License-Identifier: Apache-2.0
 * Unwraps 16-bit sequence numbers and 32-bit timestamps to 64 bits at the door, so that nothing
 * further in compares modulo anything. Thread: owner's. Zero-initialised state is ready. The first
 * value is placed one full turn up, so that what is late before it never falls below zero. */
#ifndef SFU_BASE_SEQ_H
#define SFU_BASE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

struct seq_unwrapper {
    uint64_t highest_ext;
    bool started;
};

struct ts_unwrapper {
    uint64_t highest_ext;
    bool started;
};

/* The 64-bit number nearest to near_ext whose low 16 bits are seq; exactly half a turn counts as
 * older. near_ext must be at least 2^15. */
static inline uint64_t seq_near(uint64_t near_ext, uint16_t seq)
{
    uint16_t ahead = (uint16_t)(seq - (uint16_t)near_ext);
    if (ahead < 0x8000)
        return near_ext + ahead;
    return near_ext - (uint16_t)(0x10000 - ahead);
}

/* As seq_near for 32 bits; near_ext must be at least 2^31. */
static inline uint64_t ts_near(uint64_t near_ext, uint32_t ts)
{
    uint32_t ahead = ts - (uint32_t)near_ext;
    if (ahead < 0x80000000U)
        return near_ext + ahead;
    return near_ext - (0U - ahead);
}

/* A fact: seq has arrived. Moves the highest when it is newer. */
static inline uint64_t seq_unwrap(struct seq_unwrapper *u, uint16_t seq)
{
    if (!u->started)
        *u = (struct seq_unwrapper){.highest_ext = 0x10000U + (uint64_t)seq, .started = true};
    uint64_t ext = seq_near(u->highest_ext, seq);
    if (ext > u->highest_ext)
        u->highest_ext = ext;
    return ext;
}

static inline uint64_t ts_unwrap(struct ts_unwrapper *u, uint32_t ts)
{
    if (!u->started)
        *u = (struct ts_unwrapper){.highest_ext = 0x100000000U + (uint64_t)ts, .started = true};
    uint64_t ext = ts_near(u->highest_ext, ts);
    if (ext > u->highest_ext)
        u->highest_ext = ext;
    return ext;
}

#endif
