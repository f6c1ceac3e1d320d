/* SPDX-License-Identifier: Apache-2.0
 * The one UDP port: datagrams in and out in batches, each with the local address it came to or
 * leaves from. Thread: worker. Both families on one socket (v4-mapped addresses); workers share the
 * port by SO_REUSEPORT. */
#ifndef SFU_IO_UDP_H
#define SFU_IO_UDP_H

#include <stdbool.h>
#include <stddef.h>

#include "sfu/base/addr.h"
#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"
#include "sfu/io/runs.h"

enum {
    UDP_BATCH = 32,     /* messages of one system call */
    UDP_BUFFER = 65536, /* of one message: with UDP_GRO it carries up to 64 datagrams of one flow */
    UDP_TAKE_MAX = 1500,
};

struct udp; /* opaque: socket headers stay in udp.c */

/* Binds listen (unspecified ip = all addresses of both families). E_IO: errno says why. */
MUST_USE enum err udp_open(struct udp **out, const struct addr *listen);
void udp_close(struct udp *u);
int udp_fd(const struct udp *u);
/* The port really bound, when 0 was asked. */
uint16_t udp_port(const struct udp *u);

struct udp_in {
    struct path path;
    uint8_t *buf; /* the socket's own, valid until the next udp_receive */
    size_t len;
    usec waited;    /* µs in the kernel's queue until udp_receive took it */
    size_t segment; /* datagrams of so many bytes, back to back; the last may be shorter */
};

/* Takes what has arrived, at most UDP_BATCH messages; never waits. Returns how many. */
size_t udp_receive(struct udp *u, struct udp_in in[UDP_BATCH]);

/* Sends in order along each path, runs of equal size as one message (UDP_SEGMENT) where the path
 * takes such. What the kernel refuses (no route, full buffer) is counted and dropped, as the
 * network would. */
void udp_send(struct udp *u, const struct udp_out *out, size_t n);
uint64_t udp_refused(const struct udp *u);
uint64_t udp_merged(const struct udp *u); /* datagrams that shared another's message */
/* Datagrams the kernel dropped because we read too late (SO_RXQ_OVFL). */
uint64_t udp_overflowed(const struct udp *u);

#endif
