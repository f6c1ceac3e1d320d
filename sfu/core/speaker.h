/* SPDX-License-Identifier: Apache-2.0
 * Who speaks, from RFC 6464 levels without decoding: a short ranked list that does not flicker.
 * Thread: worker. One per room; O(1) per packet, O(people) per tick of 100 ms while anybody is
 * loud. */
#ifndef SFU_CORE_SPEAKER_H
#define SFU_CORE_SPEAKER_H

#include "sfu/base/err.h"
#include "sfu/base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SPEAKER_MAX = 8, /* ids in the list */
    SPEAKER_TICK_US = 100000,
    SPEAKER_ENTER_US = 300000, /* loud for so long before entering, or before passing another */
    SPEAKER_HOLD_US = 2000000, /* silent for so long before leaving */
    SPEAKER_LOUD = 77,         /* 127 - level: louder than -50 dBov counts as speech */
    SPEAKER_QUIET = 67,        /* and below -60 dBov as silence; between, the last state stays */
    SPEAKER_NO_VOICE = 15,     /* dB taken off a packet without the voice bit */
    SPEAKER_PASS = 6,          /* dB louder to pass the one ranked before */
    SPEAKER_GAP_US = 60000,    /* no packet for longer (DTX, mute, loss) counts as silence */
    SPEAKER_STEP_US = 20000    /* one silent frame */
};

struct speaker_person {
    uint64_t id; /* the caller's, e.g. a publication; also breaks ties: smaller first */
    bool used, loud, listed;
    uint16_t score_q8; /* smoothed 127 - level, 8 fraction bits */
    usec level_at;     /* up to when score is right */
    usec loud_since, quiet_since;
    usec louder_since; /* louder than the one ranked before; USEC_NEVER if not */
};

struct speaker {
    struct speaker_person *people; /* owned */
    size_t capacity;
    size_t list[SPEAKER_MAX]; /* handles, best first */
    size_t listed;
    bool changed;
    usec tick_at; /* USEC_NEVER while all are silent */
};

struct speaker_list {
    size_t count;
    uint64_t id[SPEAKER_MAX]; /* best first */
};

/* E_NOMEM. Ends with speaker_fini. */
MUST_USE enum err speaker_init(struct speaker *s, size_t capacity);
void speaker_fini(struct speaker *s);

/* The handle stays valid until removed. E_FULL at capacity. */
MUST_USE enum err speaker_add(struct speaker *s, uint64_t id, size_t *handle);
void speaker_remove(struct speaker *s, size_t handle);

/* level is RFC 6464 §3's: 0 loudest to 127 silence, in -dBov. */
void speaker_on_level(struct speaker *s, usec now, size_t handle, uint8_t level, bool voice);

/* True and the whole list, once after each change. */
bool speaker_poll(struct speaker *s, usec now, struct speaker_list *out);
usec speaker_deadline(const struct speaker *s);

#endif
