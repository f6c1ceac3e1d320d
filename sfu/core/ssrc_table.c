/* SPDX-License-Identifier: Apache-2.0
 * Decides which SSRCs a transport may use and what each carries. Does not know how packets
 * authenticate, nor what is done with a refused one. */
#include "sfu/core/ssrc_table.h"

#include <string.h>

void ssrc_table_init(struct ssrc_table *t)
{
    memset(t, 0, sizeof(*t));
}

static bool id_set(struct ssrc_id *id, struct bytes text)
{
    if (text.len == 0 || text.len > SSRC_TABLE_ID_MAX)
        return false;
    id->len = (uint8_t)text.len;
    memcpy(id->text, text.p, text.len);
    return true;
}

static bool id_is(const struct ssrc_id *id, struct bytes text)
{
    return id->len == text.len && memcmp(id->text, text.p, text.len) == 0;
}

static const struct ssrc_track *track_of(const struct ssrc_table *t, struct bytes mid)
{
    for (size_t i = 0; i < t->tracks; i++) {
        if (id_is(&t->track[i].mid, mid))
            return &t->track[i];
    }
    return NULL;
}

enum err ssrc_table_add_track(struct ssrc_table *t, struct bytes mid, const struct bytes *rids,
                              size_t n_rids, uint16_t *track)
{
    if (n_rids > SSRC_TABLE_RIDS)
        return E_RANGE;
    if (mid.len > 0 && track_of(t, mid))
        return E_EXISTS;
    if (t->tracks == SSRC_TABLE_TRACKS)
        return E_FULL;
    struct ssrc_track made = {.rids = (uint8_t)n_rids};
    if (!id_set(&made.mid, mid))
        return E_RANGE;
    for (size_t i = 0; i < n_rids; i++) {
        if (!id_set(&made.rid[i], rids[i]))
            return E_RANGE;
    }
    *track = (uint16_t)t->tracks;
    t->track[t->tracks++] = made;
    return E_OK;
}

static struct ssrc_entry *entry_of(struct ssrc_table *t, uint32_t ssrc)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->entry[i].ssrc == ssrc)
            return &t->entry[i];
    }
    return NULL;
}

static bool same(struct ssrc_binding a, struct ssrc_binding b)
{
    return a.track == b.track && a.layer == b.layer && a.is_rtx == b.is_rtx;
}

bool ssrc_table_ssrc_of(const struct ssrc_table *t, struct ssrc_binding b, uint32_t *ssrc)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->entry[i].bound && same(t->entry[i].binding, b)) {
            *ssrc = t->entry[i].ssrc;
            return true;
        }
    }
    return false;
}

/* The entry of ssrc, made if need be; NULL and counted when the table is full. */
static struct ssrc_entry *admit(struct ssrc_table *t, uint32_t ssrc)
{
    struct ssrc_entry *e = entry_of(t, ssrc);
    if (e)
        return e;
    if (t->count == SSRC_TABLE_MAX) {
        t->refused_full++;
        return NULL;
    }
    e = &t->entry[t->count++];
    *e = (struct ssrc_entry){.ssrc = ssrc};
    return e;
}

static enum err bind(struct ssrc_table *t, struct ssrc_entry *e, struct ssrc_binding b)
{
    uint32_t owner = 0;
    if (ssrc_table_ssrc_of(t, b, &owner)) {
        t->refused_taken++;
        return E_EXISTS;
    }
    e->bound = true;
    e->binding = b;
    return E_OK;
}

enum err ssrc_table_declare(struct ssrc_table *t, uint32_t ssrc, struct ssrc_binding b)
{
    if (b.track >= t->tracks || b.layer >= SSRC_TABLE_RIDS)
        return E_RANGE;
    struct ssrc_entry *e = entry_of(t, ssrc);
    if (e && e->bound)
        return same(e->binding, b) ? E_OK : E_EXISTS;
    uint32_t owner = 0;
    if (ssrc_table_ssrc_of(t, b, &owner))
        return E_EXISTS;
    e = admit(t, ssrc);
    return e ? bind(t, e, b) : E_FULL;
}

bool ssrc_table_admits(struct ssrc_table *t, uint32_t ssrc)
{
    if (t->count < SSRC_TABLE_MAX || entry_of(t, ssrc))
        return true;
    t->refused_full++;
    return false;
}

/* False while the packet does not say enough. */
static bool resolve(const struct ssrc_table *t, const struct ssrc_hints *h,
                    struct ssrc_binding *out)
{
    const struct ssrc_track *track = h->mid.len > 0 ? track_of(t, h->mid) : NULL;
    if (!track)
        return false;
    bool repairs = h->repaired_rid.len > 0;
    *out = (struct ssrc_binding){.track = (uint16_t)(track - t->track),
                                 .is_rtx = h->is_rtx || repairs};
    if (track->rids == 0)
        return true;
    struct bytes rid = repairs ? h->repaired_rid : h->rid;
    for (uint8_t i = 0; i < track->rids; i++) {
        if (rid.len > 0 && id_is(&track->rid[i], rid)) {
            out->layer = i;
            return true;
        }
    }
    return false;
}

enum err ssrc_table_learn(struct ssrc_table *t, uint32_t ssrc, const struct ssrc_hints *hints,
                          struct ssrc_binding *out)
{
    struct ssrc_entry *e = admit(t, ssrc);
    if (!e)
        return E_FULL;
    if (!e->bound) {
        struct ssrc_binding b;
        if (!resolve(t, hints, &b)) {
            t->unknown++;
            return E_AGAIN;
        }
        enum err err = bind(t, e, b);
        if (err != E_OK)
            return err;
    }
    *out = e->binding;
    return E_OK;
}

const struct ssrc_binding *ssrc_table_find(const struct ssrc_table *t, uint32_t ssrc)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->entry[i].ssrc == ssrc)
            return t->entry[i].bound ? &t->entry[i].binding : NULL;
    }
    return NULL;
}
