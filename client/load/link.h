/* SPDX-License-Identifier: Apache-2.0
 * A robot's way to the server: the ticket by POST, then the WebSocket (signaling/PROTOCOL.md §2,
 * §3). The only libwebsockets user here. Thread: the loop's. */
#ifndef CLIENT_LOAD_LINK_H
#define CLIENT_LOAD_LINK_H

#include "sfu/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct link_context; /* one for all robots */
struct link;

MUST_USE enum err link_context_new(struct link_context **out, const char *url, bool insecure);
void link_context_free(struct link_context *c); /* after its links */
void link_service(struct link_context *c);      /* does what is ready, never waits */

struct link_handler {
    void *ctx;
    void (*on_message)(void *ctx, const char *text); /* borrowed, ended by 0 */
    void (*on_closed)(void *ctx, const char *why);   /* a constant word; once */
};

/* Asks for a ticket with the token under this name, then opens the WebSocket and says hello.
 * Borrows token. */
MUST_USE enum err link_open(struct link **out, struct link_context *c, const char *token,
                            const char *name, const struct link_handler *handler);
void link_free(struct link *l);
/* Copies the text into the queue. E_FULL. */
MUST_USE enum err link_send(struct link *l, const char *text);

#endif
