/* SPDX-License-Identifier: Apache-2.0
 * Binds the ports to OpenSSL, without the store. */
#include "sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static enum err sha256(void *ctx, const struct bytes *parts, size_t n, uint8_t out[CHAIN_HASH])
{
    (void)ctx;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; i < n && ok; i++)
        ok = parts[i].len == 0 || EVP_DigestUpdate(md, parts[i].p, parts[i].len) == 1;
    ok = ok && EVP_DigestFinal_ex(md, out, NULL) == 1;
    EVP_MD_CTX_free(md);
    return ok ? E_OK : E_IO;
}

static enum err hmac(void *ctx, struct bytes message, uint8_t out[32])
{
    (void)ctx;
    static const uint8_t key[32] = {1, 2, 3};
    return HMAC(EVP_sha256(), key, sizeof key, message.p, message.len, out, NULL) != NULL ? E_OK
                                                                                          : E_IO;
}

const struct chain_sha256 test_sha256 = {.ctx = NULL, .hash = sha256};
const struct site_code_hmac test_hmac = {.ctx = NULL, .hmac = hmac};
