/* SPDX-License-Identifier: Apache-2.0
 * "I am here": somebody in a place typed or scanned the code of its screen (PROTOCOL.md §2). It
 * says so of a person that is known by a token, or of one who says who they are; it opens nothing
 * else. */
#include "signaling/api/rest.h"

#include <string.h>

static void refuse_admission(const struct call_in *in, enum err e)
{
    if (e == E_DENIED)
        rest_refuse(in, 403, "entrance-closed", "the entrance of the class is closed");
    else if (e == E_GONE)
        rest_refuse(in, 403, "removed", "this person was removed from the class");
    else if (e == E_FULL)
        rest_refuse(in, 409, "class-full", "the class holds no more people");
    else if (e == E_STATE)
        rest_refuse(in, 410, "class-ended", "the class has ended");
    else
        rest_refuse(in, 422, "bad-name", "names are text of 1 to 100 characters");
}

static bool too_often(const struct call_in *in, unsigned wait_s)
{
    if (wait_s == 0)
        return false;
    in->v->counts.too_many++;
    rest_refuse_for(in, wait_s, "too many wrong codes from this address");
    return true;
}

/* Who shows a token of this class; NULL: nobody. */
static const struct store_person *bearer_of(const struct call_in *in)
{
    struct token t;
    if (token_parse(&t, &in->v->token_key, in->r->bearer) != E_OK || t.kind != TOKEN_PERSON ||
        memcmp(t.class_id, in->c->kept.id, sizeof t.class_id) != 0)
        return NULL;
    const struct store_person *p = roster_find(in->c, t.number);
    return p != NULL && p->revocation == t.revocation ? p : NULL;
}

/* A new person of the class, as they say. */
static enum err declare(struct call_in *in, const struct here_body *body, struct store_person *p)
{
    p->role = ROLE_LEARNER;
    p->identity = IDENTITY_DECLARED;
    memcpy(p->class_id, in->c->kept.id, sizeof p->class_id);
    memcpy(p->family, body->family, sizeof body->family);
    memcpy(p->given, body->given, sizeof body->given);
    memcpy(p->organisation, body->organisation, sizeof body->organisation);
    people_full_name(p->name, p->family, p->given);
    const struct class_admission who = {.role = p->role,
                                        .identity = p->identity,
                                        .name = p->name,
                                        .organisation = body->organisation};
    in->c->naming = p;
    enum err e = class_admit(in->c->class, service_now_ms(in->v), &who, &p->number);
    in->c->naming = NULL;
    return e == E_OK ? roster_put(in->c, p) : e;
}

static char *view_of(const struct call_in *in, const struct store_person *p, uint8_t site,
                     bool is_new)
{
    char token[TOKEN_TEXT];
    struct here_view view = {
        .info = &in->c->kept.info, .site = site, .person = p->number, .person_token = NULL};
    if (is_new && rest_person_token(in->v, p, token) == E_OK)
        view.person_token = token;
    return here_view_write(&view);
}

static void check_in(struct call_in *in, const struct store_person *p, uint8_t site, bool is_new,
                     uint64_t mark)
{
    struct service *v = in->v;
    const struct class_check_in seat = {.person = p->number, .site = site, .how = HOW_CODE};
    enum err e = class_check_in(in->c->class, service_now_ms(v), &seat);
    lesson_settle(v, in->c);
    if (e != E_OK) {
        refuse_admission(in, e);
        return;
    }
    struct pending *wait = rest_wait(in, 200, view_of(in, p, site, is_new));
    if (wait == NULL)
        return;
    const struct journal_answer later = {.cookie = wait->cookie};
    if (is_new)
        e = lesson_keep_person(v, p, wait->cookie);
    else if (!journal_wait(v, mark, later))
        rest_stored(v, &(struct store_done){.cookie = wait->cookie});
    if (e != E_OK)
        rest_stored(v, &(struct store_done){.cookie = wait->cookie, .err = e});
}

void here_post(struct call_in *in)
{
    struct service *v = in->v;
    const struct addr *from = &in->r->peer->remote;
    struct here_body body;
    struct problem wrong = {.status = 0};
    uint8_t site = 0;
    here_body_parse(&body, &wrong, in->r->body);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    if (too_often(in, limit_wait(&v->bad_codes, http_now(), from)))
        return;
    in->c = site_find(v, bytes_of(body.code, strlen(body.code)), &site);
    if (in->c == NULL) {
        if (!too_often(in, limit_charge(&v->bad_codes, http_now(), from)))
            rest_refuse(in, 404, "bad-code", "this is not the code on the screen now");
        return;
    }
    uint64_t mark = journal_mark(v);
    const struct store_person *known = bearer_of(in);
    if (known != NULL) {
        check_in(in, known, site, false, mark);
        return;
    }
    if (!body.has_names) {
        rest_refuse(in, 422, "bad-name", "say family_name, given_name and organisation");
        return;
    }
    struct store_person p = {.number = 0};
    enum err e = declare(in, &body, &p);
    if (e == E_OK)
        check_in(in, roster_find(in->c, p.number), site, true, mark);
    else
        refuse_admission(in, e);
}
