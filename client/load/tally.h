/* SPDX-License-Identifier: Apache-2.0
 * What one connection received: packets and gaps by the clear sequence numbers of RTP, and how long
 * stamped packets took. Thread: the loop's. */
#ifndef CLIENT_LOAD_TALLY_H
#define CLIENT_LOAD_TALLY_H

#include "sfu/base/bytes.h"
#include "sfu/base/seq.h"
#include "sfu/base/usec.h"
#include "sfu/wire/rtcp.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    TALLY_STREAMS = 31,     /* as many as one report has blocks: RFC 3550 §6.4.2 */
    TALLY_STAMP = 16,       /* bytes at a payload's end: a mark and the time of sending */
    LATENCY_STEP = 20,      /* µs a cell */
    LATENCY_CELLS = 100000, /* two seconds; what is later stands in the last */
    PT_OPUS = 111,
    PT_VP8 = 96,
};

/* One for all robots. */
struct latency {
    uint64_t count;
    uint32_t cell[LATENCY_CELLS];
};

void latency_add(struct latency *l, usec took);
/* The time that share (0 … 1) of all took at most; 0 without any. */
usec latency_at(const struct latency *l, double share);

struct stream_in {
    uint32_t ssrc;
    bool video;
    struct seq_unwrapper seq;
    uint64_t from_ext, first_ext; /* highest at the mark; before the first packet */
    uint64_t received, ever;      /* since the mark; at all */
};

struct media_counts {
    uint64_t received, expected; /* RTP packets of media, retransmissions apart */
    uint64_t video, audio;       /* of received */
    uint64_t audio_expected;     /* of expected */
    uint64_t sent, denied;       /* RTP sent; sampled packets that did not authenticate */
    uint64_t checked;            /* of received: decrypted and authenticated */
};

struct tally {
    struct stream_in in[TALLY_STREAMS];
    unsigned n_in;
};

/* One RTP packet's fixed header, which no encryption covers. False: not media. */
bool tally_on_header(struct tally *t, const uint8_t *p, size_t len);
void tally_mark(struct tally *t);
void tally_add(const struct tally *t, struct media_counts *to);
/* Blocks of a receiver's report; returns how many. */
unsigned tally_report(const struct tally *t, struct rtcp_report out[TALLY_STREAMS]);

/* Writes the stamp over the last TALLY_STAMP bytes of a payload. */
void stamp_write(uint8_t *payload, size_t len, usec now);
/* False: the clear payload has none. */
bool stamp_read(struct bytes payload, usec *sent);

#endif
