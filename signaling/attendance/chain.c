/* SPDX-License-Identifier: Apache-2.0
 * Decides what a chained event commits to and where a log stops being the one that was written.
 * Leaves SHA-256 to the port and the order of reading to the store. */
#include "signaling/attendance/chain.h"

enum err chain_commit(const struct chain_sha256 *sha, struct bytes salt, struct bytes words,
                      uint8_t out[CHAIN_HASH])
{
    const struct bytes parts[] = {salt, words};
    return sha->hash(sha->ctx, parts, 2, out);
}

enum err chain_next(const struct chain_sha256 *sha, const uint8_t before[CHAIN_HASH],
                    struct bytes public_form, const uint8_t commitment[CHAIN_HASH],
                    uint8_t out[CHAIN_HASH])
{
    const struct bytes parts[] = {bytes_of(before, CHAIN_HASH), public_form,
                                  bytes_of(commitment, CHAIN_HASH)};
    return sha->hash(sha->ctx, parts, 3, out);
}

void chain_verifier_init(struct chain_verifier *v, const struct chain_sha256 *sha,
                         const uint8_t class_id[LOG_CLASS_ID])
{
    *v = (struct chain_verifier){.sha = *sha};
    memcpy(v->class_id, class_id, LOG_CLASS_ID);
}

static bool in_place(const struct chain_verifier *v, struct bytes form, struct log_event *event)
{
    return event_read(event, form) == E_OK && event->number == v->number + 1 &&
           memcmp(event->class_id, v->class_id, LOG_CLASS_ID) == 0;
}

static bool words_fit(const struct chain_verifier *v, const struct chain_link *link)
{
    uint8_t made[CHAIN_HASH];
    if (link->salt.len == 0 && link->words.len == 0)
        return true; /* none, or erased */
    return link->salt.len == CHAIN_SALT &&
           chain_commit(&v->sha, link->salt, link->words, made) == E_OK &&
           memcmp(made, link->commitment, CHAIN_HASH) == 0;
}

enum err chain_verify_next(struct chain_verifier *v, const struct chain_link *link,
                           struct log_event *event)
{
    struct log_event read;
    uint8_t made[CHAIN_HASH];
    if (v->first_bad != 0)
        return E_MALFORMED;
    if (!in_place(v, link->public_form, &read) || !words_fit(v, link) ||
        chain_next(&v->sha, v->head, link->public_form, link->commitment, made) != E_OK ||
        memcmp(made, link->hash, CHAIN_HASH) != 0) {
        v->first_bad = v->number + 1;
        return E_MALFORMED;
    }
    v->number++;
    memcpy(v->head, made, CHAIN_HASH);
    if (event != NULL)
        *event = read;
    return E_OK;
}

enum err chain_verify_head(struct chain_verifier *v, uint64_t number,
                           const uint8_t head[CHAIN_HASH])
{
    if (v->first_bad != 0)
        return E_MALFORMED;
    if (v->number == number && memcmp(v->head, head, CHAIN_HASH) == 0)
        return E_OK;
    v->first_bad = v->number < number ? v->number + 1 : number;
    return E_MALFORMED;
}
