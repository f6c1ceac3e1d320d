/* SPDX-License-Identifier: Apache-2.0
 * Decides which sources are on: what a person says, what their rights allow, and that one screen is
 * shared at a time. Also passes on what a person's page shows. */
#include "signaling/classroom/state.h"

enum { SCREEN_BITS = 1 << SFU_SCREEN | 1 << SFU_SCREEN_AUDIO };

bool sources_off(struct class *c, struct person *p, uint8_t bits)
{
    uint8_t off = p->on & bits;
    for (unsigned s = 0; s < N_SFU_SOURCE; s++) {
        if (((off >> s) & 1) != 0)
            media_set(c, p, s, false);
    }
    p->on = (uint8_t)(p->on & ~off);
    return off != 0;
}

static bool screen_is_taken(const struct class *c, const struct person *by)
{
    for (size_t i = 0; i < c->n_people; i++) {
        const struct person *p = c->people[i];
        if (p != by && person_is_here(p) && (p->on & SCREEN_BITS) != 0)
            return true;
    }
    return false;
}

enum fault on_publish(const struct call *call)
{
    struct person *p = call->p;
    enum sfu_source source = call->m->publish.source;
    uint8_t bit = (uint8_t)(1U << source);
    if (!call->m->publish.on) {
        /* the sound of a screen ends with it */
        if (sources_off(call->c, p, source == SFU_SCREEN ? SCREEN_BITS : bit))
            delta_changed(call->c, p, CHANGED_ON);
        return FAULT_NONE;
    }
    if ((person_may(call->c, p) & bit) == 0)
        return FAULT_NOT_ALLOWED;
    if ((p->on & bit) != 0)
        return FAULT_NONE;
    if ((bit & SCREEN_BITS) != 0 && screen_is_taken(call->c, p))
        return FAULT_WRONG_STATE;
    p->on |= bit;
    media_set(call->c, p, source, true);
    delta_changed(call->c, p, CHANGED_ON);
    return FAULT_NONE;
}

enum fault on_view_set(const struct call *call)
{
    struct class *c = call->c;
    const struct person *pinned = person_here(c, call->m->view.pinned);
    struct sfu_command view = {
        .kind = SFU_PEER_VIEW, .worker = c->worker, .room = c->room, .peer = call->p->peer};
    view.view = (struct sfu_view){.tiles = call->m->view.tiles,
                                  .economy = call->m->view.economy,
                                  .hidden = call->m->view.hidden,
                                  .pinned = pinned != NULL ? pinned->peer : 0};
    c->sink.sfu(c->sink.ctx, &view);
    return FAULT_NONE;
}

void class_on_published(struct class *c, uint32_t person, const uint32_t publication[N_SFU_SOURCE])
{
    struct person *p = person_here(c, person);
    if (p == NULL)
        return;
    for (unsigned s = 0; s < N_SFU_SOURCE; s++) {
        p->publication[s] = publication[s];
        if (((p->on >> s) & 1) != 0)
            media_set(c, p, s, true);
    }
}

void class_on_unpublished(struct class *c, uint32_t person)
{
    struct person *p = person_here(c, person);
    if (p == NULL)
        return;
    for (unsigned s = 0; s < N_SFU_SOURCE; s++)
        p->publication[s] = 0;
    if (sources_off(c, p, UINT8_MAX))
        delta_changed(c, p, CHANGED_ON);
}
