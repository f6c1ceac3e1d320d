/* SPDX-License-Identifier: Apache-2.0
 * Packet buffers of one size from a fixed pool, shared by counting references (not atomic: a packet
 * stays in its worker). Thread: worker. pool init/fini pair; packets come from pool_take and end
 * with packet_unref. */
#ifndef SFU_BASE_POOL_H
#define SFU_BASE_POOL_H

#include "sfu/base/err.h"
#include "sfu/base/usec.h"

#include <stddef.h>
#include <stdint.h>

/* An Ethernet MTU of 1500 with room for an SRTP tag that grows in place. */
enum { PACKET_BYTES = 1536 };

struct pool;

struct packet {
    struct pool *pool;
    struct packet *next_free; /* pool's, while free */
    uint32_t refs;
    uint32_t len; /* bytes of data in use, holder's to set */
    usec at;      /* arrival, holder's to set */
    uint8_t data[PACKET_BYTES];
};

struct pool {
    struct packet *packets; /* owned */
    struct packet *free;
    uint32_t max, in_use, most_in_use;
    uint64_t refused; /* takes that found none */
};

MUST_USE enum err pool_init(struct pool *p, uint32_t max); /* E_NOMEM, E_RANGE */
void pool_fini(struct pool *p);                            /* asserts that every packet came back */

/* A packet with one reference, len 0, data not cleared; NULL (counted) when all are in use. */
MUST_USE struct packet *pool_take(struct pool *p);

struct packet *packet_ref(struct packet *p);
void packet_unref(struct packet *p); /* NULL is allowed */

#endif
