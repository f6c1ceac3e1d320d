/* SPDX-License-Identifier: Apache-2.0
 * The service whole, but for the media plane, as tests meet it: real HTTP, WebSockets and SQLite on
 * a loopback port, one class, its links. Thread: the test's. */
#ifndef TESTS_SIGNALING_SERVED_H
#define TESTS_SIGNALING_SERVED_H

#include "signaling/config.h"
#include "signaling/secrets.h"
#include "tests/signaling/browser.h"

extern char dir[64], admin[ADMIN_KEY_TEXT], origin[64], class_path[128];
extern char trainer[128], learner[128], heard[BROWSER_TEXT];
extern struct browser_answer answer; /* of the last ask */
extern unsigned port;

#define CLASS_BODY                                                                                 \
    "{\"title\":\"Accueillir le public\",\"time_zone\":\"Europe/Paris\",\"periods\":[{\"from\":"   \
    "\"2026-11-23T09:00:00+01:00\",\"to\":\"2026-11-23T12:30:00+01:00\"}]}"

int served_set_up(void **state);
int served_tear_down(void **state);
const struct config *served_config(void);
void start(void);
void stop(void);

int ask(const char *method, const char *path, const char *token, const char *body); /* the status */
void refused(int status, const char *code);
void read_token(const char *role, char *out, size_t cap); /* of the class in the answer */

struct guest {
    char ticket[64], token[128], session[64];
    unsigned person;
    int fd;
};
void take_ticket(struct guest *g, const char *link, const char *name);
void say_hello(struct guest *g, const char *more);
void join(struct guest *g, const char *link, const char *name);

/* Events of this kind in the class's log. What nobody was answered for comes a moment later. */
unsigned count_events(const char *kind);
void wait_events(const char *kind, unsigned n);

#endif
