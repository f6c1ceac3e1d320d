/* SPDX-License-Identifier: Apache-2.0
 * Addresses as values: comparison, hash, classes of address, and text in both directions. Decides
 * nothing about reachability. */
#include "sfu/base/addr.h"

#include "sfu/base/rng.h"

#include <stdio.h>

static const uint8_t v4_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
static const uint8_t v6_loopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
static const uint8_t zeros[16];

struct addr addr_v4(const uint8_t ip[4], uint16_t port)
{
    struct addr a = {.port = port};
    memcpy(a.ip, v4_mapped, 12);
    memcpy(a.ip + 12, ip, 4);
    return a;
}

struct addr addr_v6(const uint8_t ip[16], uint16_t port)
{
    struct addr a = {.port = port};
    memcpy(a.ip, ip, 16);
    return a;
}

bool addr_is_v4(const struct addr *a)
{
    return memcmp(a->ip, v4_mapped, 12) == 0;
}

bool addr_is_loopback(const struct addr *a)
{
    if (addr_is_v4(a))
        return a->ip[12] == 127;
    return memcmp(a->ip, v6_loopback, 16) == 0;
}

bool addr_is_link_local(const struct addr *a)
{
    if (addr_is_v4(a))
        return a->ip[12] == 169 && a->ip[13] == 254;
    return a->ip[0] == 0xFE && (a->ip[1] & 0xC0) == 0x80; /* fe80::/10 */
}

bool addr_is_unspecified(const struct addr *a)
{
    if (addr_is_v4(a))
        return memcmp(a->ip + 12, zeros, 4) == 0;
    return memcmp(a->ip, zeros, 16) == 0;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    return a->port == b->port && memcmp(a->ip, b->ip, 16) == 0;
}

bool path_equal(const struct path *a, const struct path *b)
{
    return a->socket == b->socket && addr_equal(&a->remote, &b->remote) &&
           addr_equal(&a->local, &b->local);
}

uint64_t addr_hash(const struct addr *a, uint64_t seed)
{
    uint64_t h = rng_mix(seed ^ be64(a->ip));
    h = rng_mix(h ^ be64(a->ip + 8));
    return rng_mix(h ^ a->port);
}

uint64_t path_hash(const struct path *p, uint64_t seed)
{
    return addr_hash(&p->local, addr_hash(&p->remote, rng_mix(seed ^ p->socket)));
}

/* The longest run of two or more zero groups, the first of equals: RFC 5952 §4.2. */
static void longest_zero_run(const struct addr *a, int *start, int *len)
{
    *start = -1;
    *len = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && be16(a->ip + 2 * (i + n)) == 0)
            n++;
        if (n > *len) {
            *start = i;
            *len = n;
        }
        i += n;
    }
}

const char *addr_write_ip(char out[ADDR_TEXT], const struct addr *a)
{
    if (addr_is_v4(a)) {
        snprintf(out, ADDR_TEXT, "%u.%u.%u.%u", a->ip[12], a->ip[13], a->ip[14], a->ip[15]);
        return out;
    }
    int zero_start;
    int zero_len;
    longest_zero_run(a, &zero_start, &zero_len);
    size_t n = 0;
    for (int i = 0; i < 8;) {
        if (i == zero_start) {
            out[n++] = ':';
            out[n++] = ':';
            i += zero_len;
            continue;
        }
        if (n > 0 && out[n - 1] != ':')
            out[n++] = ':';
        n += (size_t)snprintf(out + n, ADDR_TEXT - n, "%x", be16(a->ip + 2 * i));
        i++;
    }
    out[n] = '\0';
    return out;
}

const char *addr_write(char out[ADDR_TEXT], const struct addr *a)
{
    char ip[ADDR_TEXT];
    addr_write_ip(ip, a);
    /* The precision is the longest IPv6 text, 39: said so that the compiler can see that it fits.
     */
    snprintf(out, ADDR_TEXT, addr_is_v4(a) ? "%.39s:%u" : "[%.39s]:%u", ip, a->port);
    return out;
}

/* Up to max_digits digits of a base into *value; returns how many, 0 when there is none or too
 * many. */
static int read_number(const char *text, unsigned base, int max_digits, unsigned *value)
{
    int n = 0;
    *value = 0;
    for (;; n++) {
        char c = text[n];
        unsigned digit;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (base == 16 && c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a') + 10;
        else if (base == 16 && c >= 'A' && c <= 'F')
            digit = (unsigned)(c - 'A') + 10;
        else
            return n;
        if (n == max_digits)
            return 0;
        *value = *value * base + digit;
    }
}

/* Dotted decimal up to the end of text. */
static bool read_v4(const char *text, uint8_t ip[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned value;
        int digits = read_number(text, 10, 3, &value);
        if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0'))
            return false;
        ip[i] = (uint8_t)value;
        text += digits;
        if (*text != (i < 3 ? '.' : '\0'))
            return false;
        text++;
    }
    return true;
}

/* Groups up to the end or to "::"; returns bytes written, -1 on an error. *text moves behind what
 * was read. */
static int read_groups(const char **text, uint8_t *ip, int max_bytes)
{
    int n = 0;
    const char *p = *text;
    while (*p != '\0' && *p != ':') {
        unsigned value;
        int digits = read_number(p, 16, 4, &value);
        if (p[digits] == '.' && n + 4 <= max_bytes && read_v4(p, ip + n)) {
            p += strlen(p);
            n += 4;
            break;
        }
        if (digits == 0 || n + 2 > max_bytes)
            return -1;
        put_be16(ip + n, (uint16_t)value);
        n += 2;
        p += digits;
        if (p[0] == ':' && p[1] == ':')
            break;
        if (p[0] == ':' && p[1] != '\0')
            p++;
        else if (p[0] != '\0')
            return -1;
    }
    *text = p;
    return n;
}

static bool read_v6(const char *text, uint8_t ip[16])
{
    uint8_t tail[16];
    memset(ip, 0, 16);
    int head_len = read_groups(&text, ip, 16);
    if (head_len < 0)
        return false;
    if (*text == '\0')
        return head_len == 16;
    if (text[0] != ':' || text[1] != ':' || head_len > 14)
        return false;
    text += 2;
    /* "::" stands for at least one group, RFC 4291 §2.2 */
    int tail_len = read_groups(&text, tail, 14 - head_len);
    if (tail_len < 0 || *text != '\0')
        return false;
    memcpy(ip + 16 - tail_len, tail, (size_t)tail_len);
    return true;
}

enum err addr_parse_ip(struct addr *out, const char *text, uint16_t port)
{
    uint8_t ip[16];
    if (read_v4(text, ip))
        *out = addr_v4(ip, port);
    else if (read_v6(text, ip))
        *out = addr_v6(ip, port);
    else
        return E_MALFORMED;
    return E_OK;
}
