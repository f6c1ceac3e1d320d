/* SPDX-License-Identifier: Apache-2.0
 * Decides who reads a change of the class, numbers it, and keeps it so that who was away can be
 * told. Does not decide what changes. */
#include "signaling/classroom/state.h"

static bool reads(const struct class *c, const struct audience *to, uint32_t person)
{
    if (person == 0 || person == to->except)
        return false;
    if (to->kind == AUDIENCE_ALL || person == to->person)
        return true;
    const struct person *p = person_find(c, person);
    if (p == NULL)
        return false;
    if (to->kind == AUDIENCE_SITE)
        return p->role == ROLE_TRAINER || (p->role == ROLE_ROOM && p->site == to->site);
    return to->kind == AUDIENCE_MODERATORS && role_moderates(p->role);
}

bool class_has(const struct class *c, const struct audience *to, uint32_t person)
{
    const struct person *p = person_find(c, person);
    return p != NULL && person_is_here(p) && reads(c, to, person);
}

void note_say(struct class *c, uint32_t person, const struct note *note)
{
    struct audience to = {.kind = AUDIENCE_PERSON, .person = person};
    c->sink.deliver(c->sink.ctx, &to, note);
}

void deltas_lose(struct class *c, uint64_t seq)
{
    if (seq > c->floor)
        c->floor = seq;
}

static void keep_person(struct delta *d, const struct note_person *p)
{
    d->subject = p->person;
    d->role = p->role;
    d->may = p->may;
    d->on = p->on;
    d->link = p->link;
    d->identity = p->identity;
    d->site = p->site;
    d->seated = p->seated;
}

/* The values of a note. Kinds that are not deltas never come here. */
static struct delta delta_of(const struct note *n)
{
    struct delta d = {.kind = n->kind, .seq = n->seq};
    switch (n->kind) {
    case NOTE_PERSON_JOINED: keep_person(&d, &n->joined); break;
    case NOTE_PERSON_CHANGED:
        keep_person(&d, &n->changed.now);
        d.changed = n->changed.changed;
        break;
    case NOTE_PERSON_LEFT:
    case NOTE_MICROPHONE_WITHDRAWN:
        d.subject = n->gone.person;
        d.reason = n->gone.reason;
        break;
    case NOTE_POLICY_CHANGED: d.policy = n->policy; break;
    case NOTE_MICROPHONE_REQUESTED:
    case NOTE_HAND_RAISED:
        d.subject = n->since.person;
        d.since_ms = n->since.since_ms;
        break;
    case NOTE_HAND_LOWERED:
        d.subject = n->lowered.person;
        d.by = n->lowered.by;
        break;
    case NOTE_MESSAGE_ADDED: d.subject = n->message.message; break;
    case NOTE_MESSAGE_DELETED:
        d.subject = n->deleted.message;
        d.by = n->deleted.by;
        break;
    case NOTE_ENTRANCE_CHANGED: d.entrance = n->entrance; break;
    case NOTE_PAUSE_CHANGED: d.since_ms = n->until_ms; break;
    case NOTE_PERIOD_CHANGED: d.reason = n->period; break;
    case NOTE_RELAY_CHANGED:
        d.subject = n->relay.message;
        d.by = n->relay.by;
        d.reason = n->relay.state;
        d.since_ms = n->relay.since_ms;
        break;
    default: break; /* class.ended has no fields */
    }
    return d;
}

static struct note_person person_again(const struct class *c, const struct delta *d)
{
    const struct person *p = person_find(c, d->subject);
    return (struct note_person){.person = d->subject,
                                .role = d->role,
                                .link = d->link,
                                .identity = d->identity,
                                .site = d->site,
                                .seated = d->seated,
                                .may = d->may,
                                .on = d->on,
                                .name = p != NULL ? p->name : ""};
}

/* The note again, for one reader; false: it speaks of a message that was deleted since. */
static bool note_again(const struct class *c, const struct delta *d, uint32_t reader,
                       struct note *out)
{
    *out = (struct note){.kind = d->kind, .seq = d->seq};
    const struct message *m = NULL;
    switch (d->kind) {
    case NOTE_PERSON_JOINED: out->joined = person_again(c, d); break;
    case NOTE_PERSON_CHANGED:
        out->changed.now = person_again(c, d);
        out->changed.changed = d->changed;
        break;
    case NOTE_PERSON_LEFT:
    case NOTE_MICROPHONE_WITHDRAWN:
        out->gone.person = d->subject;
        out->gone.reason = d->reason;
        break;
    case NOTE_POLICY_CHANGED: out->policy = d->policy; break;
    case NOTE_MICROPHONE_REQUESTED:
    case NOTE_HAND_RAISED:
        out->since = (struct note_since){.person = d->subject, .since_ms = d->since_ms};
        break;
    case NOTE_HAND_LOWERED:
        out->lowered.person = d->subject;
        out->lowered.by = d->by;
        break;
    case NOTE_MESSAGE_ADDED:
        m = message_find(c, d->subject);
        if (m == NULL)
            return false;
        out->message = message_note(m, reader);
        break;
    case NOTE_MESSAGE_DELETED:
        out->deleted.message = d->subject;
        out->deleted.by = d->by;
        break;
    case NOTE_ENTRANCE_CHANGED: out->entrance = d->entrance; break;
    case NOTE_PAUSE_CHANGED: out->until_ms = d->since_ms; break;
    case NOTE_PERIOD_CHANGED: out->period = d->reason; break;
    case NOTE_RELAY_CHANGED:
        m = message_find(c, d->subject);
        if (m == NULL)
            return false;
        out->relay = relay_note(m, d->reason);
        out->relay.by = d->by;
        out->relay.since_ms = d->since_ms;
        break;
    default: break;
    }
    return true;
}

void delta_say(struct class *c, struct audience to, const struct note *note)
{
    struct note n = *note;
    n.seq = ++c->seq;
    if (c->deltas != NULL) {
        struct delta d = delta_of(&n);
        d.audience = to;
        if (c->n_deltas == CLASS_DELTAS_MAX)
            deltas_lose(c, c->seq - CLASS_DELTAS_MAX);
        else
            c->n_deltas++;
        c->deltas[n.seq % CLASS_DELTAS_MAX] = d;
    } else {
        deltas_lose(c, c->seq);
    }
    if (n.kind != NOTE_MESSAGE_ADDED) {
        c->sink.deliver(c->sink.ctx, &to, &n);
        return;
    }
    /* Twice: the key goes to the author alone, who knows by it which of their texts arrived. */
    struct audience author = {.kind = AUDIENCE_PERSON, .person = n.message.person};
    c->sink.deliver(c->sink.ctx, &author, &n);
    to.except = n.message.person;
    n.message.key = NULL;
    c->sink.deliver(c->sink.ctx, &to, &n);
}

void delta_changed(struct class *c, const struct person *p, uint8_t changed)
{
    struct note n = {.kind = NOTE_PERSON_CHANGED,
                     .changed = {.now = person_note(c, p), .changed = changed}};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
}

size_t class_resume(const struct class *c, uint32_t person, uint64_t seq,
                    void (*each)(void *ctx, const struct note *note), void *ctx)
{
    size_t said = 0;
    if (c->deltas == NULL || seq < c->floor)
        return 0;
    for (uint64_t s = seq + 1; s <= c->seq; s++) {
        const struct delta *d = &c->deltas[s % CLASS_DELTAS_MAX];
        struct note n;
        if (!reads(c, &d->audience, person) || !note_again(c, d, person, &n))
            continue;
        each(ctx, &n);
        said++;
    }
    return said;
}
