/* SPDX-License-Identifier: Apache-2.0
 * SRTP and SRTCP for one transport (RFC 3711, RFC 7714): inbound by one libsrtp2 session, outbound
 * by seal.h with the caller's 48-bit index. Thread: worker. Allocates in new only, except
 * libsrtp2's per-SSRC state at an inbound SSRC's first authentic packet. */
#ifndef SFU_ADAPT_CRYPT_H
#define SFU_ADAPT_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sfu/base/err.h"

enum {
    CRYPT_GROWTH_MAX = 20,    /* bytes a packet grows: SRTCP with GCM, 16 of tag + 4 of index */
    CRYPT_IN_WINDOW = 1024,   /* packets of replay window, RFC 3711 §3.3.2 asks for >= 64 */
    CRYPT_SENT_WINDOW = 1024, /* indexes per SSRC remembered as used */
    CRYPT_IN_SSRC_MAX = 32,   /* inbound SSRCs a transport may ever authenticate */
    CRYPT_OUT_SSRC_MAX = 64,  /* outbound SSRCs a transport may ever use */
    CRYPT_KEY_MAX = 32,       /* bytes */
    CRYPT_SALT_MAX = 14,      /* bytes */
};

/* The protection profiles' registered numbers: RFC 5764 §4.1.2, RFC 7714 §14.2. */
enum crypt_profile { CRYPT_CM_SHA1_80 = 0x0001, CRYPT_GCM_128 = 0x0007, CRYPT_GCM_256 = 0x0008 };

enum crypt_end { CRYPT_SERVER, CRYPT_CLIENT };

struct crypt_keys {
    enum crypt_profile profile;
    uint8_t client_key[CRYPT_KEY_MAX], server_key[CRYPT_KEY_MAX];
    uint8_t client_salt[CRYPT_SALT_MAX], server_salt[CRYPT_SALT_MAX];
};

size_t crypt_key_bytes(enum crypt_profile profile);  /* 0: unknown profile */
size_t crypt_salt_bytes(enum crypt_profile profile); /* 0: unknown profile */
const char *crypt_profile_name(enum crypt_profile profile);
void crypt_keys_cleanse(struct crypt_keys *keys);

/* Opens libsrtp2 and libgcrypt, once a process; some 30 ms, so at start rather than in the first
 * handshake. Any thread. E_IO: the library failed. crypt_new calls it too. */
MUST_USE enum err crypt_library_open(void);

struct crypt;

/* Copies what it needs of the keys; the caller cleanses its own. Returns owned, freed by
 * crypt_free, which cleanses. E_UNSUPPORTED: profile; E_NOMEM; E_IO: a library failed. */
MUST_USE enum err crypt_new(struct crypt **out, const struct crypt_keys *keys, enum crypt_end end);
void crypt_free(struct crypt *c); /* takes; NULL is fine */

/* In place; *len shrinks. E_MALFORMED, E_DENIED (authentication), E_REPLAY, E_FULL (one SSRC too
 * many). */
MUST_USE enum err crypt_unprotect_rtp(struct crypt *c, uint8_t *pkt, size_t *len);
MUST_USE enum err crypt_unprotect_rtcp(struct crypt *c, uint8_t *pkt, size_t *len);

/* In place; *len grows by <= CRYPT_GROWTH_MAX. index = rollover counter << 16 | sequence number of
 * the packet. E_REPLAY: this (SSRC, index) was protected before, or is too old to know: protecting
 * again would reuse the nonce. E_RANGE: index and sequence number differ, or index >= 2^48. E_FULL:
 * cap, or one SSRC too many. */
MUST_USE enum err crypt_protect_rtp(struct crypt *c, uint8_t *pkt, size_t *len, size_t cap,
                                    uint64_t index);
/* SRTCP counts its own index, one for all SSRCs of the transport. E_FULL: cap, or 2^31 packets
 * sent. */
MUST_USE enum err crypt_protect_rtcp(struct crypt *c, uint8_t *pkt, size_t *len, size_t cap);

#endif
