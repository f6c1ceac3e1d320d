/* SPDX-License-Identifier: Apache-2.0
 * Decides whether an index may still be encrypted. Never forgets an SSRC: forgetting one would
 * allow its indexes again. */
#include "sfu/adapt/sent.h"

#include <stdbool.h>
#include <string.h>

void sent_init(struct sent *s)
{
    memset(s, 0, sizeof(*s));
}

static uint64_t *word_of(struct sent_window *w, uint64_t index)
{
    return &w->used[(index % CRYPT_SENT_WINDOW) / 64];
}

static void mark(struct sent_window *w, uint64_t index)
{
    *word_of(w, index) |= UINT64_C(1) << (index % 64);
}

static bool is_marked(struct sent_window *w, uint64_t index)
{
    return (*word_of(w, index) >> (index % 64) & 1) != 0;
}

static void advance(struct sent_window *w, uint64_t index)
{
    if (index - w->highest >= CRYPT_SENT_WINDOW)
        memset(w->used, 0, sizeof(w->used));
    else
        for (uint64_t i = w->highest + 1; i < index; i++)
            *word_of(w, i) &= ~(UINT64_C(1) << (i % 64));
    w->highest = index;
    mark(w, index);
}

static struct sent_window *find(struct sent *s, uint32_t ssrc)
{
    if (s->last < s->count && s->ssrc[s->last] == ssrc)
        return &s->window[s->last];
    for (size_t i = 0; i < s->count; i++) {
        if (s->ssrc[i] == ssrc) {
            s->last = i;
            return &s->window[i];
        }
    }
    return NULL;
}

enum err sent_use(struct sent *s, uint32_t ssrc, uint64_t index)
{
    struct sent_window *w = find(s, ssrc);
    if (w == NULL) {
        if (s->count == CRYPT_OUT_SSRC_MAX)
            return E_FULL;
        s->last = s->count++;
        s->ssrc[s->last] = ssrc;
        w = &s->window[s->last];
        w->highest = index;
        mark(w, index);
        return E_OK;
    }
    if (index > w->highest) {
        advance(w, index);
        return E_OK;
    }
    if (w->highest - index >= CRYPT_SENT_WINDOW || is_marked(w, index))
        return E_REPLAY;
    mark(w, index);
    return E_OK;
}
