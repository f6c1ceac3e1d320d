/* SPDX-License-Identifier: Apache-2.0
 * Which packets of one sending peer arrived when, by transport-wide number, and when to tell the
 * peer (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). No packet is reported received
 * twice; one reported missing may be reported received later. The bytes are sfu/wire's. Thread:
 * worker. Pure. */
#ifndef SFU_CORE_TWCC_RECV_H
#define SFU_CORE_TWCC_RECV_H

#include "sfu/base/usec.h"
#include "sfu/wire/twcc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TWCC_RECV_WINDOW = 2048,    /* numbers remembered: a power of two */
    TWCC_RECV_MAX_COUNT = 400,  /* numbers a message spans: at worst 20 + 2*400 + 2*58 bytes */
    TWCC_RECV_MAX_LEAD = 600,   /* lost ones before its first, in runs of 13 bits */
    TWCC_RECV_EAGER_COUNT = 20, /* unreported arrivals that make the short interval apply */
    TWCC_RECV_SHORT_US = 50000,
    TWCC_RECV_LONG_US = 100000,
    TWCC_RECV_MAX_DELTA_US = 8000000 /* 16 signed bits of 250 us:
                                        draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.5 */
};

struct twcc_recv {
    usec arrival[TWCC_RECV_WINDOW];  /* of number n at n % WINDOW */
    uint8_t state[TWCC_RECV_WINDOW]; /* enum of the .c: empty, fresh, reported */
    bool started;
    uint64_t highest_ext; /* newest received */
    uint64_t next_ext;    /* first number no message has covered */
    uint64_t lowest_ext;  /* lowest fresh one, while fresh > 0 */
    size_t fresh;         /* received, not yet reported */
    usec fresh_since;
    bool draining; /* a message of this round went out, more are due */
    uint8_t feedback_count;
    uint64_t stale; /* counter: arrivals older than the window, and duplicates */
};

/* One message, ready for twcc_write, which takes all of it at once (TWCC_MAX_WRITTEN is wider). */
struct twcc_recv_feedback {
    uint64_t base_ext; /* at or before the first received: those between were lost */
    uint8_t feedback_count;
    size_t n;
    struct twcc_received received[TWCC_RECV_MAX_COUNT]; /* ascending */
};

void twcc_recv_init(struct twcc_recv *t);
void twcc_recv_on_packet(struct twcc_recv *t, usec now, uint64_t seq_ext);
/* Call until false: several messages may be due at once. */
bool twcc_recv_poll(struct twcc_recv *t, usec now, struct twcc_recv_feedback *out);
usec twcc_recv_deadline(const struct twcc_recv *t);

#endif
