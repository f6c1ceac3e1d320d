/* SPDX-License-Identifier: Apache-2.0
 * Decides which route a request takes and what it must show: nothing, the admin key, or a token
 * (checked by the route). Answers that need the store wait here for its commit. */
#include "signaling/api/rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NEED_OWNER: the admin key, or the home link of a trainer of the class. */
enum need { NEED_NOTHING, NEED_OWNER, NEED_ADMIN, NEED_LOCAL_OR_ADMIN };

static void healthz(struct call_in *in);
static void metrics(struct call_in *in);

/* "*" in the middle of a path is the id of a class. */
static const struct route {
    const char *head, *tail; /* tail NULL: the path is head exactly */
    void (*run)(struct call_in *in);
    enum http_method method;
    enum need need;
} routes[] = {
    {"/healthz", NULL, healthz, HTTP_GET, NEED_NOTHING},
    {"/metrics", NULL, metrics, HTTP_GET, NEED_LOCAL_OR_ADMIN},
    {"/api/v1/link", NULL, entrance_link, HTTP_GET, NEED_NOTHING},
    {"/api/v1/tickets", NULL, entrance_ticket, HTTP_POST, NEED_NOTHING},
    {"/api/v1/home", NULL, home_get, HTTP_GET, NEED_NOTHING},
    {"/api/v1/here", NULL, here_post, HTTP_POST, NEED_NOTHING},
    {"/api/v1/notice", NULL, notice_get, HTTP_GET, NEED_NOTHING},
    {"/api/v1/classes", NULL, classes_create, HTTP_POST, NEED_OWNER},
    {"/api/v1/classes/", "", classes_get, HTTP_GET, NEED_OWNER},
    {"/api/v1/classes/", "", classes_change, HTTP_PATCH, NEED_OWNER},
    {"/api/v1/classes/", "", classes_delete, HTTP_DELETE, NEED_OWNER},
    {"/api/v1/classes/", "/end", classes_end, HTTP_POST, NEED_OWNER},
    {"/api/v1/classes/", "/people", people_list, HTTP_GET, NEED_OWNER},
    {"/api/v1/classes/", "/people", people_add, HTTP_POST, NEED_OWNER},
    {"/api/v1/classes/", "/merge", classes_merge, HTTP_POST, NEED_OWNER},
    {"/api/v1/classes/", "/reopen", classes_reopen, HTTP_POST, NEED_OWNER},
    {"/api/v1/classes/", "/attendance", attendance_get, HTTP_GET, NEED_OWNER},
    {"/api/v1/classes/", "/attendance.csv", attendance_csv, HTTP_GET, NEED_OWNER},
    {"/api/v1/classes/", "/attendance", classes_erase_attendance, HTTP_DELETE, NEED_ADMIN},
    {"/api/v1/classes/", "/corrections", attendance_correct, HTTP_POST, NEED_OWNER},
    {"/api/v1/classes/", "/events", events_list, HTTP_GET, NEED_OWNER},
};

void rest_refuse_problem(const struct call_in *in, const struct problem *p)
{
    char *body = problem_write(p);
    const struct http_response answer = {.status = p->status,
                                         .type = "application/problem+json",
                                         .body = bytes_of(body, body == NULL ? 0 : strlen(body))};
    http_answer(in->v->http, in->r->id, &answer);
    free(body);
}

void rest_refuse(const struct call_in *in, unsigned status, const char *code, const char *detail)
{
    struct problem p = {.status = status, .code = code};
    snprintf(p.detail, sizeof p.detail, "%s", detail);
    rest_refuse_problem(in, &p);
}

void rest_refuse_for(const struct call_in *in, unsigned wait_s, const char *detail)
{
    struct problem p = {.status = 429, .code = "too-many"};
    snprintf(p.detail, sizeof p.detail, "%s", detail);
    char *body = problem_write(&p);
    const struct http_response answer = {.status = 429,
                                         .type = "application/problem+json",
                                         .retry_after_s = wait_s,
                                         .body = bytes_of(body, body == NULL ? 0 : strlen(body))};
    http_answer(in->v->http, in->r->id, &answer);
    free(body);
}

void rest_refuse_stranger(const struct call_in *in)
{
    struct service *v = in->v;
    unsigned wait_s = limit_charge(&v->bad_tokens, http_now(), &in->r->peer->remote);
    v->counts.bad_tokens++;
    if (wait_s == 0) {
        rest_refuse(in, 401, "unauthorized", "no valid key, link or person token was shown");
        return;
    }
    v->counts.too_many++;
    rest_refuse_for(in, wait_s, "too many requests without a valid link from this address");
}

void rest_answer(const struct call_in *in, unsigned status, char *body)
{
    if (body == NULL && status != 204) {
        rest_refuse(in, 503, "unavailable", "out of memory");
        return;
    }
    const struct http_response answer = {.status = status,
                                         .type = body == NULL ? NULL : "application/json",
                                         .body = bytes_of(body, body == NULL ? 0 : strlen(body))};
    http_answer(in->v->http, in->r->id, &answer);
    free(body);
}

struct pending *rest_wait(const struct call_in *in, unsigned status, char *body)
{
    struct service *v = in->v;
    if (body == NULL && status != 204) {
        rest_refuse(in, 503, "unavailable", "out of memory");
        return NULL;
    }
    for (size_t i = 0; i < PENDING_MAX; i++) {
        struct pending *p = &v->pending[i];
        if (p->cookie != 0)
            continue;
        *p = (struct pending){.cookie = ++v->next_cookie << 12 | i,
                              .request = in->r->id,
                              .status = status,
                              .body = body};
        return p;
    }
    free(body);
    rest_refuse(in, 503, "unavailable", "too many requests wait for the disk");
    return NULL;
}

static void undo(struct service *v, const struct pending *p)
{
    struct school_class *c =
        p->undo_class == 0 ? NULL : school_find_number(&v->school, p->undo_class);
    if (c != NULL)
        lesson_close(v, c);
}

void rest_stored(struct service *v, const struct store_done *done)
{
    struct pending *p = &v->pending[done->cookie % PENDING_MAX];
    if (p->cookie != done->cookie)
        return;
    const struct http_request r = {.id = p->request};
    const struct call_in in = {.v = v, .r = &r};
    if (done->err != E_OK && done->err != E_AGAIN) { /* E_AGAIN: erased, a copy goes soon */
        undo(v, p);
        rest_refuse(&in, 503, "unavailable", "the store could not keep it");
        free(p->body);
    } else {
        const struct http_response answer = {
            .status = p->status,
            .type = p->body == NULL ? NULL : "application/json",
            .location = p->location[0] == '\0' ? NULL : p->location,
            .body = bytes_of(p->body, p->body == NULL ? 0 : strlen(p->body))};
        http_answer(v->http, p->request, &answer);
        free(p->body);
    }
    memset(p, 0, sizeof *p);
}

static void healthz(struct call_in *in)
{
    rest_answer(in, 200, strdup("{\"status\":\"ok\"}"));
}

static void metrics(struct call_in *in)
{
    char *text = metrics_write(in->v);
    const struct http_response answer = {.status = text == NULL ? 503 : 200,
                                         .type = "text/plain; version=0.0.4; charset=utf-8",
                                         .body = bytes_of(text, text == NULL ? 0 : strlen(text))};
    http_answer(in->v->http, in->r->id, &answer);
    free(text);
}

/* The id of a class in the middle of path, into id; false: this is not the route. */
static bool path_fits(const struct route *route, const char *path, char id[CLASS_ID_TEXT])
{
    id[0] = '\0';
    if (route->tail == NULL)
        return strcmp(path, route->head) == 0;
    size_t head = strlen(route->head);
    if (strncmp(path, route->head, head) != 0 ||
        strlen(path) != head + CLASS_ID_TEXT - 1 + strlen(route->tail) ||
        strcmp(path + head + CLASS_ID_TEXT - 1, route->tail) != 0)
        return false;
    memcpy(id, path + head, CLASS_ID_TEXT - 1);
    id[CLASS_ID_TEXT - 1] = '\0';
    return true;
}

static bool may(struct call_in *in, enum need need)
{
    if (need == NEED_NOTHING || (need == NEED_LOCAL_OR_ADMIN && in->r->peer->loopback))
        return true;
    if (admin_key_matches(in->v->admin_key, in->r->bearer))
        return true;
    in->trainer = need == NEED_OWNER ? home_trainer(in->v, in->r->bearer) : NULL;
    return in->trainer != NULL;
}

/* What is left of a class that was deleted, until the term of its attendance. */
static bool is_of_record(const char *tail)
{
    return strncmp(tail, "/attendance", 11) == 0 || strcmp(tail, "/corrections") == 0 ||
           strcmp(tail, "/events") == 0;
}

static void run(struct call_in *in, const struct route *route, const char *id)
{
    if (!may(in, route->need)) {
        rest_refuse_stranger(in);
        return;
    }
    if (route->tail != NULL) {
        in->c = school_find_text(&in->v->school, id);
        bool gone = in->c != NULL && in->c->kept.deleted && !is_of_record(route->tail);
        if (in->c == NULL || gone || (in->trainer != NULL && !home_owns(in->trainer, in->c))) {
            rest_refuse(in, 404, "not-found", "no such class");
            return;
        }
    }
    route->run(in);
}

void rest_request(void *ctx, const struct http_request *r)
{
    struct call_in in = {.v = ctx, .r = r};
    char id[CLASS_ID_TEXT];
    bool path_known = false;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (!path_fits(&routes[i], r->path, id))
            continue;
        path_known = true;
        if (routes[i].method == r->method ||
            (r->method == HTTP_HEAD && routes[i].method == HTTP_GET)) {
            run(&in, &routes[i], id);
            return;
        }
    }
    if (path_known)
        rest_refuse(&in, 405, "bad-method", "this path takes another method");
    else
        rest_refuse(&in, 404, "not-found", "no such path");
}
