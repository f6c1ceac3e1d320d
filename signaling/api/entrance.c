/* SPDX-License-Identifier: Apache-2.0
 * What a link or a person token gives: what may be known before joining, and a ticket. Decides
 * whether a token is valid now, which the class says, and which person it is. */
#include "signaling/api/rest.h"

#include "signaling/classroom/roles.h"

#include <string.h>

/* What a token turned out to be. */
struct bearer {
    uint8_t role;                /* enum role */
    uint8_t site;                /* of a room's device; 0: not said */
    bool open;                   /* the open link: people declare who they are */
    struct store_person *person; /* NULL: a role link */
};

/* The person a token names in this class; NULL: not a person token of it. */
static struct store_person *person_of(const struct service *v, const struct school_class *c,
                                      const char *text, struct token *t)
{
    if (token_parse(t, &v->token_key, text) != E_OK || t->kind != TOKEN_PERSON ||
        memcmp(t->class_id, c->kept.id, sizeof t->class_id) != 0)
        return NULL;
    return roster_find(c, t->number);
}

/* Answers and returns false when the token is not good. */
static bool check(struct call_in *in, struct bearer *b)
{
    struct service *v = in->v;
    struct token t;
    if (token_parse(&t, &v->token_key, in->r->bearer) == E_OK)
        in->c = school_find(&v->school, t.class_id);
    if (in->c != NULL && t.kind == TOKEN_PERSON) {
        b->person = person_of(v, in->c, in->r->bearer, &t);
        in->c = b->person == NULL ? NULL : in->c;
    }
    if (in->c != NULL && in->c->kept.deleted) {
        rest_refuse(in, 403, "revoked", "this class was deleted");
        return false;
    }
    bool home = in->c != NULL && t.kind == TOKEN_HOME;
    if (in->c == NULL || home || (t.kind == TOKEN_ROLE && (t.number & 0xff) >= N_ROLE)) {
        rest_refuse_stranger(in);
        return false;
    }
    if (b->person != NULL) {
        b->role = b->person->role;
        if (b->person->removed)
            rest_refuse(in, 403, "removed", "this person was removed from the class");
        else if (b->person->revocation != t.revocation)
            rest_refuse(in, 403, "revoked", "this token was withdrawn");
        return !b->person->removed && b->person->revocation == t.revocation;
    }
    b->open = t.kind == TOKEN_OPEN;
    b->role = b->open ? ROLE_LEARNER : (uint8_t)(t.number & 0xff);
    b->site = b->open ? 0 : (uint8_t)(t.number >> 8);
    uint32_t now = b->open ? in->c->kept.revocation_open : in->c->kept.revocation[b->role];
    if (t.revocation != now || (b->open && !in->c->kept.open_link)) {
        rest_refuse(in, 403, "revoked", "this link was withdrawn");
        return false;
    }
    return true;
}

static uint8_t may_of(const struct school_class *c, uint8_t role, uint32_t number)
{
    const struct person *p = number != 0 ? class_person(c->class, number) : NULL;
    if (p != NULL)
        return person_may(c->class, p);
    struct policy policy = class_policy(c->class);
    const bool open[N_SFU_SOURCE] = {[SFU_MICROPHONE] = policy.microphone == ACCESS_OPEN,
                                     [SFU_CAMERA] = policy.camera == ACCESS_OPEN};
    uint8_t may = 0;
    for (unsigned s = 0; s < N_SFU_SOURCE; s++) {
        enum permission p_of = roles_publish((enum role)role, (enum sfu_source)s);
        if (p_of == PERMISSION_YES || (p_of == PERMISSION_IF_MAY && open[s]))
            may |= (uint8_t)(1U << s);
    }
    return may;
}

void entrance_link(struct call_in *in)
{
    struct bearer b = {.person = NULL};
    if (!check(in, &b))
        return;
    const struct class_view view = {.info = class_info(in->c->class),
                                    .ended = class_is_ended(in->c->class),
                                    .entrance = (uint8_t)class_entrance(in->c->class)};
    uint32_t number = b.person == NULL ? 0 : b.person->number;
    rest_answer(in, 200,
                link_view_write(&view, b.role, may_of(in->c, b.role, number), number, b.open));
}

static void refuse_admission(struct call_in *in, enum err e)
{
    static const struct {
        enum err e;
        unsigned status;
        const char *code, *detail;
    } answers[] = {
        {E_DENIED, 403, "entrance-closed", "the entrance of the class is closed"},
        {E_GONE, 403, "removed", "this person was removed from the class"},
        {E_STATE, 410, "class-ended", "the class has ended"},
        {E_FULL, 409, "class-full", "the class holds no more people"},
        {E_MALFORMED, 422, "bad-name",
         "name must be text of 1 to 100 characters without control characters"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (answers[i].e == e) {
            rest_refuse(in, answers[i].status, answers[i].code, answers[i].detail);
            return;
        }
    rest_refuse(in, 503, "unavailable", "out of memory");
}

/* The person a browser showed beside a role link. 1: that person; 0: nobody of this class and role;
 * -1: refused. */
static int beside_link(struct call_in *in, struct bearer *b, const char *person_token)
{
    struct token t;
    struct store_person *p =
        person_token[0] == '\0' ? NULL : person_of(in->v, in->c, person_token, &t);
    if (p == NULL)
        return 0;
    if (p->removed || p->revocation != t.revocation) {
        rest_refuse(in, 403, "removed", "this person was removed from the class");
        return -1;
    }
    if (p->role != b->role)
        return 0;
    b->person = p;
    return 1;
}

static char *ticket_view_of(struct call_in *in, const struct store_person *p)
{
    char ticket[TICKET_TEXT], text[TOKEN_TEXT];
    const struct ticket_for who = {.class_slot = in->c->number, .person = p->number};
    if (rest_person_token(in->v, p, text) != E_OK ||
        ticket_make(&in->v->tickets, http_now(), who, ticket) != E_OK)
        return NULL;
    const struct ticket_view view = {.ticket = ticket,
                                     .person_token = text,
                                     .expires_in = TICKET_S,
                                     .person = p->number,
                                     .role = p->role};
    return ticket_view_write(&view);
}

/* A new person, or a new name: the answer leaves when the store has it. */
static void keep_and_answer(struct call_in *in, const struct store_person *p)
{
    if (roster_put(in->c, p) != E_OK) {
        rest_refuse(in, 409, "class-full", "the class had too many people over its life");
        return;
    }
    struct pending *pending = rest_wait(in, 201, ticket_view_of(in, p));
    if (pending != NULL && lesson_keep_person(in->v, p, pending->cookie) != E_OK)
        rest_stored(in->v, &(struct store_done){.cookie = pending->cookie, .err = E_FULL});
}

/* What is known of who asks, with what they say now. False: refused, and told. */
static bool declare(const struct call_in *in, const struct bearer *b,
                    const struct ticket_body *body, struct store_person *p)
{
    bool whole = body->has_family && body->has_given && body->has_organisation;
    if (b->person != NULL)
        *p = *b->person;
    memcpy(p->class_id, in->c->kept.id, sizeof p->class_id);
    if (p->identity == IDENTITY_LIST)
        return true; /* the list says who they are */
    if (b->open && b->person == NULL && !whole) {
        rest_refuse(in, 422, "bad-name",
                    "the open link asks family_name, given_name and organisation");
        return false;
    }
    if (body->has_organisation)
        memcpy(p->organisation, body->organisation, sizeof body->organisation);
    if (body->has_family && body->has_given) {
        p->identity = IDENTITY_DECLARED;
        memcpy(p->family, body->family, sizeof body->family);
        memcpy(p->given, body->given, sizeof body->given);
        people_full_name(p->name, p->family, p->given);
    } else if (body->has_name) {
        memcpy(p->name, body->name, sizeof body->name);
    }
    return true;
}

void entrance_ticket(struct call_in *in)
{
    struct bearer b = {.person = NULL};
    struct ticket_body body;
    struct problem wrong = {.status = 0};
    if (!check(in, &b))
        return;
    ticket_body_parse(&body, &wrong, in->r->body);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    if (b.person == NULL && beside_link(in, &b, body.person_token) < 0)
        return;
    struct store_person p = {.role = b.role};
    if (!declare(in, &b, &body, &p))
        return;
    const struct class_admission who = {.number = p.number,
                                        .role = b.role,
                                        .name = p.name[0] == '\0' ? NULL : p.name,
                                        .identity = p.identity,
                                        .site = b.site,
                                        .organisation =
                                            p.organisation[0] == '\0' ? NULL : p.organisation};
    in->c->naming = &p;
    enum err e = class_admit(in->c->class, service_now_ms(in->v), &who, &p.number);
    in->c->naming = NULL;
    lesson_settle(in->v, in->c);
    if (e != E_OK || who.name == NULL) { /* without a name nobody new is admitted */
        refuse_admission(in, e);
        return;
    }
    const struct store_person *known = roster_find(in->c, p.number);
    if (known != NULL &&
        (b.person == NULL || known != b.person || strcmp(known->name, p.name) == 0))
        rest_answer(in, 201, ticket_view_of(in, known)); /* as they were, or merged meanwhile */
    else
        keep_and_answer(in, &p);
}
