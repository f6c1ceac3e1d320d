/* SPDX-License-Identifier: Apache-2.0
 * Which datagrams of a batch leave together: runs of equal size along one path, as UDP_SEGMENT
 * takes them (udp(7)). Thread: worker. Pure; fixed size; borrows the datagrams. */
#ifndef SFU_IO_RUNS_H
#define SFU_IO_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/addr.h"
#include "sfu/base/bytes.h"

enum {
    RUNS_MAX = 4096,   /* datagrams of one batch: three frames of 200 receivers */
    RUN_SEGMENTS = 64, /* UDP_MAX_SEGMENTS of Linux up to 6.8; later ones take 128 */
    RUN_BYTES = 65507, /* 65,535 − 20 of IPv4 − 8 of UDP: RFC 768, RFC 791 §3.1 */
    RUNS_TABLE = 2 * RUNS_MAX,
    RUNS_ALONE =
        1024, /* paths remembered as refusing runs; a shared place costs speed, not sense */
};

struct udp_out {
    struct path path;
    struct bytes bytes; /* borrowed until sent */
};

struct run {
    uint16_t first, last, count; /* datagrams, linked by next */
    bool closed;                 /* its last one was shorter: nothing may follow */
    uint32_t segment, bytes;
    uint32_t hash; /* of the path */
};

struct runs {
    size_t n, mask; /* of the part of the table in use */
    struct run run[RUNS_MAX];
    uint16_t next[RUNS_MAX];
    uint16_t table[RUNS_TABLE]; /* 1 + the newest run of a path; 0: empty */
    uint32_t alone[RUNS_ALONE]; /* hash of a path that refuses runs; 0: none */
    uint64_t merged;            /* datagrams that left behind another in its run */
};

/* Sorts n ≤ RUNS_MAX datagrams into r->run[0 … r->n): the order along each path stays, also between
 * runs. r starts all zero. */
void runs_build(struct runs *r, const struct udp_out *out, size_t n);
/* The path of a run refuses such: from now on its datagrams leave one by one. */
void runs_refuse(struct runs *r, const struct run *run);

#endif
