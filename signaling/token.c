/* SPDX-License-Identifier: Apache-2.0
 * Decides the bytes of a token and checks its MAC: one algorithm, no header that chooses one.
 * Leaves validity to the class it names. */
#include "signaling/token.h"

#include "sfu/base/bytes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string.h>

enum { BODY = TOKEN_BYTES - TOKEN_MAC };

static enum err mac_of(uint8_t out[TOKEN_MAC], const struct token_key *key,
                       const uint8_t body[BODY])
{
    uint8_t full[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (HMAC(EVP_sha256(), key->bytes, sizeof key->bytes, body, BODY, full, &len) == NULL ||
        len < TOKEN_MAC)
        return E_IO;
    memcpy(out, full, TOKEN_MAC);
    return E_OK;
}

enum err token_write(char out[TOKEN_TEXT], const struct token_key *key, const struct token *t)
{
    uint8_t raw[TOKEN_BYTES];
    raw[0] = TOKEN_VERSION;
    raw[1] = t->kind;
    memcpy(raw + 2, t->class_id, TOKEN_CLASS_ID);
    put_be32(raw + 18, t->number);
    put_be32(raw + 22, t->revocation);
    enum err e = mac_of(raw + BODY, key, raw);
    if (e == E_OK)
        b64_write(out, raw, sizeof raw);
    return e;
}

enum err token_parse(struct token *out, const struct token_key *key, const char *text)
{
    uint8_t raw[TOKEN_BYTES], mac[TOKEN_MAC];
    enum err e = b64_parse(raw, sizeof raw, text);
    if (e != E_OK)
        return e;
    e = mac_of(mac, key, raw);
    if (e != E_OK)
        return e;
    if (CRYPTO_memcmp(mac, raw + BODY, TOKEN_MAC) != 0)
        return E_DENIED;
    if (raw[0] != TOKEN_VERSION || raw[1] < TOKEN_ROLE || raw[1] > TOKEN_HOME)
        return E_MALFORMED;
    out->kind = raw[1];
    memcpy(out->class_id, raw + 2, TOKEN_CLASS_ID);
    out->number = be32(raw + 18);
    out->revocation = be32(raw + 22);
    return E_OK;
}
