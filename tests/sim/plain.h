/* SPDX-License-Identifier: Apache-2.0
 * Ports without libraries: requests, handshakes and packets carry an 8-byte checksum under a key,
 * so that each can fail, and protecting one (SSRC, index) twice ends the test. Both ends are here.
 * Thread: test. */
#ifndef TESTS_SIM_PLAIN_H
#define TESTS_SIM_PLAIN_H

#include "sfu/core/ports.h"

enum { PLAIN_TAG = 8, PLAIN_FINGERPRINT = 32 };

struct plain {
    uint64_t channels_live, protected_packets;
};

void plain_ports(struct plain *p, struct engine_ports *out);

/* The client's end. Lengths come back; buffers are large enough for PLAIN_TAG more. */
size_t plain_check(uint8_t *out, const char *ufrag, const char *pwd, bool use_candidate);
size_t plain_hello(uint8_t *out, const uint8_t fingerprint[PLAIN_FINGERPRINT]);
size_t plain_seal(uint8_t *packet, size_t len, const uint8_t fingerprint[PLAIN_FINGERPRINT]);
bool plain_open(const uint8_t *packet, size_t *len, const uint8_t fingerprint[PLAIN_FINGERPRINT]);

#endif
