/* SPDX-License-Identifier: Apache-2.0
 * Decides the order of things in a simulated lesson: always the earliest next, engines drained
 * after each fact. */
#include "tests/sim/lesson.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 9 };

void lesson_open(struct lesson *l, unsigned workers, uint64_t seed)
{
    memset(l, 0, sizeof(*l));
    l->workers = workers;
    l->next_id = 1;
    l->now = 1000000;
    net_init(&l->net, seed);
    for (unsigned w = 0; w < workers; w++) {
        struct engine_config c = {.worker = w,
                                  .workers = workers,
                                  .seed = seed + w,
                                  .max_rooms = 4,
                                  .max_peers = 64,
                                  .max_publications = 128,
                                  .max_packets = 8192};
        plain_ports(&l->plain[w], &c.ports);
        enum err err = engine_new(&l->engines[w], &c);
        assert(err == E_OK);
        (void)err;
    }
    struct sfu_command open = {.kind = SFU_ROOM_OPEN, .room = LESSON_ROOM};
    for (unsigned w = 0; w < workers; w++)
        engine_on_command(l->engines[w], l->now, &open);
}

void lesson_close(struct lesson *l)
{
    for (unsigned w = 0; w < l->workers; w++) {
        engine_free(l->engines[w]);
        assert(l->plain[w].channels_live == 0);
    }
    for (unsigned i = 0; i < l->n_people; i++)
        free(l->people[i]);
    net_fini(&l->net);
}

static void on_event(struct lesson *l, const struct sfu_event *event)
{
    if (event->kind == SFU_SPEAKERS) {
        l->last_speakers = *event;
        l->speakers_events++;
        return;
    }
    for (unsigned i = 0; i < l->n_people; i++) {
        if (l->people[i]->id == event->peer)
            person_on_event(l->people[i], event);
    }
}

struct letter {
    unsigned from, to;
    size_t len;
    uint8_t *bytes;
    struct letter *next;
};

/* Takes all decisions of one engine; letters to others are kept for after. */
static void take(struct lesson *l, unsigned w, struct letter **letters)
{
    struct out out;
    while (engine_poll(l->engines[w], &out)) {
        if (out.kind == OUT_DATAGRAM) {
            if (!l->blocked)
                net_send(&l->net, l->now, &out.datagram.path, false, out.datagram.bytes);
        } else if (out.kind == OUT_EVENT) {
            on_event(l, &out.event);
        } else {
            struct letter *it = malloc(sizeof(*it));
            assert(it);
            *it =
                (struct letter){.from = w, .to = out.relay.to_worker, .len = out.relay.message.len};
            it->bytes = malloc(it->len);
            assert(it->bytes);
            memcpy(it->bytes, out.relay.message.p, it->len);
            while (*letters)
                letters = &(*letters)->next;
            *letters = it;
            l->relayed_bytes += it->len;
        }
    }
    engine_recycle(l->engines[w]);
    l->deadlines[w] = out.deadline.at;
}

static void drain(struct lesson *l, unsigned w)
{
    struct letter *letters = NULL;
    take(l, w, &letters);
    while (letters) {
        struct letter *it = letters;
        letters = it->next;
        engine_on_relay(l->engines[it->to], l->now, it->from, bytes_of(it->bytes, it->len));
        take(l, it->to, &letters);
        free(it->bytes);
        free(it);
    }
}

void lesson_command(struct lesson *l, struct sfu_command *command)
{
    command->room = LESSON_ROOM;
    engine_on_command(l->engines[command->worker], l->now, command);
    drain(l, command->worker);
}

void lesson_to_server(struct lesson *l, const struct path *path, struct bytes b)
{
    if (!l->blocked)
        net_send(&l->net, l->now, path, true, b);
}

/* Workers share the port: the kernel chooses by address, without knowing the owner. */
static unsigned worker_at(const struct lesson *l, const struct path *path)
{
    return path->remote.port / 4 % l->workers;
}

void lesson_inject(struct lesson *l, const struct path *path, const uint8_t *b, size_t len)
{
    uint8_t buf[NET_MTU];
    unsigned w = worker_at(l, path);
    memcpy(buf, b, len);
    engine_on_datagram(l->engines[w], l->now, path, buf, len);
    drain(l, w);
}

static void to_client(struct lesson *l, struct net_packet *packet)
{
    for (unsigned i = 0; i < l->n_people; i++) {
        struct person *p = l->people[i];
        struct connection *both[2] = {&p->receive, &p->send};
        for (unsigned k = 0; k < 2; k++) {
            if (!addr_equal(&both[k]->path.remote, &packet->path.remote))
                continue;
            person_on_datagram(p, both[k], packet->bytes, packet->len);
            return;
        }
    }
    l->datagrams_to_strangers++;
}

static void deliver(struct lesson *l)
{
    struct net_packet *packet = net_pop(&l->net);
    if (packet->to_server) {
        unsigned w = worker_at(l, &packet->path);
        engine_on_datagram(l->engines[w], l->now, &packet->path, packet->bytes, packet->len);
        drain(l, w);
    } else {
        to_client(l, packet);
    }
    free(packet);
}

static usec earliest(const struct lesson *l)
{
    usec at = net_next(&l->net);
    for (unsigned w = 0; w < l->workers; w++)
        at = l->deadlines[w] < at ? l->deadlines[w] : at;
    for (unsigned i = 0; i < l->n_people; i++) {
        usec due = person_deadline(l->people[i]);
        at = due < at ? due : at;
    }
    return at;
}

static void step(struct lesson *l)
{
    for (unsigned w = 0; w < l->workers; w++) {
        if (l->deadlines[w] <= l->now) {
            engine_on_time(l->engines[w], l->now);
            drain(l, w);
        }
    }
    for (unsigned i = 0; i < l->n_people; i++) {
        if (person_deadline(l->people[i]) <= l->now)
            person_on_time(l->people[i]);
    }
    while (net_next(&l->net) <= l->now)
        deliver(l);
}

void lesson_run(struct lesson *l, usec for_us)
{
    usec end = l->now + for_us;
    for (usec at = earliest(l); at <= end; at = earliest(l)) {
        l->now = at > l->now ? at : l->now;
        step(l);
    }
    l->now = end;
}

static void make_slots(struct person *p)
{
    static const struct {
        uint8_t kind, media;
    } kinds[SLOTS] = {
        {SFU_SLOT_STAGE, SFU_AUDIO},  {SFU_SLOT_STAGE, SFU_VIDEO}, {SFU_SLOT_SCREEN, SFU_AUDIO},
        {SFU_SLOT_SCREEN, SFU_VIDEO}, {SFU_SLOT_FREE, SFU_AUDIO},  {SFU_SLOT_FREE, SFU_AUDIO},
        {SFU_SLOT_FREE, SFU_VIDEO},   {SFU_SLOT_FREE, SFU_VIDEO},  {SFU_SLOT_FREE, SFU_VIDEO}};
    p->n_slots = SLOTS;
    for (uint8_t i = 0; i < SLOTS; i++) {
        struct sfu_slot *s = &p->slots[i];
        bool video = kinds[i].media == SFU_VIDEO;
        *s = (struct sfu_slot){.kind = kinds[i].kind,
                               .media = kinds[i].media,
                               .mid_len = 1,
                               .mid = {(char)('0' + i)},
                               .ssrc = 0x50000000U + p->id * 100 + i,
                               .rtx_ssrc = video ? 0x60000000U + p->id * 100 + i : 0,
                               .n_payloads = 2};
        if (video) {
            s->payloads[0] = (struct sfu_payload){.pt = PERSON_VP8, .codec = SFU_VP8};
            s->payloads[1] =
                (struct sfu_payload){.pt = PERSON_RTX, .codec = SFU_RTX, .apt = PERSON_VP8};
        } else {
            s->payloads[0] = (struct sfu_payload){.pt = PERSON_OPUS, .codec = SFU_OPUS};
            s->payloads[1] =
                (struct sfu_payload){.pt = PERSON_RED, .codec = SFU_RED, .apt = PERSON_OPUS};
            s->n_payloads = p->without_red ? 1 : 2;
        }
        p->sights[i].video = video;
    }
}

static void open_receive(struct lesson *l, struct person *p)
{
    struct sfu_command c = {.kind = SFU_RECEIVE_OPEN, .worker = (uint8_t)p->worker, .peer = p->id};
    make_slots(p);
    c.receive_open.transport = p->receive.transport;
    c.receive_open.ice = p->receive.ice;
    c.receive_open.n_slots = p->n_slots;
    memcpy(c.receive_open.slots, p->slots, sizeof(p->slots));
    lesson_command(l, &c);
    struct sfu_command a = {
        .kind = SFU_RECEIVE_ANSWER, .worker = (uint8_t)p->worker, .peer = p->id};
    a.receive_answer.transport = p->receive.transport;
    memcpy(a.receive_answer.fingerprint, p->receive.fingerprint, 32);
    a.receive_answer.extensions = (struct sfu_extensions){.mid = 1, .audio_level = 2};
    a.receive_answer.n_slots = p->n_slots;
    memcpy(a.receive_answer.slots, p->slots, sizeof(p->slots));
    lesson_command(l, &a);
    p->receive.open = true;
}

static void open_send(struct lesson *l, struct person *p)
{
    struct sfu_command c = {.kind = SFU_SEND_OPEN, .worker = (uint8_t)p->worker, .peer = p->id};
    c.send_open.transport = p->send.transport;
    c.send_open.ice = p->send.ice;
    memcpy(c.send_open.fingerprint, p->send.fingerprint, 32);
    c.send_open.extensions = (struct sfu_extensions){.mid = 1, .audio_level = 2, .twcc = 3};
    for (uint8_t i = 0; i < N_SFU_SOURCE; i++) {
        const struct source *s = &p->sources[i];
        bool video = i == SFU_CAMERA || i == SFU_SCREEN;
        if (!s->has)
            continue;
        struct sfu_track *t = &c.send_open.tracks[c.send_open.n_tracks++];
        *t = (struct sfu_track){.source = i,
                                .mid_len = 1,
                                .mid = {(char)('0' + i)},
                                .publication = s->publication,
                                .n_payloads = 2};
        /* Cameras are named by the offer, all else by what the packets say of themselves. */
        t->ssrc = i == SFU_CAMERA ? s->ssrc : 0;
        t->payloads[0] =
            (struct sfu_payload){.pt = video ? 96 : 111, .codec = video ? SFU_VP8 : SFU_OPUS};
        t->payloads[1] = (struct sfu_payload){
            .pt = video ? 97 : 63, .codec = video ? SFU_RTX : SFU_RED, .apt = video ? 96 : 111};
    }
    lesson_command(l, &c);
    p->send.open = true;
}

void lesson_set(struct lesson *l, struct person *p, enum sfu_source source, bool on)
{
    struct sfu_command c = {
        .kind = SFU_PUBLICATION_SET, .worker = (uint8_t)p->worker, .peer = p->id};
    c.set.publication = p->sources[source].publication;
    c.set.on = on;
    lesson_command(l, &c);
    p->sources[source].on = on;
}

static struct person *add_person(struct lesson *l, unsigned worker, uint32_t sources)
{
    assert(l->n_people < LESSON_PEOPLE);
    struct person *p = malloc(sizeof(*p));
    assert(p);
    person_init(p, l, l->next_id++, worker, sources);
    l->people[l->n_people++] = p;
    return p;
}

static void enter(struct lesson *l, struct person *p, uint32_t may)
{
    struct sfu_command join = {
        .kind = SFU_PEER_JOIN, .worker = (uint8_t)p->worker, .peer = p->id, .may = may};
    lesson_command(l, &join);
    open_receive(l, p);
}

struct person *lesson_join_without_red(struct lesson *l, unsigned worker)
{
    struct person *p = add_person(l, worker, 0);
    p->without_red = true;
    enter(l, p, 0);
    return p;
}

struct person *lesson_join(struct lesson *l, unsigned worker, uint32_t may, uint32_t sources)
{
    struct person *p = add_person(l, worker, sources);
    enter(l, p, may);
    if (sources)
        open_send(l, p);
    for (unsigned i = 0; i < N_SFU_SOURCE; i++) {
        if (p->sources[i].has)
            lesson_set(l, p, (enum sfu_source)i, true);
    }
    return p;
}

void lesson_leave(struct lesson *l, struct person *p)
{
    struct sfu_command c = {.kind = SFU_PEER_LEAVE, .worker = (uint8_t)p->worker, .peer = p->id};
    p->here = false;
    lesson_command(l, &c);
}

void lesson_view(struct lesson *l, struct person *p, struct sfu_view view)
{
    struct sfu_command c = {
        .kind = SFU_PEER_VIEW, .worker = (uint8_t)p->worker, .peer = p->id, .view = view};
    lesson_command(l, &c);
}

void lesson_may(struct lesson *l, struct person *p, uint32_t may)
{
    struct sfu_command c = {
        .kind = SFU_PEER_MAY, .worker = (uint8_t)p->worker, .peer = p->id, .may = may};
    lesson_command(l, &c);
}

struct sfu_stats lesson_stats(const struct lesson *l)
{
    struct sfu_stats s;
    engine_stats(l->engines[0], &s);
    return s;
}
