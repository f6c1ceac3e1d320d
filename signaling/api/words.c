/* SPDX-License-Identifier: Apache-2.0
 * Decides how the private part of an event looks. When there is one is the journal's decision. */
#include "signaling/api/words.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

static char *dump(json_t *root)
{
    char *text =
        root == NULL || json_object_size(root) == 0 ? NULL : json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

static const char *said(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

char *words_of_person(const struct words_person *w)
{
    return dump(json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "name", said(w->name),
                          "family_name", said(w->family_name), "given_name", said(w->given_name),
                          "organisation", said(w->organisation), "email", said(w->email),
                          "external_id", said(w->external_id), "why", said(w->why)));
}

char *words_of_class(const char *title, const char *time_zone)
{
    return dump(json_pack("{s:s, s:s}", "title", title, "time_zone", time_zone));
}

char *words_of_message(struct bytes text)
{
    return dump(json_pack("{s:s%}", "text", (const char *)text.p, text.len));
}
