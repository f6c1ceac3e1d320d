/* SPDX-License-Identifier: Apache-2.0
 * Decides who somebody is: expected people of the list, what the store knew at start, and two
 * numbers that are one person. Who is in the class is decided in presence.c. */
#include "signaling/classroom/state.h"

#include <string.h>

struct person *person_resolve(const struct class *c, uint32_t number)
{
    struct person *p = person_find(c, number);
    /* each step leads to another record: at most as many as there are */
    for (size_t i = 0; i < c->n_people && p != NULL && p->merged_into != 0; i++)
        p = person_find(c, p->merged_into);
    return p;
}

bool organisation_is_good(const char *text)
{
    return text == NULL || text_length(bytes_of(text, strlen(text)), NULL) <= NOTE_NAME_MAX;
}

void organisation_set(struct person *p, const char *organisation)
{
    if (organisation != NULL)
        memcpy(p->organisation, organisation, strlen(organisation) + 1);
}

static size_t count_expected(const struct class *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_people; i++)
        n += c->people[i]->identity == IDENTITY_LIST ? 1U : 0U;
    return n;
}

enum err class_expect(struct class *c, int64_t now_ms, const struct class_expected *who,
                      uint32_t *number)
{
    struct person *p = who->number != 0 ? person_find(c, who->number) : NULL;
    if (c->ended)
        return E_STATE;
    if (!name_is_good(who->name) || !organisation_is_good(who->organisation))
        return E_MALFORMED;
    if (p != NULL && (p->identity != IDENTITY_LIST || p->state == PERSON_REMOVED))
        return E_EXISTS;
    enum class_event_kind kind = p != NULL ? EVENT_PERSON_RENAMED : EVENT_PERSON_EXPECTED;
    if (p == NULL) {
        if (count_expected(c) == CLASS_EXPECTED_MAX)
            return E_FULL;
        enum err e =
            person_new(c, who->number != 0 ? who->number : c->next_person, ROLE_LEARNER, &p);
        if (e != E_OK)
            return e;
        p->identity = IDENTITY_LIST;
        person_set_state(p, PERSON_LEFT, now_ms);
    }
    organisation_set(p, who->organisation);
    person_name(c, p, who->name);
    struct class_event event = event_of(p, kind, now_ms);
    event.by = who->by;
    event_say(c, &event);
    *number = p->number;
    return E_OK;
}

enum err class_restore(struct class *c, const struct class_restored *who)
{
    struct person *p = NULL;
    if (!name_is_good(who->name) || !organisation_is_good(who->organisation) ||
        who->role >= N_ROLE || who->identity >= N_IDENTITY || who->number == 0 ||
        who->number == UINT32_MAX)
        return E_MALFORMED;
    if (person_find(c, who->number) != NULL)
        return E_EXISTS;
    enum err e = person_new(c, who->number, who->role, &p);
    if (e != E_OK)
        return e;
    p->identity = who->identity;
    p->merged_into = who->merged_into;
    person_name(c, p, who->name);
    person_set_state(p, who->removed ? PERSON_REMOVED : PERSON_LEFT, 0);
    bool sits = !who->removed && who->merged_into == 0 && !c->ended && who->site != 0 &&
                site_exists(c, who->site) && who->role != ROLE_ROOM;
    if (sits) {
        p->site = p->due_site = who->site;
        p->seat_period = p->due_period = who->period;
        p->how = who->how;
        p->seated = true;
    }
    organisation_set(p, who->organisation);
    return E_OK;
}

enum err class_merge(struct class *c, int64_t now_ms, const struct class_merge *m)
{
    struct person *from = person_find(c, m->from), *into = person_find(c, m->into);
    if (from == NULL || into == NULL)
        return E_NOTFOUND;
    if (from == into || from->role != into->role || from->role == ROLE_ROOM)
        return E_DENIED;
    if (from->merged_into != 0 || into->merged_into != 0 || from->state == PERSON_REMOVED ||
        into->state == PERSON_REMOVED)
        return E_GONE;
    from->merged_into = into->number; /* first: whatever follows is no longer said of them */
    if (person_is_here(from) && person_is_here(into)) { /* one page goes on */
        const struct note n = {.kind = NOTE_YOU_MOVED};
        note_say(c, from->number, &n);
    }
    seat_pass(c, from, into, now_ms, m->by);
    if (person_is_here(from))
        person_leave(c, from, now_ms, LEFT_MOVED, m->by);
    else if (from->state == PERSON_ADMITTED)
        person_set_state(from, PERSON_LEFT, now_ms);
    for (size_t i = 0; i < c->n_messages; i++) {
        if (c->messages[i]->person == from->number)
            c->messages[i]->person = into->number;
    }
    struct class_event e = event_of(from, EVENT_PERSON_MERGED, now_ms);
    e.by = m->by;
    e.other = into->number;
    event_say(c, &e);
    return E_OK;
}

enum fault on_person_merge(const struct call *call)
{
    const struct class_merge m = {
        .from = call->m->merge.from, .into = call->m->merge.into, .by = call->p->number};
    if (m.from == m.by)
        return FAULT_WRONG_STATE; /* one does not send oneself out */
    enum err e = class_merge(call->c, call->now_ms, &m);
    if (e == E_OK)
        return FAULT_NONE;
    return e == E_NOTFOUND ? FAULT_NOT_FOUND : FAULT_WRONG_STATE;
}
