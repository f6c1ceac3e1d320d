/* SPDX-License-Identifier: Apache-2.0
 * Decides which code a place shows now and which ones are still taken. Leaves who may try to the
 * caller, and what a right code is worth (a check-in, never a role) to the service. */
#include "signaling/attendance/site_code.h"

/* No letter or digit that is taken for another on a far screen, and no vowel: no words by chance.
 */
static const char alphabet[] = "CDFGHJKMNPQRTVWX34679";

uint64_t site_code_step(int64_t wall_ms)
{
    return wall_ms > 0 ? (uint64_t)wall_ms / (SITE_CODE_STEP_S * 1000) : 0;
}

enum err site_code_make(const struct site_code_hmac *port, const struct site_place *at,
                        uint64_t step, char out[SITE_CODE_LEN + 1])
{
    static const char purpose[] = "amphi site code 1";
    uint8_t message[sizeof purpose + SITE_CODE_CLASS + 2 + 8], mac[32];
    memcpy(message, purpose, sizeof purpose);
    memcpy(message + sizeof purpose, at->class_id, SITE_CODE_CLASS);
    put_be16(message + sizeof purpose + SITE_CODE_CLASS, at->site);
    put_be64(message + sizeof purpose + SITE_CODE_CLASS + 2, step);
    enum err e = port->hmac(port->ctx, bytes_of(message, sizeof message), mac);
    if (e != E_OK)
        return e;
    uint64_t value = be64(mac); /* 64 bits for 27 wanted: the remainder shows no bias */
    for (int i = 0; i < SITE_CODE_LEN; i++) {
        out[i] = alphabet[value % (sizeof alphabet - 1)];
        value /= sizeof alphabet - 1;
    }
    out[SITE_CODE_LEN] = '\0';
    return E_OK;
}

/* As on the screen; false: cannot be a code. */
static bool clean(struct bytes typed, char out[SITE_CODE_LEN])
{
    size_t n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        uint8_t c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (n == SITE_CODE_LEN)
            return false;
        out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return n == SITE_CODE_LEN;
}

/* In the same time whatever differs. */
static bool same(const char a[SITE_CODE_LEN], const char b[SITE_CODE_LEN])
{
    unsigned differs = 0;
    for (int i = 0; i < SITE_CODE_LEN; i++)
        differs |= (unsigned)(a[i] ^ b[i]);
    return differs == 0;
}

enum err site_code_check(const struct site_code_hmac *port, const struct site_place *at,
                         int64_t wall_ms, struct bytes typed)
{
    char said[SITE_CODE_LEN], code[SITE_CODE_LEN + 1];
    if (!clean(typed, said))
        return E_DENIED;
    uint64_t now = site_code_step(wall_ms);
    uint64_t last = site_code_step(wall_ms + SITE_CODE_SKEW_S * 1000);
    for (uint64_t step = now > 0 ? now - 1 : 0; step <= last; step++) {
        enum err e = site_code_make(port, at, step, code);
        if (e != E_OK)
            return e;
        if (same(said, code))
            return E_OK;
    }
    return E_DENIED;
}

enum err site_code_may_try(const struct site_code_limiter *l, usec now)
{
    if (l->n < SITE_CODE_TRIES)
        return E_OK;
    return now - l->wrong_us[l->next] < USEC_S(60) ? E_FULL : E_OK;
}

void site_code_on_wrong(struct site_code_limiter *l, usec now)
{
    l->wrong_us[l->next] = now;
    l->next = (uint8_t)((l->next + 1) % SITE_CODE_TRIES);
    if (l->n < SITE_CODE_TRIES)
        l->n++;
}
