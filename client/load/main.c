/* SPDX-License-Identifier: Apache-2.0
 * The loop of amphi-load: all robots in one thread, joins first, then a measured time. Exit code 0:
 * everybody came in and stayed. */
#include "client/load/arguments.h"
#include "client/load/report.h"
#include "client/load/robot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
    TURN_MS = 1,           /* the loop's turn: audio is due each 20 ms */
    SERVICE_EVERY = 1000,  /* µs: links and timers, also while media keeps the loop awake */
    JOIN_LIMIT = 60000000, /* µs for all joins together */
    JOINS_A_TURN = 2,      /* new robots a turn: a rush, but not one burst of SYNs */
    EVENTS = 64,
};

struct load {
    struct arguments arguments;
    struct robot *robots[LOAD_MAX_PEERS];
    unsigned n;
    struct link_context *links;
    struct secure_identity *identity;
    struct canned trainer, learner;
    struct latency latency;
    usec started, joined_at, next_service;
    double cpu_start, server_cpu_start;
    int epoll;
};

static usec clock_read(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (usec)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum err add_robot(struct load *l)
{
    const unsigned i = l->n;
    const unsigned class = i % l->arguments.classes, at = i / l->arguments.classes;
    const bool publishes = at < l->arguments.publishers;
    const struct robot_config config = {
        .links = l->links,
        .identity = l->identity,
        .canned = !publishes ? NULL
                  : at == 0  ? &l->trainer
                             : &l->learner,
        .token = at == 0 ? l->arguments.trainer[class] : l->arguments.learner[class],
        .number = i,
        .trainer = at == 0,
        .sample = l->arguments.sample,
        .latency = &l->latency,
        .epoll = l->epoll,
    };
    const enum err e = robot_new(&l->robots[i], &config);
    if (e == E_OK)
        l->n++;
    return e;
}

static void turn(struct load *l)
{
    struct epoll_event events[EVENTS];
    const int n = epoll_wait(l->epoll, events, EVENTS, TURN_MS);
    const usec now = clock_read();
    for (int i = 0; i < n; i++)
        robot_on_readable(events[i].data.ptr, now);
    if (now < l->next_service)
        return;
    l->next_service = now + SERVICE_EVERY;
    link_service(l->links);
    for (unsigned i = 0; i < l->n; i++)
        robot_on_time(l->robots[i], now);
}

static unsigned count_in(const struct load *l)
{
    unsigned in = 0;
    for (unsigned i = 0; i < l->n; i++)
        in += robot_is_in(l->robots[i]) && !robot_has_failed(l->robots[i]) ? 1U : 0U;
    return in;
}

/* The trainers first: opening the microphones is what lets the others publish. */
static bool trainers_are_in(const struct load *l)
{
    bool in = l->n >= l->arguments.classes;
    for (unsigned i = 0; in && i < l->arguments.classes; i++)
        in = robot_is_in(l->robots[i]);
    return in;
}

static enum err join_all(struct load *l)
{
    const usec limit = clock_read() + JOIN_LIMIT;
    enum err e = E_OK;
    while (e == E_OK && count_in(l) < l->arguments.peers) {
        const bool all = trainers_are_in(l);
        const unsigned wanted = all ? l->arguments.peers : l->arguments.classes;
        if (all && l->started == 0)
            l->started = clock_read();
        for (unsigned k = 0; k < JOINS_A_TURN && e == E_OK && l->n < wanted; k++)
            e = add_robot(l);
        turn(l);
        if (clock_read() > limit)
            return E_AGAIN;
    }
    return e;
}

static void run_for(struct load *l, unsigned seconds)
{
    const usec until = clock_read() + USEC_S(seconds);
    while (clock_read() < until)
        turn(l);
}

/* The measured time starts. */
static void mark(struct load *l)
{
    for (unsigned i = 0; i < l->n; i++)
        robot_mark(l->robots[i]);
    memset(&l->latency, 0, sizeof(l->latency));
    l->cpu_start = report_cpu(getpid());
    l->server_cpu_start = l->arguments.pid > 0 ? report_cpu(l->arguments.pid) : 0;
}

static int by_time(const void *a, const void *b)
{
    const usec x = *(const usec *)a, y = *(const usec *)b;
    return (x > y) - (x < y);
}

static void add_counts(struct report *r, const struct media_counts *c)
{
    const uint64_t lost = c->expected - c->received;
    r->counts.received += c->received;
    r->counts.expected += c->expected;
    r->counts.audio += c->audio;
    r->counts.video += c->video;
    r->counts.sent += c->sent;
    r->counts.denied += c->denied;
    r->counts.checked += c->checked;
    r->counts.audio_expected += c->audio_expected;
    if (lost > r->worst_lost)
        r->worst_lost = lost;
}

static struct report sum_up(const struct load *l, long rss_start)
{
    static usec joined[LOAD_MAX_PEERS];
    struct report r = {.peers = l->arguments.peers,
                       .publishers = l->arguments.publishers,
                       .seconds = l->arguments.seconds,
                       .join_all = l->joined_at - l->started,
                       .latency_p50 = latency_at(&l->latency, 0.5),
                       .latency_p99 = latency_at(&l->latency, 0.99),
                       .cpu_seconds = report_cpu(getpid()) - l->cpu_start,
                       .server_cpu_seconds = report_cpu(l->arguments.pid) - l->server_cpu_start,
                       .rss_start_kb = rss_start,
                       .rss_end_kb = report_rss_kb(l->arguments.pid)};
    for (unsigned i = 0; i < l->n; i++) {
        const struct media_counts c = robot_counts(l->robots[i]);
        add_counts(&r, &c);
        if (robot_has_failed(l->robots[i]))
            r.failed++;
        else if (robot_is_in(l->robots[i]))
            joined[r.joined++] = robot_joined_after(l->robots[i]);
    }
    if (r.joined > 0) {
        qsort(joined, r.joined, sizeof(joined[0]), by_time);
        r.join_median = joined[r.joined / 2];
        r.join_max = joined[r.joined - 1];
    }
    return r;
}

static enum err prepare(struct load *l)
{
    enum err e = secure_identity_new(&l->identity);
    if (e == E_OK)
        e = canned_init(&l->trainer, 640, 360, 500000); /* the limits browsers are held to */
    if (e == E_OK)
        e = canned_init(&l->learner, 320, 180, 150000);
    if (e == E_OK)
        e = link_context_new(&l->links, l->arguments.url, l->arguments.insecure);
    l->trainer.kbps = l->learner.kbps = l->arguments.kbps;
    l->trainer.uneven = l->learner.uneven = l->arguments.uneven;
    l->trainer.silent = l->learner.silent = l->arguments.audio_only;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    return l->epoll < 0 ? E_IO : e;
}

static void clean_up(struct load *l)
{
    for (unsigned i = 0; i < l->n; i++)
        robot_free(l->robots[i]);
    link_context_free(l->links);
    canned_fini(&l->trainer);
    canned_fini(&l->learner);
    secure_identity_free(l->identity);
    if (l->epoll >= 0)
        close(l->epoll);
}

int main(int argc, char **argv)
{
    static struct load l;
    long rss = -1;
    if (arguments_parse(&l.arguments, argc, argv) != E_OK)
        return 2;
    enum err e = prepare(&l);
    if (e == E_OK)
        e = join_all(&l);
    l.joined_at = clock_read();
    if (e == E_OK) {
        run_for(&l, l.arguments.settle);
        mark(&l);
        rss = report_rss_kb(l.arguments.pid);
        run_for(&l, l.arguments.seconds);
    }
    const struct report r = sum_up(&l, rss);
    report_print(&r);
    clean_up(&l);
    return e == E_OK && r.joined == r.peers ? 0 : 1;
}
