/* SPDX-License-Identifier: Apache-2.0
 * Decides who is in the class: admission, entry, coming back, another device, loss, grace, leaving.
 * Removal and the entrance are decided in entrance.c. */
#include "signaling/classroom/state.h"

#include "sfu/base/mem.h"

#include <string.h>

/* Where the record of `number` stands or would stand: records are in order of number. */
static size_t place_of(const struct class *c, uint32_t number)
{
    size_t low = 0, high = c->n_people;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->people[mid]->number < number)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct person *person_find(const struct class *c, uint32_t number)
{
    size_t i = place_of(c, number);
    return i < c->n_people && c->people[i]->number == number ? c->people[i] : NULL;
}

struct person *person_here(const struct class *c, uint32_t number)
{
    struct person *p = person_find(c, number);
    return p != NULL && person_is_here(p) ? p : NULL;
}

static size_t count_inside(const struct class *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_people; i++)
        n += person_is_seen(c->people[i]) || c->people[i]->state == PERSON_ADMITTED ? 1U : 0U;
    return n;
}

bool is_full(const struct class *c)
{
    return count_inside(c) >= CLASS_PEOPLE_MAX;
}

/* People of the list and those who were merged stay known; so does whoever sits in a room. */
static bool may_be_forgotten(const struct person *p)
{
    return p->state == PERSON_LEFT && p->identity != IDENTITY_LIST && p->merged_into == 0 &&
           !p->seated;
}

/* Forgets the one who left longest ago; their number may come back with a token and is then
 * admitted anew. */
static bool forget_one(struct class *c)
{
    size_t oldest = SIZE_MAX;
    for (size_t i = 0; i < c->n_people; i++) {
        const struct person *p = c->people[i];
        if (may_be_forgotten(p) &&
            (oldest == SIZE_MAX || p->state_at_ms < c->people[oldest]->state_at_ms))
            oldest = i;
    }
    if (oldest == SIZE_MAX)
        return false;
    deltas_lose(c, c->people[oldest]->joined_seq);
    mem_free(c->people[oldest]);
    c->n_people--;
    for (size_t i = oldest; i < c->n_people; i++)
        c->people[i] = c->people[i + 1];
    return true;
}

enum err person_new(struct class *c, uint32_t number, enum role role, struct person **out)
{
    if (c->n_people == CLASS_RECORDS_MAX && !forget_one(c))
        return E_FULL;
    struct person *p = mem_alloc(sizeof(*p));
    if (p == NULL)
        return E_NOMEM;
    p->number = number;
    p->role = (uint8_t)role;
    size_t i = c->n_people;
    for (; i > 0 && c->people[i - 1]->number > number; i--)
        c->people[i] = c->people[i - 1];
    c->people[i] = p;
    c->n_people++;
    if (number >= c->next_person)
        c->next_person = number + 1;
    *out = p;
    return E_OK;
}

bool name_is_good(const char *name)
{
    if (name == NULL)
        return false;
    size_t length = text_length(bytes_of(name, strlen(name)), NULL);
    return length >= 1 && length <= NOTE_NAME_MAX;
}

/* May somebody who is not inside get a ticket now. */
static enum err entrance_allows(const struct class *c)
{
    if (c->entrance == ENTRANCE_CLOSED)
        return E_DENIED;
    return is_full(c) ? E_FULL : E_OK;
}

static enum err admit_new(struct class *c, int64_t now_ms, const struct class_admission *who,
                          struct person **out)
{
    uint32_t number = who->number != 0 ? who->number : c->next_person;
    enum err e = entrance_allows(c);
    if (e == E_OK && (who->role >= N_ROLE || number == UINT32_MAX))
        e = E_RANGE;
    if (e == E_OK)
        e = person_new(c, number, who->role, out);
    if (e != E_OK)
        return e;
    (*out)->state_at_ms = now_ms; /* ADMITTED is how a record begins */
    (*out)->identity = who->identity < N_IDENTITY ? who->identity : IDENTITY_DECLARED;
    organisation_set(*out, who->organisation);
    return E_OK;
}

static enum err admit_known(struct class *c, int64_t now_ms, struct person *p)
{
    if (p->state == PERSON_REMOVED)
        return E_GONE;
    if (person_is_here(p))
        return E_OK;
    enum err e = p->state == PERSON_LEFT && !p->seated ? entrance_allows(c) : E_OK;
    if (e == E_OK)
        person_set_state(p, PERSON_ADMITTED, now_ms);
    return e;
}

void person_name(struct class *c, struct person *p, const char *name)
{
    if (strcmp(name, p->name) == 0)
        return;
    memset(p->name, 0, sizeof(p->name));
    memcpy(p->name, name, strlen(name));
    if (person_is_seen(p))
        delta_changed(c, p, CHANGED_NAME);
}

/* Of somebody who was just admitted: the name they give now, the place of a device. The name of the
 * list holds over what a page says. */
static void admitted(struct class *c, int64_t now_ms, struct person *p,
                     const struct class_admission *who, bool is_new)
{
    bool renamed =
        who->name != NULL && p->identity != IDENTITY_LIST && strcmp(who->name, p->name) != 0;
    if (renamed)
        person_name(c, p, who->name);
    if (p->role == ROLE_ROOM && !person_is_here(p)) {
        uint8_t site = who->site == 0 && c->info.n_sites == 1 ? c->info.sites[0].site : who->site;
        p->site = site_exists(c, site) ? site : 0;
    }
    if (!renamed && !is_new)
        return;
    struct class_event e =
        event_of(p, is_new ? EVENT_PERSON_DECLARED : EVENT_PERSON_RENAMED, now_ms);
    e.by = p->number;
    event_say(c, &e);
}

enum err class_admit(struct class *c, int64_t now_ms, const struct class_admission *who,
                     uint32_t *number)
{
    if (c->ended)
        return E_STATE;
    struct person *p = who->number != 0 ? person_resolve(c, who->number) : NULL;
    bool is_new = p == NULL;
    if ((!name_is_good(who->name) && (is_new || who->name != NULL)) ||
        !organisation_is_good(who->organisation))
        return E_MALFORMED;
    enum err e = p != NULL ? admit_known(c, now_ms, p) : admit_new(c, now_ms, who, &p);
    if (e != E_OK)
        return e;
    admitted(c, now_ms, p, who, who->number == 0);
    *number = p->number;
    return E_OK;
}

enum err class_restore_removed(struct class *c, uint32_t number)
{
    struct person *p = person_find(c, number);
    enum err e = p != NULL ? E_OK : person_new(c, number, ROLE_LEARNER, &p);
    if (e == E_OK && p->state == PERSON_ADMITTED)
        person_set_state(p, PERSON_REMOVED, 0);
    return e;
}

void person_appear(struct class *c, struct person *p)
{
    struct note n = {.kind = NOTE_PERSON_JOINED, .joined = person_note(c, p)};
    p->joined_seq = c->seq + 1; /* the delta said next */
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
}

void person_vanish(struct class *c, const struct person *p, enum leave_reason reason)
{
    struct note n = {.kind = NOTE_PERSON_LEFT,
                     .gone = {.person = p->number, .reason = (uint8_t)reason}};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
}

/* Somebody who had no page until now. */
static enum err enter_new(struct class *c, int64_t now_ms, struct person *p)
{
    if (c->deltas == NULL)
        c->deltas = mem_alloc_array(CLASS_DELTAS_MAX, sizeof(*c->deltas));
    if (c->deltas == NULL)
        return E_NOMEM;
    if (p->state == PERSON_LEFT) {
        enum err e = p->seated ? E_OK : entrance_allows(c);
        if (e != E_OK)
            return e;
        person_set_state(p, PERSON_ADMITTED, now_ms);
    }
    person_set_state(p, PERSON_PRESENT, now_ms);
    media_join(c, p);
    if (p->seated)
        delta_changed(c, p, CHANGED_CONNECTION);
    else
        person_appear(c, p);
    struct class_event e = event_of(p, EVENT_PERSON_ENTERED, now_ms);
    event_say(c, &e);
    return E_OK;
}

/* Somebody who is here connects again: the same page after a break, a reload, or another device. */
static void enter_again(struct class *c, int64_t now_ms, struct person *p, bool same_page)
{
    uint8_t changed = 0, kind = EVENT_PERSON_MOVED;
    if (!same_page) { /* a new page has none of the old connections */
        changed = p->on != 0 ? CHANGED_ON : 0;
        p->on = 0;
        uint32_t old = p->peer;
        media_join(c, p); /* first, so that the room does not close between */
        media_drop(c, old);
    }
    if (p->state == PERSON_LOST) {
        person_set_state(p, PERSON_PRESENT, now_ms);
        changed |= CHANGED_CONNECTION;
        kind = EVENT_PERSON_BACK;
    }
    if (changed != 0)
        delta_changed(c, p, changed);
    struct class_event e = event_of(p, kind, now_ms);
    event_say(c, &e);
}

static bool is_same_page(const struct person *p, const struct class_entry *entry)
{
    return entry->resume && p->session[0] != 0 &&
           bytes_equal(entry->resume_session, bytes_of(p->session, strlen(p->session)));
}

enum err class_enter(struct class *c, int64_t now_ms, const struct class_entry *entry,
                     struct class_entered *out)
{
    struct person *p = person_find(c, entry->person);
    size_t len = strlen(entry->session);
    if (c->ended)
        return E_STATE;
    if (p == NULL || p->merged_into != 0)
        return E_NOTFOUND; /* a ticket from before the merging: the next one is of the other */
    if (p->state == PERSON_REMOVED)
        return E_GONE;
    if (len == 0 || len > MSG_SESSION_MAX)
        return E_RANGE;
    bool here = person_is_here(p), same_page = here && is_same_page(p, entry);
    *out = (struct class_entered){.moved = p->state == PERSON_PRESENT, .same_page = same_page};
    if (!here) {
        enum err e = enter_new(c, now_ms, p);
        if (e != E_OK)
            return e;
    } else {
        enter_again(c, now_ms, p, same_page);
    }
    if (!same_page)
        memcpy(p->session, entry->session, len + 1);
    out->resumed = same_page && entry->resume_seq >= c->floor && entry->resume_seq <= c->seq;
    out->peer = p->peer;
    out->session = p->session;
    c->duties_asked = c->duties_asked || role_moderates(p->role);
    return E_OK;
}

/* A page of somebody who sits in a room goes: others still see them there. */
static void leave_to_room(struct class *c, struct person *p, int64_t now_ms, uint8_t changed)
{
    person_set_state(p, PERSON_LEFT, now_ms);
    delta_changed(c, p, changed);
}

static void leave_wholly(struct class *c, struct person *p, int64_t now_ms,
                         enum leave_reason reason)
{
    if (reason != LEFT_ENDED) /* class.ended says it once for all */
        person_vanish(c, p, reason);
    person_set_state(p, reason == LEFT_REMOVED ? PERSON_REMOVED : PERSON_LEFT, now_ms);
    if (p->role != ROLE_ROOM)
        p->site = 0;
}

void person_leave(struct class *c, struct person *p, int64_t now_ms, enum leave_reason reason,
                  uint32_t by)
{
    struct class_event e = event_of(p, EVENT_PERSON_LEFT, now_ms);
    e.reason = (uint8_t)reason;
    e.by = by;
    e.other = p->merged_into;
    e.lost_ms = p->state == PERSON_LOST ? p->state_at_ms : 0;
    uint8_t changed = CHANGED_CONNECTION | (p->on != 0 ? CHANGED_ON : 0);
    p->on = 0;
    p->session[0] = 0;
    media_leave(c, p); /* before the seat, so that no sound comes while going */
    if (reason == LEFT_REMOVED && p->role != ROLE_ROOM)
        check_out(c, p, now_ms, by);
    if (reason != LEFT_ENDED) {
        request_end(c, p, WITHDRAW_LEFT);
        relay_let_go(c, p, now_ms);
        if (p->hand.up && p->seated)
            hand_lower(c, p, now_ms, p->number);
    }
    p->hand.up = false;
    p->request.up = false;
    if (p->seated)
        leave_to_room(c, p, now_ms, changed);
    else
        leave_wholly(c, p, now_ms, reason);
    event_say(c, &e);
}

void class_on_lost(struct class *c, int64_t now_ms, uint32_t person)
{
    struct person *p = person_find(c, person);
    if (p == NULL || p->state != PERSON_PRESENT)
        return;
    person_set_state(p, PERSON_LOST, now_ms);
    delta_changed(c, p, CHANGED_CONNECTION);
    struct class_event e = event_of(p, EVENT_PERSON_LOST, now_ms);
    event_say(c, &e);
}

void class_on_tick(struct class *c, int64_t now_ms)
{
    for (size_t i = 0; i < c->n_people; i++) {
        struct person *p = c->people[i];
        int64_t since_ms = now_ms - p->state_at_ms;
        if (p->state == PERSON_LOST && since_ms >= (int64_t)c->grace_s * 1000)
            person_leave(c, p, now_ms, LEFT_NETWORK, 0);
        else if (p->state == PERSON_ADMITTED && since_ms >= CLASS_TICKET_MS)
            person_set_state(p, PERSON_LEFT, now_ms);
    }
    periods_tick(c, now_ms);
    count_tick(c, now_ms);
}
