/* SPDX-License-Identifier: Apache-2.0
 * What the clock on the wall shows in a time zone; the only user of GLib's time zones. */
#include "signaling/api/zone.h"

#include <glib.h>

#include <string.h>

struct zone {
    GTimeZone *zone;
};

struct zone *zone_new(const char *name)
{
    struct zone *z = g_new0(struct zone, 1);
    z->zone = g_time_zone_new_identifier(name);
    if (z->zone == NULL)
        z->zone = g_time_zone_new_utc();
    return z;
}

void zone_free(struct zone *z)
{
    if (z == NULL)
        return;
    g_time_zone_unref(z->zone);
    g_free(z);
}

struct civil zone_civil(void *ctx, int64_t utc_ms)
{
    const struct zone *z = ctx;
    struct civil c = {.year = 1970, .month = 1, .day = 1};
    GDateTime *utc = g_date_time_new_from_unix_utc(utc_ms / 1000);
    GDateTime *local = utc == NULL ? NULL : g_date_time_to_timezone(utc, z->zone);
    if (local != NULL) {
        c = (struct civil){.year = (int16_t)g_date_time_get_year(local),
                           .month = (uint8_t)g_date_time_get_month(local),
                           .day = (uint8_t)g_date_time_get_day_of_month(local),
                           .hour = (uint8_t)g_date_time_get_hour(local),
                           .minute = (uint8_t)g_date_time_get_minute(local)};
        g_date_time_unref(local);
    }
    if (utc != NULL)
        g_date_time_unref(utc);
    return c;
}
