/* SPDX-License-Identifier: Apache-2.0
 * Decides rights to publish: one learner's own, and the policy for all learners. Other roles have
 * theirs from the table in roles.c and nobody changes them. */
#include "signaling/classroom/state.h"

void rights_changed(struct class *c, struct person *p, uint8_t before)
{
    uint8_t may = person_may(c, p);
    if (may == before)
        return;
    media_may(c, p);
    uint8_t changed = CHANGED_MAY;
    if (sources_off(c, p, (uint8_t)~may))
        changed |= CHANGED_ON;
    delta_changed(c, p, changed);
    if ((may >> SFU_MICROPHONE & 1) != 0)
        request_end(c, p, WITHDRAW_GIVEN);
}

enum fault on_rights_set(const struct call *call)
{
    const struct msg *m = call->m;
    struct person *p = person_here(call->c, m->rights.person);
    if (p == NULL)
        return FAULT_NOT_FOUND;
    if (!role_may_act_on(call->p->role, p->role))
        return FAULT_NOT_ALLOWED;
    if (p->role != ROLE_LEARNER)
        return FAULT_WRONG_STATE;
    if (m->rights.microphone == CHOICE_YES && person_is_deaf(p))
        return FAULT_WRONG_STATE; /* speaks through the room's */
    uint8_t before = person_may(call->c, p);
    const uint8_t wanted[] = {[SFU_MICROPHONE] = m->rights.microphone,
                              [SFU_CAMERA] = m->rights.camera,
                              [SFU_SCREEN] = m->rights.screen};
    for (unsigned s = 0; s < sizeof(wanted); s++) {
        if (wanted[s] != CHOICE_ABSENT)
            p->right[s] = wanted[s];
    }
    rights_changed(call->c, p, before);
    return FAULT_NONE;
}

void class_set_policy(struct class *c, int64_t now_ms, struct policy policy, uint32_t by)
{
    if (policy.microphone == c->policy.microphone && policy.camera == c->policy.camera)
        return;
    uint8_t before[CLASS_RECORDS_MAX] = {0};
    for (size_t i = 0; i < c->n_people; i++)
        before[i] = person_may(c, c->people[i]);
    c->policy = policy;
    struct note n = {.kind = NOTE_POLICY_CHANGED, .policy = policy};
    delta_say(c, (struct audience){.kind = AUDIENCE_ALL}, &n);
    event_say(c, &(struct class_event){.kind = EVENT_POLICY, .by = by, .at_ms = now_ms});
    for (size_t i = 0; i < c->n_people; i++) {
        if (person_is_here(c->people[i]))
            rights_changed(c, c->people[i], before[i]);
    }
}

enum fault on_policy_set(const struct call *call)
{
    struct policy policy = call->c->policy;
    if (call->m->policy.has_microphone)
        policy.microphone = call->m->policy.policy.microphone;
    if (call->m->policy.has_camera)
        policy.camera = call->m->policy.policy.camera;
    class_set_policy(call->c, call->now_ms, policy, call->p->number);
    return FAULT_NONE;
}
