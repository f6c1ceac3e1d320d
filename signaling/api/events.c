/* SPDX-License-Identifier: Apache-2.0
 * Decides how the event log looks as JSON: pages of public values with their private part and
 * hash, read beside the writer, so only what is committed (PROTOCOL.md §2). */
#include "signaling/api/rest.h"

#include "signaling/api/event_view.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 500 }; /* PROTOCOL.md §2 */

/* The number of "after=N" in the query; false: there is something else. */
static bool read_after(const char *query, uint64_t *after)
{
    *after = 0;
    if (query[0] == '\0')
        return true;
    if (strncmp(query, "after=", 6) != 0 || query[6] == '\0' ||
        strspn(query + 6, "0123456789") != strlen(query + 6) || strlen(query + 6) > 18)
        return false;
    *after = strtoull(query + 6, NULL, 10);
    return true;
}

static enum err add(void *ctx, const struct stored_event *e)
{
    return event_page_add(
        ctx, &(struct event_view){
                 .event = &e->event, .hash = e->hash, .words = e->words, .erased = e->erased});
}

void events_list(struct call_in *in)
{
    struct event_query what = {.max = PAGE};
    struct event_head head = {.number = 0};
    if (!read_after(in->r->query, &what.after)) {
        rest_refuse(in, 422, "unknown-field", "the query takes after=NUMBER");
        return;
    }
    memcpy(what.class_id, in->c->kept.id, sizeof what.class_id);
    struct event_page *page = event_page_new();
    enum err e = page == NULL ? E_NOMEM : event_reader_head(in->v->events, what.class_id, &head);
    if (e == E_OK)
        e = event_reader_read(in->v->events, &what, add, page);
    char *body = event_page_write(page, head.number, head.hash); /* frees it */
    if (e == E_OK) {
        rest_answer(in, 200, body);
        return;
    }
    free(body);
    rest_refuse(in, 503, "unavailable", "the log cannot be read now");
}
