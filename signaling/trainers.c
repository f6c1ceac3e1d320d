/* SPDX-License-Identifier: Apache-2.0
 * Decides which trainers there are and what a request about them does. */
#include "signaling/trainers.h"

#include "sfu/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err trainers_init(struct trainers *t)
{
    t->n = 0;
    t->list = mem_alloc_array(TRAINERS_MAX, sizeof *t->list);
    return t->list == NULL ? E_NOMEM : E_OK;
}

void trainers_fini(struct trainers *t)
{
    mem_free(t->list);
    t->list = NULL;
}

static size_t place_of(const struct trainers *t, uint32_t number)
{
    size_t i = 0;
    while (i < t->n && t->list[i].number != number)
        i++;
    return i;
}

enum err trainers_put(struct trainers *t, const struct store_trainer *one)
{
    size_t at = place_of(t, one->number);
    if (at == TRAINERS_MAX)
        return E_FULL;
    t->list[at] = *one;
    t->n += at == t->n ? 1 : 0;
    return E_OK;
}

const struct store_trainer *trainers_find(const struct trainers *t, uint32_t number)
{
    size_t at = place_of(t, number);
    return at < t->n ? &t->list[at] : NULL;
}

static bool read_hash(const char *text, uint8_t out[CHAIN_HASH])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < (size_t)CHAIN_HASH * 2; i++) {
        const char *at = text[i] == '\0' ? NULL : strchr(digits, text[i]);
        if (at == NULL)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | (at - digits));
    }
    return true;
}

static bool add(const struct trainers *t, const char *rest, struct store_trainer *changed,
                char *answer)
{
    const size_t hash = (size_t)CHAIN_HASH * 2;
    *changed = (struct store_trainer){.number = 1};
    if (strlen(rest) < hash + 2 || rest[hash] != ' ' || !read_hash(rest, changed->secret)) {
        snprintf(answer, TRAINER_ANSWER_MAX, "error not understood\n");
        return false;
    }
    const char *name = rest + hash + 1;
    size_t length = text_length(bytes_of(name, strlen(name)), NULL);
    if (length < 1 || length > NOTE_NAME_MAX || t->n == TRAINERS_MAX) {
        snprintf(answer, TRAINER_ANSWER_MAX, "error %s\n",
                 t->n == TRAINERS_MAX ? "there are 500 trainers already"
                                      : "a name has 1 to 100 characters");
        return false;
    }
    for (size_t i = 0; i < t->n; i++)
        if (t->list[i].number >= changed->number)
            changed->number = t->list[i].number + 1;
    memcpy(changed->name, name, strlen(name) + 1);
    snprintf(answer, TRAINER_ANSWER_MAX, "ok %u\n", (unsigned)changed->number);
    return true;
}

static bool revoke(const struct trainers *t, const char *rest, struct store_trainer *changed,
                   char *answer)
{
    char *end = NULL;
    unsigned long number = strtoul(rest, &end, 10);
    const struct store_trainer *known = *rest == '\0' || *end != '\0' || number > UINT32_MAX
                                            ? NULL
                                            : trainers_find(t, (uint32_t)number);
    if (known == NULL) {
        snprintf(answer, TRAINER_ANSWER_MAX, "error no trainer has this number\n");
        return false;
    }
    *changed = *known;
    changed->revoked = true;
    snprintf(answer, TRAINER_ANSWER_MAX, "ok %u\n", (unsigned)number);
    return true;
}

static void list(const struct trainers *t, char *answer)
{
    size_t len = 0;
    answer[0] = '\0';
    for (size_t i = 0; i < t->n && len < TRAINER_ANSWER_MAX - 512; i++)
        len += (size_t)snprintf(answer + len, TRAINER_ANSWER_MAX - len, "%u\t%s\t%s\n",
                                (unsigned)t->list[i].number,
                                t->list[i].revoked ? "revoked" : "active", t->list[i].name);
}

bool trainers_ask(const struct trainers *t, const char *line, struct store_trainer *changed,
                  char answer[TRAINER_ANSWER_MAX])
{
    if (strncmp(line, "add ", 4) == 0)
        return add(t, line + 4, changed, answer);
    if (strncmp(line, "revoke ", 7) == 0)
        return revoke(t, line + 7, changed, answer);
    if (strcmp(line, "list") == 0)
        list(t, answer);
    else
        snprintf(answer, TRAINER_ANSWER_MAX, "error not understood\n");
    return false;
}
