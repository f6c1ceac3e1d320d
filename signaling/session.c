/* SPDX-License-Identifier: Apache-2.0
 * The list of a class's sessions. */
#include "signaling/session.h"

#include "sfu/base/mem.h"

struct session *session_new(struct school_class *of, uint32_t person)
{
    if (of->n_sessions == CLASS_PEOPLE_MAX)
        return NULL;
    struct session *s = mem_alloc(sizeof *s);
    if (s == NULL)
        return NULL;
    s->of = of;
    s->person = person;
    of->sessions[of->n_sessions++] = s;
    return s;
}

void session_free(struct session *s)
{
    struct school_class *of = s->of;
    for (size_t i = 0; i < of->n_sessions; i++) {
        if (of->sessions[i] != s)
            continue;
        of->sessions[i] = of->sessions[--of->n_sessions];
        break;
    }
    mem_free(s);
}

struct session *session_find(const struct school_class *of, uint32_t person)
{
    for (size_t i = 0; i < of->n_sessions; i++)
        if (of->sessions[i]->person == person)
            return of->sessions[i];
    return NULL;
}

struct session *session_of_peer(const struct school_class *of, uint32_t peer)
{
    for (size_t i = 0; i < of->n_sessions; i++)
        if (of->sessions[i]->peer == peer)
            return of->sessions[i];
    return NULL;
}
