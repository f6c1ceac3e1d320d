/* SPDX-License-Identifier: Apache-2.0
 * What dtls.c needs of an identity besides its public face in dtls.h. Thread: any after new. */
#ifndef SFU_ADAPT_IDENTITY_H
#define SFU_ADAPT_IDENTITY_H

#include "sfu/adapt/dtls.h"

/* OpenSSL's SSL_CTX and BIO_METHOD, untyped so that library headers stay in .c files; borrowed. */
void *identity_context(const struct dtls_identity *id);

/* The certificate's SHA-256 into out; cert is OpenSSL's X509, borrowed. E_IO: OpenSSL failed. */
MUST_USE enum err identity_digest(const void *cert, uint8_t out[DTLS_FINGERPRINT_BYTES]);

#endif
