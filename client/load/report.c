/* SPDX-License-Identifier: Apache-2.0
 * Prints figures; judges none. */
#include "client/load/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STAT_UTIME = 14
}; /* field of /proc/PID/stat, with stime behind it; the name is the second */

long report_rss_kb(int pid)
{
    char path[64], line[128];
    long kb = -1;
    if (pid <= 0)
        return kb;
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "re");
    while (f && kb < 0 && fgets(line, sizeof(line), f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

double report_cpu(int pid)
{
    char path[64], line[1024];
    double seconds = -1;
    if (pid <= 0)
        return seconds;
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *f = fopen(path, "re");
    const char *at = f && fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
    for (unsigned field = 2; at && field < STAT_UTIME; field++)
        at = strchr(at + 1, ' ');
    if (at) {
        char *next;
        const unsigned long user = strtoul(at, &next, 10), system = strtoul(next, NULL, 10);
        seconds = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    }
    if (f)
        fclose(f);
    return seconds;
}

void report_print(const struct report *r)
{
    const struct media_counts *c = &r->counts;
    printf("{\"peers\": %u, \"joined\": %u, \"failed\": %u, \"publishers\": %u, \"seconds\": %u, ",
           r->peers, r->joined, r->failed, r->publishers, r->seconds);
    printf("\"join_ms_median\": %.1f, \"join_ms_max\": %.1f, ", (double)r->join_median / 1e3,
           (double)r->join_max / 1e3);
    printf("\"join_ms_all\": %.1f, \"latency_ms_p50\": %.2f, \"latency_ms_p99\": %.2f, ",
           (double)r->join_all / 1e3, (double)r->latency_p50 / 1e3, (double)r->latency_p99 / 1e3);
    printf("\"checked\": %" PRIu64 ", \"audio_lost\": %" PRIu64
           ", \"load_cpu_s\": %.2f, \"server_cpu_s\": %.2f, ",
           c->checked, c->audio_expected - c->audio, r->cpu_seconds, r->server_cpu_seconds);
    printf("\"sent\": %" PRIu64 ", \"received\": %" PRIu64 ", \"expected\": %" PRIu64
           ", \"lost\": %" PRIu64 ", ",
           c->sent, c->received, c->expected, c->expected - c->received);
    printf("\"worst_lost\": %" PRIu64 ", \"audio\": %" PRIu64 ", \"video\": %" PRIu64
           ", \"denied\": %" PRIu64 ", ",
           r->worst_lost, c->audio, c->video, c->denied);
    printf("\"server_rss_start_kb\": %ld, \"server_rss_end_kb\": %ld}\n", r->rss_start_kb,
           r->rss_end_kb);
}
