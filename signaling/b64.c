/* SPDX-License-Identifier: Apache-2.0
 * Decides how bytes stand in a URL fragment. One spelling only: spare bits must be 0 (RFC 4648
 * §3.5). */
#include "signaling/b64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void b64_write(char *out, const uint8_t *p, size_t n)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 8 | p[i]) & 0xffffff;
        have += 8;
        while (have >= 6) {
            have -= 6;
            *out++ = alphabet[bits >> have & 63];
        }
    }
    if (have > 0)
        *out++ = alphabet[bits << (6 - have) & 63];
    *out = '\0';
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

enum err b64_parse(uint8_t *out, size_t n, const char *text)
{
    if (strnlen(text, B64_TEXT(n)) != B64_TEXT(n) - 1)
        return E_MALFORMED;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t done = 0;
    for (; *text != '\0'; text++) {
        int v = value_of(*text);
        if (v < 0)
            return E_MALFORMED;
        bits = (bits << 6 | (uint32_t)v) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            if (done == n)
                return E_MALFORMED;
            out[done++] = (uint8_t)(bits >> have);
        }
    }
    return done == n && (bits & ((1U << have) - 1)) == 0 ? E_OK : E_MALFORMED;
}
