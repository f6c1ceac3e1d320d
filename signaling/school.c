/* SPDX-License-Identifier: Apache-2.0
 * Decides how classes are found and how many there may be. */
#include "signaling/school.h"

#include "sfu/base/bytes.h"
#include "sfu/base/mem.h"

#include <string.h>

static void id_write(char out[CLASS_ID_TEXT], const uint8_t id[STORE_CLASS_ID])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < STORE_CLASS_ID; i++) {
        bits = (bits << 8 | id[i]) & 0xffff;
        have += 8;
        while (have >= 5) {
            have -= 5;
            *out++ = alphabet[bits >> have & 31];
        }
    }
    *out++ = alphabet[bits << (5 - have) & 31];
    *out = '\0';
}

enum err school_init(struct school *s, uint64_t seed)
{
    memset(s, 0, sizeof *s);
    s->next_number = 1;
    enum err e = idmap_init(&s->by_id, SCHOOL_MAX, seed);
    if (e == E_OK)
        e = idmap_init(&s->by_number, SCHOOL_MAX, seed);
    if (e == E_OK)
        e = idmap_init(&s->by_room, SCHOOL_MAX, seed);
    if (e == E_OK)
        e = idmap_init(&s->by_peer, SCHOOL_PEERS_MAX, seed);
    return e;
}

static void class_drop(struct school_class *c)
{
    class_free(c->class);
    for (size_t i = 0; i < c->n_people; i++)
        mem_free(c->people[i]);
    mem_free(c->people);
    mem_free(c);
}

void school_fini(struct school *s)
{
    for (size_t i = 0; i < SCHOOL_MAX; i++)
        if (s->classes[i] != NULL)
            class_drop(s->classes[i]);
    idmap_fini(&s->by_id);
    idmap_fini(&s->by_number);
    idmap_fini(&s->by_room);
    idmap_fini(&s->by_peer);
    memset(s, 0, sizeof *s);
}

enum err school_add(struct school *s, const struct store_class *kept, struct school_class **out)
{
    uint32_t place = 0;
    while (place < SCHOOL_MAX && s->classes[place] != NULL)
        place++;
    if (place == SCHOOL_MAX)
        return E_FULL;
    if (idmap_find(&s->by_id, be64(kept->id)) != IDMAP_NONE)
        return E_EXISTS;
    struct school_class *c = mem_alloc(sizeof *c);
    if (c == NULL)
        return E_NOMEM;
    c->kept = *kept;
    c->place = place;
    c->number = s->next_number++;
    id_write(c->id_text, kept->id);
    enum err e = idmap_set(&s->by_id, be64(kept->id), place);
    if (e == E_OK)
        e = idmap_set(&s->by_number, c->number, place);
    if (e != E_OK) {
        mem_free(c);
        return e;
    }
    s->classes[place] = c;
    s->n++;
    *out = c;
    return E_OK;
}

void school_remove(struct school *s, struct school_class *c)
{
    idmap_remove(&s->by_id, be64(c->kept.id));
    idmap_remove(&s->by_number, c->number);
    s->classes[c->place] = NULL;
    s->n--;
    class_drop(c);
}

static struct school_class *at(const struct school *s, uint32_t place)
{
    return place == IDMAP_NONE ? NULL : s->classes[place];
}

struct school_class *school_find(const struct school *s, const uint8_t id[STORE_CLASS_ID])
{
    struct school_class *c = at(s, idmap_find(&s->by_id, be64(id)));
    return c != NULL && memcmp(c->kept.id, id, STORE_CLASS_ID) == 0 ? c : NULL;
}

struct school_class *school_find_text(const struct school *s, const char *id_text)
{
    for (size_t i = 0; i < SCHOOL_MAX; i++)
        if (s->classes[i] != NULL && strcmp(s->classes[i]->id_text, id_text) == 0)
            return s->classes[i];
    return NULL;
}

struct school_class *school_find_number(const struct school *s, uint32_t number)
{
    return at(s, idmap_find(&s->by_number, number));
}

struct school_class *school_find_room(const struct school *s, uint32_t room)
{
    return at(s, idmap_find(&s->by_room, room));
}

struct school_class *school_find_peer(const struct school *s, uint32_t peer)
{
    return at(s, idmap_find(&s->by_peer, peer));
}

struct store_person *roster_find(const struct school_class *c, uint32_t number)
{
    for (size_t i = 0; i < c->n_people; i++)
        if (c->people[i]->number == number)
            return c->people[i];
    return NULL;
}

static enum err roster_grow(struct school_class *c)
{
    if (c->n_people < c->cap_people)
        return E_OK;
    if (c->n_people >= SCHOOL_PEOPLE_MAX)
        return E_FULL;
    size_t cap = c->cap_people == 0 ? 16 : c->cap_people * 2;
    struct store_person **more = mem_alloc_array(cap, sizeof(struct store_person *));
    if (more == NULL)
        return E_NOMEM;
    for (size_t i = 0; i < c->n_people; i++)
        more[i] = c->people[i];
    mem_free(c->people);
    c->people = more;
    c->cap_people = cap;
    return E_OK;
}

enum err roster_put(struct school_class *c, const struct store_person *p)
{
    struct store_person *known = roster_find(c, p->number);
    if (known != NULL) {
        *known = *p;
        return E_OK;
    }
    enum err e = roster_grow(c);
    if (e != E_OK)
        return e;
    struct store_person *copy = mem_alloc(sizeof *copy);
    if (copy == NULL)
        return E_NOMEM;
    *copy = *p;
    c->people[c->n_people++] = copy;
    return E_OK;
}

uint32_t roster_next_number(const struct school_class *c)
{
    uint32_t next = 1;
    for (size_t i = 0; i < c->n_people; i++)
        if (c->people[i]->number >= next)
            next = c->people[i]->number + 1;
    return next;
}
