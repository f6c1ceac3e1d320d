/* SPDX-License-Identifier: Apache-2.0
 * A trainer's home: own classes, today's and the next ones first (PROTOCOL.md §2). Decides whether
 * a home link is good and whose a class is. */
#include "signaling/api/rest.h"

#include "signaling/store/sha256.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

const struct store_trainer *home_trainer(const struct service *v, const char *bearer)
{
    struct token t;
    uint8_t digest[CHAIN_HASH];
    const struct chain_sha256 sha = store_sha256();
    if (token_parse(&t, &v->token_key, bearer) != E_OK || t.kind != TOKEN_HOME)
        return NULL;
    const struct store_trainer *known = trainers_find(&v->trainers, t.number);
    struct bytes secret = bytes_of(t.class_id, sizeof t.class_id);
    if (known == NULL || known->revoked || sha.hash(sha.ctx, &secret, 1, digest) != E_OK ||
        CRYPTO_memcmp(digest, known->secret, sizeof digest) != 0)
        return NULL;
    return known;
}

bool home_owns(const struct store_trainer *trainer, const struct school_class *c)
{
    for (unsigned i = 0; i < c->kept.n_trainers; i++)
        if (c->kept.trainers[i] == trainer->number)
            return true;
    return false;
}

static int64_t last_ms(const struct school_class *c)
{
    const struct class_info *info = &c->kept.info;
    return info->n_periods == 0 ? 0 : info->periods[info->n_periods - 1].to_ms;
}

struct line {
    const struct school_class *c;
    int64_t last_ms;
    bool over;
};

/* What goes on or comes, the nearest first; then what is over, the latest first. */
static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->over != y->over)
        return x->over ? 1 : -1;
    int earlier = x->last_ms < y->last_ms ? -1 : x->last_ms > y->last_ms ? 1 : 0;
    return x->over ? -earlier : earlier;
}

static size_t own_classes(const struct service *v, const struct store_trainer *trainer,
                          struct line *out)
{
    size_t n = 0;
    int64_t now_ms = service_now_ms(v);
    for (size_t i = 0; i < SCHOOL_MAX; i++) {
        const struct school_class *c = v->school.classes[i];
        if (c == NULL || c->kept.deleted || !home_owns(trainer, c))
            continue;
        out[n++] = (struct line){c, last_ms(c), class_is_ended(c->class) || last_ms(c) < now_ms};
    }
    qsort(out, n, sizeof *out, by_time);
    return n;
}

void home_get(struct call_in *in)
{
    const struct store_trainer *trainer = home_trainer(in->v, in->r->bearer);
    if (trainer == NULL) {
        rest_refuse_stranger(in);
        return;
    }
    struct line *lines = calloc(SCHOOL_MAX, sizeof *lines);
    size_t n = lines == NULL ? 0 : own_classes(in->v, trainer, lines);
    char **views = calloc(n + 1, sizeof *views);
    char *body = NULL;
    for (size_t i = 0; i < n && views != NULL; i++)
        views[i] = classes_view(in->v, lines[i].c);
    if (lines != NULL && views != NULL)
        body = home_view_write(trainer->number, trainer->name, views, n);
    for (size_t i = 0; i < n && views != NULL; i++)
        free(views[i]);
    free(views);
    free(lines);
    rest_answer(in, 200, body);
}
