/* SPDX-License-Identifier: Apache-2.0
 * The receive connection: its slots, credentials and offer, the client's answer, ICE restarts; and
 * what both connections share (addresses, credentials). The send connection is service_publish.c.
 */
#include "signaling/service_state.h"

#include "sfu/adapt/rand.h"

#include <string.h>

enum {
    UFRAG_BYTES = 6, /* 8 characters after the worker's letter; RFC 8445 §5.3: at least 24 bits */
    PWD_BYTES = 18,  /* 24 characters; RFC 8445 §5.3: at least 128 bits */
    OFFER_ADDRESSES = SFU_MAX_ADDRESSES + CONFIG_ADDRESSES + 1,
};

/* Text of ice-chars (RFC 8839 §5.4): base64 with + and /. */
static void ice_text(char *out, const uint8_t *raw, size_t n)
{
    b64_write(out, raw, n);
    for (; *out != '\0'; out++) {
        if (*out == '-')
            *out = '+';
        else if (*out == '_')
            *out = '/';
    }
}

enum err media_new_ice(const struct school_class *c, struct sfu_ice *ice)
{
    uint8_t raw[UFRAG_BYTES + PWD_BYTES];
    enum err e = rand_bytes(raw, sizeof raw);
    if (e != E_OK)
        return e;
    ice->ufrag[0] = sfu_worker_letter(class_worker(c->class));
    ice_text(ice->ufrag + 1, raw, UFRAG_BYTES);
    ice_text(ice->pwd, raw + UFRAG_BYTES, PWD_BYTES);
    return E_OK;
}

enum err media_command(struct service *v, struct session *s, struct sfu_command *c)
{
    c->worker = class_worker(s->of->class);
    c->room = class_room(s->of->class);
    c->peer = s->peer;
    enum err e = sfu_send(v->sfu, c);
    if (e == E_OK)
        return E_OK;
    v->counts.sfu_refused++;
    if (s->conn != 0)
        http_ws_close(v->http, s->conn, CLOSE_BUSY);
    return e;
}

static void add_address(struct addr *out, size_t cap, size_t *n, struct addr a, uint16_t port)
{
    a.port = port;
    for (size_t i = 0; i < *n; i++)
        if (addr_equal(&out[i], &a))
            return;
    if (*n < cap)
        out[(*n)++] = a;
}

/* Best first: the one by which the page was reached, announced ones, all of the host. 127.0.0.1
 * last and only for a browser on this machine; never alone (Firefox then sends no check). */
size_t media_addresses(struct service *v, const struct session *s, struct addr *out, size_t cap)
{
    const struct socket *k = socket_find(v, s->conn);
    uint16_t port = v->config->media.port;
    struct addr host[SFU_MAX_ADDRESSES];
    size_t n = 0, n_host = sfu_addresses(v->sfu, host, SFU_MAX_ADDRESSES);
    if (k != NULL && !addr_is_loopback(&k->peer.local) && !addr_is_unspecified(&k->peer.local))
        add_address(out, cap, &n, k->peer.local, port);
    for (size_t i = 0; i < v->config->n_announce; i++)
        add_address(out, cap, &n, v->config->announce[i], port);
    for (size_t i = 0; i < n_host; i++)
        add_address(out, cap, &n, host[i], host[i].port);
    if (k != NULL && k->peer.loopback)
        add_address(out, cap, &n, addr_v4((const uint8_t[]){127, 0, 0, 1}, port), port);
    return n;
}

static enum fault say_offer(struct service *v, struct session *s, bool fresh)
{
    static char text[SDP_OUT_MAX]; /* signaling thread only */
    struct receive_connection *r = &s->receive;
    struct addr addresses[OFFER_ADDRESSES];
    const struct sdp_ours ours = {.session = r->sdp_session,
                                  .version = r->generation,
                                  .ice = &r->open.ice,
                                  .fingerprint = v->fingerprint,
                                  .addresses = addresses,
                                  .n_addresses = media_addresses(v, s, addresses, OFFER_ADDRESSES)};
    struct writer w = writer_over(text, sizeof text);
    if (sdp_write_offer(&w, &ours, &r->open) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    const struct note n = {.kind = NOTE_MEDIA_OFFER,
                           .media = {.generation = r->generation,
                                     .fresh = fresh,
                                     .sdp = writer_bytes(&w),
                                     .n = r->open.n_slots,
                                     .slots = r->open.slots}};
    socket_say(v, s->conn, &n);
    return FAULT_NONE;
}

static void close_transport(struct service *v, struct session *s, uint32_t transport)
{
    struct sfu_command c = {.kind = SFU_TRANSPORT_CLOSE, .transport = transport};
    if (transport != 0 && media_command(v, s, &c) != E_OK)
        return; /* counted; the socket is being closed */
}

static enum fault open_fresh(struct service *v, struct session *s)
{
    struct receive_connection *r = &s->receive;
    uint32_t ssrc = 0;
    uint64_t number = 0;
    close_transport(v, s, r->transport);
    r->transport = 0;
    struct sfu_command c = {.kind = SFU_RECEIVE_OPEN};
    if (rand_bytes((uint8_t *)&ssrc, sizeof ssrc) != E_OK ||
        rand_bytes((uint8_t *)&number, sizeof number) != E_OK ||
        media_new_ice(s->of, &r->open.ice) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    sdp_receive_slots(&r->open, s->form, (ssrc & 0x7fffffff) + 1);
    r->open.transport = service_new_id(s->of);
    c.receive_open = r->open;
    if (media_command(v, s, &c) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    r->transport = r->open.transport;
    r->answered = false;
    r->sdp_session = number >> 2; /* below 2^62 */
    r->generation++;
    return say_offer(v, s, true);
}

static enum fault open_again(struct service *v, struct session *s)
{
    struct receive_connection *r = &s->receive;
    struct sfu_command c = {.kind = SFU_TRANSPORT_RESTART};
    if (media_new_ice(s->of, &r->open.ice) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    c.restart.transport = r->transport;
    c.restart.ice = r->open.ice;
    if (media_command(v, s, &c) != E_OK)
        return FAULT_MEDIA_UNAVAILABLE;
    r->generation++;
    return say_offer(v, s, false);
}

enum fault media_open(struct service *v, struct session *s, const struct msg *m)
{
    return m->restart && s->receive.transport != 0 && s->receive.answered ? open_again(v, s)
                                                                          : open_fresh(v, s);
}

enum fault media_answer(struct service *v, struct session *s, const struct msg *m)
{
    struct receive_connection *r = &s->receive;
    if (m->media.generation != r->generation || r->transport == 0)
        return FAULT_NONE; /* of an older offer: ignored (PROTOCOL.md §4) */
    struct sfu_command c = {.kind = SFU_RECEIVE_ANSWER};
    enum err e = sdp_parse_answer(&c.receive_answer, m->media.sdp, &r->open);
    if (e != E_OK) {
        log_info(&v->log, LOG_MEDIA, "answer refused", "class=%s person=%u err=%s", s->of->id_text,
                 s->person, err_name(e));
        return FAULT_BAD_SDP;
    }
    if (r->answered)
        return FAULT_NONE; /* of a restart: certificate and payloads are in force */
    r->answered = true;
    return media_command(v, s, &c) == E_OK ? FAULT_NONE : FAULT_MEDIA_UNAVAILABLE;
}

enum fault media_close(struct service *v, struct session *s, const struct msg *m)
{
    if (m->connection == CONNECTION_RECEIVE) {
        close_transport(v, s, s->receive.transport);
        s->receive.transport = 0;
        return FAULT_NONE;
    }
    close_transport(v, s, s->send.transport);
    if (s->send.transport != 0)
        class_on_unpublished(s->of->class, s->person);
    s->send.transport = 0;
    return FAULT_NONE;
}

void media_forget(struct session *s)
{
    uint32_t generation = s->receive.generation, version = s->send.version;
    memset(&s->receive, 0, sizeof s->receive);
    memset(&s->send, 0, sizeof s->send);
    s->receive.generation = generation;
    s->send.version = version;
}
