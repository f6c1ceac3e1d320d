/* SPDX-License-Identifier: Apache-2.0
 * Binds the hashes that the pure layers ask for. Decides nothing. */
#include "signaling/store/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <pthread.h>

/* Looked up once: the lookup costs more than hashing a link. Lives as long as the process. */
static EVP_MD *algorithm;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void look_up(void)
{
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static enum err sha256(void *ctx, const struct bytes *parts, size_t n, uint8_t out[CHAIN_HASH])
{
    (void)ctx;
    enum err e = E_IO;
    pthread_once(&once, look_up);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL || algorithm == NULL || EVP_DigestInit_ex(md, algorithm, NULL) != 1)
        goto out;
    for (size_t i = 0; i < n; i++)
        if (parts[i].len > 0 && EVP_DigestUpdate(md, parts[i].p, parts[i].len) != 1)
            goto out;
    if (EVP_DigestFinal_ex(md, out, NULL) == 1)
        e = E_OK;
out:
    EVP_MD_CTX_free(md);
    return e;
}

struct chain_sha256 store_sha256(void)
{
    return (struct chain_sha256){.ctx = NULL, .hash = sha256};
}

static enum err hmac(void *ctx, struct bytes message, uint8_t out[32])
{
    const struct store_secret *secret = ctx;
    unsigned len = 0;
    return HMAC(EVP_sha256(), secret->key.p, (int)secret->key.len, message.p, message.len, out,
                &len) != NULL &&
                   len == 32
               ? E_OK
               : E_IO;
}

struct site_code_hmac store_hmac(struct store_secret *secret)
{
    return (struct site_code_hmac){.ctx = secret, .hmac = hmac};
}
