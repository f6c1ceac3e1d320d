/* SPDX-License-Identifier: Apache-2.0
 * Reads text frames: JSON text to struct msg, one reader a kind. Checks form, types, lengths and
 * ranges once; who may say it and whether it makes sense now is decided in classroom/. */
#include "signaling/json.h"

#include "sfu/sfu.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

struct json_doc {
    json_t *root; /* holds the texts */
};

/* 2^53 - 1, the largest whole number of JavaScript */
#define ID_MAX ((json_int_t)9007199254740991)

/* Depth and keys before the parser recurses or allocates: jansson's own limit is 2048 levels.
 * Counts only; what is not JSON is found by the parser. */
static bool within_limits(struct bytes text)
{
    unsigned depth = 0, keys = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t ch = text.p[i];
        if (quoted) {
            if (ch == '\\')
                i++;
            else if (ch == '"')
                quoted = false;
            continue;
        }
        switch (ch) {
        case '"': quoted = true; break;
        case ':': keys++; break;
        case '{':
        case '[': depth++; break;
        case '}':
        case ']': depth -= depth > 0 ? 1 : 0; break;
        default: break;
        }
        if (depth > MSG_DEPTH_MAX || keys > MSG_KEYS_MAX)
            return false;
    }
    return true;
}

/* A text of min..max bytes. */
static bool text_of(struct bytes *out, const json_t *object, const char *key, size_t min,
                    size_t max)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_string(v))
        return false;
    *out = bytes_of(json_string_value(v), json_string_length(v));
    return out->len >= min && out->len <= max;
}

/* An opaque text: min..max bytes without control characters. */
static bool token_of(struct bytes *out, const json_t *object, const char *key, size_t max)
{
    return text_of(out, object, key, 1, max) && text_length(*out, NULL) != SIZE_MAX;
}

static bool number_of(uint64_t *out, const json_t *object, const char *key, json_int_t min,
                      json_int_t max)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_integer(v))
        return false;
    json_int_t n = json_integer_value(v);
    if (n < min || n > max)
        return false;
    *out = (uint64_t)n;
    return true;
}

/* A number of a person, a message or a generation. */
static bool counter_of(uint32_t *out, const json_t *object, const char *key)
{
    uint64_t n = 0;
    if (!number_of(&n, object, key, 1, UINT32_MAX))
        return false;
    *out = (uint32_t)n;
    return true;
}

static bool truth_of(bool *out, const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    *out = json_is_true(v);
    return json_is_boolean(v);
}

/* One of two words; *out is its index. */
static bool word_of(uint8_t *out, const json_t *object, const char *key, const char *const words[2])
{
    const char *v = json_string_value(json_object_get(object, key));
    if (v == NULL)
        return false;
    *out = strcmp(v, words[0]) == 0 ? 0 : 1;
    return strcmp(v, words[*out]) == 0;
}

static bool choice_of(uint8_t *out, const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    *out = v == NULL ? CHOICE_ABSENT : json_is_true(v) ? CHOICE_YES : CHOICE_NO;
    return v == NULL || json_is_boolean(v);
}

static bool source_at(uint8_t *out, const json_t *object)
{
    struct bytes name;
    if (!text_of(&name, object, "source", 1, MSG_KEY_MAX))
        return false;
    unsigned source = source_of(name);
    *out = (uint8_t)source;
    return source < N_SFU_SOURCE;
}

static enum fault verdict(bool good)
{
    return good ? FAULT_NONE : FAULT_BAD_MESSAGE;
}

static enum fault read_nothing(struct msg *m, const json_t *o)
{
    (void)m;
    (void)o;
    return FAULT_NONE;
}

static enum fault read_hello(struct msg *m, const json_t *o)
{
    static const char *const forms[2] = {[FORM_DESKTOP] = "desktop", [FORM_PHONE] = "phone"};
    if (!token_of(&m->hello.ticket, o, "ticket", MSG_TICKET_MAX) ||
        !word_of(&m->hello.form, o, "form", forms))
        return FAULT_BAD_MESSAGE;
    const json_t *resume = json_object_get(o, "resume");
    if (resume == NULL || json_is_null(resume))
        return FAULT_NONE;
    m->hello.resume = true;
    return verdict(json_is_object(resume) &&
                   token_of(&m->hello.session, resume, "session", MSG_SESSION_MAX) &&
                   number_of(&m->hello.seq, resume, "seq", 0, ID_MAX));
}

static enum fault read_pong(struct msg *m, const json_t *o)
{
    return verdict(token_of(&m->pong.nonce, o, "nonce", MSG_NONCE_MAX));
}

static enum fault read_person(struct msg *m, const json_t *o)
{
    return verdict(counter_of(&m->person, o, "person"));
}

static enum fault read_maybe_person(struct msg *m, const json_t *o)
{
    return json_object_get(o, "person") == NULL ? FAULT_NONE : read_person(m, o);
}

static enum fault read_rights(struct msg *m, const json_t *o)
{
    return verdict(counter_of(&m->rights.person, o, "person") &&
                   choice_of(&m->rights.microphone, o, "microphone") &&
                   choice_of(&m->rights.camera, o, "camera") &&
                   choice_of(&m->rights.screen, o, "screen"));
}

static enum fault read_policy(struct msg *m, const json_t *o)
{
    static const char *const words[2] = {[ACCESS_REQUEST] = "request", [ACCESS_OPEN] = "open"};
    m->policy.has_microphone = json_object_get(o, "microphone") != NULL;
    m->policy.has_camera = json_object_get(o, "camera") != NULL;
    return verdict(
        (!m->policy.has_microphone ||
         word_of(&m->policy.policy.microphone, o, "microphone", words)) &&
        (!m->policy.has_camera || word_of(&m->policy.policy.camera, o, "camera", words)));
}

static enum fault read_send(struct msg *m, const json_t *o)
{
    static const char *const words[2] = {[TO_ALL] = "all", [TO_MODERATORS] = "moderators"};
    if (!token_of(&m->send.key, o, "key", MSG_KEY_MAX) || !word_of(&m->send.to, o, "to", words) ||
        !text_of(&m->send.text, o, "text", 1, MSG_FRAME_MAX))
        return FAULT_BAD_MESSAGE;
    size_t length = text_length(m->send.text, "\n\t");
    if (length == SIZE_MAX)
        return FAULT_BAD_MESSAGE;
    return length <= MSG_TEXT_MAX ? FAULT_NONE : FAULT_TOO_LONG;
}

static enum fault read_message(struct msg *m, const json_t *o)
{
    return verdict(counter_of(&m->message, o, "message"));
}

static enum fault read_entrance(struct msg *m, const json_t *o)
{
    static const char *const words[2] = {[ENTRANCE_OPEN] = "open", [ENTRANCE_CLOSED] = "closed"};
    return verdict(word_of(&m->entrance, o, "entrance", words));
}

static enum fault read_tick(struct msg *m, const json_t *o)
{
    uint64_t site = 0;
    const json_t *v = json_object_get(o, "site");
    if (!counter_of(&m->tick.person, o, "person") ||
        (!json_is_null(v) && !number_of(&site, o, "site", 1, MSG_SITES_MAX)))
        return FAULT_BAD_MESSAGE;
    m->tick.site = (uint8_t)site;
    return FAULT_NONE;
}

static enum fault read_confirm(struct msg *m, const json_t *o)
{
    uint64_t site = 0, period = 0;
    if (!number_of(&site, o, "site", 1, MSG_SITES_MAX) ||
        !number_of(&period, o, "period", 1, MSG_PERIODS_MAX))
        return FAULT_BAD_MESSAGE;
    m->confirm.site = (uint8_t)site;
    m->confirm.period = (uint8_t)period;
    return FAULT_NONE;
}

static enum fault read_pause(struct msg *m, const json_t *o)
{
    uint64_t until = 0;
    if (!json_is_null(json_object_get(o, "until")) && !number_of(&until, o, "until", 1, ID_MAX))
        return FAULT_BAD_MESSAGE;
    m->until_ms = (int64_t)until;
    return FAULT_NONE;
}

static enum fault read_merge(struct msg *m, const json_t *o)
{
    return verdict(counter_of(&m->merge.from, o, "from") && counter_of(&m->merge.into, o, "into"));
}

static enum fault read_media_open(struct msg *m, const json_t *o)
{
    return verdict(json_object_get(o, "restart") == NULL || truth_of(&m->restart, o, "restart"));
}

static enum fault read_media_answer(struct msg *m, const json_t *o)
{
    return verdict(counter_of(&m->media.generation, o, "generation") &&
                   text_of(&m->media.sdp, o, "sdp", 1, MSG_SDP_MAX) &&
                   text_length(m->media.sdp, "\r\n\t") != SIZE_MAX);
}

static enum fault read_track(struct msg_track *out, const json_t *o)
{
    struct bytes mid;
    if (!json_is_object(o) || !token_of(&mid, o, "mid", MSG_MID_MAX) || !source_at(&out->source, o))
        return FAULT_BAD_MESSAGE;
    out->mid_len = (uint8_t)mid.len;
    memcpy(out->mid, mid.p, mid.len);
    return FAULT_NONE;
}

static enum fault read_media_publish(struct msg *m, const json_t *o)
{
    const json_t *tracks = json_object_get(o, "tracks");
    if (read_media_answer(m, o) != FAULT_NONE || !json_is_array(tracks))
        return FAULT_BAD_MESSAGE;
    size_t n = json_array_size(tracks);
    if (n > MSG_LINES_MAX)
        return FAULT_TOO_MANY;
    m->media.n_tracks = (uint8_t)n;
    enum fault f = FAULT_NONE;
    for (size_t i = 0; i < n && f == FAULT_NONE; i++)
        f = read_track(&m->media.tracks[i], json_array_get(tracks, i));
    return f;
}

static enum fault read_media_close(struct msg *m, const json_t *o)
{
    static const char *const words[2] = {
        [CONNECTION_RECEIVE] = "receive", [CONNECTION_SEND] = "send"};
    return verdict(word_of(&m->connection, o, "connection", words));
}

static enum fault read_publish(struct msg *m, const json_t *o)
{
    return verdict(source_at(&m->publish.source, o) && truth_of(&m->publish.on, o, "on"));
}

static enum fault read_view(struct msg *m, const json_t *o)
{
    uint64_t tiles = 0;
    if (!number_of(&tiles, o, "tiles", 0, MSG_TILES_MAX) ||
        !truth_of(&m->view.economy, o, "economy") || !truth_of(&m->view.hidden, o, "hidden"))
        return FAULT_BAD_MESSAGE;
    m->view.tiles = (uint8_t)tiles;
    const json_t *pinned = json_object_get(o, "pinned");
    return verdict(pinned == NULL || json_is_null(pinned) ||
                   counter_of(&m->view.pinned, o, "pinned"));
}

/* One reader a kind; *m is zeroed but for kind and id. */
static enum fault (*const readers[N_MSG])(struct msg *m, const json_t *o) = {
    [MSG_HELLO] = read_hello,
    [MSG_PONG] = read_pong,
    [MSG_LEAVE] = read_nothing,
    [MSG_PERSON_REMOVE] = read_person,
    [MSG_PERSON_MUTE] = read_person,
    [MSG_MUTE_ALL] = read_nothing,
    [MSG_RIGHTS_SET] = read_rights,
    [MSG_POLICY_SET] = read_policy,
    [MSG_MICROPHONE_REQUEST] = read_nothing,
    [MSG_MICROPHONE_WITHDRAW] = read_maybe_person,
    [MSG_HAND_RAISE] = read_nothing,
    [MSG_HAND_LOWER] = read_maybe_person,
    [MSG_MESSAGE_SEND] = read_send,
    [MSG_MESSAGE_DELETE] = read_message,
    [MSG_ENTRANCE_SET] = read_entrance,
    [MSG_CLASS_END] = read_nothing,
    [MSG_HERE_LEAVE] = read_nothing,
    [MSG_SITE_TICK] = read_tick,
    [MSG_SITE_CONFIRM] = read_confirm,
    [MSG_PAUSE_SET] = read_pause,
    [MSG_PERSON_MERGE] = read_merge,
    [MSG_MESSAGE_TAKE] = read_message,
    [MSG_MESSAGE_RELEASE] = read_message,
    [MSG_MESSAGE_RELAY] = read_message,
    [MSG_MESSAGE_ANSWERED] = read_message,
    [MSG_MEDIA_OPEN] = read_media_open,
    [MSG_MEDIA_ANSWER] = read_media_answer,
    [MSG_MEDIA_PUBLISH] = read_media_publish,
    [MSG_MEDIA_CLOSE] = read_media_close,
    [MSG_PUBLISH] = read_publish,
    [MSG_VIEW_SET] = read_view,
};

static enum fault read_root(struct msg *out, const json_t *root)
{
    if (!json_is_object(root))
        return FAULT_BAD_MESSAGE;
    if (json_object_get(root, "id") != NULL) {
        out->has_id = number_of(&out->id, root, "id", 0, ID_MAX);
        if (!out->has_id)
            return FAULT_BAD_MESSAGE;
    }
    struct bytes type;
    if (!text_of(&type, root, "type", 1, MSG_FRAME_MAX))
        return FAULT_BAD_MESSAGE;
    unsigned kind = msg_kind_of(type);
    if (kind >= N_MSG)
        return FAULT_UNKNOWN_TYPE;
    out->kind = (uint8_t)kind;
    return readers[kind](out, root);
}

enum fault json_read(struct msg *out, struct json_doc **doc, struct bytes text)
{
    memset(out, 0, sizeof(*out));
    *doc = NULL;
    if (text.len > MSG_FRAME_MAX || !within_limits(text))
        return FAULT_BAD_MESSAGE;
    struct json_doc *d = calloc(1, sizeof(*d));
    if (d == NULL)
        return FAULT_BAD_MESSAGE;
    json_error_t error;
    d->root = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, &error);
    enum fault f = read_root(out, d->root);
    if (f == FAULT_NONE) {
        *doc = d;
        return FAULT_NONE;
    }
    struct msg bare = {.kind = out->kind, .has_id = out->has_id, .id = out->id};
    *out = bare;
    json_doc_free(d);
    return f;
}

void json_doc_free(struct json_doc *doc)
{
    if (doc == NULL)
        return;
    json_decref(doc->root);
    free(doc);
}

const char *json_library_version(void)
{
    return jansson_version_str();
}
