/* SPDX-License-Identifier: Apache-2.0
 * The event log's side of the writer: appends with the next number and hash, erases private parts.
 * Inside the transaction of sqlite.c. Thread: the writer's. open/close pair; borrows the
 * connection.
 */
#ifndef SIGNALING_STORE_EVENTS_H
#define SIGNALING_STORE_EVENTS_H

#include "signaling/store/store.h"

struct events; /* opaque */
struct sqlite3;

MUST_USE enum err events_open(struct events **out, struct sqlite3 *db);
void events_close(struct events *v); /* NULL is nothing */

MUST_USE enum err events_append(struct events *v, const struct store_event *what, uint64_t *number);
MUST_USE enum err events_erase(struct events *v, const struct store_erase *what);
MUST_USE enum err events_delete(struct events *v, const uint8_t class_id[STORE_CLASS_ID]);

#endif
