/* SPDX-License-Identifier: Apache-2.0
 * A virtual network: datagrams with seeded loss, delay and jitter (and so reordering), in a virtual
 * time. Thread: test. init/fini pair; what cannot be allocated ends the test. */
#ifndef TESTS_SIM_NET_H
#define TESTS_SIM_NET_H

#include "sfu/base/addr.h"
#include "sfu/base/rng.h"
#include "sfu/base/usec.h"

enum { NET_MTU = 1600 };

struct net_packet {
    usec at;
    uint64_t number;  /* equal times come in the order sent */
    struct path path; /* as the server sees it */
    bool to_server;
    size_t len;
    uint8_t bytes[NET_MTU];
};

struct net {
    struct rng rng;
    uint32_t loss_permille;
    usec delay, jitter; /* each way; jitter is even over 0 … jitter */
    struct net_packet **heap;
    size_t count, cap;
    uint64_t numbered, lost;
};

void net_init(struct net *n, uint64_t seed);
void net_fini(struct net *n);
void net_send(struct net *n, usec now, const struct path *path, bool to_server, struct bytes b);
usec net_next(const struct net *n);        /* USEC_NEVER: nothing under way */
struct net_packet *net_pop(struct net *n); /* the caller frees */

#endif
