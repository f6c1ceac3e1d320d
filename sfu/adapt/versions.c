/* SPDX-License-Identifier: Apache-2.0
 * Decides which OpenSSL may face the network; names the libraries of this layer. Other layers name
 * their own. */
#include "sfu/adapt/versions.h"

#include "sfu/adapt/gcm.h"

#include <openssl/crypto.h>
#include <srtp2/srtp.h>

#include <stdio.h>

void versions_write(char *text, size_t cap)
{
    (void)snprintf(text, cap, "%s\n%s\nlibgcrypt %s\nlibnice %s (build)\n",
                   OpenSSL_version(OPENSSL_VERSION), srtp_get_version_string(),
                   gcm_library_version(), LIBNICE_VERSION);
}

bool versions_openssl_is_safe(unsigned major, unsigned minor, unsigned patch)
{
    /* CVE-2026-75806, CVE-2026-84782 and CVE-2026-54874, all in DTLS, are fixed in Debian's 3.0.22.
     */
    if (major == 3 && minor == 0)
        return patch >= 22;
    return major > 3 || (major == 3 && minor >= 5);
}

enum err versions_check(void)
{
    if (!versions_openssl_is_safe(OPENSSL_version_major(), OPENSSL_version_minor(),
                                  OPENSSL_version_patch()))
        return E_UNSUPPORTED;
    return E_OK;
}
