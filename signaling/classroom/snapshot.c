/* SPDX-License-Identifier: Apache-2.0
 * Decides what one person sees of the whole class when they enter. How it is written is json.h's.
 */
#include "signaling/classroom/state.h"

/* Inserts in the order of seq; lists are short and nearly sorted. */
static size_t insert(struct note_since *list, uint64_t *seqs, size_t n, struct note_since item,
                     uint64_t seq)
{
    size_t at = n;
    for (; at > 0 && seqs[at - 1] > seq; at--) {
        list[at] = list[at - 1];
        seqs[at] = seqs[at - 1];
    }
    list[at] = item;
    seqs[at] = seq;
    return n + 1;
}

static void put_people(const struct class *c, struct class_snapshot *out)
{
    uint64_t hands[CLASS_PEOPLE_MAX], requests[CLASS_PEOPLE_MAX];
    struct note_welcome *w = &out->note.welcome;
    for (size_t i = 0; i < c->n_people && w->n_people < CLASS_PEOPLE_MAX; i++) {
        const struct person *p = c->people[i];
        if (!person_is_seen(p))
            continue;
        out->people[w->n_people++] = person_note(c, p);
        struct note_since hand = {p->number, p->hand.since_ms};
        struct note_since request = {p->number, p->request.since_ms};
        if (p->hand.up)
            w->n_hands = insert(out->hands, hands, w->n_hands, hand, p->hand.seq);
        if (p->request.up)
            w->n_requests = insert(out->requests, requests, w->n_requests, request, p->request.seq);
    }
}

/* What trainers and moderators see besides. */
static void put_duties(const struct class *c, struct class_snapshot *out)
{
    struct note_welcome *w = &out->note.welcome;
    w->moderates = true;
    w->expected = out->expected;
    w->n_expected = count_expected_absent(c, out->expected, CLASS_EXPECTED_MAX);
    w->relay = out->relay;
    for (size_t i = 0; i < c->n_messages; i++) {
        const struct message *m = c->messages[i];
        if (m->relay != RELAY_NONE)
            out->relay[w->n_relay++] = relay_note(m, m->relay);
    }
}

enum err class_snapshot(const struct class *c, int64_t now_ms, uint32_t person,
                        struct class_snapshot *out)
{
    const struct person *you = person_here(c, person);
    if (you == NULL)
        return E_NOTFOUND;
    out->note = (struct note){.kind = NOTE_WELCOME, .seq = c->seq};
    out->note.welcome =
        (struct note_welcome){.session = you->session,
                              .at_ms = now_ms,
                              .grace_s = c->grace_s,
                              .person = person,
                              .role = you->role,
                              .info = &c->info,
                              .ended = c->ended,
                              .entrance = c->entrance,
                              .policy = c->policy,
                              .period = c->period,
                              .pause_ms = c->pause_ms,
                              .shows_codes = you->role == ROLE_TRAINER || you->role == ROLE_ROOM,
                              .codes = out->codes,
                              .people = out->people,
                              .hands = out->hands,
                              .requests = out->requests,
                              .messages = out->messages};
    put_people(c, out);
    if (role_moderates(you->role))
        put_duties(c, out);
    for (size_t i = 0; i < c->n_messages; i++) {
        if (message_is_for(c->messages[i], you))
            out->messages[out->note.welcome.n_messages++] = message_note(c->messages[i], 0);
    }
    return E_OK;
}
