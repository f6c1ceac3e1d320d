/* SPDX-License-Identifier: Apache-2.0
 * Decides the steps of a person's presence and which rights are in force. When a step is taken is
 * decided in presence.c and entrance.c. */
#include "signaling/classroom/person.h"

#include "signaling/classroom/state.h"

#include <assert.h>

static const bool step[N_PERSON_STATE][N_PERSON_STATE] = {
    [PERSON_ADMITTED] = {[PERSON_ADMITTED] = true, /* a newer ticket */
                         [PERSON_PRESENT] = true,
                         [PERSON_LEFT] = true,
                         [PERSON_REMOVED] = true},
    [PERSON_PRESENT] = {[PERSON_LOST] = true, [PERSON_LEFT] = true, [PERSON_REMOVED] = true},
    [PERSON_LOST] = {[PERSON_PRESENT] = true, [PERSON_LEFT] = true, [PERSON_REMOVED] = true},
    [PERSON_LEFT] = {[PERSON_ADMITTED] = true, [PERSON_REMOVED] = true},
};

bool person_step_allowed(enum person_state from, enum person_state to)
{
    return from < N_PERSON_STATE && to < N_PERSON_STATE && step[from][to];
}

void person_set_state(struct person *p, enum person_state to, int64_t now_ms)
{
    assert(person_step_allowed(p->state, to));
    p->state = (uint8_t)to;
    p->state_at_ms = now_ms;
}

bool person_is_here(const struct person *p)
{
    return p->state == PERSON_PRESENT || p->state == PERSON_LOST;
}

bool person_is_seen(const struct person *p)
{
    return person_is_here(p) || p->seated;
}

bool person_is_deaf(const struct person *p)
{
    return p->site != 0 && p->role != ROLE_ROOM;
}

/* A learner's right: their own, else what the policy gives. */
static bool learner_may(const struct class *c, const struct person *p, enum sfu_source source)
{
    if (p->right[source] != CHOICE_ABSENT)
        return p->right[source] == CHOICE_YES;
    if (source == SFU_MICROPHONE)
        return c->policy.microphone == ACCESS_OPEN;
    return source == SFU_CAMERA && c->policy.camera == ACCESS_OPEN;
}

uint8_t person_may(const struct class *c, const struct person *p)
{
    unsigned may = 0;
    for (unsigned s = 0; s < N_SFU_SOURCE; s++) {
        enum permission cell = roles_publish(p->role, s);
        unsigned right = s == SFU_SCREEN_AUDIO ? SFU_SCREEN : s;
        if (cell == PERMISSION_YES || (cell == PERMISSION_IF_MAY && learner_may(c, p, right)))
            may |= 1U << s;
    }
    if (person_is_deaf(p))
        may &= ~(1U << SFU_MICROPHONE | 1U << SFU_SCREEN_AUDIO);
    return (uint8_t)may;
}

static enum link_state link_of(const struct person *p)
{
    if (p->state == PERSON_PRESENT)
        return LINK_OK;
    return p->state == PERSON_LOST ? LINK_AWAY : LINK_ROOM;
}

struct note_person person_note(const struct class *c, const struct person *p)
{
    return (struct note_person){.person = p->number,
                                .role = p->role,
                                .identity = p->identity,
                                .link = (uint8_t)link_of(p),
                                .site = p->site,
                                .seated = p->seated,
                                .may = person_may(c, p),
                                .on = p->on,
                                .name = p->name};
}
