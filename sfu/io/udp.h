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

enum {
    UDP_BATCH = 64,
    UDP_BUFFER = 2048, /* room for the largest datagram we take, and for one to grow in place */
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
    uint8_t *buf; /* the socket's own, UDP_BUFFER bytes, valid until the next udp_receive */
    size_t len;
};

/* Takes what has arrived, at most UDP_BATCH; never waits. Returns how many. */
size_t udp_receive(struct udp *u, struct udp_in in[UDP_BATCH]);

struct udp_out {
    struct path path;
    struct bytes bytes; /* borrowed until return */
};

/* Sends in order; what the kernel refuses (no route, full buffer) is counted and dropped, as the
 * network would. */
void udp_send(struct udp *u, const struct udp_out *out, size_t n);
uint64_t udp_refused(const struct udp *u);
/* Datagrams the kernel dropped because we read too late (SO_RXQ_OVFL). */
uint64_t udp_overflowed(const struct udp *u);

#endif
