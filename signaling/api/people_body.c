/* SPDX-License-Identifier: Apache-2.0
 * The list of expected people in a request and in an answer. JSON is laid out as the lines of a
 * spreadsheet, so that one set of rules, attendance/roster.c, decides who is taken. */
#include "signaling/api/people_body.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const fields[] = {"family_name", "given_name", "organisation", "email",
                                     "external_id"};
enum { N_FIELD = sizeof fields / sizeof fields[0] };

static void fail(struct problem *wrong, unsigned status, const char *code, const char *detail)
{
    wrong->status = status;
    wrong->code = code;
    snprintf(wrong->detail, sizeof wrong->detail, "%s", detail);
}

static void put_cell(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static bool put_person(FILE *out, json_t *one)
{
    const char *key = NULL;
    json_t *value = NULL;
    size_t known = 0, there = 0;
    for (size_t i = 0; i < N_FIELD; i++) {
        const json_t *field = json_object_get(one, fields[i]);
        const char *text = json_string_value(field);
        if (field != NULL && !json_is_null(field) && text == NULL)
            return false;
        put_cell(out, text == NULL ? "" : text);
        fputs(i + 1 < N_FIELD ? ";" : "\r\n", out);
        known += field != NULL ? 1 : 0;
    }
    json_object_foreach(one, key, value)
    {
        there++;
    }
    return json_is_object(one) && known == there;
}

/* Returns owned text; NULL: refused, and told. */
static char *lines_of(struct problem *wrong, json_t *root)
{
    json_t *people = json_object_get(root, "people");
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) {
        fail(wrong, 503, "unavailable", "out of memory");
        return NULL;
    }
    fputs("family_name;given_name;organisation;email;external_id\r\n", out);
    bool good = json_is_array(people) && json_object_size(root) == 1;
    for (size_t i = 0; good && i < json_array_size(people); i++)
        good = put_person(out, json_array_get(people, i));
    if (fclose(out) == 0 && good)
        return text;
    free(text);
    fail(wrong, 422, "unknown-field",
         "people is a list of family_name, given_name, organisation, email, external_id");
    return NULL;
}

static char *lines_of_json(struct problem *wrong, struct bytes body)
{
    json_error_t error;
    json_t *root = json_loadb((const char *)body.p, body.len, JSON_REJECT_DUPLICATES, &error);
    char *text = NULL;
    if (json_is_object(root))
        text = lines_of(wrong, root);
    else
        fail(wrong, 400, "bad-json", "the body must be one JSON object, or text/csv");
    json_decref(root);
    return text;
}

static const char *const codes[N_ROSTER_FAULT] = {
    [ROSTER_NO_FAMILY] = "no-family-name", [ROSTER_NO_GIVEN] = "no-given-name",
    [ROSTER_TOO_LONG] = "too-long",        [ROSTER_BAD_TEXT] = "bad-text",
    [ROSTER_BAD_EMAIL] = "bad-email",      [ROSTER_TWICE] = "twice",
    [ROSTER_TOO_MANY] = "too-many"};

void people_body_parse(struct roster **out, struct problem *wrong, struct bytes body, bool csv)
{
    *out = NULL;
    char *lines = csv ? NULL : lines_of_json(wrong, body);
    if (lines == NULL && !csv)
        return;
    enum err e = roster_new(out, csv ? body : bytes_of(lines, strlen(lines)));
    free(lines);
    if (e == E_NOMEM) {
        fail(wrong, 503, "unavailable", "out of memory");
    } else if (e != E_OK) {
        fail(wrong, 422, "bad-people", "the first line must name the family and the given name");
    } else if ((*out)->n == 0) {
        char detail[120] = "nobody is in the list";
        if ((*out)->n_faults > 0)
            snprintf(detail, sizeof detail, "no line could be taken; line %u: %s",
                     (unsigned)(*out)->faults[0].line, codes[(*out)->faults[0].kind]);
        fail(wrong, 422, "bad-people", detail);
        roster_free(*out);
        *out = NULL;
    }
}

static const char *said(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static json_t *person_of(const struct person_view *p, const char *public_url)
{
    json_t *one = json_pack("{s:I, s:s, s:s, s:s, s:b}", "person", (json_int_t)p->person, "name",
                            p->name, "role", role_name(p->role), "identity",
                            identity_name(p->identity), "present", p->present ? 1 : 0);
    json_t *more = json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*}", "family_name", said(p->family),
                             "given_name", said(p->given), "organisation", said(p->organisation),
                             "email", said(p->email), "external_id", said(p->external_id));
    bool ok = one != NULL && more != NULL && json_object_update(one, more) == 0;
    json_decref(more);
    if (ok && p->removed)
        ok = json_object_set_new(one, "removed", json_true()) == 0;
    if (ok && p->merged_into != 0)
        ok = json_object_set_new(one, "merged_into", json_integer(p->merged_into)) == 0;
    if (ok && p->token != NULL)
        ok = json_object_set_new(one, "link", json_sprintf("%s/join#%s", public_url, p->token)) ==
                 0 &&
             json_object_set_new(one, "token", json_string(p->token)) == 0;
    if (ok)
        return one;
    json_decref(one);
    return NULL;
}

char *people_view_write(const struct person_view *people, size_t n, const char *public_url,
                        const struct roster *faults)
{
    json_t *list = json_array(), *errors = json_array(), *root = NULL;
    bool ok = list != NULL && errors != NULL;
    for (size_t i = 0; ok && i < n; i++)
        ok = json_array_append_new(list, person_of(&people[i], public_url)) == 0;
    for (size_t i = 0; ok && faults != NULL && i < faults->n_faults && i < ROSTER_FAULTS_MAX; i++)
        ok = json_array_append_new(errors, json_pack("{s:I, s:s}", "line",
                                                     (json_int_t)faults->faults[i].line, "code",
                                                     codes[faults->faults[i].kind])) == 0;
    if (ok)
        root = json_pack("{s:O}", "people", list);
    if (ok && faults != NULL && json_object_set(root, "errors", errors) != 0)
        ok = false;
    char *text = ok && root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    json_decref(list);
    json_decref(errors);
    return text;
}
