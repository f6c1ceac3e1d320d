/* SPDX-License-Identifier: Apache-2.0
 * Decides which bodies are taken: each field's type, length and range is checked here once; unknown
 * fields are refused. */
#include "signaling/api/body.h"

#include "signaling/api/instant.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

static void fail(struct problem *wrong, unsigned status, const char *code, const char *detail)
{
    if (wrong->status != 0)
        return; /* the first one is told */
    wrong->status = status;
    wrong->code = code;
    snprintf(wrong->detail, sizeof wrong->detail, "%s", detail);
}

/* A text that JSON gave: true when it is a string without an embedded 0 and fits. */
static bool take_text(const json_t *value, char *out, size_t cap)
{
    const char *text = json_string_value(value);
    size_t len = json_string_length(value);
    if (text == NULL || len >= cap || memchr(text, 0, len) != NULL)
        return false;
    memcpy(out, text, len + 1);
    return true;
}

static bool length_is(const char *text, size_t least, size_t most)
{
    size_t n = text_length(bytes_of(text, strlen(text)), NULL);
    return n >= least && n <= most;
}

static void read_title(struct class_body *b, struct problem *wrong, const json_t *value)
{
    b->has_title = true;
    if (!take_text(value, b->info.title, sizeof b->info.title) ||
        !length_is(b->info.title, 1, NOTE_TITLE_MAX))
        fail(wrong, 422, "bad-title", "title must be text of 1 to 200 characters");
}

static void read_zone(struct class_body *b, struct problem *wrong, const json_t *value)
{
    b->has_zone = true;
    if (!take_text(value, b->info.time_zone, sizeof b->info.time_zone) ||
        !zone_exists(b->info.time_zone))
        fail(wrong, 422, "bad-zone", "time_zone must be an IANA name such as Europe/Paris");
}

static bool read_instant(struct problem *wrong, const json_t *value, char out[NOTE_INSTANT_MAX],
                         int64_t *at_s, const char *where)
{
    if (take_text(value, out, NOTE_INSTANT_MAX) && instant_parse(at_s, out) == E_OK)
        return true;
    char detail[120];
    snprintf(detail, sizeof detail, "%s must be an instant with offset (RFC 3339)", where);
    fail(wrong, 422, "bad-period", detail);
    return false;
}

static bool read_period(struct class_body *b, struct problem *wrong, json_t *value, int64_t *last_s)
{
    unsigned at = b->info.n_periods;
    struct period *p = &b->info.periods[at];
    char where[64], detail[120];
    int64_t from_s = 0, to_s = 0;
    const char *key = NULL;
    json_t *field = NULL;
    json_object_foreach(value, key, field)
    {
        if (strcmp(key, "from") != 0 && strcmp(key, "to") != 0) {
            fail(wrong, 422, "unknown-field", "a period has from and to");
            return false;
        }
    }
    snprintf(where, sizeof where, "periods[%u].from", at);
    if (!read_instant(wrong, json_object_get(value, "from"), p->from, &from_s, where))
        return false;
    snprintf(where, sizeof where, "periods[%u].to", at);
    if (!read_instant(wrong, json_object_get(value, "to"), p->to, &to_s, where))
        return false;
    if (to_s <= from_s || from_s < *last_s) {
        snprintf(detail, sizeof detail,
                 to_s <= from_s ? "periods[%u].to is not after from"
                                : "periods[%u] begins before the one above ends",
                 at);
        fail(wrong, 422, "bad-period", detail);
        return false;
    }
    p->from_ms = from_s * 1000;
    p->to_ms = to_s * 1000;
    p->from_ms = from_s * 1000;
    p->to_ms = to_s * 1000;
    *last_s = to_s;
    b->info.n_periods++;
    return true;
}

static void read_periods(struct class_body *b, struct problem *wrong, const json_t *value)
{
    b->has_periods = true;
    size_t n = json_array_size(value);
    if (!json_is_array(value) || n < 1 || n > NOTE_PERIODS_MAX) {
        fail(wrong, 422, "bad-period", "periods must be a list of 1 to 20");
        return;
    }
    int64_t last_s = 0;
    for (size_t i = 0; i < n; i++)
        if (!read_period(b, wrong, json_array_get(value, i), &last_s))
            return;
}

/* starts_at and ends_at: one period in other words. */
static void read_single(struct class_body *b, struct problem *wrong, const json_t *root)
{
    const json_t *from = json_object_get(root, "starts_at"), *to = json_object_get(root, "ends_at");
    if (from == NULL && to == NULL)
        return;
    if (b->has_periods) {
        fail(wrong, 422, "bad-period", "give periods, or starts_at and ends_at, not both");
        return;
    }
    b->has_periods = true;
    struct period *p = &b->info.periods[0];
    int64_t from_s = 0, to_s = 0;
    if (!read_instant(wrong, from, p->from, &from_s, "starts_at") ||
        !read_instant(wrong, to, p->to, &to_s, "ends_at"))
        return;
    if (to_s <= from_s)
        fail(wrong, 422, "bad-period", "ends_at is not after starts_at");
    p->from_ms = from_s * 1000;
    p->to_ms = to_s * 1000;
    p->from_ms = from_s * 1000;
    p->to_ms = to_s * 1000;
    b->info.n_periods = 1;
}

static void read_policy(struct class_body *b, struct problem *wrong, json_t *value)
{
    const char *key = NULL;
    json_t *field = NULL;
    if (!json_is_object(value))
        fail(wrong, 422, "unknown-field", "policy must be an object");
    json_object_foreach(value, key, field)
    {
        const char *text = json_string_value(field);
        bool open = text != NULL && strcmp(text, "open") == 0;
        bool known = open || (text != NULL && strcmp(text, "request") == 0);
        bool microphone = strcmp(key, "microphone") == 0;
        if (!known || (!microphone && strcmp(key, "camera") != 0)) {
            fail(wrong, 422, "unknown-field",
                 "policy has microphone and camera, each request or open");
            return;
        }
        *(microphone ? &b->policy.microphone : &b->policy.camera) =
            open ? ACCESS_OPEN : ACCESS_REQUEST;
        *(microphone ? &b->has_microphone : &b->has_camera) = true;
    }
}

static void read_revoke(struct class_body *b, struct problem *wrong, const json_t *value,
                        bool whole)
{
    const char *text = json_string_value(value);
    b->revoke = text == NULL ? N_ROLE : (uint8_t)role_of(bytes_of(text, strlen(text)));
    if (whole || b->revoke == N_ROLE)
        fail(wrong, 422, "unknown-field", "revoke names a role and belongs to PATCH");
}

static void read_sites(struct class_body *b, struct problem *wrong, const json_t *value)
{
    static const char rule[] = "sites is a list of at most 16 {site: 1 to 16, name: 1 to 40 "
                               "characters}, each number once";
    size_t n = json_array_size(value);
    unsigned seen = 0;
    b->has_sites = true;
    bool good = json_is_array(value) && n <= NOTE_SITES_MAX;
    for (size_t i = 0; good && i < n; i++) {
        const json_t *one = json_array_get(value, i), *number = json_object_get(one, "site");
        struct site *site = &b->info.sites[i];
        json_int_t at = json_integer_value(number);
        good = json_object_size(one) == 2 && at >= 1 && at <= NOTE_SITES_MAX &&
               (seen & 1U << at) == 0 &&
               take_text(json_object_get(one, "name"), site->name, sizeof site->name) &&
               length_is(site->name, 1, NOTE_SITE_NAME_MAX);
        if (!good)
            break;
        seen |= 1U << at;
        site->site = (uint8_t)at;
        b->info.n_sites++;
    }
    if (!good)
        fail(wrong, 422, "bad-site", rule);
}

static void read_trainers(struct class_body *b, struct problem *wrong, const json_t *value)
{
    size_t n = json_array_size(value);
    b->has_trainers = true;
    bool good = json_is_array(value) && n <= CLASS_TRAINERS_MAX;
    for (size_t i = 0; good && i < n; i++) {
        json_int_t number = json_integer_value(json_array_get(value, i));
        good = number >= 1 && number <= UINT32_MAX;
        for (unsigned k = 0; good && k < b->n_trainers; k++)
            good = b->trainers[k] != (uint32_t)number;
        if (good)
            b->trainers[b->n_trainers++] = (uint32_t)number;
    }
    if (!good)
        fail(wrong, 422, "bad-trainer", "trainers is a list of at most 8 numbers, each once");
}

static uint16_t read_margin(struct problem *wrong, const json_t *value)
{
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 0 || n > CLASS_MARGIN_MAX)
        fail(wrong, 422, "bad-margin", "late_min and early_min are 0 to 240 minutes");
    return (uint16_t)n;
}

/* False: not one of these. */
static bool read_attendance_field(struct class_body *b, struct problem *wrong, const char *key,
                                  const json_t *value)
{
    if (strcmp(key, "sites") == 0) {
        read_sites(b, wrong, value);
    } else if (strcmp(key, "trainers") == 0) {
        read_trainers(b, wrong, value);
    } else if (strcmp(key, "open_link") == 0) {
        b->has_open_link = true;
        b->open_link = json_is_true(value);
        if (!json_is_boolean(value))
            fail(wrong, 422, "unknown-field", "open_link is true or false");
    } else if (strcmp(key, "late_min") == 0) {
        b->has_late = true;
        b->late_min = read_margin(wrong, value);
    } else if (strcmp(key, "early_min") == 0) {
        b->has_early = true;
        b->early_min = read_margin(wrong, value);
    } else if (strcmp(key, "help") == 0) {
        b->has_help = true;
        if (!take_text(value, b->help, sizeof b->help) || !length_is(b->help, 0, 200))
            fail(wrong, 422, "bad-help", "help must be text of at most 200 characters");
    } else {
        return false;
    }
    return true;
}

static void read_field(struct class_body *b, struct problem *wrong, const char *key, json_t *value,
                       bool whole)
{
    if (strcmp(key, "title") == 0)
        read_title(b, wrong, value);
    else if (strcmp(key, "time_zone") == 0)
        read_zone(b, wrong, value);
    else if (strcmp(key, "periods") == 0)
        read_periods(b, wrong, value);
    else if (strcmp(key, "policy") == 0)
        read_policy(b, wrong, value);
    else if (strcmp(key, "revoke") == 0)
        read_revoke(b, wrong, value, whole);
    else if (!read_attendance_field(b, wrong, key, value) && strcmp(key, "starts_at") != 0 &&
             strcmp(key, "ends_at") != 0)
        fail(wrong, 422, "unknown-field", "a field that is not known");
}

/* True when no string outside counts: brackets nest at most MSG_DEPTH_MAX deep. */
static bool is_shallow(struct bytes text)
{
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.p[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '[') && ++depth > MSG_DEPTH_MAX)
            return false;
        else if (!quoted && (c == '}' || c == ']') && depth > 0)
            depth--;
    }
    return true;
}

/* Returns owned; NULL: refused, and told. */
static json_t *load_object(struct problem *wrong, struct bytes text)
{
    json_error_t error;
    json_t *root = NULL;
    if (is_shallow(text))
        root = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(root))
        return root;
    json_decref(root);
    fail(wrong, 400, "bad-json", "the body must be one JSON object");
    return NULL;
}

void class_body_parse(struct class_body *out, struct problem *wrong, struct bytes text, bool whole)
{
    memset(out, 0, sizeof *out);
    out->revoke = N_ROLE;
    out->late_min = out->early_min = 10; /* PROTOCOL.md §2 */
    out->policy =
        (struct policy){.microphone = ACCESS_REQUEST, .camera = ACCESS_OPEN}; /* PROTOCOL.md §6 */
    json_t *root = load_object(wrong, text);
    if (root == NULL)
        return;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(root, key, value)
    {
        read_field(out, wrong, key, value, whole);
    }
    read_single(out, wrong, root);
    json_decref(root);
    if (whole && !out->has_title)
        fail(wrong, 422, "bad-title", "title is missing");
    if (whole && !out->has_zone)
        fail(wrong, 422, "bad-zone", "time_zone is missing");
    if (whole && !out->has_periods)
        fail(wrong, 422, "bad-period", "periods are missing");
}

/* Where a name of this key goes; NULL: not a name. */
static char *name_field(struct ticket_body *b, const char *key, bool **has)
{
    const struct {
        const char *key;
        char *text;
        bool *has;
    } known[] = {{"name", b->name, &b->has_name},
                 {"family_name", b->family, &b->has_family},
                 {"given_name", b->given, &b->has_given},
                 {"organisation", b->organisation, &b->has_organisation}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(key, known[i].key) == 0) {
            *has = known[i].has;
            return known[i].text;
        }
    return NULL;
}

void ticket_body_parse(struct ticket_body *out, struct problem *wrong, struct bytes text)
{
    memset(out, 0, sizeof *out);
    if (text.len == 0)
        return; /* all is optional */
    json_t *root = load_object(wrong, text);
    if (root == NULL)
        return;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(root, key, value)
    {
        bool *has = NULL;
        char *name = name_field(out, key, &has);
        if (name == NULL && strcmp(key, "person_token") != 0) {
            fail(wrong, 422, "unknown-field",
                 "a ticket takes name, family_name, given_name, organisation and person_token");
        } else if (json_is_null(value)) {
            continue;
        } else if (name != NULL) {
            *has = true;
            if (!take_text(value, name, sizeof out->name) || !length_is(name, 1, NOTE_NAME_MAX))
                fail(wrong, 422, "bad-name",
                     "names must be text of 1 to 100 characters without control characters");
        } else if (!take_text(value, out->person_token, sizeof out->person_token)) {
            out->person_token[0] = '\0'; /* no token of ours is so long */
        }
    }
    json_decref(root);
}

void here_body_parse(struct here_body *out, struct problem *wrong, struct bytes text)
{
    const struct {
        const char *key;
        char *text;
        size_t cap, most;
    } known[] = {{"code", out->code, sizeof out->code, sizeof out->code},
                 {"family_name", out->family, sizeof out->family, NOTE_NAME_MAX},
                 {"given_name", out->given, sizeof out->given, NOTE_NAME_MAX},
                 {"organisation", out->organisation, sizeof out->organisation, NOTE_NAME_MAX}};
    enum { N_KNOWN = sizeof known / sizeof known[0] };
    memset(out, 0, sizeof *out);
    json_t *root = load_object(wrong, text);
    if (root == NULL)
        return;
    size_t said = 0;
    for (size_t i = 0; i < N_KNOWN; i++) {
        const json_t *value = json_object_get(root, known[i].key);
        said += value != NULL ? 1 : 0;
        if (value != NULL && !json_is_null(value) &&
            (!take_text(value, known[i].text, known[i].cap) ||
             !length_is(known[i].text, 1, known[i].most)))
            fail(wrong, 422, i == 0 ? "bad-code" : "bad-name",
                 "code, family_name, given_name and organisation are texts");
    }
    if (out->code[0] == '\0')
        fail(wrong, 422, "bad-code", "code is missing");
    if (said != json_object_size(root))
        fail(wrong, 422, "unknown-field",
             "here takes code, family_name, given_name and organisation");
    out->has_names =
        out->family[0] != '\0' && out->given[0] != '\0' && out->organisation[0] != '\0';
    json_decref(root);
}
