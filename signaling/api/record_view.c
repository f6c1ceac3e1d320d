/* SPDX-License-Identifier: Apache-2.0
 * Decides how the record looks as JSON; what it says is decided in attendance/. */
#include "signaling/api/record_view.h"

#include "signaling/api/event_view.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 2048 };

/* French words of the record, without those of people that were erased; NULL: nothing to say. */
static json_t *words_of(const struct record *r, const struct presence_cell *c,
                        enum err (*say)(const struct record *, const struct presence_cell *,
                                        struct writer *))
{
    uint8_t text[TEXT_MAX];
    struct writer w = {.p = text, .cap = sizeof text};
    if (say(r, c, &w) != E_OK || w.len == 0)
        return json_null();
    return json_stringn((const char *)text, w.len);
}

static json_t *instant_or_null(int64_t ms)
{
    return ms == 0 ? json_null() : json_integer(ms);
}

static json_t *minutes_of(int64_t ms)
{
    return json_real((double)record_tenths_of_minute(ms) / 10);
}

static json_t *percent_of(int64_t present_ms, int64_t planned_ms)
{
    return json_real((double)record_permille(present_ms, planned_ms) / 10);
}

static json_t *cell_of(const struct record *r, const struct presence_cell *c, unsigned period)
{
    static const char *const states[] = {
        [CELL_TO_COME] = "to-come", [CELL_RUNNING] = "running", [CELL_OVER] = "over"};
    static const char *const modalities[] = {[MODALITY_NONE] = NULL,
                                             [MODALITY_REMOTE] = "remote",
                                             [MODALITY_SITE] = "site",
                                             [MODALITY_BOTH] = "both"};
    struct span planned = r->presence->periods.at[period];
    return json_pack(
        "{s:i, s:s, s:s?, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:I, s:o, s:i, s:o, s:b}",
        "period", (int)period + 1, "state", states[c->state], "modality",
        modalities[record_modality(c)], "how", words_of(r, c, record_how_text), "first",
        instant_or_null(c->first_ms), "last", instant_or_null(c->last_ms), "minutes",
        minutes_of(c->present_ms), "percent", percent_of(c->present_ms, span_ms(planned)), "late",
        c->late ? 1 : 0, "early", c->early ? 1 : 0, "absent", c->absent ? 1 : 0, "interruptions",
        (json_int_t)c->n_away, "away_minutes", minutes_of(c->away_ms), "site", (int)c->site, "note",
        words_of(r, c, record_note_text), "corrected", (c->notes & NOTED_CORRECTED) != 0 ? 1 : 0);
}

static json_t *name_of(const struct record *r, uint32_t number)
{
    uint8_t text[TEXT_MAX];
    struct writer w = {.p = text, .cap = sizeof text};
    if (record_name_text(r, number, &w) != E_OK)
        return json_string("");
    return json_stringn((const char *)text, w.len);
}

/* How it is known who they are. */
static const char *identity_of(const struct presence_person *p)
{
    return p->expected ? "list" : "declared";
}

static json_t *row_of(const struct record *r, size_t row)
{
    const struct record_row *line = &r->rows[row];
    const struct presence_person *p = &r->presence->people[line->person];
    const struct presence_cell sum = record_total(r, row);
    json_t *cells = json_array();
    for (unsigned i = 0; cells != NULL && i < r->presence->periods.n; i++) {
        const struct presence_cell *c = presence_cell_of(r->presence, line->person, i);
        if (json_array_append_new(cells, cell_of(r, c, i)) != 0) {
            json_decref(cells);
            return NULL;
        }
    }
    return json_pack("{s:I, s:o, s:s?, s:s?, s:s?, s:s?, s:s, s:s?, s:o, s:{s:o, s:o}}", "person",
                     (json_int_t)p->number, "name", name_of(r, p->number), "family_name",
                     line->words.family, "given_name", line->words.given, "organisation",
                     line->words.organisation, "external_id", line->words.external_id, "identity",
                     identity_of(p), "here",
                     (p->here & HERE_SITE) != 0 ? "site"
                     : p->here != 0             ? "remote"
                                                : NULL,
                     "periods", cells, "total", "minutes", minutes_of(sum.present_ms), "percent",
                     percent_of(sum.present_ms, periods_ms(&r->presence->periods)));
}

static json_t *list_of(const struct record *r, size_t n,
                       json_t *(*one)(const struct record *r, size_t i))
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < n; i++)
        if (json_array_append_new(list, one(r, i)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *trainer_of(const struct record *r, size_t i)
{
    uint32_t number = r->presence->people[r->trainers[i].person].number;
    return json_pack("{s:I, s:o}", "person", (json_int_t)number, "name", name_of(r, number));
}

static json_t *period_of(const struct record *r, size_t i)
{
    struct span s = r->presence->periods.at[i];
    return json_pack("{s:i, s:I, s:I, s:o}", "period", (int)i + 1, "from", (json_int_t)s.from_ms,
                     "to", (json_int_t)s.to_ms, "minutes", minutes_of(span_ms(s)));
}

static json_t *sites_of(const struct class_info *info)
{
    json_t *list = json_array();
    for (unsigned i = 0; list != NULL && i < info->n_sites; i++)
        if (json_array_append_new(list, json_pack("{s:i, s:s}", "site", info->sites[i].site, "name",
                                                  info->sites[i].name)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

char *record_view_write(const struct record_view *v)
{
    const struct record *r = v->record;
    const struct presence *p = r->presence;
    const struct presence_count count = presence_count(p);
    char head[CHAIN_HASH * 2 + 1];
    hex_write(head, r->head.chain_head, CHAIN_HASH);
    json_t *about = json_pack("{s:{s:s?, s:s?}, s:s, s:s, s:I, s:b, s:I, s:o, s:o, s:i, s:i}",
                              "organisation", "name", r->head.organisation, "number",
                              r->head.organisation_number, "title", v->info->title, "time_zone",
                              v->info->time_zone, "version", (json_int_t)p->version, "ended",
                              p->ended ? 1 : 0, "as_of", (json_int_t)p->as_of_ms, "planned_minutes",
                              minutes_of(periods_ms(&p->periods)), "sites", sites_of(v->info),
                              "late_min", (int)v->late_min, "early_min", (int)v->early_min);
    json_t *root = json_pack(
        "{s:o, s:o, s:o, s:{s:I, s:I, s:I}, s:b, s:s, s:{s:I, s:s}}", "periods",
        list_of(r, p->periods.n, period_of), "trainers", list_of(r, r->n_trainers, trainer_of),
        "people", list_of(r, r->n_rows, row_of), "count", "expected", (json_int_t)count.expected,
        "present", (json_int_t)count.present, "in_room", (json_int_t)count.in_place,
        "clock_unsynced", p->unsynced ? 1 : 0, "sentence", record_sentence, "chain", "event",
        (json_int_t)p->number, "head", head);
    char *text = NULL;
    if (about != NULL && root != NULL && json_object_update(about, root) == 0)
        text = json_dumps(about, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_decref(about);
    json_decref(root);
    return text;
}

static void fail(struct problem *wrong, unsigned status, const char *code, const char *detail)
{
    wrong->status = status;
    wrong->code = code;
    snprintf(wrong->detail, sizeof wrong->detail, "%s", detail);
}

/* Returns owned; NULL: refused, and told. */
static json_t *load(struct problem *wrong, struct bytes text)
{
    json_error_t error;
    json_t *root = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(root))
        return root;
    json_decref(root);
    fail(wrong, 400, "bad-json", "the body must be one JSON object");
    return NULL;
}

static bool take_number(const json_t *root, const char *key, json_int_t most, uint32_t *out)
{
    const json_t *value = json_object_get(root, key);
    json_int_t n = json_integer_value(value);
    *out = n >= 1 && n <= most ? (uint32_t)n : 0;
    return *out != 0;
}

void correction_body_parse(struct correction_body *out, struct problem *wrong, struct bytes text)
{
    static const char rule[] = "a correction has person, period, reason (1 to 200 characters) and "
                               "either minutes or status (present, absent)";
    memset(out, 0, sizeof *out);
    json_t *root = load(wrong, text);
    if (root == NULL)
        return;
    uint32_t period = 0;
    const json_t *minutes = json_object_get(root, "minutes");
    const char *status = json_string_value(json_object_get(root, "status"));
    const char *reason = json_string_value(json_object_get(root, "reason"));
    size_t length = reason == NULL ? 0 : text_length(bytes_of(reason, strlen(reason)), NULL);
    bool absent = status != NULL && strcmp(status, "absent") == 0;
    bool known = absent || (status != NULL && strcmp(status, "present") == 0);
    bool counted = json_is_integer(minutes) && json_integer_value(minutes) >= 0 &&
                   json_integer_value(minutes) <= 1440;
    if (!take_number(root, "person", UINT32_MAX - 1, &out->person) ||
        !take_number(root, "period", NOTE_PERIODS_MAX, &period) || known == counted || length < 1 ||
        length > 200 || json_object_size(root) != 4) {
        fail(wrong, 422, "bad-correction", rule);
    } else {
        out->period = (uint8_t)period;
        out->status = counted  ? CORRECTION_MINUTES
                      : absent ? CORRECTION_ABSENT
                               : CORRECTION_PRESENT;
        out->minutes = counted ? (uint16_t)json_integer_value(minutes) : 0;
        snprintf(out->reason, sizeof out->reason, "%s", reason);
    }
    json_decref(root);
}

void merge_body_parse(struct merge_body *out, struct problem *wrong, struct bytes text)
{
    json_t *root = load(wrong, text);
    if (root == NULL)
        return;
    if (!take_number(root, "from", UINT32_MAX - 1, &out->from) ||
        !take_number(root, "into", UINT32_MAX - 1, &out->into) || json_object_size(root) != 2)
        fail(wrong, 422, "unknown-field", "a merge has from and into, numbers of people");
    json_decref(root);
}
