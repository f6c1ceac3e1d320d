/* SPDX-License-Identifier: Apache-2.0
 * The six characters on the screen of a place: made, shown each minute, recognised. What a code
 * gives is decided in api/here.c, and how it is made in attendance/site_code.c. */
#include "signaling/service_state.h"

#include "signaling/store/sha256.h"

enum { EARLY_MS = 2 * 3600 * 1000 }; /* a code is taken from this long before a period on */

static struct site_place place_of(const struct school_class *c, uint8_t site)
{
    struct site_place at = {.site = site};
    memcpy(at.class_id, c->kept.id, sizeof at.class_id);
    return at;
}

static struct note_code code_of(const struct service *v, const struct school_class *c, uint8_t site,
                                uint64_t step)
{
    struct store_secret secret = {bytes_of(v->token_key.bytes, sizeof v->token_key.bytes)};
    const struct site_code_hmac port = store_hmac(&secret);
    const struct site_place at = place_of(c, site);
    struct note_code code = {.site = site,
                             .until_ms = (int64_t)(step + 1) * SITE_CODE_STEP_S * 1000};
    char text[SITE_CODE_LEN + 1];
    if (site_code_make(&port, &at, step, text) == E_OK)
        memcpy(code.code, text, sizeof text);
    return code;
}

void site_tick(struct service *v, struct school_class *c, int64_t now_ms)
{
    uint64_t step = site_code_step(now_ms);
    const struct class_info *info = class_info(c->class);
    if (step == c->code_step || info->n_sites == 0 || class_is_ended(c->class))
        return;
    c->code_step = step;
    for (unsigned i = 0; i < info->n_sites; i++) {
        uint8_t site = info->sites[i].site;
        const struct audience to = {.kind = AUDIENCE_SITE, .site = site};
        const struct note n = {.kind = NOTE_SITE_CODE, .code = code_of(v, c, site, step)};
        lesson_deliver(c, &to, &n);
    }
}

void site_snapshot(struct service *v, struct school_class *c, uint32_t person)
{
    struct note_welcome *w = &v->snapshot->note.welcome;
    const struct class_info *info = class_info(c->class);
    uint64_t step = site_code_step(service_now_ms(v));
    w->n_codes = 0;
    for (unsigned i = 0; i < info->n_sites && w->shows_codes; i++) {
        const struct audience to = {.kind = AUDIENCE_SITE, .site = info->sites[i].site};
        if (class_has(c->class, &to, person))
            v->snapshot->codes[w->n_codes++] = code_of(v, c, info->sites[i].site, step);
    }
}

/* Codes of other days are not even tried. */
static bool is_near(const struct school_class *c, int64_t now_ms)
{
    const struct class_info *info = &c->kept.info;
    for (unsigned i = 0; i < info->n_periods; i++)
        if (now_ms >= info->periods[i].from_ms - EARLY_MS && now_ms < info->periods[i].to_ms)
            return true;
    return false;
}

struct school_class *site_find(struct service *v, struct bytes typed, uint8_t *site)
{
    struct store_secret secret = {bytes_of(v->token_key.bytes, sizeof v->token_key.bytes)};
    const struct site_code_hmac port = store_hmac(&secret);
    int64_t now_ms = service_now_ms(v);
    for (size_t i = 0; i < SCHOOL_MAX; i++) {
        struct school_class *c = v->school.classes[i];
        if (c == NULL || class_is_ended(c->class) || !is_near(c, now_ms))
            continue;
        for (unsigned k = 0; k < c->kept.info.n_sites; k++) {
            const struct site_place at = place_of(c, c->kept.info.sites[k].site);
            if (site_code_check(&port, &at, now_ms, typed) != E_OK)
                continue;
            *site = (uint8_t)at.site;
            return c;
        }
    }
    return NULL;
}
