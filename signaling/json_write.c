/* SPDX-License-Identifier: Apache-2.0
 * Writes notes as JSON, one writer a kind. Which note is said to whom is decided in classroom/ and
 * by the service. */
#include "signaling/json.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

/* Takes the value; the first failure (no memory, not UTF-8) stays in *bad. */
struct object {
    json_t *o;
    bool bad;
};

static void put(struct object *to, const char *key, json_t *value)
{
    if (json_object_set_new(to->o, key, value) != 0)
        to->bad = true;
}

static void put_number(struct object *to, const char *key, uint64_t n)
{
    put(to, key, json_integer((json_int_t)n));
}

static void put_text(struct object *to, const char *key, const char *text)
{
    put(to, key, json_string(text));
}

static void put_bytes(struct object *to, const char *key, struct bytes text)
{
    put(to, key, json_stringn(text.len > 0 ? (const char *)text.p : "", text.len));
}

/* Ends a nested object: NULL when something in it failed, so that the outer put fails too. */
static json_t *whole(struct object *from)
{
    if (!from->bad)
        return from->o;
    json_decref(from->o);
    return NULL;
}

/* Appends to an array; takes the value. */
static void add(struct object *of, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        of->bad = true;
}

static const char *const access_words[] = {[ACCESS_REQUEST] = "request", [ACCESS_OPEN] = "open"};
static const char *const entrance_words[] = {
    [ENTRANCE_OPEN] = "open", [ENTRANCE_CLOSED] = "closed"};

static json_t *policy_of(struct policy p)
{
    return json_pack("{s:s,s:s}", "microphone", access_words[p.microphone], "camera",
                     access_words[p.camera]);
}

static json_t *may_of(uint8_t may)
{
    return json_pack("{s:b,s:b,s:b}", "microphone", (may >> SFU_MICROPHONE) & 1, "camera",
                     (may >> SFU_CAMERA) & 1, "screen", (may >> SFU_SCREEN) & 1);
}

static json_t *on_of(uint8_t on)
{
    json_t *array = json_array();
    struct object of = {.o = array};
    for (unsigned s = 0; s < N_SFU_SOURCE; s++) {
        if (((on >> s) & 1) != 0)
            add(&of, array, json_string(source_name(s)));
    }
    return whole(&of);
}

static const char *const link_words[] = {
    [LINK_OK] = "ok", [LINK_AWAY] = "lost", [LINK_ROOM] = "room"};

/* 0 is null: numbers of sites, periods and times begin at 1. */
static void put_maybe(struct object *to, const char *key, uint64_t n)
{
    put(to, key, n != 0 ? json_integer((json_int_t)n) : json_null());
}

static void put_numbers(struct object *to, const char *key, const uint32_t *list, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        add(to, array, json_integer(list[i]));
    put(to, key, array);
}

static json_t *person_of(const struct note_person *p)
{
    struct object o = {.o = json_object()};
    put_number(&o, "person", p->person);
    put_text(&o, "name", p->name);
    put_text(&o, "role", role_name(p->role));
    put_text(&o, "identity", identity_name(p->identity));
    put_text(&o, "connection", link_words[p->link]);
    put_maybe(&o, "site", p->site);
    put(&o, "seated", json_boolean(p->seated));
    put(&o, "may", may_of(p->may));
    put(&o, "on", on_of(p->on));
    return whole(&o);
}

static json_t *message_of(const struct note_message *m)
{
    static const char *const words[] = {[TO_ALL] = "all", [TO_MODERATORS] = "moderators"};
    struct object o = {.o = json_object()};
    put_number(&o, "message", m->message);
    put_number(&o, "person", m->person);
    put_text(&o, "name", m->name);
    put_text(&o, "to", words[m->to]);
    put_bytes(&o, "text", m->text);
    put_number(&o, "at", (uint64_t)m->at_ms);
    if (m->key != NULL)
        put_text(&o, "key", m->key);
    return whole(&o);
}

static json_t *since_of(const struct note_since *s)
{
    struct object o = {.o = json_object()};
    put_number(&o, "person", s->person);
    put_number(&o, "since", (uint64_t)s->since_ms);
    return whole(&o);
}

static json_t *class_of(const struct note_welcome *w)
{
    struct object o = {.o = json_object()};
    put_text(&o, "title", w->info->title);
    put_text(&o, "time_zone", w->info->time_zone);
    put_text(&o, "state", w->ended ? "ended" : "open");
    put_text(&o, "entrance", entrance_words[w->entrance]);
    json_t *periods = json_array();
    for (size_t i = 0; i < w->info->n_periods; i++) {
        const struct period *p = &w->info->periods[i];
        add(&o, periods, json_pack("{s:s,s:s}", "from", p->from, "to", p->to));
    }
    put(&o, "periods", periods);
    put(&o, "policy", policy_of(w->policy));
    json_t *sites = json_array();
    for (size_t i = 0; i < w->info->n_sites; i++)
        add(&o, sites,
            json_pack("{s:i,s:s}", "site", w->info->sites[i].site, "name", w->info->sites[i].name));
    put(&o, "sites", sites);
    put_maybe(&o, "period", w->period);
    put_maybe(&o, "pause", (uint64_t)w->pause_ms);
    return whole(&o);
}

static json_t *code_of(const struct note_code *c)
{
    return json_pack("{s:i,s:s,s:I}", "site", c->site, "code", c->code, "until",
                     (json_int_t)c->until_ms);
}

/* What trainers and moderators see besides: who is awaited, what is on its way to the trainer. */
static void put_duties(struct object *o, const struct note_welcome *w)
{
    json_t *expected = json_array(), *relay = json_array();
    for (size_t i = 0; i < w->n_expected; i++)
        add(o, expected,
            json_pack("{s:I,s:s,s:s}", "person", (json_int_t)w->expected[i].person, "name",
                      w->expected[i].name, "organisation", w->expected[i].organisation));
    put(o, "expected", expected);
    for (size_t i = 0; i < w->n_relay; i++)
        add(o, relay,
            json_pack("{s:I,s:s,s:I,s:I}", "message", (json_int_t)w->relay[i].message, "state",
                      relay_name(w->relay[i].state), "by", (json_int_t)w->relay[i].by, "since",
                      (json_int_t)w->relay[i].since_ms));
    put(o, "relay", relay);
}

static void put_since(struct object *o, const char *key, const struct note_since *list, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        add(o, array, since_of(&list[i]));
    put(o, key, array);
}

static void write_welcome(struct object *o, const struct note *n)
{
    const struct note_welcome *w = &n->welcome;
    put_text(o, "session", w->session);
    put_number(o, "at", (uint64_t)w->at_ms);
    put_number(o, "grace_s", w->grace_s);
    put(o, "you",
        json_pack("{s:I,s:s}", "person", (json_int_t)w->person, "role", role_name(w->role)));
    put(o, "class", class_of(w));
    json_t *people = json_array();
    for (size_t i = 0; i < w->n_people; i++)
        add(o, people, person_of(&w->people[i]));
    put(o, "people", people);
    put_since(o, "hands", w->hands, w->n_hands);
    put_since(o, "requests", w->requests, w->n_requests);
    json_t *messages = json_array();
    for (size_t i = 0; i < w->n_messages; i++)
        add(o, messages, message_of(&w->messages[i]));
    put(o, "messages", messages);
    json_t *capabilities = json_array();
    for (size_t i = 0; i < w->n_capabilities; i++)
        add(o, capabilities, json_string(w->capabilities[i]));
    put(o, "capabilities", capabilities);
    if (w->moderates)
        put_duties(o, w);
    json_t *codes = w->shows_codes ? json_array() : NULL;
    for (size_t i = 0; i < w->n_codes && codes != NULL; i++)
        add(o, codes, code_of(&w->codes[i]));
    if (w->shows_codes)
        put(o, "codes", codes);
}

static void write_resumed(struct object *o, const struct note *n)
{
    put_text(o, "session", n->session);
}

static void write_ping(struct object *o, const struct note *n)
{
    put_text(o, "nonce", n->nonce);
}

static void write_ok(struct object *o, const struct note *n)
{
    if (n->answer.has_id)
        put_number(o, "id", n->answer.id);
}

static void write_fault(struct object *o, const struct note *n)
{
    write_ok(o, n);
    put_text(o, "code", fault_name(n->answer.fault));
}

static void write_joined(struct object *o, const struct note *n)
{
    put(o, "person", person_of(&n->joined));
}

static void write_changed(struct object *o, const struct note *n)
{
    const struct note_person *p = &n->changed.now;
    put_number(o, "person", p->person);
    if ((n->changed.changed & CHANGED_CONNECTION) != 0)
        put_text(o, "connection", link_words[p->link]);
    if ((n->changed.changed & CHANGED_MAY) != 0)
        put(o, "may", may_of(p->may));
    if ((n->changed.changed & CHANGED_ON) != 0)
        put(o, "on", on_of(p->on));
    if ((n->changed.changed & CHANGED_NAME) != 0)
        put_text(o, "name", p->name);
    if ((n->changed.changed & CHANGED_SITE) == 0)
        return;
    put_maybe(o, "site", p->site);
    put(o, "seated", json_boolean(p->seated));
}

static void write_left(struct object *o, const struct note *n)
{
    static const char *const words[] = {[LEFT_LEFT] = "left",
                                        [LEFT_NETWORK] = "network",
                                        [LEFT_REMOVED] = "removed",
                                        [LEFT_ENDED] = "ended",
                                        [LEFT_MOVED] = "moved"};
    put_number(o, "person", n->gone.person);
    put_text(o, "reason", words[n->gone.reason]);
}

static void write_withdrawn(struct object *o, const struct note *n)
{
    static const char *const words[] = {[WITHDRAW_GIVEN] = "given",
                                        [WITHDRAW_REFUSED] = "refused",
                                        [WITHDRAW_WITHDRAWN] = "withdrawn",
                                        [WITHDRAW_LEFT] = "left"};
    put_number(o, "person", n->gone.person);
    put_text(o, "reason", words[n->gone.reason]);
}

static void write_muted(struct object *o, const struct note *n)
{
    put_number(o, "by", n->by);
}

static void write_policy(struct object *o, const struct note *n)
{
    put(o, "policy", policy_of(n->policy));
}

static void write_since(struct object *o, const struct note *n)
{
    put_number(o, "person", n->since.person);
    put_number(o, "since", (uint64_t)n->since.since_ms);
}

static void write_lowered(struct object *o, const struct note *n)
{
    put_number(o, "person", n->lowered.person);
    put_number(o, "by", n->lowered.by);
}

static void write_added(struct object *o, const struct note *n)
{
    put(o, "message", message_of(&n->message));
}

static void write_deleted(struct object *o, const struct note *n)
{
    put_number(o, "message", n->deleted.message);
    put_number(o, "by", n->deleted.by);
}

static void write_entrance(struct object *o, const struct note *n)
{
    put_text(o, "entrance", entrance_words[n->entrance]);
}

static void write_pause(struct object *o, const struct note *n)
{
    put_maybe(o, "until", (uint64_t)n->until_ms);
}

static void write_period(struct object *o, const struct note *n)
{
    put_maybe(o, "period", n->period);
}

static void write_relay(struct object *o, const struct note *n)
{
    put_number(o, "message", n->relay.message);
    put_text(o, "state", relay_name(n->relay.state));
    put_maybe(o, "by", n->relay.by);
    put_number(o, "since", (uint64_t)n->relay.since_ms);
    if (n->relay.name == NULL)
        return;
    put_text(o, "name", n->relay.name);
    put_bytes(o, "text", n->relay.text);
}

static void write_code(struct object *o, const struct note *n)
{
    put_number(o, "site", n->code.site);
    put_text(o, "code", n->code.code);
    put_number(o, "until", (uint64_t)n->code.until_ms);
}

static void write_due(struct object *o, const struct note *n)
{
    put_number(o, "site", n->due.site);
    put_number(o, "period", n->due.period);
    put_numbers(o, "people", n->due.people, n->due.n);
}

static void write_count(struct object *o, const struct note *n)
{
    put_number(o, "expected", n->count.expected);
    put_number(o, "present", n->count.present);
    put_number(o, "in_room", n->count.in_room);
    put_numbers(o, "absent", n->count.absent, n->count.n_absent);
}

static void write_nothing(struct object *o, const struct note *n)
{
    (void)o;
    (void)n;
}

static void put_mid(struct object *o, const char *mid, uint8_t len)
{
    put_bytes(o, "mid", bytes_of(mid, len));
}

static void write_media(struct object *o, const struct note *n)
{
    put_number(o, "generation", n->media.generation);
    put(o, "fresh", json_boolean(n->media.fresh));
    put_bytes(o, "sdp", n->media.sdp);
}

static void write_offer(struct object *o, const struct note *n)
{
    static const char *const kinds[] = {
        [SFU_SLOT_STAGE] = "stage", [SFU_SLOT_SCREEN] = "screen", [SFU_SLOT_FREE] = "free"};
    write_media(o, n);
    json_t *slots = json_array();
    for (size_t i = 0; i < n->media.n; i++) {
        const struct sfu_slot *s = &n->media.slots[i];
        struct object slot = {.o = json_object()};
        put_mid(&slot, s->mid, s->mid_len);
        put_text(&slot, "kind", s->media == SFU_AUDIO ? "audio" : "video");
        put_text(&slot, "slot", kinds[s->kind]);
        add(o, slots, whole(&slot));
    }
    put(o, "slots", slots);
}

static void write_published(struct object *o, const struct note *n)
{
    write_media(o, n);
    json_t *tracks = json_array();
    for (size_t i = 0; i < n->media.n; i++) {
        const struct note_track *t = &n->media.tracks[i];
        struct object track = {.o = json_object()};
        put_mid(&track, t->mid, t->mid_len);
        put_text(&track, "source", source_name(t->source));
        put_number(&track, "publication", t->publication);
        add(o, tracks, whole(&track));
    }
    put(o, "tracks", tracks);
}

static void write_state(struct object *o, const struct note *n)
{
    static const char *const words[] = {[SFU_TRANSPORT_CONNECTING] = "connecting",
                                        [SFU_TRANSPORT_CONNECTED] = "connected",
                                        [SFU_TRANSPORT_LOST] = "lost",
                                        [SFU_TRANSPORT_CLOSED] = "closed"};
    put_text(o, "connection", n->state.connection == CONNECTION_SEND ? "send" : "receive");
    put_text(o, "state", words[n->state.state]);
}

static void write_slots(struct object *o, const struct note *n)
{
    json_t *slots = json_array();
    for (size_t i = 0; i < n->slots.n; i++) {
        const struct note_slot *s = &n->slots.slots[i];
        struct object slot = {.o = json_object()};
        put_mid(&slot, s->mid, s->mid_len);
        if (s->publication == 0) {
            put(&slot, "publication", json_null());
        } else {
            put_number(&slot, "publication", s->publication);
            put_number(&slot, "person", s->person);
            put_text(&slot, "source", source_name(s->source));
            put_number(&slot, "rtp", s->rtp);
        }
        add(o, slots, whole(&slot));
    }
    put(o, "slots", slots);
}

static void write_speakers(struct object *o, const struct note *n)
{
    put_numbers(o, "people", n->speakers.people, n->speakers.n);
}

/* One writer a kind; type and seq stand already. */
static void (*const writers[N_NOTE])(struct object *o, const struct note *n) = {
    [NOTE_WELCOME] = write_welcome,
    [NOTE_RESUMED] = write_resumed,
    [NOTE_PING] = write_ping,
    [NOTE_OK] = write_ok,
    [NOTE_FAULT] = write_fault,
    [NOTE_PERSON_JOINED] = write_joined,
    [NOTE_PERSON_CHANGED] = write_changed,
    [NOTE_PERSON_LEFT] = write_left,
    [NOTE_YOU_MUTED] = write_muted,
    [NOTE_POLICY_CHANGED] = write_policy,
    [NOTE_MICROPHONE_REQUESTED] = write_since,
    [NOTE_MICROPHONE_WITHDRAWN] = write_withdrawn,
    [NOTE_HAND_RAISED] = write_since,
    [NOTE_HAND_LOWERED] = write_lowered,
    [NOTE_MESSAGE_ADDED] = write_added,
    [NOTE_MESSAGE_DELETED] = write_deleted,
    [NOTE_ENTRANCE_CHANGED] = write_entrance,
    [NOTE_CLASS_ENDED] = write_nothing,
    [NOTE_PAUSE_CHANGED] = write_pause,
    [NOTE_PERIOD_CHANGED] = write_period,
    [NOTE_RELAY_CHANGED] = write_relay,
    [NOTE_SITE_CODE] = write_code,
    [NOTE_SITE_CONFIRM_DUE] = write_due,
    [NOTE_ATTENDANCE_COUNT] = write_count,
    [NOTE_YOU_REMOVED] = write_nothing,
    [NOTE_YOU_MOVED] = write_nothing,
    [NOTE_MEDIA_OFFER] = write_offer,
    [NOTE_MEDIA_PUBLISHED] = write_published,
    [NOTE_MEDIA_STATE] = write_state,
    [NOTE_MEDIA_SLOTS] = write_slots,
    [NOTE_SPEAKERS] = write_speakers,
};

char *json_write(const struct note *note, size_t *len)
{
    struct object o = {.o = json_object()};
    put_text(&o, "type", note_kind_name(note->kind));
    if (note->seq > 0 || note->kind == NOTE_WELCOME || note->kind == NOTE_RESUMED)
        put_number(&o, "seq", note->seq);
    writers[note->kind](&o, note);
    json_t *root = whole(&o);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    *len = text != NULL ? strlen(text) : 0;
    return text;
}

void json_text_free(char *text)
{
    free(text);
}
