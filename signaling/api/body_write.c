/* SPDX-License-Identifier: Apache-2.0
 * Decides how classes, links, tickets, people and problems look as JSON (PROTOCOL.md §2). */
#include "signaling/api/body.h"

#include "sfu/sfu.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

static const struct {
    const char *code, *title;
} titles[] = {
    {"unauthorized", "A valid link or key is needed"},
    {"revoked", "This link was withdrawn"},
    {"removed", "This person was removed"},
    {"entrance-closed", "The entrance is closed"},
    {"class-ended", "The class has ended"},
    {"class-full", "The class is full"},
    {"bad-name", "The name is not accepted"},
    {"too-many", "Too many requests"},
    {"not-found", "Not found"},
    {"bad-json", "The body is not JSON"},
    {"too-large", "The body is too large"},
    {"unknown-field", "Unknown field"},
    {"bad-period", "The periods are not accepted"},
    {"bad-zone", "The time zone is not known"},
    {"bad-title", "The title is not accepted"},
    {"bad-site", "The places are not accepted"},
    {"bad-margin", "The minutes are not accepted"},
    {"bad-trainer", "The trainers are not accepted"},
    {"bad-code", "The code is not accepted"},
    {"bad-help", "The help text is not accepted"},
    {"bad-people", "The list is not accepted"},
    {"bad-correction", "The correction is not accepted"},
    {"wrong-state", "Not possible in this state"},
    {"bad-method", "The method is not accepted here"},
    {"unavailable", "Not possible now"},
};

const char *problem_title(const char *code)
{
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(titles[i].code, code) == 0)
            return titles[i].title;
    return "Refused";
}

/* Takes root. A field that could not be set leaves NULL. */
static char *dump(json_t *root)
{
    char *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

char *problem_write(const struct problem *p)
{
    return dump(json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "about:blank", "title",
                          problem_title(p->code), "status", (int)p->status, "detail", p->detail,
                          "code", p->code));
}

static json_t *periods_of(const struct class_info *info)
{
    json_t *list = json_array();
    for (unsigned i = 0; list != NULL && i < info->n_periods; i++) {
        const struct period *p = &info->periods[i];
        if (json_array_append_new(list, json_pack("{s:s, s:s}", "from", p->from, "to", p->to)) !=
            0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *sites_of(const struct class_view *v)
{
    json_t *list = json_array();
    for (unsigned i = 0; list != NULL && i < v->info->n_sites; i++) {
        const struct site *site = &v->info->sites[i];
        json_t *one = json_pack("{s:i, s:s}", "site", site->site, "name", site->name);
        bool ok = one != NULL;
        if (ok && v->site_tokens[i] != NULL)
            ok = json_object_set_new(
                     one, "link", json_sprintf("%s/join#%s", v->public_url, v->site_tokens[i])) ==
                     0 &&
                 json_object_set_new(one, "token", json_string(v->site_tokens[i])) == 0;
        if (!ok || json_array_append_new(list, one) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *class_of(const struct class_view *v)
{
    return json_pack("{s:s*, s:s, s:s, s:s, s:s, s:o, s:o}", "id", v->id, "title", v->info->title,
                     "time_zone", v->info->time_zone, "state", v->ended ? "ended" : "open",
                     "entrance", v->entrance == ENTRANCE_CLOSED ? "closed" : "open", "periods",
                     periods_of(v->info), "sites", sites_of(v));
}

static json_t *trainers_of(const struct class_view *v)
{
    json_t *list = json_array();
    for (unsigned i = 0; list != NULL && i < v->n_trainers; i++)
        if (json_array_append_new(list, json_integer(v->trainers[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static const char *access_name(unsigned access)
{
    return access == ACCESS_OPEN ? "open" : "request";
}

char *class_view_write(const struct class_view *v)
{
    json_t *root = class_of(v);
    json_t *policy = json_pack("{s:s, s:s}", "microphone", access_name(v->policy.microphone),
                               "camera", access_name(v->policy.camera));
    json_t *links = json_object(), *tokens = json_object();
    bool ok = root != NULL && json_object_set_new(root, "policy", policy) == 0;
    if (ok && v->help != NULL)
        ok = json_object_set_new(root, "open_link", json_boolean(v->open_link)) == 0 &&
             json_object_set_new(root, "late_min", json_integer(v->late_min)) == 0 &&
             json_object_set_new(root, "early_min", json_integer(v->early_min)) == 0 &&
             json_object_set_new(root, "help", json_string(v->help)) == 0 &&
             json_object_set_new(root, "trainers", trainers_of(v)) == 0;
    if (ok && v->open_token != NULL)
        ok = json_object_set_new(links, "open",
                                 json_sprintf("%s/join#%s", v->public_url, v->open_token)) == 0 &&
             json_object_set_new(tokens, "open", json_string(v->open_token)) == 0;
    for (unsigned i = 0; i < N_ROLE && ok && v->tokens[i] != NULL; i++) {
        ok = json_object_set_new(links, role_name(i),
                                 json_sprintf("%s/join#%s", v->public_url, v->tokens[i])) == 0 &&
             json_object_set_new(tokens, role_name(i), json_string(v->tokens[i])) == 0;
    }
    if (ok && v->tokens[0] != NULL)
        ok = json_object_set(root, "links", links) == 0 &&
             json_object_set(root, "tokens", tokens) == 0;
    json_decref(links);
    json_decref(tokens);
    if (!ok) {
        json_decref(root);
        return NULL;
    }
    return dump(root);
}

char *link_view_write(const struct class_view *v, uint8_t role, uint8_t may, uint32_t person,
                      bool open)
{
    json_t *number = person != 0 ? json_integer(person) : json_null();
    return dump(json_pack("{s:o, s:s, s:{s:b, s:b, s:b}, s:o, s:b}", "class", class_of(v), "role",
                          role_name(role), "may", "microphone", (may & SFU_MAY_MICROPHONE) != 0,
                          "camera", (may & SFU_MAY_CAMERA) != 0, "screen",
                          (may & SFU_MAY_SCREEN) != 0, "person", number, "open", open ? 1 : 0));
}

char *ticket_view_write(const struct ticket_view *v)
{
    return dump(json_pack("{s:s, s:i, s:I, s:s, s:s}", "ticket", v->ticket, "expires_in",
                          (int)v->expires_in, "person", (json_int_t)v->person, "person_token",
                          v->person_token, "role", role_name(v->role)));
}

char *notice_view_write(const struct notice_view *v)
{
    return dump(json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i}", "organisation", v->organisation,
                          "number", v->number, "contact", v->contact, "purpose", v->purpose,
                          "years", (int)v->attendance_years, "messages_months",
                          (int)v->messages_months, "journal_years", (int)v->journal_years));
}

char *home_view_write(uint32_t number, const char *name, char *const *views, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < n; i++) {
        json_t *one = views[i] == NULL ? NULL : json_loads(views[i], 0, NULL);
        if (json_array_append_new(list, one) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return dump(json_pack("{s:{s:I, s:s}, s:o}", "trainer", "trainer", (json_int_t)number, "name",
                          name, "classes", list));
}

char *here_view_write(const struct here_view *v)
{
    const char *name = "";
    for (unsigned i = 0; i < v->info->n_sites; i++)
        if (v->info->sites[i].site == v->site)
            name = v->info->sites[i].name;
    return dump(json_pack("{s:{s:s}, s:{s:i, s:s}, s:I, s:s*}", "class", "title", v->info->title,
                          "site", "site", (int)v->site, "name", name, "person",
                          (json_int_t)v->person, "person_token", v->person_token));
}

char *deleted_view_write(unsigned messages, const char *attendance_until)
{
    return dump(json_pack("{s:{s:i}, s:{s:s}}", "erased", "messages", (int)messages, "kept",
                          "attendance_until", attendance_until));
}

char *erased_view_write(unsigned people)
{
    return dump(json_pack("{s:{s:i}}", "erased", "people", (int)people));
}
