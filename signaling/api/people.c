/* SPDX-License-Identifier: Apache-2.0
 * Who is in a class and who is expected (PROTOCOL.md §2): lists go in, personal links come out.
 * Decides when a line of a list is somebody known: by identifier, else by e-mail, never by name. */
#include "signaling/api/people_body.h"
#include "signaling/api/rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err rest_person_token(const struct service *v, const struct store_person *p,
                           char out[TOKEN_TEXT])
{
    struct token t = {.kind = TOKEN_PERSON, .number = p->number, .revocation = p->revocation};
    memcpy(t.class_id, p->class_id, sizeof t.class_id);
    return token_write(out, &v->token_key, &t);
}

void people_cut(char out[PERSON_NAME_BYTES], const char *text)
{
    size_t n = 0, i = 0;
    for (; i < PERSON_NAME_BYTES - 1 && text[i] != '\0'; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80 && ++n > NOTE_NAME_MAX)
            break;
    memcpy(out, text, i);
    out[i] = '\0';
}

void people_full_name(char out[PERSON_NAME_BYTES], const char *family, const char *given)
{
    char whole[2 * ROSTER_NAME + 1];
    snprintf(whole, sizeof whole, "%s%s%s", given, given[0] != '\0' ? " " : "", family);
    people_cut(out, whole);
}

static bool is_same(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

static const struct store_person *known_as(const struct school_class *c,
                                           const struct roster_person *line)
{
    for (size_t i = 0; i < c->n_people; i++) {
        const struct store_person *p = c->people[i];
        if (p->identity != IDENTITY_LIST || p->removed)
            continue;
        if (is_same(line->external_id, p->external_id) ||
            (line->external_id[0] == '\0' && is_same(line->email, p->email)))
            return p;
    }
    return NULL;
}

static enum err expect(struct call_in *in, const struct roster_person *line, uint32_t *number)
{
    struct school_class *c = in->c;
    struct store_person p = {.role = ROLE_LEARNER, .identity = IDENTITY_LIST};
    const struct store_person *known = known_as(c, line);
    char organisation[PERSON_NAME_BYTES];
    if (known != NULL)
        p = *known;
    memcpy(p.class_id, c->kept.id, sizeof p.class_id);
    memcpy(p.family, line->family, sizeof p.family);
    memcpy(p.given, line->given, sizeof p.given);
    memcpy(p.organisation, line->organisation, sizeof p.organisation);
    memcpy(p.email, line->email, sizeof p.email);
    memcpy(p.external_id, line->external_id, sizeof p.external_id);
    people_full_name(p.name, p.family, p.given);
    people_cut(organisation, p.organisation);
    const struct class_expected who = {
        .number = p.number, .name = p.name, .organisation = organisation};
    c->naming = &p;
    enum err e = class_expect(c->class, service_now_ms(in->v), &who, &p.number);
    c->naming = NULL;
    *number = p.number;
    if (e == E_OK)
        e = roster_put(c, &p);
    return e;
}

static void fill_view(const struct call_in *in, const struct store_person *p,
                      char token[TOKEN_TEXT], struct person_view *out)
{
    const struct person *here = class_person(in->c->class, p->number);
    bool linked = !p->removed && rest_person_token(in->v, p, token) == E_OK;
    *out = (struct person_view){.person = p->number,
                                .merged_into = p->merged_into,
                                .name = p->name,
                                .role = p->role,
                                .identity = p->identity,
                                .present = here != NULL && person_is_seen(here),
                                .removed = p->removed,
                                .token = linked ? token : NULL,
                                .family = p->family,
                                .given = p->given,
                                .organisation = p->organisation,
                                .email = p->email,
                                .external_id = p->external_id};
}

/* Of these people, or of all (numbers NULL). Returns owned; NULL: no memory. */
static char *view_of(const struct call_in *in, const uint32_t *numbers, size_t n,
                     const struct roster *faults)
{
    struct person_view *people = calloc(n + 1, sizeof *people);
    char(*tokens)[TOKEN_TEXT] = calloc(n + 1, sizeof *tokens);
    char *body = NULL;
    size_t filled = 0;
    for (size_t i = 0; i < n && people != NULL && tokens != NULL; i++) {
        const struct store_person *p =
            numbers == NULL ? in->c->people[i] : roster_find(in->c, numbers[i]);
        if (p == NULL)
            continue;
        fill_view(in, p, tokens[filled], &people[filled]);
        filled++;
    }
    if (people != NULL && tokens != NULL)
        body = people_view_write(people, filled, in->v->config->public_url, faults);
    free(people);
    free(tokens);
    return body;
}

void people_list(struct call_in *in)
{
    rest_answer(in, 200, view_of(in, NULL, in->c->n_people, NULL));
}

/* Puts them into the store; the answer leaves with the last one. */
static void keep_and_answer(struct call_in *in, const uint32_t *numbers, size_t n,
                            const struct roster *faults)
{
    struct pending *wait = rest_wait(in, 201, view_of(in, numbers, n, faults));
    enum err e = E_OK;
    if (wait == NULL)
        return;
    for (size_t i = 0; i < n && e == E_OK; i++)
        e = lesson_keep_person(in->v, roster_find(in->c, numbers[i]),
                               i + 1 == n ? wait->cookie : 0);
    if (e != E_OK)
        rest_stored(in->v, &(struct store_done){.cookie = wait->cookie, .err = e});
}

static void refuse(const struct call_in *in, enum err e)
{
    if (e == E_STATE)
        rest_refuse(in, 410, "class-ended", "the class has ended");
    else if (e == E_FULL)
        rest_refuse(in, 409, "class-full", "at most 500 people are expected in a class");
    else
        rest_refuse(in, 422, "bad-people", "a name of the list is not accepted");
}

void people_add(struct call_in *in)
{
    struct roster *list = NULL;
    struct problem wrong = {.status = 0};
    bool csv = strncmp(in->r->content_type, "text/csv", 8) == 0;
    people_body_parse(&list, &wrong, in->r->body, csv);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    uint32_t *numbers = calloc(list->n, sizeof *numbers);
    size_t n = 0;
    enum err e = numbers == NULL ? E_NOMEM : E_OK;
    for (size_t i = 0; i < list->n && e == E_OK; i++) {
        e = expect(in, &list->people[i], &numbers[n]);
        n += e == E_OK ? 1 : 0;
    }
    if (n > 0) /* those before the first one that did not fit are expected */
        keep_and_answer(in, numbers, n, list);
    else
        refuse(in, e);
    free(numbers);
    roster_free(list);
}
