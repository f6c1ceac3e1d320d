/* SPDX-License-Identifier: Apache-2.0
 * The private part of an event as JSON: names and texts, which alone are erased. Thread: any. */
#ifndef SIGNALING_API_WORDS_H
#define SIGNALING_API_WORDS_H

#include "sfu/base/bytes.h"

/* NULL or "": not written. */
struct words_person {
    const char *name, *family_name, *given_name, *organisation, *email, *external_id;
    const char *why; /* of a correction */
};

/* All return owned, free with free(); NULL: no memory, or nothing to write. */
char *words_of_person(const struct words_person *w);
char *words_of_class(const char *title, const char *time_zone);
char *words_of_message(struct bytes text);

#endif
