/* SPDX-License-Identifier: Apache-2.0
 * Decides which tickets are live. The first two bytes of a ticket are its cell, so a lookup
 * compares one secret in constant time. */
#include "signaling/ticket.h"

#include "sfu/adapt/rand.h"
#include "sfu/base/bytes.h"
#include "sfu/base/mem.h"

#include <openssl/crypto.h>

#include <string.h>

enum err tickets_init(struct tickets *t)
{
    t->cells = mem_alloc_array(TICKETS_MAX, sizeof *t->cells);
    t->next = 0;
    return t->cells == NULL ? E_NOMEM : E_OK;
}

void tickets_fini(struct tickets *t)
{
    if (t->cells != NULL)
        OPENSSL_cleanse(t->cells, TICKETS_MAX * sizeof *t->cells);
    mem_free(t->cells);
    t->cells = NULL;
}

static void cell_clear(struct ticket_cell *c)
{
    OPENSSL_cleanse(c, sizeof *c);
}

enum err ticket_make(struct tickets *t, usec now, struct ticket_for who, char out[TICKET_TEXT])
{
    for (uint32_t i = 0; i < TICKETS_MAX; i++) {
        uint32_t at = (t->next + i) % TICKETS_MAX;
        struct ticket_cell *c = &t->cells[at];
        if (c->until > now)
            continue;
        enum err e = rand_bytes(c->secret, sizeof c->secret);
        if (e != E_OK)
            return e;
        put_be16(c->secret, (uint16_t)at);
        c->who = who;
        c->until = now + USEC_S(TICKET_S);
        t->next = at + 1;
        b64_write(out, c->secret, sizeof c->secret);
        return E_OK;
    }
    return E_FULL;
}

enum err ticket_take(struct tickets *t, usec now, const char *text, struct ticket_for *who)
{
    uint8_t raw[TICKET_BYTES];
    enum err e = b64_parse(raw, sizeof raw, text);
    if (e != E_OK)
        return e;
    uint32_t at = be16(raw);
    if (at >= TICKETS_MAX)
        return E_NOTFOUND;
    struct ticket_cell *c = &t->cells[at];
    if (c->until == 0 || CRYPTO_memcmp(raw, c->secret, sizeof raw) != 0)
        return E_NOTFOUND;
    bool live = c->until > now;
    *who = c->who;
    cell_clear(c);
    return live ? E_OK : E_NOTFOUND;
}

void ticket_revoke(struct tickets *t, uint32_t class_slot, uint32_t person)
{
    for (uint32_t i = 0; i < TICKETS_MAX; i++) {
        struct ticket_cell *c = &t->cells[i];
        if (c->until != 0 && c->who.class_slot == class_slot &&
            (person == 0 || c->who.person == person))
            cell_clear(c);
    }
}
