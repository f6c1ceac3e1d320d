/* SPDX-License-Identifier: Apache-2.0
 * Text frames of the WebSocket: JSON text to struct msg, struct note to JSON text. Lengths, ranges
 * and types are checked here once; nothing behind this door checks them again. Thread: any (no
 * shared state). */
#ifndef SIGNALING_JSON_H
#define SIGNALING_JSON_H

#include "signaling/msg.h"
#include "signaling/note.h"

struct json_doc; /* opaque: what a decoded message borrows its texts from */

/* Decodes one frame. FAULT_NONE: *out is whole and *doc returns owned, to be freed with
 * json_doc_free after the last use of *out. Otherwise *doc is NULL and of *out only has_id and id
 * are set (for the answer): FAULT_BAD_MESSAGE (not JSON, not an object, wrong types or ranges),
 * FAULT_UNKNOWN_TYPE, FAULT_TOO_LONG (message text, SDP), FAULT_TOO_MANY (tracks). Fields that are
 * not known are ignored. */
MUST_USE enum fault json_read(struct msg *out, struct json_doc **doc, struct bytes text);
void json_doc_free(struct json_doc *doc); /* NULL is nothing */

/* A note as one line of JSON. Returns owned, ended by 0, length without it in *len; NULL: no
 * memory, or a text that is not UTF-8. Free with json_text_free. */
MUST_USE char *json_write(const struct note *note, size_t *len);
void json_text_free(char *text);
const char *json_library_version(void); /* of jansson, as it runs */

#endif
