/* SPDX-License-Identifier: Apache-2.0
 * What the run showed, as one JSON line. Thread: any. */
#ifndef CLIENT_LOAD_REPORT_H
#define CLIENT_LOAD_REPORT_H

#include "client/load/media.h"

struct report {
    unsigned peers, joined, failed, publishers, seconds;
    usec join_median, join_max, join_all; /* of one robot; from the first's start to the last in */
    usec latency_p50, latency_p99;        /* of stamped packets, one way, decrypted ones */
    double
        cpu_seconds; /* of this program over the measured time: near `seconds`, it was the limit */
    double server_cpu_seconds;     /* user and system, over the measured time; −1: not asked */
    struct media_counts counts;    /* of all robots */
    uint64_t worst_lost;           /* of one robot */
    long rss_start_kb, rss_end_kb; /* of the server at the mark and at the end; −1: not asked */
};

void report_print(const struct report *r);
/* Resident memory of a process in KB; −1 when it cannot be read. */
long report_rss_kb(int pid);
/* User and system time of a process in seconds; −1 when it cannot be read. */
double report_cpu(int pid);

#endif
