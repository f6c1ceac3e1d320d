/* SPDX-License-Identifier: Apache-2.0
 * The door of the media plane: starts workers, carries commands and events between them and
 * signalling. Decides only which worker a command goes to. */
#include "sfu/sfu.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include "sfu/adapt/dtls.h"
#include "sfu/adapt/rand.h"
#include "sfu/base/mem.h"
#include "sfu/io/ports.h"
#include "sfu/io/worker.h"

enum {
    COMMAND_BYTES =
        4 * 1024 * 1024, /* a room of 200 joining at once: 200 × 4 commands of about 2 KB */
    EVENT_BYTES = 1024 * 1024,
    RELAY_BYTES = 4 * 1024 * 1024, /* 100 ms of a full room's packets */
};

struct sfu {
    struct sfu_config config;
    struct dtls_identity *identity;
    uint16_t port;
    struct wakeup wakeup; /* signalling's: events wait */
    struct wakeup worker_wakeup[SFU_MAX_WORKERS];
    struct mailbox commands[SFU_MAX_WORKERS], events[SFU_MAX_WORKERS];
    struct mailbox *relay; /* workers × workers */
    struct worker *workers[SFU_MAX_WORKERS];
    unsigned next; /* worker whose events are taken first: fair turns */
};

static enum err init_mailboxes(struct sfu *s)
{
    const unsigned n = s->config.workers;
    enum err e = wakeup_init(&s->wakeup);

    for (unsigned i = 0; i < n && e == E_OK; i++)
        e = wakeup_init(&s->worker_wakeup[i]);
    for (unsigned i = 0; i < n && e == E_OK; i++) {
        e = mailbox_init(&s->commands[i], COMMAND_BYTES, &s->worker_wakeup[i]);
        if (e == E_OK)
            e = mailbox_init(&s->events[i], EVENT_BYTES, &s->wakeup);
    }
    if (e != E_OK)
        return e;
    s->relay = mem_alloc_array((size_t)n * n, sizeof(*s->relay));
    if (!s->relay)
        return E_NOMEM;
    for (unsigned i = 0; i < n * n && e == E_OK; i++)
        if (i / n != i % n)
            e = mailbox_init(&s->relay[i], RELAY_BYTES, &s->worker_wakeup[i % n]);
    return e;
}

static enum err start_worker(struct sfu *s, unsigned i)
{
    struct worker_config config = {.index = i,
                                   .count = s->config.workers,
                                   .commands = &s->commands[i],
                                   .events = &s->events[i],
                                   .wakeup = &s->worker_wakeup[i],
                                   .relay = s->relay};
    struct addr listen = s->config.listen;
    enum err e = rand_bytes((uint8_t *)&config.engine.seed, sizeof(config.engine.seed));

    if (i > 0)
        listen.port = s->port; /* the one port, whatever the first worker got */
    if (e == E_OK)
        e = udp_open(&config.udp, &listen);
    if (e != E_OK)
        return e;
    s->port = udp_port(config.udp);
    config.engine.worker = i;
    config.engine.workers = s->config.workers;
    config.engine.log = s->config.log;
    ports_init(&config.engine.ports, s->identity);
    return worker_start(&s->workers[i], &config);
}

enum err sfu_start(struct sfu **out, const struct sfu_config *config)
{
    if (config->workers < 1 || config->workers > SFU_MAX_WORKERS)
        return E_RANGE;
    struct sfu *s = mem_alloc(sizeof(*s));
    if (!s)
        return E_NOMEM;
    s->config = *config;
    s->wakeup.fd = -1;
    for (unsigned i = 0; i < SFU_MAX_WORKERS; i++)
        s->worker_wakeup[i].fd = -1;
    enum err e = dtls_identity_new(&s->identity);
    if (e == E_OK)
        e = init_mailboxes(s);
    for (unsigned i = 0; i < config->workers && e == E_OK; i++)
        e = start_worker(s, i);
    if (e != E_OK) {
        sfu_stop(s);
        return e;
    }
    *out = s;
    return E_OK;
}

void sfu_stop(struct sfu *s)
{
    if (!s)
        return;
    const unsigned n = s->config.workers;
    for (unsigned i = 0; i < n; i++)
        worker_stop(s->workers[i]);
    for (unsigned i = 0; i < n; i++) {
        mailbox_fini(&s->commands[i]);
        mailbox_fini(&s->events[i]);
        wakeup_fini(&s->worker_wakeup[i]);
    }
    for (unsigned i = 0; s->relay && i < n * n; i++)
        mailbox_fini(&s->relay[i]);
    mem_free(s->relay);
    wakeup_fini(&s->wakeup);
    dtls_identity_free(s->identity);
    mem_free(s);
}

/* A room is known to every worker (home or replica); a peer to its own, and by name to the home
 * through the engines' relay. */
enum err sfu_send(struct sfu *s, const struct sfu_command *command)
{
    const struct bytes record = bytes_of(command, sizeof(*command));
    enum err e = E_OK;

    if (command->kind != SFU_ROOM_OPEN && command->kind != SFU_ROOM_CLOSE)
        return command->worker < s->config.workers
                   ? mailbox_push(&s->commands[command->worker], record)
                   : E_RANGE;
    for (unsigned i = 0; i < s->config.workers && e == E_OK; i++)
        e = mailbox_push(&s->commands[i], record);
    return e;
}

bool sfu_receive(struct sfu *s, struct sfu_event *event)
{
    struct bytes record;
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned k = 0; k < s->config.workers; k++) {
            struct mailbox *m = &s->events[(s->next + k) % s->config.workers];
            if (!mailbox_peek(m, &record))
                continue;
            memcpy(event, record.p, sizeof(*event));
            mailbox_pop(m);
            s->next = (s->next + k + 1) % s->config.workers;
            return true;
        }
        /* Empty: let the wake-up ring again, then look once more for what came in between. */
        if (turn == 0)
            wakeup_clear(&s->wakeup);
    }
    return false;
}

int sfu_event_fd(const struct sfu *s)
{
    return s->wakeup.fd;
}

void sfu_fingerprint(const struct sfu *s, uint8_t out[SFU_FINGERPRINT])
{
    memcpy(out, dtls_identity_fingerprint(s->identity), SFU_FINGERPRINT);
}

uint16_t sfu_port(const struct sfu *s)
{
    return s->port;
}

static bool is_offered(const struct sfu *s, const struct ifaddrs *i, struct addr *out)
{
    if (!i->ifa_addr || !(i->ifa_flags & IFF_UP))
        return false;
    if (i->ifa_addr->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, i->ifa_addr, sizeof(v4));
        *out = addr_v4((const uint8_t *)&v4.sin_addr, s->port);
    } else if (i->ifa_addr->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, i->ifa_addr, sizeof(v6));
        *out = addr_v6((const uint8_t *)&v6.sin6_addr, s->port);
    } else {
        return false;
    }
    if (addr_is_loopback(out) || addr_is_link_local(out))
        return false;
    const struct addr *bound = &s->config.listen;
    return addr_is_unspecified(bound) || memcmp(bound->ip, out->ip, sizeof(out->ip)) == 0;
}

size_t sfu_addresses(struct sfu *s, struct addr *out, size_t cap)
{
    struct ifaddrs *all = NULL;
    size_t n = 0;
    if (getifaddrs(&all) != 0)
        return 0;
    for (const struct ifaddrs *i = all; i && n < cap; i = i->ifa_next)
        n += is_offered(s, i, &out[n]) ? 1U : 0U;
    freeifaddrs(all);
    return n;
}
