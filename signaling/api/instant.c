/* SPDX-License-Identifier: Apache-2.0
 * Decides which texts are instants and which names are time zones. */
#include "signaling/api/instant.h"

#include <ctype.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct reader {
    const char *p;
    bool failed;
};

static int digits(struct reader *r, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (r->failed || !isdigit((unsigned char)*r->p)) {
            r->failed = true;
            return 0;
        }
        v = v * 10 + (*r->p++ - '0');
    }
    return v;
}

static void expect(struct reader *r, char c)
{
    if (r->failed || *r->p != c)
        r->failed = true;
    else
        r->p++;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01, proleptic Gregorian, for years from 1970. */
static int64_t days_since(int year, int month, int day)
{
    int64_t before = year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
    for (int m = 1; m < month; m++)
        days += days_in(year, m);
    return days + day - 1;
}

static int offset_minutes(struct reader *r)
{
    if (*r->p == 'Z') {
        r->p++;
        return 0;
    }
    int sign = *r->p == '-' ? -1 : 1;
    expect(r, sign < 0 ? '-' : '+');
    int hours = digits(r, 2);
    expect(r, ':');
    int minutes = digits(r, 2);
    if (hours > 23 || minutes > 59)
        r->failed = true;
    return sign * (hours * 60 + minutes);
}

enum err instant_parse(int64_t *out_s, const char *text)
{
    struct reader r = {text, false};
    int year = digits(&r, 4);
    expect(&r, '-');
    int month = digits(&r, 2);
    expect(&r, '-');
    int day = digits(&r, 2);
    expect(&r, 'T');
    int hour = digits(&r, 2);
    expect(&r, ':');
    int minute = digits(&r, 2);
    expect(&r, ':');
    int second = digits(&r, 2);
    if (!r.failed && *r.p == '.') {
        r.p++;
        digits(&r, 1);
        r.p += strspn(r.p, "0123456789");
    }
    int offset = r.failed ? 0 : offset_minutes(&r);
    if (r.failed || *r.p != '\0' || year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month) || hour > 23 || minute > 59 || second > 60)
        return E_MALFORMED;
    if (second == 60)
        second = 59;
    *out_s =
        days_since(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset * 60;
    return E_OK;
}

bool zone_exists(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    size_t len = strlen(name);
    /* A zone starts with a capital; lower-case folders there (posix, right) are copies for other
     * uses. */
    if (len == 0 || len > 60 || !isupper((unsigned char)name[0]) || strspn(name, allowed) != len ||
        strstr(name, "//") != NULL || name[len - 1] == '/')
        return false;
    char path[128], head[4] = {0};
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    struct stat st;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
              read(fd, head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head, "TZif", sizeof head) == 0; /* RFC 8536 §3.1 */
    close(fd);
    return ok;
}
