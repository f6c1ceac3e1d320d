/* SPDX-License-Identifier: Apache-2.0
 * The loop of a media worker: wait, take what has arrived, one fact in, drain, send. Decides
 * nothing about media. A full event queue keeps the event and tries again next turn, since
 * signalling must learn of every state; a full relay queue drops, as a network would. */
#include "sfu/io/worker.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "sfu/base/mem.h"
#include "sfu/base/ring.h"
#include "sfu/io/clock.h"

enum {
    LATE_WAKEUP = 20000,   /* µs: house rule for one turn of a loop */
    EVENTS_KEPT = 256,     /* events that wait while signalling's queue is full */
    WAIT_MAX = 1000000,    /* µs: the loop turns at least once a second, for statistics */
    STATS_EVERY = 1000000, /* µs */
    /* µs a datagram may wait in the kernel: when it is beyond the first for as long as the third
     * without once falling below the second, video is shed until it does: what the kernel would
     * drop next is audio as well. */
    BEHIND_FROM = 100000,
    BEHIND_UNTIL = 20000,
    BEHIND_FOR = 200000,
    /* Of datagrams kept for one batch: half the engine's arena, so that what a single fact adds (a
     * packet to 200 receivers, 240 KB) always finds room. */
    BATCH_BYTES = 2 * 1024 * 1024,
};

struct worker {
    struct worker_config config;
    struct engine *engine;
    int epoll;
    pthread_t thread;
    atomic_bool stop; /* any thread */
    struct ring kept; /* events that did not fit the queue yet */
    usec stats_at;
    uint64_t late;
    usec late_since; /* the first datagram of an unbroken run that waited too long; 0: none */
    bool behind;
    size_t n_out, out_bytes;
    struct udp_out out[RUNS_MAX];
};

static void flush_datagrams(struct worker *w)
{
    if (w->n_out > 0)
        udp_send(w->config.udp, w->out, w->n_out);
    w->n_out = w->out_bytes = 0;
}

static void push_event(struct worker *w, const struct sfu_event *event)
{
    while (w->kept.count > 0) {
        const struct sfu_event *oldest = ring_at(&w->kept, 0);
        struct sfu_event done;
        if (mailbox_push(w->config.events, bytes_of(oldest, sizeof(*oldest))) != E_OK)
            break;
        (void)ring_pop(&w->kept, &done);
    }
    if (!event)
        return;
    if (w->kept.count > 0 ||
        mailbox_push(w->config.events, bytes_of(event, sizeof(*event))) != E_OK) {
        if (ring_push(&w->kept, event) != E_OK)
            log_error(&w->config.engine.log, LOG_IO, "event lost", "worker=%u kind=%u",
                      w->config.index, event->kind);
    }
}

/* After a batch of facts: everything goes out, and the arena is free again. */
static void settle(struct worker *w)
{
    flush_datagrams(w);
    engine_recycle(w->engine);
}

/* Carries out what the engine decided; returns when it wants to be asked again. */
static usec drain(struct worker *w)
{
    struct out out;
    while (engine_poll(w->engine, &out)) {
        switch (out.kind) {
        case OUT_DATAGRAM:
            w->out[w->n_out++] =
                (struct udp_out){.path = out.datagram.path, .bytes = out.datagram.bytes};
            w->out_bytes += out.datagram.bytes.len;
            if (w->n_out == RUNS_MAX)
                flush_datagrams(w);
            break;
        case OUT_EVENT: push_event(w, &out.event); break;
        case OUT_RELAY: {
            struct mailbox *to =
                &w->config.relay[w->config.index * w->config.count + out.relay.to_worker];
            (void)(mailbox_push(to, out.relay.message) ==
                   E_OK); /* refused is counted in the mailbox */
            break;
        }
        }
    }
    if (w->out_bytes >= BATCH_BYTES)
        settle(w);
    return out.deadline.at;
}

static void take_commands(struct worker *w, usec now)
{
    struct bytes record;
    struct sfu_command command;
    while (mailbox_peek(w->config.commands, &record)) {
        memcpy(&command, record.p, sizeof(command));
        mailbox_pop(w->config.commands);
        engine_on_command(w->engine, now, &command);
        (void)drain(w);
    }
}

static void take_relays(struct worker *w, usec now)
{
    struct bytes record;
    for (unsigned from = 0; from < w->config.count; from++) {
        struct mailbox *m = &w->config.relay[from * w->config.count + w->config.index];
        if (from == w->config.index)
            continue;
        while (mailbox_peek(m, &record)) {
            engine_on_relay(w->engine, now, from, record);
            mailbox_pop(m);
            (void)drain(w);
        }
    }
}

/* A machine that stood still for a moment catches up by itself within milliseconds and loses
 * nothing; only one that stays behind sheds. */
static void judge_delay(struct worker *w, usec now, usec waited)
{
    if (waited < BEHIND_UNTIL)
        w->late_since = 0;
    else if (waited > BEHIND_FROM && w->late_since == 0)
        w->late_since = now;
    const bool behind = w->late_since != 0 && (w->behind || now - w->late_since > BEHIND_FOR);
    if (behind != w->behind)
        engine_set_behind(w->engine, behind);
    w->behind = behind;
}

/* The datagrams of one message, which share their path. */
static void take_message(struct worker *w, usec now, const struct udp_in *in)
{
    judge_delay(w, now, in->waited);
    for (size_t at = 0; at < in->len; at += in->segment) {
        const size_t rest = in->len - at;
        engine_on_datagram(w->engine, now, &in->path, in->buf + at,
                           rest < in->segment ? rest : in->segment);
        (void)drain(w);
    }
}

static void take_datagrams(struct worker *w, usec now)
{
    struct udp_in in[UDP_BATCH];
    const size_t n = udp_receive(w->config.udp, in);
    for (size_t i = 0; i < n; i++)
        take_message(w, now, &in[i]);
}

static void tell_stats(struct worker *w, usec now)
{
    struct sfu_event event = {.kind = SFU_STATS, .worker = (uint8_t)w->config.index};
    if (now < w->stats_at)
        return;
    w->stats_at = now + STATS_EVERY;
    engine_stats(w->engine, &event.stats);
    event.stats.late_wakeups = w->late;
    event.stats.drop_full += udp_refused(w->config.udp);
    event.stats.kernel_overflow = udp_overflowed(w->config.udp);
    push_event(w, &event);
}

static void wait_until(struct worker *w, usec at)
{
    struct epoll_event events[2];
    const usec now = clock_now();
    usec wait = at <= now ? 0 : at - now;
    if (wait > WAIT_MAX)
        wait = WAIT_MAX;
    const struct timespec ts = {.tv_sec = wait / 1000000, .tv_nsec = (wait % 1000000) * 1000};
    const int n = epoll_pwait2(w->epoll, events, 2, &ts, NULL);
    if (n < 0 && errno != EINTR)
        log_error(&w->config.engine.log, LOG_IO, "epoll failed", "worker=%u errno=%d",
                  w->config.index, errno);
    for (int i = 0; i < n; i++) {
        if (events[i].data.fd == w->config.wakeup->fd)
            wakeup_clear(w->config.wakeup);
    }
}

static void *run(void *arg)
{
    struct worker *w = arg;
    usec deadline = 0;
    while (!atomic_load_explicit(&w->stop, memory_order_acquire)) {
        wait_until(w, deadline);
        const usec now = clock_now();
        take_commands(w, now);
        take_relays(w, now);
        take_datagrams(w, now);
        engine_on_time(w->engine, now);
        deadline = drain(w);
        settle(w);
        tell_stats(w, now);
        push_event(w, NULL);
        if (clock_now() - now > LATE_WAKEUP)
            w->late++;
    }
    return NULL;
}

static enum err watch(const struct worker *w, int fd)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &ev) == 0 ? E_OK : E_IO;
}

static void worker_free(struct worker *w)
{
    engine_free(w->engine);
    ring_fini(&w->kept);
    udp_close(w->config.udp);
    if (w->epoll >= 0)
        close(w->epoll);
    mem_free(w);
}

enum err worker_start(struct worker **out, const struct worker_config *config)
{
    struct worker *w = mem_alloc(sizeof(*w));
    enum err e = E_NOMEM;
    if (!w) {
        udp_close(config->udp);
        return e;
    }
    w->config = *config;
    atomic_init(&w->stop, false);
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (w->epoll < 0 || watch(w, udp_fd(config->udp)) != E_OK ||
        watch(w, config->wakeup->fd) != E_OK) {
        e = E_IO;
        goto out;
    }
    e = ring_init(&w->kept, EVENTS_KEPT, sizeof(struct sfu_event));
    if (e == E_OK)
        e = engine_new(&w->engine, &config->engine);
    if (e == E_OK && pthread_create(&w->thread, NULL, run, w) != 0)
        e = E_IO;
out:
    if (e != E_OK) {
        worker_free(w);
        return e;
    }
    *out = w;
    return E_OK;
}

void worker_stop(struct worker *w)
{
    if (!w)
        return;
    atomic_store_explicit(&w->stop, true, memory_order_release);
    wakeup_ring(w->config.wakeup);
    pthread_join(w->thread, NULL);
    worker_free(w);
}
