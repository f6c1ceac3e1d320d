/* SPDX-License-Identifier: Apache-2.0
 * A browser small enough for tests: requests and WebSockets over real sockets, blocking, with a
 * time limit on every wait. Thread: any, one call at a time. */
#ifndef TESTS_SIGNALING_BROWSER_H
#define TESTS_SIGNALING_BROWSER_H

#include <stddef.h>

enum { BROWSER_TEXT = 65536 };

struct browser_answer {
    int status; /* 0: closed without an answer */
    char head[4096];
    char body[BROWSER_TEXT];
};

int browser_connect(unsigned port); /* the descriptor; fails the test */

/* Sends bytes as they are and reads one answer. */
void browser_raw(unsigned port, const char *bytes, size_t len, struct browser_answer *out);

/* token and body may be NULL. */
void browser_ask(unsigned port, const char *method, const char *path, const char *token,
                 const char *body, struct browser_answer *out);

/* A WebSocket to /api/v1/ws. The descriptor, or minus the status it was refused with (0: closed).
 */
int browser_socket(unsigned port, const char *origin, const char *subprotocol);
void browser_say(int fd, const char *text);
void browser_say_in_pieces(int fd, const char *text, size_t piece); /* RFC 6455 §5.4 */

/* The next text. 1: heard; 0: the connection ended without a close frame; -code: closed; -1:
 * nothing in time. */
int browser_hear(int fd, char out[BROWSER_TEXT], int timeout_ms);

/* Hears until a text of this type comes; fails the test otherwise. */
void browser_wait(int fd, const char *type, char out[BROWSER_TEXT]);

/* Hears until the close code; fails the test when none comes in time. */
int browser_wait_close(int fd, int timeout_ms);

/* The text of a field, taken from flat JSON by its name; fails the test when it is absent. */
void browser_field(const char *json, const char *name, char *out, size_t cap);

#endif
