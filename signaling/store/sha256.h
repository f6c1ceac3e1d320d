/* SPDX-License-Identifier: Apache-2.0
 * SHA-256 and HMAC-SHA-256 of OpenSSL behind the ports of signaling/attendance. Thread: any. */
#ifndef SIGNALING_STORE_SHA256_H
#define SIGNALING_STORE_SHA256_H

#include "signaling/attendance/chain.h"
#include "signaling/attendance/site_code.h"

struct chain_sha256 store_sha256(void);

/* The port borrows the secret. */
struct store_secret {
    struct bytes key; /* at least 32 random bytes */
};
struct site_code_hmac store_hmac(struct store_secret *secret);

#endif
