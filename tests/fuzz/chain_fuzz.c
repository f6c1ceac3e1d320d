/* SPDX-License-Identifier: Apache-2.0
 * A stored log of a stranger, 108 + 32 + 32 bytes a link: the verifier stops at the first link that
 * is not chained, and the projection of whatever events are in it holds. The hash is a toy: what is
 * tried is the walk, not SHA-256. */
#include "tests/fuzz/replay.h"

#include "signaling/attendance/chain.h"
#include "signaling/attendance/presence.h"

enum { LINK = LOG_PUBLIC + 2 * CHAIN_HASH, EVENTS_MAX = 256 };

static enum err toy(void *ctx, const struct bytes *parts, size_t n, uint8_t out[CHAIN_HASH])
{
    (void)ctx;
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < parts[i].len; k++)
            h = (h ^ parts[i].p[k]) * 0x100000001b3;
    memset(out, 0, CHAIN_HASH);
    put_be64(out, h);
    return E_OK;
}

static void project(const struct log_event *events, size_t n)
{
    struct presence *p = NULL;
    const struct presence_input in = {.events = events, .n = n};
    if (presence_new(&p, &in) != E_OK)
        return;
    for (size_t i = 0; i < p->n_people; i++) {
        HOLDS(p->people[i].joins == p->people[i].leaves + p->people[i].open);
        for (size_t k = 0; k < p->periods.n; k++) {
            const struct presence_cell *c = presence_cell_of(p, i, k);
            HOLDS(c->present_ms == c->site_ms + c->remote_ms);
            HOLDS(c->present_ms >= 0 && c->present_ms <= span_ms(p->periods.at[k]));
        }
    }
    presence_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct log_event events[EVENTS_MAX];
    const struct chain_sha256 sha = {.ctx = NULL, .hash = toy};
    struct chain_verifier v;
    size_t n = 0;
    bool whole = true;
    if (len < LOG_CLASS_ID)
        return 0;
    chain_verifier_init(&v, &sha, data);
    struct bytes rest = bytes_skip(bytes_of(data, len), LOG_CLASS_ID);
    for (; rest.len >= LINK && n < EVENTS_MAX; rest = bytes_skip(rest, LINK)) {
        const struct chain_link link = {.public_form = bytes_of(rest.p, LOG_PUBLIC),
                                        .commitment = rest.p + LOG_PUBLIC,
                                        .hash = rest.p + LOG_PUBLIC + CHAIN_HASH};
        bool good = chain_verify_next(&v, &link, NULL) == E_OK;
        HOLDS(whole || !good);
        HOLDS(good == (v.first_bad == 0));
        whole = good;
        if (event_read(&events[n], link.public_form) == E_OK) {
            events[n].number = n + 1;
            n++;
        }
    }
    project(events, n);
    return 0;
}
