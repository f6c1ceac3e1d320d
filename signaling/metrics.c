/* SPDX-License-Identifier: Apache-2.0
 * What an operator can watch, as Prometheus text: counters of the service, of HTTP, of the media
 * plane. No names, no addresses, no class ids. */
#include "signaling/service_state.h"

#include <stdio.h>
#include <stdlib.h>

static void put(FILE *out, const char *name, const char *type, uint64_t value)
{
    fprintf(out, "# TYPE amphi_%s %s\namphi_%s %llu\n", name, type, name,
            (unsigned long long)value);
}

static void put_http(FILE *out, const struct http_stats *h)
{
    put(out, "http_requests_total", "counter", h->requests);
    put(out, "http_connections", "gauge", h->connections);
    put(out, "websockets", "gauge", h->sockets);
    put(out, "websocket_upgrades_total", "counter", h->upgrades);
    put(out, "websocket_frames_in_total", "counter", h->frames_in);
    put(out, "websocket_frames_out_total", "counter", h->frames_out);
    put(out, "http_bytes_out_total", "counter", h->bytes_out);
    put(out, "http_refused_origin_total", "counter", h->refused_origin);
    put(out, "http_refused_upgrade_total", "counter", h->refused_upgrade);
    put(out, "http_refused_method_total", "counter", h->refused_method);
    put(out, "http_closed_slow_total", "counter", h->closed_slow);
    put(out, "http_closed_many_total", "counter", h->closed_many);
    put(out, "websocket_closed_full_total", "counter", h->closed_full);
}

static void put_service(FILE *out, const struct service *v)
{
    const struct service_counts *c = &v->counts;
    size_t here = 0;
    for (size_t i = 0; i < SCHOOL_MAX; i++)
        here += v->school.classes[i] != NULL ? v->school.classes[i]->n_sessions : 0;
    put(out, "classes", "gauge", v->school.n);
    put(out, "people", "gauge", here);
    put(out, "store_waiting", "gauge", store_waiting(v->store));
    put(out, "store_refused_total", "counter", c->store_refused);
    put(out, "events_lost_total", "counter", c->events_lost);
    put(out, "bad_tokens_total", "counter", c->bad_tokens);
    put(out, "bad_tickets_total", "counter", c->bad_tickets);
    put(out, "too_many_total", "counter", c->too_many);
    put(out, "messages_total", "counter", c->messages);
    put(out, "notes_total", "counter", c->notes);
    put(out, "faults_total", "counter", c->faults);
    put(out, "too_fast_total", "counter", c->too_fast);
    put(out, "sockets_lost_total", "counter", c->lost);
    put(out, "resumed_total", "counter", c->resumed);
    put(out, "welcomed_total", "counter", c->welcomed);
    put(out, "removed_total", "counter", c->removed);
    put(out, "media_commands_refused_total", "counter", c->sfu_refused);
}

/* One field of struct sfu_stats over all workers. */
#define PUT_MEDIA(field, type)                                                                     \
    do {                                                                                           \
        uint64_t sum = 0;                                                                          \
        for (unsigned i = 0; i < SFU_MAX_WORKERS; i++)                                             \
            sum += v->media[i].field;                                                              \
        put(out, "media_" #field, type, sum);                                                      \
    } while (0)

static void put_media(FILE *out, const struct service *v)
{
    PUT_MEDIA(datagrams_in, "counter");
    PUT_MEDIA(datagrams_out, "counter");
    PUT_MEDIA(bytes_in, "counter");
    PUT_MEDIA(bytes_out, "counter");
    PUT_MEDIA(rtp_in, "counter");
    PUT_MEDIA(rtp_out, "counter");
    PUT_MEDIA(rtx_in, "counter");
    PUT_MEDIA(rtx_out, "counter");
    PUT_MEDIA(nack_in, "counter");
    PUT_MEDIA(nack_out, "counter");
    PUT_MEDIA(keyframe_in, "counter");
    PUT_MEDIA(keyframe_out, "counter");
    PUT_MEDIA(drop_stranger, "counter");
    PUT_MEDIA(drop_malformed, "counter");
    PUT_MEDIA(drop_auth, "counter");
    PUT_MEDIA(drop_replay, "counter");
    PUT_MEDIA(drop_ssrc, "counter");
    PUT_MEDIA(drop_limit, "counter");
    PUT_MEDIA(drop_off, "counter");
    PUT_MEDIA(drop_full, "counter");
    PUT_MEDIA(late_wakeups, "counter");
    PUT_MEDIA(rooms, "gauge");
    PUT_MEDIA(peers, "gauge");
    PUT_MEDIA(transports, "gauge");
    PUT_MEDIA(publications, "gauge");
}

char *metrics_write(const struct service *v)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL)
        return NULL;
    put_http(out, http_stats(v->http));
    put_service(out, v);
    put_media(out, v);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
