/* SPDX-License-Identifier: Apache-2.0
 * The service: pages, REST and WebSockets around the classes, the store and the media plane.
 * Thread: signaling, the one that calls service_open and service_run; service_stop: any, and a
 * signal handler. open/close pair. */
#ifndef SIGNALING_SERVICE_H
#define SIGNALING_SERVICE_H

#include "sfu/base/err.h"
#include "sfu/base/log.h"
#include "signaling/config.h"

struct sfu;
struct service; /* opaque */

/* Which part could not be opened, for the exit code. */
enum service_part {
    SERVICE_DATA, /* directory or keys */
    SERVICE_STORE,
    SERVICE_LISTEN,
    SERVICE_MEMORY
};

/* Borrows config and sfu until service_close. On failure *part says what failed; the reason was
 * logged. */
MUST_USE enum err service_open(struct service **out, const struct config *config, struct sfu *sfu,
                               struct log_sink log, enum service_part *part);
void service_run(struct service *v); /* until service_stop */
void service_stop(struct service *v);
void service_close(struct service *v); /* commits what waits; NULL is nothing */

unsigned service_port(const struct service *v);

#endif
