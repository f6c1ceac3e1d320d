/* SPDX-License-Identifier: Apache-2.0
 * Opens and closes what the service is made of, and its one loop: completions of the store, events
 * of the media plane, time. What a message or a request does is decided elsewhere. */
#include "signaling/service_state.h"

#include "sfu/adapt/rand.h"
#include "sfu/base/mem.h"
#include "signaling/attendance/site_code.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t service_now_ms(const struct service *v)
{
    return v->wall_ms + (http_now() - v->boot) / 1000;
}

uint32_t service_new_id(void *ctx)
{
    struct service *v = ((struct school_class *)ctx)->service;
    if (++v->next_id == 0)
        v->next_id = 1;
    return v->next_id;
}

static enum err read_class(void *ctx, const struct store_class *kept)
{
    struct service *v = ctx;
    struct school_class *c = NULL;
    enum err e = school_add(&v->school, kept, &c);
    if (e == E_OK)
        c->service = v;
    return e;
}

static enum err read_person(void *ctx, const struct store_person *p)
{
    struct service *v = ctx;
    struct school_class *c = school_find(&v->school, p->class_id);
    return c == NULL ? E_OK : roster_put(c, p);
}

static enum err read_trainer(void *ctx, const struct store_trainer *t)
{
    struct service *v = ctx;
    return trainers_put(&v->trainers, t);
}

static void woken(void *ctx)
{
    struct service *v = ctx;
    struct store_done done;
    while (store_take_done(v->store, &done)) {
        if ((done.cookie & JOURNAL_COOKIE) != 0)
            journal_done(v, &done);
        else if (done.cookie == CONTROL_COOKIE)
            control_stored(v, &done);
        else
            rest_stored(v, &done);
    }
    events_take(v);
}

static void each_second(struct service *v)
{
    int64_t now_ms = service_now_ms(v);
    for (size_t i = 0; i < SCHOOL_MAX; i++) {
        struct school_class *c = v->school.classes[i];
        if (c == NULL || c->class == NULL)
            continue;
        class_on_tick(c->class, now_ms);
        site_tick(v, c, now_ms);
        lesson_settle(v, c);
    }
}

static void tick(void *ctx, usec now)
{
    struct service *v = ctx;
    socket_tick(v, now);
    journal_tick(v, now);
    control_tick(v);
    keep_tick(v, now);
    woken(v);
    if (now >= v->second) {
        v->second = now + USEC_S(1);
        each_second(v);
    }
}

static void store_wakes(void *ctx)
{
    http_wake(ctx);
}

static enum err open_keys(struct service *v)
{
    const char *dir = v->config->data_dir;
    bool made = false;
    enum err e = data_dir_open(dir);
    if (e == E_OK)
        e = token_key_open(&v->token_key, dir);
    if (e == E_OK)
        e = admin_key_open(v->admin_key, dir, &made);
    if (e == E_DENIED)
        log_error(&v->log, LOG_SERVER, "the data directory or a key in it may be read by others",
                  "fix=\"chmod -R go= DIR\"");
    else if (e != E_OK)
        log_error(&v->log, LOG_SERVER, "cannot use the data directory or a key in it", "err=%s",
                  err_name(e));
    if (made)
        log_info(&v->log, LOG_SERVER, "an admin key was made", "file=admin.key");
    return e;
}

static enum err open_store(struct service *v)
{
    const struct store_reader reader = {
        .ctx = v, .on_class = read_class, .on_person = read_person, .on_trainer = read_trainer};
    enum err e = store_open(&v->store, v->config->data_dir, v->log, &reader);
    if (e == E_OK)
        e = event_reader_open(&v->events, v->config->data_dir);
    for (size_t i = 0; i < SCHOOL_MAX && e == E_OK; i++)
        if (v->school.classes[i] != NULL)
            e = lesson_open(v, v->school.classes[i]);
    if (e != E_OK)
        log_error(&v->log, LOG_STORE, "cannot read the store", "err=%s", err_name(e));
    else
        log_info(&v->log, LOG_STORE, "opened", "classes=%zu", v->school.n);
    return e;
}

/* The host of https://host:port. */
static void host_of(char *out, size_t cap, const char *url)
{
    const char *host = strstr(url, "://");
    host = host == NULL ? url : host + 3;
    size_t len = host[0] == '[' ? strcspn(host, "]") : strcspn(host, ":");
    if (host[0] == '[') {
        host++;
        len--;
    }
    len = len < cap ? len : cap - 1;
    memcpy(out, host, len);
    out[len] = '\0';
}

static enum err open_http(struct service *v)
{
    char cert[SECRET_PATH], key[SECRET_PATH], host[256];
    if (addr_is_unspecified(&v->config->listen) &&
        strstr(v->config->public_url, "://127.0.0.1") != NULL)
        log_warn(&v->log, LOG_SERVER,
                 "server.public_url is not set: only browsers on this machine can enter",
                 "fix=\"set it to the address people type\"");
    struct http_config h = {.listen = v->config->listen,
                            .self_signed = v->config->self_signed,
                            .public_url = v->config->public_url,
                            .client_dir = v->config->client_dir,
                            .sockets_an_address = v->config->sockets_an_address,
                            .watch_fd = sfu_event_fd(v->sfu),
                            .log = v->log,
                            .handlers = {.request = rest_request,
                                         .opened = socket_opened,
                                         .text = socket_text,
                                         .closed = socket_closed,
                                         .woken = woken,
                                         .tick = tick},
                            .ctx = v};
    if (v->config->certificate[0] != '\0') {
        h.certificate = v->config->certificate;
        h.key = v->config->key;
    } else if (v->config->self_signed) {
        host_of(host, sizeof host, v->config->public_url);
        enum err e = self_signed_make(v->config->data_dir, host, cert, key);
        if (e != E_OK)
            return e;
        h.certificate = cert;
        h.key = key;
        log_warn(&v->log, LOG_SERVER,
                 "self-signed certificate: for trying out only, browsers warn about it", "days=30");
    }
    enum err e = http_new(&v->http, &h);
    if (e != E_OK)
        log_error(&v->log, LOG_HTTP, "cannot listen, or the certificate is refused", "port=%u",
                  v->config->listen.port);
    return e;
}

static enum err open_memory(struct service *v)
{
    uint64_t seed = 0;
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    v->wall_ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
    v->boot = http_now();
    enum err e = rand_bytes((uint8_t *)&seed, sizeof seed);
    if (e == E_OK)
        e = tickets_init(&v->tickets);
    if (e == E_OK)
        e = limit_init(&v->bad_tokens, v->config->bad_tokens_a_minute, seed);
    if (e == E_OK)
        e = limit_init(&v->bad_codes, SITE_CODE_TRIES, seed);
    if (e == E_OK)
        e = trainers_init(&v->trainers);
    if (e == E_OK)
        e = school_init(&v->school, seed);
    v->snapshot = mem_alloc(sizeof *v->snapshot);
    return e == E_OK && v->snapshot == NULL ? E_NOMEM : e;
}

enum err service_open(struct service **out, const struct config *config, struct sfu *sfu,
                      struct log_sink log, enum service_part *part)
{
    *out = NULL;
    *part = SERVICE_MEMORY;
    struct service *v = mem_alloc(sizeof *v);
    if (v == NULL)
        return E_NOMEM;
    v->config = config;
    v->log = log;
    v->sfu = sfu;
    v->control.listen = v->control.caller = -1;
    sfu_fingerprint(sfu, v->fingerprint);
    enum err e = open_memory(v);
    if (e == E_OK) {
        *part = SERVICE_DATA;
        e = open_keys(v);
    }
    if (e == E_OK) {
        *part = SERVICE_STORE;
        e = open_store(v);
    }
    if (e == E_OK && control_open(v) != E_OK)
        log_warn(&v->log, LOG_SERVER, "control.sock cannot be made: amphi trainer needs a stop",
                 "dir=%s", v->config->data_dir);
    if (e == E_OK) {
        *part = SERVICE_LISTEN;
        e = open_http(v);
    }
    if (e != E_OK) {
        service_close(v);
        return e;
    }
    store_on_done(v->store, store_wakes, v->http);
    journal_open(v);
    journal_started(v);
    *out = v;
    return E_OK;
}

void service_run(struct service *v)
{
    http_run(v->http);
    journal_stopped(v);
}

void service_stop(struct service *v)
{
    http_stop(v->http);
}

unsigned service_port(const struct service *v)
{
    return http_port(v->http);
}

static void free_sessions(struct service *v)
{
    for (size_t i = 0; i < SCHOOL_MAX; i++)
        while (v->school.classes[i] != NULL && v->school.classes[i]->n_sessions > 0)
            session_free(v->school.classes[i]->sessions[0]);
}

void service_close(struct service *v)
{
    if (v == NULL)
        return;
    if (v->store != NULL)
        store_on_done(v->store, NULL, NULL);
    v->journal.stopping = true;
    control_close(v);
    http_free(v->http); /* its last callbacks still find the school */
    event_reader_close(v->events);
    store_close(v->store);
    free_sessions(v);
    school_fini(&v->school);
    for (size_t i = 0; i < HTTP_CONNECTIONS; i++)
        mem_free(v->sockets[i]);
    for (size_t i = 0; i < PENDING_MAX; i++)
        free(v->pending[i].body);
    trainers_fini(&v->trainers);
    tickets_fini(&v->tickets);
    limit_fini(&v->bad_tokens);
    limit_fini(&v->bad_codes);
    mem_free(v->snapshot);
    mem_free(v);
}
