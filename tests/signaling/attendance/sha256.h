/* SPDX-License-Identifier: Apache-2.0
 * SHA-256 and HMAC-SHA-256 for tests of the pure layer: OpenSSL's, behind the ports. Thread: any.
 */
#ifndef TESTS_SIGNALING_ATTENDANCE_SHA256_H
#define TESTS_SIGNALING_ATTENDANCE_SHA256_H

#include "signaling/attendance/chain.h"
#include "signaling/attendance/site_code.h"

extern const struct chain_sha256 test_sha256;
extern const struct site_code_hmac test_hmac; /* one fixed secret */

#endif
