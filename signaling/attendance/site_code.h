/* SPDX-License-Identifier: Apache-2.0
 * The six characters on a place's screen, which say "I am here" and nothing else. A step lasts 60
 * s; the code of a step is good in it and in the next, and from 20 s before it for a screen whose
 * clock is ahead. Thread: any. */
#ifndef SIGNALING_ATTENDANCE_SITE_CODE_H
#define SIGNALING_ATTENDANCE_SITE_CODE_H

#include "sfu/base/bytes.h"
#include "sfu/base/usec.h"

enum {
    SITE_CODE_LEN = 6,
    SITE_CODE_STEP_S = 60,
    SITE_CODE_SKEW_S = 20,
    SITE_CODE_CLASS = 16, /* bytes of a class id */
    SITE_CODE_TRIES = 5,  /* wrong ones in a minute */
};

/* HMAC-SHA-256 with the server's secret, which only the port knows. */
struct site_code_hmac {
    void *ctx;
    enum err (*hmac)(void *ctx, struct bytes message, uint8_t out[32]);
};

struct site_place {
    uint8_t class_id[SITE_CODE_CLASS];
    uint16_t site;
};

uint64_t site_code_step(int64_t wall_ms);

MUST_USE enum err site_code_make(const struct site_code_hmac *port, const struct site_place *at,
                                 uint64_t step, char out[SITE_CODE_LEN + 1]);

/* E_OK; E_DENIED: wrong or too old. Small letters, spaces and hyphens are forgiven. */
MUST_USE enum err site_code_check(const struct site_code_hmac *port, const struct site_place *at,
                                  int64_t wall_ms, struct bytes typed);

/* One for whoever tries: a connection or a link, as the caller groups them. Zeroed is new. */
struct site_code_limiter {
    usec wrong_us[SITE_CODE_TRIES]; /* a ring */
    uint8_t n, next;
};
/* Before checking: E_FULL when five wrong tries lie in the last minute. */
MUST_USE enum err site_code_may_try(const struct site_code_limiter *l, usec now);
void site_code_on_wrong(struct site_code_limiter *l, usec now);

#endif
