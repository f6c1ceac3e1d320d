/* SPDX-License-Identifier: Apache-2.0
 * Two engines that share rooms, driven by a byte string decoded into facts with times: commands in
 * any order, honest and bent datagrams, batches from the other worker. Held: no number is protected
 * twice (the ports check), nothing leaves to an address that proved nothing, draining ends, and a
 * closed room leaves nothing behind. */
#include "tests/fuzz/replay.h"

#include "sfu/core/engine.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_ext.h"
#include "tests/sim/plain.h"

#include <string.h>

enum { PATHS = 8, TRANSPORTS = 8, WORKERS = 2, MAX_DRAIN = 20000, MAX_LETTERS = 64 };

struct tape {
    const uint8_t *p;
    size_t left;
};

struct world {
    struct tape tape;
    struct engine *engines[WORKERS];
    struct plain plain[WORKERS];
    usec now, deadlines[WORKERS];
    bool proved[PATHS];
    unsigned letters; /* delivered in this fact */
};

static uint8_t take(struct tape *t)
{
    if (t->left == 0)
        return 0;
    t->left--;
    return *t->p++;
}

static uint16_t take16(struct tape *t)
{
    uint8_t high = take(t);
    return (uint16_t)(high << 8 | take(t));
}

static size_t take_bytes(struct tape *t, uint8_t *out, size_t cap)
{
    size_t n = take(t);
    n = n < cap ? n : cap;
    for (size_t i = 0; i < n; i++)
        out[i] = take(t);
    return n;
}

static struct path path_of(unsigned k)
{
    uint8_t server[4] = {192, 0, 2, 1}, client[4] = {198, 51, 100, 7};
    return (struct path){.local = addr_v4(server, 5000),
                         .remote = addr_v4(client, (uint16_t)(40000 + k % PATHS))};
}

static unsigned path_number(const struct path *path)
{
    return path->remote.port - 40000U;
}

static void drain(struct world *w, unsigned i);

static void on_out(struct world *w, unsigned i, const struct out *out)
{
    static uint8_t copy[512 * 1024];
    if (out->kind == OUT_DATAGRAM) {
        HOLDS(path_number(&out->datagram.path) < PATHS);
        HOLDS(w->proved[path_number(&out->datagram.path)]);
        HOLDS(out->datagram.bytes.len > 0 && out->datagram.bytes.len <= 1536);
    } else if (out->kind == OUT_RELAY) {
        unsigned to = out->relay.to_worker;
        HOLDS(to < WORKERS && to != i && out->relay.message.len <= sizeof(copy));
        if (w->letters++ >= MAX_LETTERS)
            return;
        size_t len = out->relay.message.len;
        memcpy(copy, out->relay.message.p, len);
        engine_on_relay(w->engines[to], w->now, i, bytes_of(copy, len));
    }
}

static void drain(struct world *w, unsigned i)
{
    struct out out;
    unsigned n = 0;
    while (engine_poll(w->engines[i], &out)) {
        HOLDS(++n < MAX_DRAIN);
        on_out(w, i, &out);
    }
    w->deadlines[i] = out.deadline.at;
    engine_recycle(w->engines[i]);
}

static void drain_all(struct world *w)
{
    for (unsigned round = 0; round < 6; round++)
        drain(w, round % WORKERS);
}

static void make_ice(struct sfu_ice *ice, unsigned worker, unsigned transport)
{
    ice->ufrag[0] = (char)('A' + worker);
    ice->ufrag[1] = (char)('a' + transport % (2 * TRANSPORTS));
    memcpy(ice->pwd, "a-password-of-22-characters", 27);
}

static void make_fingerprint(uint8_t out[32])
{
    memset(out, 5, 32);
}

static void take_payloads(struct tape *t, uint8_t *n, struct sfu_payload *payloads, bool video)
{
    uint8_t shape = take(t);
    *n = shape & 3U;
    payloads[0] = (struct sfu_payload){.pt = 96, .codec = video ? SFU_VP8 : SFU_OPUS};
    payloads[1] = (struct sfu_payload){.pt = 97, .codec = video ? SFU_RTX : SFU_RED, .apt = 96};
    payloads[2] =
        (struct sfu_payload){.pt = (uint8_t)(shape >> 2), .codec = (uint8_t)(shape % 5), .apt = 96};
}

static void take_slots(struct tape *t, uint8_t *n, struct sfu_slot *slots)
{
    *n = take(t) % 8;
    for (uint8_t i = 0; i < *n; i++) {
        uint8_t shape = take(t);
        struct sfu_slot *s = &slots[i];
        s->kind = shape % 3;
        s->media = shape >> 2 & 1U;
        s->mid_len = shape >> 3 & 1U;
        s->mid[0] = (char)('0' + i);
        s->ssrc = 0x500U + i;
        s->rtx_ssrc = shape & 0x10U ? 0x600U + i : 0;
        take_payloads(t, &s->n_payloads, s->payloads, s->media == SFU_VIDEO);
    }
}

static void take_tracks(struct tape *t, struct sfu_send_open *open)
{
    open->n_tracks = take(t) % 6;
    for (uint8_t i = 0; i < open->n_tracks; i++) {
        uint8_t shape = take(t);
        struct sfu_track *k = &open->tracks[i];
        k->source = shape % 5;
        k->mid_len = 1;
        k->mid[0] = (char)('0' + i);
        k->publication = 1U + (shape >> 3) % 16;
        k->ssrc = shape & 4U ? 0x100U + i : 0;
        k->rtx_ssrc = shape & 4U ? 0x200U + i : 0;
        take_payloads(t, &k->n_payloads, k->payloads,
                      k->source == SFU_CAMERA || k->source == SFU_SCREEN);
    }
}

static void fill_command(struct tape *t, struct sfu_command *c)
{
    uint32_t transport = 1U + take(t) % TRANSPORTS;
    struct sfu_ice ice = {0};
    make_ice(&ice, c->worker, (unsigned)transport + take(t) % 2 * TRANSPORTS);
    struct sfu_extensions x = {.mid = 1, .audio_level = 2, .twcc = 3};
    switch ((enum sfu_command_kind)c->kind) {
    case SFU_RECEIVE_OPEN:
        c->receive_open =
            (struct sfu_receive_open){.transport = transport, .ice = ice, .extensions = x};
        take_slots(t, &c->receive_open.n_slots, c->receive_open.slots);
        break;
    case SFU_RECEIVE_ANSWER:
        c->receive_answer = (struct sfu_receive_answer){.transport = transport, .extensions = x};
        make_fingerprint(c->receive_answer.fingerprint);
        take_slots(t, &c->receive_answer.n_slots, c->receive_answer.slots);
        break;
    case SFU_SEND_OPEN:
        c->send_open = (struct sfu_send_open){.transport = transport, .ice = ice, .extensions = x};
        make_fingerprint(c->send_open.fingerprint);
        take_tracks(t, &c->send_open);
        break;
    case SFU_TRANSPORT_RESTART:
        c->restart.transport = transport;
        c->restart.ice = ice;
        break;
    case SFU_TRANSPORT_CLOSE: c->transport = transport; break;
    case SFU_PUBLICATION_SET:
        c->set.publication = 1U + take(t) % 16;
        c->set.on = take(t) % 4 != 0;
        break;
    case SFU_PEER_VIEW:
        c->view = (struct sfu_view){.tiles = take(t), .pinned = take(t) % 5U};
        c->view.economy = c->view.tiles & 0x80U;
        c->view.hidden = c->view.tiles & 0x40U;
        break;
    case SFU_PEER_JOIN:
    case SFU_PEER_MAY: c->may = take16(t); break;
    case SFU_ROOM_OPEN:
    case SFU_ROOM_CLOSE:
    case SFU_PEER_LEAVE:
    case N_SFU_COMMAND: break;
    }
}

static void on_command(struct world *w)
{
    uint8_t who = take(&w->tape);
    struct sfu_command c = {.kind = take(&w->tape) % N_SFU_COMMAND,
                            .worker = who & 1U,
                            .room = 1U + (who >> 1 & 1U),
                            .peer = 1U + (who >> 2) % 5};
    fill_command(&w->tape, &c);
    if (c.kind == SFU_ROOM_OPEN || c.kind == SFU_ROOM_CLOSE)
        engine_on_command(w->engines[1 - c.worker], w->now, &c);
    engine_on_command(w->engines[c.worker], w->now, &c);
}

static size_t make_rtp(struct tape *t, uint8_t *out, size_t cap)
{
    uint8_t block[32], payload[160];
    uint8_t shape = take(t);
    char mid = (char)('0' + (shape & 7U));
    struct rtp_ext_ids ids = {.mid = 1, .audio_level = 2, .twcc = 3};
    struct rtp_ext x = {.has = RTP_EXT_HAS_MID | RTP_EXT_HAS_AUDIO_LEVEL | RTP_EXT_HAS_TWCC,
                        .mid = bytes_of(&mid, 1),
                        .audio_level = take(t) & 0x7FU,
                        .twcc_seq = take16(t)};
    struct writer ext = writer_over(block, sizeof(block));
    struct writer w = writer_over(out, cap);
    if (rtp_ext_write(&ext, &ids, &x) != E_OK)
        return 0;
    struct rtp_header h = {.marker = shape & 8U,
                           .pt = (uint8_t)(96 + (shape >> 4 & 3U)),
                           .seq = take16(t),
                           .timestamp = (uint32_t)take16(t) << 8,
                           .ssrc = (shape & 0x40U ? 0x100U : 0x200U) + (take(t) & 7U),
                           .ext_block = shape & 0x80U ? writer_bytes(&ext) : bytes_of(NULL, 0)};
    size_t n = take_bytes(t, payload, sizeof(payload));
    if (rtp_write_header(&w, &h) != E_OK || writer_put(&w, bytes_of(payload, n)) != E_OK)
        return 0;
    return w.len;
}

static void on_datagram(struct world *w)
{
    uint8_t shape = take(&w->tape), b[512], fingerprint[32];
    unsigned k = shape >> 3 & 7U;
    struct path path = path_of(k);
    struct sfu_ice ice = {0};
    size_t n = 0;
    make_fingerprint(fingerprint);
    switch (shape & 7U) {
    case 0:
    case 1: {
        uint8_t which = take(&w->tape);
        make_ice(&ice, which & 1U, which >> 1);
        n = plain_check(b, ice.ufrag, ice.pwd, which & 0x80U);
        w->proved[k] = true;
        break;
    }
    case 2: n = plain_hello(b, fingerprint); break;
    case 3:
    case 4:
    case 5:
        n = make_rtp(&w->tape, b, 400);
        n = n ? plain_seal(b, n, fingerprint) : 0;
        break;
    case 6: /* RTCP: a true first header, the rest as it comes */
        n = 8 + take_bytes(&w->tape, b + 8, 200) / 4 * 4;
        memcpy(b, (uint8_t[8]){0x80 | (shape >> 6), 200, 0, 0, 0, 0, 1, 0}, 8);
        b[1] = (uint8_t)(200 + take(&w->tape) % 8);
        put_be16(b + 2, (uint16_t)(n / 4 - 1));
        n = plain_seal(b, n, fingerprint);
        break;
    default: n = take_bytes(&w->tape, b, 255); break;
    }
    engine_on_datagram(w->engines[shape >> 6 & 1U], w->now, &path, b, n);
}

static void on_batch(struct world *w)
{
    uint8_t b[256];
    size_t n = 4 + take_bytes(&w->tape, b + 4, 250);
    uint8_t shape = take(&w->tape);
    b[0] = shape % 13;
    b[1] = 0;
    put_be16(b + 2, (uint16_t)(n - 4));
    if (b[0] == 11 || b[0] == 12) /* a path of anybody's would be a path that proved nothing */
        return;
    engine_on_relay(w->engines[shape >> 7], w->now, 1U - (shape >> 7), bytes_of(b, n));
}

static void on_time(struct world *w)
{
    uint16_t ms = take16(&w->tape);
    w->now += USEC_MS(ms & 0x3FFU) << (ms >> 14) * 2;
    for (unsigned i = 0; i < WORKERS; i++)
        engine_on_time(w->engines[i], w->now);
}

static void one_fact(struct world *w)
{
    w->letters = 0;
    switch (take(&w->tape) % 8) {
    case 0:
    case 1:
    case 2: on_command(w); break;
    case 3:
    case 4:
    case 5: on_datagram(w); break;
    case 6: on_time(w); break;
    default: on_batch(w); break;
    }
    drain_all(w);
}

static void close_rooms(struct world *w)
{
    for (unsigned room = 1; room <= 2; room++) {
        struct sfu_command c = {.kind = SFU_ROOM_CLOSE, .room = room};
        for (unsigned i = 0; i < WORKERS; i++)
            engine_on_command(w->engines[i], w->now, &c);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        struct sfu_stats s;
        engine_stats(w->engines[i], &s);
        HOLDS(s.rooms + s.peers + s.transports + s.publications == 0);
        HOLDS(w->plain[i].channels_live == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.tape = {data, size}, .now = 1000};
    for (unsigned i = 0; i < WORKERS; i++) {
        struct engine_config c = {.worker = i,
                                  .workers = WORKERS,
                                  .seed = i + 1,
                                  .max_rooms = 2,
                                  .max_peers = 4,
                                  .max_transports = 6,
                                  .max_publications = 10,
                                  .max_packets = 64,
                                  .arena_bytes = 32 * 1024};
        plain_ports(&w.plain[i], &c.ports);
        HOLDS(engine_new(&w.engines[i], &c) == E_OK);
    }
    while (w.tape.left > 0)
        one_fact(&w);
    close_rooms(&w);
    for (unsigned i = 0; i < WORKERS; i++)
        engine_free(w.engines[i]);
    return 0;
}
