/* SPDX-License-Identifier: Apache-2.0
 * Decides the names of an event's fields in JSON. */
#include "signaling/api/event_view.h"

#include <jansson.h>

/* The list itself: a page needs nothing else. */
struct event_page;

void hex_write(char *out, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

struct event_page *event_page_new(void)
{
    return (struct event_page *)(void *)json_array();
}

static bool put(json_t *o, const char *name, int64_t value)
{
    return value == 0 || json_object_set_new(o, name, json_integer(value)) == 0;
}

static bool put_fields(json_t *o, const struct log_event *e)
{
    return put(o, "person", e->person) && put(o, "by", e->by) && put(o, "other", e->other) &&
           put(o, "role", e->role) && put(o, "reason", e->reason) && put(o, "device", e->device) &&
           put(o, "site", e->site) && put(o, "period", e->period) && put(o, "age_ms", e->age_ms) &&
           put(o, "target", (int64_t)e->target) && put(o, "from", e->from_ms) &&
           put(o, "to", e->to_ms);
}

enum err event_page_add(struct event_page *p, const struct event_view *view)
{
    const struct log_event *e = view->event;
    char hash[CHAIN_HASH * 2 + 1], boot[LOG_BOOT_ID * 2 + 1];
    hex_write(hash, view->hash, CHAIN_HASH);
    hex_write(boot, e->boot_id, LOG_BOOT_ID);
    json_t *o = json_pack("{s:I, s:s, s:I, s:I, s:s, s:s}", "event", (json_int_t)e->number, "kind",
                          event_kind_name(e->kind), "at", (json_int_t)e->wall_ms, "boot_us",
                          (json_int_t)e->boot_us, "boot", boot, "hash", hash);
    bool ok = o != NULL && put_fields(o, e);
    if (ok && view->words.len > 0)
        ok = json_object_set_new(
                 o, "private", json_loadb((const char *)view->words.p, view->words.len, 0, NULL)) ==
             0;
    if (ok && view->erased)
        ok = json_object_set_new(o, "erased", json_true()) == 0;
    if (!ok) {
        json_decref(o);
        return E_NOMEM;
    }
    return json_array_append_new((json_t *)(void *)p, o) == 0 ? E_OK : E_NOMEM;
}

char *event_page_write(struct event_page *p, uint64_t number, const uint8_t head[CHAIN_HASH])
{
    char hash[CHAIN_HASH * 2 + 1];
    if (p == NULL)
        return NULL;
    hex_write(hash, head, CHAIN_HASH);
    json_t *root = json_pack("{s:o, s:{s:I, s:s}}", "events", (json_t *)(void *)p, "head", "event",
                             (json_int_t)number, "hash", hash);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}
