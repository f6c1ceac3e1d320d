/* SPDX-License-Identifier: Apache-2.0
 * The trainers of this server and the words `amphi trainer` and a running server exchange over
 * DIR/control.sock. Thread: its owner's. init/fini pair. */
#ifndef SIGNALING_TRAINERS_H
#define SIGNALING_TRAINERS_H

#include "signaling/store/store.h"

enum {
    TRAINERS_MAX = 500,
    TRAINER_LINE_MAX = 1024,                 /* bytes of a request, with its end of line */
    TRAINER_ANSWER_MAX = TRAINERS_MAX * 512, /* bytes of an answer */
};

struct trainers {
    struct store_trainer *list; /* owned, in order of number */
    size_t n;
};

MUST_USE enum err trainers_init(struct trainers *t); /* E_NOMEM */
void trainers_fini(struct trainers *t);
MUST_USE enum err trainers_put(struct trainers *t, const struct store_trainer *one);  /* E_FULL */
const struct store_trainer *trainers_find(const struct trainers *t, uint32_t number); /* NULL */

/* One request, a line without its end:
 *   add HASH NAME     HASH: 64 hexadecimal digits    "ok NUMBER"
 *   revoke NUMBER                                    "ok NUMBER"
 *   list                                             a line "NUMBER<tab>active|revoked<tab>NAME"
 * each or "error WORDS". True: *changed is to be put into list and store before the answer is good.
 */
bool trainers_ask(const struct trainers *t, const char *line, struct store_trainer *changed,
                  char answer[TRAINER_ANSWER_MAX]);

#endif
