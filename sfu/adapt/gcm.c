/* SPDX-License-Identifier: Apache-2.0
 * On libgcrypt, chosen by measurement (tests/bench/limit_bench.c): 0.55 µs for 1,200 bytes and 0.29
 * for 100, where OpenSSL 3's EVP takes 1.13 and 0.67, most of it looking up parameters by name. */
#include "sfu/adapt/gcm.h"

#include <gcrypt.h>

/* The handle is libgcrypt's own; the struct only gives it a name without its header. */
static gcry_cipher_hd_t handle_of(struct gcm *g)
{
    return (gcry_cipher_hd_t)g;
}

enum err gcm_library_open(void)
{
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) != 0)
        return E_OK; /* by another library of this process */
    if (gcry_check_version(GCRYPT_VERSION) == NULL)
        return E_IO;
    /* Keys live beside OpenSSL's and libsrtp2's, which are not locked into memory either. */
    (void)gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    return gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) == 0 ? E_OK : E_IO;
}

const char *gcm_library_version(void)
{
    return gcry_check_version(NULL);
}

enum err gcm_new(struct gcm **out, struct bytes key)
{
    gcry_cipher_hd_t h = NULL;
    const int algorithm = key.len == 32 ? GCRY_CIPHER_AES256 : GCRY_CIPHER_AES128;
    const gcry_error_t why = gcry_cipher_open(&h, algorithm, GCRY_CIPHER_MODE_GCM, 0);
    if (why != 0)
        return gcry_err_code(why) == GPG_ERR_ENOMEM ? E_NOMEM : E_IO;
    if (gcry_cipher_setkey(h, key.p, key.len) != 0) {
        gcry_cipher_close(h);
        return E_IO;
    }
    *out = (struct gcm *)h;
    return E_OK;
}

void gcm_free(struct gcm *g)
{
    gcry_cipher_close(handle_of(g)); /* cleanses; NULL is fine */
}

enum err gcm_seal(struct gcm *g, const uint8_t iv[GCM_IV], struct bytes aad, uint8_t *text,
                  size_t n)
{
    gcry_cipher_hd_t h = handle_of(g);
    const bool ok = gcry_cipher_setiv(h, iv, GCM_IV) == 0 &&
                    gcry_cipher_authenticate(h, aad.p, aad.len) == 0 &&
                    (n == 0 || gcry_cipher_encrypt(h, text, n, NULL, 0) == 0) &&
                    gcry_cipher_gettag(h, text + n, GCM_TAG) == 0;
    return ok ? E_OK : E_IO;
}
