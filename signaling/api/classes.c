/* SPDX-License-Identifier: Apache-2.0
 * Classes as an LMS sees them: made, read, changed, ended, deleted, who is in them (PROTOCOL.md
 * §2). Every answer that says something was done leaves after its commit. */
#include "signaling/api/record_view.h"
#include "signaling/api/rest.h"

#include "sfu/adapt/rand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err token_of(const struct service *v, const struct school_class *c, uint8_t kind,
                         uint32_t number, uint32_t revocation, char out[TOKEN_TEXT])
{
    struct token t = {.kind = kind, .number = number, .revocation = revocation};
    memcpy(t.class_id, c->kept.id, sizeof t.class_id);
    return token_write(out, &v->token_key, &t);
}

/* Returns owned JSON of the class with its links; NULL: no memory or no entropy. */
char *classes_view(const struct service *v, const struct school_class *c)
{
    char tokens[N_ROLE][TOKEN_TEXT], open[TOKEN_TEXT], sites[NOTE_SITES_MAX][TOKEN_TEXT];
    struct class_view view = {.id = c->id_text,
                              .info = class_info(c->class),
                              .policy = class_policy(c->class),
                              .ended = class_is_ended(c->class),
                              .entrance = (uint8_t)class_entrance(c->class),
                              .open_link = c->kept.open_link,
                              .late_min = c->kept.late_min,
                              .early_min = c->kept.early_min,
                              .help = c->kept.help,
                              .trainers = c->kept.trainers,
                              .n_trainers = c->kept.n_trainers,
                              .public_url = v->config->public_url};
    for (uint32_t role = 0; role < N_ROLE; role++) {
        if (token_of(v, c, TOKEN_ROLE, role, c->kept.revocation[role], tokens[role]) != E_OK)
            return NULL;
        view.tokens[role] = tokens[role];
    }
    for (unsigned i = 0; i < view.info->n_sites; i++) {
        if (token_of(v, c, TOKEN_ROLE, ROLE_ROOM | (uint32_t)view.info->sites[i].site << 8,
                     c->kept.revocation[ROLE_ROOM], sites[i]) != E_OK)
            return NULL;
        view.site_tokens[i] = sites[i];
    }
    if (c->kept.open_link) {
        if (token_of(v, c, TOKEN_OPEN, 0, c->kept.revocation_open, open) != E_OK)
            return NULL;
        view.open_token = open;
    }
    return class_view_write(&view);
}

/* Stores the class; the answer leaves after the commit. */
static void keep_and_answer(struct call_in *in, unsigned status, bool created)
{
    struct pending *p = rest_wait(in, status, classes_view(in->v, in->c));
    if (p == NULL)
        return;
    if (created) {
        journal_plan(in->c, NULL);
        if (in->c->kept.open_link)
            journal_note(in->c, (struct log_event){.kind = LOG_OPEN_LINK, .reason = 1}, NULL);
        snprintf(p->location, sizeof p->location, "/api/v1/classes/%s", in->c->id_text);
        p->undo_class = in->c->number;
    }
    if (lesson_keep(in->v, in->c, p->cookie) == E_OK)
        in->c->dirty = false;
    else
        rest_stored(in->v, &(struct store_done){.cookie = p->cookie, .err = E_FULL});
}

static bool has_trainer(const struct class_body *body, uint32_t number)
{
    for (unsigned i = 0; i < body->n_trainers; i++)
        if (body->trainers[i] == number)
            return true;
    return body->n_trainers == STORE_TRAINERS_MAX;
}

/* False: refused, and told. */
static bool check_trainers(const struct call_in *in, const struct class_body *body)
{
    for (unsigned i = 0; i < body->n_trainers; i++)
        if (trainers_find(&in->v->trainers, body->trainers[i]) == NULL) {
            rest_refuse(in, 422, "bad-trainer", "trainers are numbers of `amphi trainer list`");
            return false;
        }
    return true;
}

static enum err add_class(struct service *v, const struct class_body *body,
                          const struct store_trainer *trainer, struct school_class **out)
{
    struct store_class kept = {.info = body->info,
                               .policy = body->policy,
                               .open_link = body->open_link,
                               .late_min = body->late_min,
                               .early_min = body->early_min,
                               .entrance = ENTRANCE_OPEN,
                               .created_ms = service_now_ms(v)};
    memcpy(kept.help, body->help, sizeof kept.help);
    memcpy(kept.trainers, body->trainers, sizeof kept.trainers);
    kept.n_trainers = body->n_trainers;
    if (trainer != NULL && !has_trainer(body, trainer->number)) /* whoever makes it has it */
        kept.trainers[kept.n_trainers++] = trainer->number;
    enum err e = rand_bytes(kept.id, sizeof kept.id);
    if (e == E_OK)
        e = school_add(&v->school, &kept, out);
    if (e != E_OK)
        return e;
    e = lesson_open(v, *out);
    if (e != E_OK)
        school_remove(&v->school, *out);
    return e;
}

void classes_create(struct call_in *in)
{
    struct class_body body;
    struct problem wrong = {.status = 0};
    class_body_parse(&body, &wrong, in->r->body, true);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    if (!check_trainers(in, &body))
        return;
    enum err e = add_class(in->v, &body, in->trainer, &in->c);
    if (e == E_OK)
        keep_and_answer(in, 201, true);
    else if (e == E_FULL)
        rest_refuse(in, 503, "unavailable", "1,000 classes are loaded; delete one that has ended");
    else
        rest_refuse(in, 503, "unavailable", "out of memory");
}

void classes_get(struct call_in *in)
{
    rest_answer(in, 200, classes_view(in->v, in->c));
}

static void change_info(struct school_class *c, const struct class_body *body)
{
    if (body->has_title)
        memcpy(c->kept.info.title, body->info.title, sizeof c->kept.info.title);
    if (body->has_zone)
        memcpy(c->kept.info.time_zone, body->info.time_zone, sizeof c->kept.info.time_zone);
    if (body->has_periods) {
        c->kept.info.n_periods = body->info.n_periods;
        memcpy(c->kept.info.periods, body->info.periods, sizeof c->kept.info.periods);
    }
    if (body->has_sites) {
        c->code_step = 0; /* shown at once */
        c->kept.info.n_sites = body->info.n_sites;
        memcpy(c->kept.info.sites, body->info.sites, sizeof c->kept.info.sites);
    }
    if (body->has_trainers) {
        c->kept.n_trainers = body->n_trainers;
        memcpy(c->kept.trainers, body->trainers, sizeof c->kept.trainers);
    }
    if (body->has_late)
        c->kept.late_min = body->late_min;
    if (body->has_early)
        c->kept.early_min = body->early_min;
    if (body->has_help)
        memcpy(c->kept.help, body->help, sizeof c->kept.help);
    class_set_info(c->class, &c->kept.info);
}

/* Switched off and on again it is another link. */
static void change_open_link(struct school_class *c, bool open)
{
    if (c->kept.open_link == open)
        return;
    c->kept.open_link = open;
    c->kept.revocation_open += open ? 0 : 1;
    journal_note(c, (struct log_event){.kind = LOG_OPEN_LINK, .reason = open ? 1 : 0}, NULL);
}

void classes_change(struct call_in *in)
{
    struct class_body body;
    struct problem wrong = {.status = 0};
    class_body_parse(&body, &wrong, in->r->body, false);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    if (!check_trainers(in, &body))
        return;
    in->v->info_before = in->c->kept.info;
    change_info(in->c, &body);
    journal_plan(in->c, &in->v->info_before);
    if (body.has_open_link)
        change_open_link(in->c, body.open_link);
    struct policy policy = class_policy(in->c->class);
    if (body.has_microphone)
        policy.microphone = body.policy.microphone;
    if (body.has_camera)
        policy.camera = body.policy.camera;
    if (body.has_microphone || body.has_camera)
        class_set_policy(in->c->class, service_now_ms(in->v), policy, 0);
    if (body.revoke != N_ROLE)
        in->c->kept.revocation[body.revoke]++;
    keep_and_answer(in, 200, false);
}

/* Nobody was ever expected in it: nothing is kept. */
static void delete_wholly(struct call_in *in)
{
    struct service *v = in->v;
    struct pending *p = rest_wait(in, 204, NULL);
    if (p == NULL)
        return;
    struct store_op *op = &(struct store_op){.kind = STORE_DELETE_CLASS, .cookie = p->cookie};
    memcpy(op->class.id, in->c->kept.id, sizeof op->class.id);
    if (store_put(v->store, op) == E_OK)
        lesson_close(v, in->c);
    else
        rest_stored(v, &(struct store_done){.cookie = p->cookie, .err = E_FULL});
}

void classes_delete(struct call_in *in)
{
    struct keep_count n;
    char until[KEEP_DATE];
    class_end(in->c->class, service_now_ms(in->v), 0);
    if (keep_read(in->v, in->c, &n) != E_OK) {
        rest_refuse(in, 503, "unavailable", "the log cannot be read now");
        return;
    }
    if (!n.attended) {
        delete_wholly(in);
        return;
    }
    keep_until(in->v, in->c, until);
    struct pending *p = rest_wait(in, 200, deleted_view_write(n.messages, until));
    if (p == NULL)
        return;
    in->c->kept.deleted = true;
    enum err e = lesson_keep(in->v, in->c, 0);
    if (e == E_OK)
        e = keep_erase_messages(in->c, p->cookie);
    if (e != E_OK)
        rest_stored(in->v, &(struct store_done){.cookie = p->cookie, .err = e});
}

void classes_erase_attendance(struct call_in *in)
{
    struct service *v = in->v;
    if (!class_is_ended(in->c->class)) {
        rest_refuse(in, 409, "wrong-state", "the class has not ended");
        return;
    }
    struct pending *p = rest_wait(in, 200, erased_view_write((unsigned)in->c->n_people));
    if (p == NULL)
        return;
    log_warn(&v->log, LOG_CLASS, "attendance erased by the admin key", "class=%s people=%zu",
             in->c->id_text, in->c->n_people);
    enum err e = keep_erase_attendance(in->c, p->cookie);
    if (e == E_OK)
        lesson_close(v, in->c);
    else
        rest_stored(v, &(struct store_done){.cookie = p->cookie, .err = e});
}

void classes_end(struct call_in *in)
{
    class_end(in->c->class, service_now_ms(in->v), 0);
    keep_and_answer(in, 200, false);
}

void classes_reopen(struct call_in *in)
{
    if (class_reopen(in->c->class, service_now_ms(in->v), 0) == E_OK)
        keep_and_answer(in, 200, false);
    else
        rest_refuse(in, 409, "wrong-state", "the class has not ended");
}

void classes_merge(struct call_in *in)
{
    struct merge_body b = {.from = 0};
    struct problem wrong = {.status = 0};
    merge_body_parse(&b, &wrong, in->r->body);
    if (wrong.status != 0) {
        rest_refuse_problem(in, &wrong);
        return;
    }
    const struct class_merge m = {.from = b.from, .into = b.into};
    enum err e = class_merge(in->c->class, service_now_ms(in->v), &m);
    if (e == E_OK)
        keep_and_answer(in, 200, false);
    else if (e == E_NOTFOUND)
        rest_refuse(in, 404, "not-found", "no such person");
    else
        rest_refuse(in, 409, "wrong-state", "these two cannot be one person");
}
