/* SPDX-License-Identifier: Apache-2.0
 * Decides what the certificate for trying out looks like: P-256, 30 days, new at each start. */
#include "signaling/secrets.h"

#include "sfu/base/addr.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { VALID_S = 30 * 24 * 3600 };

static bool add_names(X509 *x, const char *host)
{
    struct addr a;
    bool ip = addr_parse_ip(&a, host, 0) == E_OK;
    char names[600];
    snprintf(names, sizeof names, "DNS:localhost,IP:127.0.0.1,IP:::1,%s:%.400s", ip ? "IP" : "DNS",
             host);
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, names);
    bool ok = e != NULL && X509_add_ext(x, e, -1) == 1;
    X509_EXTENSION_free(e);
    return ok;
}

static bool fill(X509 *x, EVP_PKEY *key, const char *host)
{
    X509_NAME *name = X509_get_subject_name(x);
    return X509_set_version(x, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(x), VALID_S) != NULL &&
           X509_set_pubkey(x, key) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"Amphi, self-signed", -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(x, name) == 1 && add_names(x, host) &&
           X509_sign(x, key, EVP_sha256()) > 0;
}

static FILE *create(const char *path)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

enum err self_signed_make(const char *dir, const char *host, char cert[SECRET_PATH],
                          char key[SECRET_PATH])
{
    enum err e = E_IO;
    FILE *cert_file = NULL, *key_file = NULL;
    X509 *x = X509_new();
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    if (x == NULL || pair == NULL || !fill(x, pair, host))
        goto out;
    snprintf(cert, SECRET_PATH, "%.700s/self-signed.crt", dir);
    snprintf(key, SECRET_PATH, "%.700s/self-signed.key", dir);
    cert_file = create(cert);
    key_file = create(key);
    if (cert_file == NULL || key_file == NULL || PEM_write_X509(cert_file, x) != 1 ||
        PEM_write_PrivateKey(key_file, pair, NULL, NULL, 0, NULL, NULL) != 1)
        goto out;
    e = E_OK;
out:
    if (cert_file != NULL && fclose(cert_file) != 0)
        e = E_IO;
    if (key_file != NULL && fclose(key_file) != 0)
        e = E_IO;
    X509_free(x);
    EVP_PKEY_free(pair);
    return e;
}
