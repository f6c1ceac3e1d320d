/* SPDX-License-Identifier: Apache-2.0
 * Decides which recordings have been kept long enough. Deletes nothing itself. */
#include "recordings/retention.h"

enum { DAY_MS = 86400000 };

/* Days since 1970-01-01 of a date of the Gregorian calendar, and back (years start in March, so
 * that the leap day is the last). */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, int64_t *y, int64_t *m, int64_t *d)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = yoe + era * 400 + (*m <= 2);
}

static int64_t last_day(int64_t y, int64_t m)
{
    int64_t next = m == 12 ? days_of(y + 1, 1, 1) : days_of(y, m + 1, 1);
    return next - days_of(y, m, 1);
}

int64_t retention_months_before(int64_t wall_ms, unsigned months)
{
    int64_t y, m, d;
    int64_t days = wall_ms / DAY_MS - (wall_ms % DAY_MS < 0);
    int64_t rest = wall_ms - days * DAY_MS;
    date_of(days, &y, &m, &d);
    int64_t month = y * 12 + m - 1 - (int64_t)months;
    y = month / 12;
    m = month % 12 + 1;
    int64_t last = last_day(y, m);
    return days_of(y, m, d < last ? d : last) * DAY_MS + rest;
}

uint32_t retention_mark(struct retention_item *items, uint32_t n, unsigned months, int64_t now_ms)
{
    uint32_t due = 0;
    if (months > RETENTION_MONTHS_MAX)
        months = RETENTION_MONTHS_MAX;
    int64_t before = months == 0 ? INT64_MIN : retention_months_before(now_ms, months);
    for (uint32_t i = 0; i < n; i++) {
        items[i].due = items[i].state != MANIFEST_RUNNING && items[i].ended_wall_ms <= before;
        due += items[i].due ? 1U : 0U;
    }
    return due;
}
