/* SPDX-License-Identifier: Apache-2.0
 * Does the record say what was found, byte for byte, in any zone and on the night the clocks
 * change. */
#include "tests/testing.h"

#include "log.h"
#include "signaling/attendance/csv.h"
#include "signaling/attendance/fold.h"
#include "signaling/attendance/record.h"

static struct log l;
static char out[65536];

/* A zone with one change of its offset, in minutes. */
struct zone {
    int64_t change_ms;
    int32_t before_min, after_min;
};

static const struct zone paris_winter = {0, 60, 60};
static const struct zone paris_october = {INT64_C(1792890000000), 120, 60}; /* 2026-10-25 01:00 Z */
static const struct zone paris_march = {INT64_C(1774746000000), 60, 120};   /* 2026-03-29 01:00 Z */
static const struct zone noumea = {0, 660, 660};

/* Days to civil date: Howard Hinnant's chrono algorithms, public domain. */
static struct civil local(void *ctx, int64_t utc_ms)
{
    const struct zone *z = ctx;
    int64_t min = utc_ms / 60000 + (utc_ms < z->change_ms ? z->before_min : z->after_min);
    int64_t days = min / 1440 + 719468, era = days / 146097, doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    return (struct civil){.year = (int16_t)(yoe + era * 400 + (month <= 2 ? 1 : 0)),
                          .month = (uint8_t)month,
                          .day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1),
                          .hour = (uint8_t)(min % 1440 / 60),
                          .minute = (uint8_t)(min % 60)};
}

static bool words(void *ctx, uint32_t person, struct person_words *w)
{
    (void)ctx;
    static const struct person_words known[] = {
        [1] = {"ZOLA", "\xc3\x89mile", "DRH; paie", "A1"},
        [2] = {"=cmd|' /C calc'!A0", "+Anne", "-x", "@\"id\""},
        [3] = {"L\xc3\x89GER", "Zo\xc3\xa9", NULL, NULL},
    };
    if (person == 90)
        *w = (struct person_words){"MARTIN", "Anne", NULL, NULL};
    else if (person > 0 && person < 4)
        *w = known[person];
    return person == 90 || (person > 0 && person < 4);
}

static const char *site(void *ctx, uint16_t number)
{
    (void)ctx;
    return number == 3 ? "salle B12" : NULL;
}

/* The CSV of the log, ended by 0. */
static const char *csv_of(const struct zone *z, const char *zone_name)
{
    struct presence *p = log_presence(&l);
    struct record *r = NULL;
    const struct record_ports ports = {
        .ctx = (void *)(uintptr_t)z, .local = local, .words = words, .site = site};
    const struct record_head head = {.organisation = "Minist\xc3\xa8re",
                                     .organisation_number = "11 75 00000 75",
                                     .title = "Accueillir le public",
                                     .zone = zone_name,
                                     .chain_head = {0xAB, 0xCD}};
    assert_int_equal(record_new(&r, p, &head, &ports), E_OK);
    struct writer w = writer_over(out, sizeof out - 1);
    assert_int_equal(record_csv(r, &w), E_OK);
    out[w.len] = '\0';
    for (size_t cap = 0; cap < w.len; cap += 37) { /* less room: nothing is written */
        struct writer small = writer_over(out, cap);
        assert_int_equal(record_csv(r, &small), E_FULL);
        assert_int_equal(small.len, 0);
    }
    w.len = 0;
    assert_int_equal(record_csv(r, &w), E_OK);
    record_free(r);
    presence_free(p);
    return out;
}

static void has(const char *line)
{
    char whole[1024];
    snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
    if (strstr(out, whole) == NULL)
        print_message("%s", out);
    assert_non_null(strstr(out, whole));
}

static void lesson(void)
{
    log_day(&l);
    for (uint32_t i = 1; i <= 2; i++)
        log_add(&l, LOG_PERSON_EXPECTED, i);
    log_add(&l, LOG_PERSON_DECLARED, 3);
    log_add(&l, LOG_ENTERED, 90)->role = LOG_ROLE_TRAINER;
    log_add(&l, LOG_ENTERED, 1);
    log_alive_until(&l, NINE + MINUTES(30) + SECONDS(45));
    log_add(&l, LOG_ENTERED, 3);
    struct log_event *e = log_add(&l, LOG_CHECKED_IN, 3);
    e->site = 3;
    e->reason = LOG_HOW_TICKED;
    e->by = 90;
    log_alive_until(&l, NINE + MINUTES(60));
    log_add(&l, LOG_LOST, 1);
    log_add_at(&l, l.now_ms + SECONDS(20), LOG_BACK, 1);
    log_alive_until(&l, NINE + MINUTES(208));
    e = log_add(&l, LOG_LIST_CONFIRMED, 0);
    e->site = 3;
    e->by = 90;
    log_alive_until(&l, NINE + MINUTES(210));
    log_left(&l, 3, LOG_LEFT_LEFT);
    log_alive_until(&l, NINE + MINUTES(480));
    log_add(&l, LOG_CLASS_ENDED, 0);
}

static void lines_are_those_of_a_french_spreadsheet(void **state)
{
    (void)state;
    lesson();
    const char *text = csv_of(&paris_winter, "Europe/Paris");
    assert_memory_equal(text, "\xEF\xBB\xBFRelev\xc3\xa9 de pr\xc3\xa9sence\r\n", 25);
    has("Organisme;Minist\xc3\xa8re");
    has("Dates;23/11/2026");
    has("Heures pr\xc3\xa9vues;6,5");
    has("Minutes pr\xc3\xa9vues;390");
    has("Lieux;salle B12, \xc3\xa0 distance");
    has("Formation;Anne MARTIN");
    has("Retard au-del\xc3\xa0 de (minutes);10");
    has("ZOLA;\xc3\x89mile;\"DRH; paie\";A1;liste;1;23/11/2026 09:00;23/11/2026 12:30;210;"
        "\xc3\xa0 distance;connexion;23/11/2026 09:00;23/11/2026 12:30;210;210;0;100;;;;0;0;"
        "1 coupure courte");
    has("ZOLA;\xc3\x89mile;\"DRH; paie\";A1;liste;Total;;;390;\xc3\xa0 "
        "distance;;;;390;390;0;100;;;;0;"
        "0;");
    has("L\xc3\x89GER;Zo\xc3\xa9;;;identit\xc3\xa9 d\xc3\xa9"
        "clar\xc3\xa9"
        "e;1;23/11/2026 09:00;23/11/2026 12:30;210;"
        "en salle;connexion, coch\xc3\xa9 par Anne MARTIN, confirm\xc3\xa9 par Anne MARTIN;"
        "23/11/2026 09:30;23/11/2026 12:30;179,2;0;179,2;85,3;oui;;;0;0;");
    has("L\xc3\x89GER;Zo\xc3\xa9;;;identit\xc3\xa9 d\xc3\xa9"
        "clar\xc3\xa9"
        "e;2;23/11/2026 14:00;23/11/2026 17:00;180;"
        ";;;;0;0;0;0;;;oui;0;0;");
    has("\"Ce relev\xc3\xa9 constate des connexions et des pr\xc3\xa9sences d\xc3\xa9"
        "clar\xc3\xa9"
        "es\xe2\x80\xaf; il ne vaut pas signature.\"");
    has("Empreinte de la "
        "cha\xc3\xaene;abcd000000000000000000000000000000000000000000000000000000000000");
    /* Sorted by family name, accents aside: Léger before Zola. */
    assert_true(strstr(text, "L\xc3\x89GER") < strstr(text, "ZOLA"));
}

static void cells_of_strangers_are_never_formulas(void **state)
{
    (void)state;
    lesson();
    csv_of(&paris_winter, "Europe/Paris");
    has("'=cmd|' /C calc'!A0;'+Anne;'-x;\"'@\"\"id\"\"\";liste;1;23/11/2026 09:00;23/11/2026 "
        "12:30;210;"
        ";;;;0;0;0;0;;;oui;0;0;");
    static const char *const bad[] = {"\t=1", "\r=1"};
    for (size_t i = 0; i < 2; i++) {
        struct writer w = writer_over(out, sizeof out);
        struct csv c = {.w = &w};
        csv_text(&c, bad[i]);
        assert_memory_equal(out, "\"'", 2);
    }
}

static void erased_people_keep_their_minutes_without_a_name(void **state)
{
    (void)state;
    log_day(&l);
    log_add(&l, LOG_PERSON_EXPECTED, 12);
    log_add_at(&l, NINE, LOG_ENTERED, 12);
    log_alive_until(&l, NINE + MINUTES(480));
    log_add(&l, LOG_CLASS_ENDED, 0);
    csv_of(&paris_winter, "Europe/Paris");
    has("personne 12;;;;liste;Total;;;390;\xc3\xa0 distance;;;;390;390;0;100;;;;0;0;");
}

static void day_is_390_minutes_in_noumea_too(void **state)
{
    (void)state;
    lesson();
    csv_of(&noumea, "Pacific/Noumea");
    has("Fuseau horaire;Pacific/Noumea");
    has("Dates;du 23/11/2026 au 24/11/2026");
    has("ZOLA;\xc3\x89mile;\"DRH; paie\";A1;liste;2;24/11/2026 00:00;24/11/2026 03:00;180;"
        "\xc3\xa0 distance;connexion;24/11/2026 00:00;24/11/2026 03:00;180;180;0;100;;;;0;0;");
}

/* 00:00–04:00 by the clocks on the wall, which are set in the middle. */
static void night(const struct zone *z, int64_t hours)
{
    int64_t from_ms = z->change_ms - INT64_C(3600000) * (z->before_min == 120 ? 3 : 2);
    log_start(&l, from_ms - MINUTES(10));
    log_period(&l, 1, from_ms, from_ms + MINUTES(60 * hours));
    log_add(&l, LOG_PERSON_EXPECTED, 1);
    log_add_at(&l, from_ms, LOG_ENTERED, 1);
    log_alive_until(&l, from_ms + MINUTES(60 * hours));
    log_add(&l, LOG_CLASS_ENDED, 0);
    csv_of(z, "Europe/Paris");
}

static void night_of_the_clocks_has_the_hours_that_passed(void **state)
{
    (void)state;
    night(&paris_october, 5);
    has("ZOLA;\xc3\x89mile;\"DRH; paie\";A1;liste;1;25/10/2026 00:00;25/10/2026 04:00;300;"
        "\xc3\xa0 distance;connexion;25/10/2026 00:00;25/10/2026 04:00;300;300;0;100;;;;0;0;");
    night(&paris_march, 3);
    has("ZOLA;\xc3\x89mile;\"DRH; paie\";A1;liste;1;29/03/2026 00:00;29/03/2026 04:00;180;"
        "\xc3\xa0 distance;connexion;29/03/2026 00:00;29/03/2026 04:00;180;180;0;100;;;;0;0;");
}

static void nothing_less_than_all_is_a_hundred_percent(void **state)
{
    (void)state;
    assert_int_equal(record_permille(MINUTES(390) - 1, MINUTES(390)), 999);
    assert_int_equal(record_permille(MINUTES(390), MINUTES(390)), 1000);
    assert_int_equal(record_permille(5, 0), 0);
}

static void letters_are_compared_without_their_marks(void **state)
{
    (void)state;
    char text[32];
    const char name[] = "\xc3\x89l\xc3\xa9onore d'\xc5\x92uvre-\xc3\x87\xc3\xa0";
    fold_text(text, sizeof text, bytes_of(name, strlen(name)));
    assert_string_equal(text, "eleonoredoeuvreca");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(lines_are_those_of_a_french_spreadsheet),
    cmocka_unit_test(cells_of_strangers_are_never_formulas),
    cmocka_unit_test(erased_people_keep_their_minutes_without_a_name),
    cmocka_unit_test(day_is_390_minutes_in_noumea_too),
    cmocka_unit_test(night_of_the_clocks_has_the_hours_that_passed),
    cmocka_unit_test(nothing_less_than_all_is_a_hundred_percent),
    cmocka_unit_test(letters_are_compared_without_their_marks),
};

TEST_MAIN(tests)
