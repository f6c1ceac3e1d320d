/* SPDX-License-Identifier: Apache-2.0
 * Who was there, through the service whole: the log, lists and links of people, places, the record.
 */
#include "tests/testing.h"

#include "signaling/trainer_command.h"
#include "tests/signaling/served.h"
#include "tests/signaling/store/years.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void events_of_a_lesson_stand_in_the_log_once_answered(void **state)
{
    (void)state;
    struct guest anne, karim;
    char path[160];
    join(&anne, trainer, "Anne");
    join(&karim, learner, "Karim");
    browser_say(karim.fd,
                "{\"type\":\"message.send\",\"id\":1,\"key\":\"k\",\"text\":\"O\u00f9 ?\","
                "\"to\":\"moderators\"}");
    browser_wait(karim.fd, "ok", heard);
    assert_int_equal(count_events("message.sent"), 1);
    assert_non_null(strstr(answer.body, "\"private\":{\"text\":\"O\u00f9 ?\"}"));
    browser_say(karim.fd, "{\"type\":\"hand.raise\",\"id\":2}");
    browser_wait(karim.fd, "ok", heard);
    assert_int_equal(count_events("hand.raised"), 1);
    assert_int_equal(count_events("class.opened"), 1);
    assert_non_null(strstr(answer.body, "\"private\":{\"title\":\"Accueillir le public\""));
    assert_int_equal(count_events("period.planned"), 1);
    assert_int_equal(count_events("person.declared"), 2);
    assert_int_equal(count_events("entered"), 2);
    assert_non_null(strstr(answer.body, "\"private\":{\"name\":\"Karim\"}"));
    browser_say(anne.fd, "{\"type\":\"entrance.set\",\"id\":1,\"entrance\":\"closed\"}");
    browser_wait(anne.fd, "ok", heard);
    assert_int_equal(count_events("entrance"), 1);
    browser_say(karim.fd, "{\"type\":\"leave\"}");
    assert_int_equal(browser_wait_close(karim.fd, 2000), 1000);
    wait_events("left", 1);
    snprintf(path, sizeof path, "%s/events?after=2", class_path);
    assert_int_equal(ask("GET", path, admin, NULL), 200);
    assert_null(strstr(answer.body, "\"event\":2,"));
    assert_non_null(strstr(answer.body, "{\"events\":[{\"event\":3,"));
    assert_non_null(strstr(answer.body, "\"head\":{\"event\":"));
    snprintf(path, sizeof path, "%s/events?after=x", class_path);
    ask("GET", path, admin, NULL);
    refused(422, "unknown-field");
    ask("GET", path, NULL, NULL);
    refused(401, "unauthorized");
    close(anne.fd);
    close(karim.fd);
}

static void stop_of_the_server_is_a_leave_with_its_reason(void **state)
{
    (void)state;
    struct guest anne;
    join(&anne, trainer, "Anne");
    stop();
    close(anne.fd);
    start();
    assert_int_equal(count_events("left"), 1);
    assert_non_null(strstr(answer.body, "\"kind\":\"left\""));
    assert_non_null(strstr(answer.body, "\"reason\":5"));
    assert_int_equal(count_events("server.stopped"), 1);
    wait_events("server.started", 1);
}

/* What a kill leaves behind is what stands in the folder while the server runs. */
static void killed_server_has_lost_nothing_that_was_answered(void **state)
{
    (void)state;
    struct guest anne;
    char command[256];
    join(&anne, trainer, "Anne");
    for (unsigned i = 0; i < 20; i++) {
        char text[128];
        snprintf(
            text, sizeof text,
            "{\"type\":\"message.send\",\"id\":1,\"key\":\"k%u\",\"text\":\"x\",\"to\":\"all\"}",
            i);
        browser_say(anne.fd, text);
        browser_wait(anne.fd, "ok", heard);
    }
    snprintf(command, sizeof command, "cp -r %s/data %s/killed", dir, dir);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c,concurrency-mt-unsafe): fixed
    stop();
    close(anne.fd);
    snprintf(command, sizeof command, "rm -rf %s/data && mv %s/killed %s/data", dir, dir, dir);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c,concurrency-mt-unsafe): fixed
    start();
    assert_int_equal(count_events("message.sent"), 20);
    assert_int_equal(count_events("left"), 0);
    wait_events("server.started", 1);
}

static char path[200];

static const char *of_class(const char *tail)
{
    snprintf(path, sizeof path, "%s%s", class_path, tail);
    return path;
}

static void list_gives_each_one_a_link_that_is_the_person(void **state)
{
    (void)state;
    char token[128], number[16];
    struct guest lucie;
    assert_int_equal(ask("POST", of_class("/people"), admin,
                         "{\"people\":[{\"family_name\":\"PETIT\",\"given_name\":\"Lucie\","
                         "\"organisation\":\"Mairie de Lyon\",\"external_id\":\"A7\"},"
                         "{\"family_name\":\"\",\"given_name\":\"x\"}]}"),
                     201);
    assert_non_null(strstr(answer.body, "\"errors\":[{\"line\":3,\"code\":\"no-family-name\"}]"));
    browser_field(answer.body, "token", token, sizeof token);
    browser_field(answer.body, "person", number, sizeof number);
    assert_int_equal(ask("GET", "/api/v1/link", token, NULL), 200);
    take_ticket(&lucie, token, NULL);
    assert_int_equal(lucie.person, strtoul(number, NULL, 10));
    say_hello(&lucie, "");
    browser_wait(lucie.fd, "welcome", heard);
    assert_non_null(strstr(heard, "Lucie PETIT"));
    close(lucie.fd);
    assert_int_equal(count_events("person.expected"), 1);
    assert_non_null(strstr(answer.body, "\"external_id\":\"A7\""));
    stop();
    start();
    assert_int_equal(ask("GET", of_class("/people"), admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"identity\":\"list\""));
    assert_non_null(strstr(answer.body, "\"organisation\":\"Mairie de Lyon\""));
    assert_int_equal(ask("GET", "/api/v1/link", token, NULL), 200);
    assert_int_equal(ask("POST", of_class("/people"), admin,
                         "{\"people\":[{\"family_name\":\"PETIT-ROY\",\"given_name\":\"Lucie\","
                         "\"external_id\":\"A7\"}]}"),
                     201);
    browser_field(answer.body, "person", path, sizeof path);
    assert_string_equal(path, number); /* the identifier says who it is */
}

static void list_of_bad_lines_is_refused_whole(void **state)
{
    (void)state;
    ask("POST", of_class("/people"), admin, "{\"people\":[{\"family_name\":\"A\"}]}");
    refused(422, "bad-people");
    ask("POST", of_class("/people"), admin, "{\"people\":[{\"age\":\"3\"}]}");
    refused(422, "unknown-field");
    ask("POST", of_class("/people"), admin, "[]");
    refused(400, "bad-json");
    assert_int_equal(ask("GET", of_class("/people"), admin, NULL), 200);
    assert_string_equal(answer.body, "{\"people\":[]}");
}

static void spreadsheet_is_a_list_too(void **state)
{
    (void)state;
    char text[512];
    static const char csv[] = "Nom;Prenom;Organisme\r\nDIALLO;Karim;DRH\r\nPETIT;Lucie;DRH\r\n";
    int n = snprintf(text, sizeof text,
                     "POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Type: "
                     "text/csv\r\nContent-Length: %zu\r\n\r\n%s",
                     of_class("/people"), admin, sizeof csv - 1, csv);
    browser_raw(port, text, (size_t)n, &answer);
    assert_int_equal(answer.status, 201);
    assert_non_null(strstr(answer.body, "\"name\":\"Karim DIALLO\""));
    assert_non_null(strstr(answer.body, "\"name\":\"Lucie PETIT\""));
}

static void open_link_asks_who_comes_and_can_be_switched_off(void **state)
{
    (void)state;
    char open[128], body[300];
    struct guest karim;
    assert_int_equal(ask("PATCH", class_path, admin, "{\"open_link\":true}"), 200);
    read_token("open", open, sizeof open);
    assert_int_equal(ask("GET", "/api/v1/link", open, NULL), 200);
    assert_non_null(strstr(answer.body, "\"open\":true"));
    ask("POST", "/api/v1/tickets", open, "{\"name\":\"Karim\"}");
    refused(422, "bad-name");
    assert_int_equal(ask("POST", "/api/v1/tickets", open,
                         "{\"family_name\":\"DIALLO\",\"given_name\":\"Karim\","
                         "\"organisation\":\"DRH\"}"),
                     201);
    browser_field(answer.body, "person_token", karim.token, sizeof karim.token);
    browser_field(answer.body, "ticket", karim.ticket, sizeof karim.ticket);
    say_hello(&karim, "");
    browser_wait(karim.fd, "welcome", heard);
    assert_non_null(strstr(heard, "\"identity\":\"declared\""));
    snprintf(body, sizeof body, "{\"person_token\":\"%s\"}", karim.token);
    assert_int_equal(ask("POST", "/api/v1/tickets", open, body),
                     201); /* a reload is the same one */
    assert_non_null(strstr(answer.body, karim.token));
    assert_int_equal(ask("PATCH", class_path, admin, "{\"open_link\":false}"), 200);
    ask("GET", "/api/v1/link", open, NULL);
    refused(403, "revoked");
    assert_int_equal(ask("GET", "/api/v1/link", karim.token, NULL), 200);
    assert_int_equal(ask("PATCH", class_path, admin, "{\"open_link\":true}"), 200);
    ask("GET", "/api/v1/link", open, NULL);
    refused(403, "revoked");
    assert_int_equal(count_events("open-link"), 3);
    close(karim.fd);
}

static void places_of_a_class_are_kept_with_a_link_each(void **state)
{
    (void)state;
    assert_int_equal(ask("PATCH", class_path, admin,
                         "{\"sites\":[{\"site\":2,\"name\":\"Salle B12\"}],\"late_min\":15,"
                         "\"help\":\"01 02 03 04 05\"}"),
                     200);
    stop();
    start();
    assert_int_equal(ask("GET", class_path, admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"sites\":[{\"site\":2,\"name\":\"Salle B12\",\"link\":"));
    assert_non_null(strstr(answer.body, "\"late_min\":15,\"early_min\":10,\"help\":\"01 02"));
    ask("PATCH", class_path, admin, "{\"sites\":[{\"site\":17,\"name\":\"A\"}]}");
    refused(422, "bad-site");
    assert_int_equal(count_events("site.opened"), 1);
}

/* A class that runs now: one period from an hour ago to an hour from now. */
static void plan_now(void)
{
    char body[300], from[40], to[40];
    time_t now = time(NULL);
    struct tm t;
    time_t at = now - 3600;
    strftime(from, sizeof from, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &t));
    at = now + 3600;
    strftime(to, sizeof to, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &t));
    snprintf(body, sizeof body, "{\"periods\":[{\"from\":\"%s\",\"to\":\"%s\"}]}", from, to);
    assert_int_equal(ask("PATCH", class_path, admin, body), 200);
}

static void record_says_who_was_there_and_who_was_not(void **state)
{
    (void)state;
    char token[128];
    struct guest anne, lucie;
    plan_now();
    assert_int_equal(ask("POST", of_class("/people"), admin,
                         "{\"people\":[{\"family_name\":\"PETIT\",\"given_name\":\"Lucie\"},"
                         "{\"family_name\":\"=ROY\",\"given_name\":\"Paul\"}]}"),
                     201);
    browser_field(answer.body, "token", token, sizeof token);
    join(&anne, trainer, "Anne");
    join(&lucie, token, NULL);
    wait_events("entered", 2);
    assert_int_equal(ask("GET", of_class("/attendance"), admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"count\":{\"expected\":2,\"present\":1,\"in_room\":0}"));
    assert_non_null(strstr(answer.body, "\"trainers\":[{\"person\":"));
    assert_non_null(strstr(answer.body, "\"identity\":\"list\",\"here\":\"remote\""));
    assert_non_null(strstr(answer.body, "\"here\":null"));
    assert_non_null(strstr(answer.body, "\"planned_minutes\":120.0"));
    assert_non_null(strstr(answer.body, "\"version\":1"));
    assert_int_equal(ask("GET", of_class("/attendance.csv"), admin, NULL), 200);
    assert_non_null(strstr(answer.head, "text/csv"));
    assert_memory_equal(answer.body, "\xEF\xBB\xBF", 3);
    assert_non_null(strstr(answer.body, "\r\nPETIT;Lucie;"));
    assert_non_null(strstr(answer.body, "\r\n'=ROY;Paul;"));
    wait_events("exported", 1);
    close(anne.fd);
    close(lucie.fd);
}

static void correction_is_an_event_and_reopening_a_new_version(void **state)
{
    (void)state;
    plan_now();
    assert_int_equal(ask("POST", of_class("/people"), admin,
                         "{\"people\":[{\"family_name\":\"PETIT\",\"given_name\":\"Lucie\"}]}"),
                     201);
    assert_int_equal(
        ask("POST", of_class("/corrections"), admin,
            "{\"person\":1,\"period\":1,\"minutes\":30,\"reason\":\"Feuille papier\"}"),
        201);
    assert_int_equal(count_events("corrected"), 2);
    assert_non_null(strstr(answer.body, "\"private\":{\"why\":\"Feuille papier\"}"));
    assert_int_equal(ask("GET", of_class("/attendance"), admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"minutes\":30.0"));
    assert_non_null(strstr(answer.body, "\"corrected\":true"));
    ask("POST", of_class("/corrections"), admin,
        "{\"person\":9,\"period\":1,\"status\":\"absent\",\"reason\":\"x\"}");
    refused(404, "not-found");
    ask("POST", of_class("/corrections"), admin, "{\"person\":1,\"period\":1,\"reason\":\"x\"}");
    refused(422, "bad-correction");
    ask("POST", of_class("/reopen"), admin, NULL);
    refused(409, "wrong-state");
    assert_int_equal(ask("POST", of_class("/end"), admin, NULL), 200);
    assert_int_equal(ask("POST", of_class("/reopen"), admin, NULL), 200);
    assert_int_equal(ask("GET", of_class("/attendance"), admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"version\":2,\"ended\":false"));
}

static void two_numbers_become_one_person_and_stay_it(void **state)
{
    (void)state;
    struct guest a, b, again;
    take_ticket(&a, learner, "Karim");
    take_ticket(&b, learner, "Karim D.");
    char body[64];
    snprintf(body, sizeof body, "{\"from\":%u,\"into\":%u}", a.person, b.person);
    assert_int_equal(ask("POST", of_class("/merge"), admin, body), 200);
    assert_int_equal(count_events("person.merged"), 1);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(ask("POST", "/api/v1/tickets", a.token, NULL), 201);
        browser_field(answer.body, "person", body, sizeof body);
        assert_int_equal(strtoul(body, NULL, 10), b.person);
        browser_field(answer.body, "ticket", again.ticket, sizeof again.ticket);
        say_hello(&again, "");
        browser_wait(again.fd, "welcome", heard);
        close(again.fd);
        stop();
        start();
    }
    ask("POST", of_class("/merge"), admin, "{\"from\":1,\"into\":77}");
    refused(404, "not-found");
}

static void notice_is_for_everybody(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/api/v1/notice", NULL, NULL), 200);
    assert_non_null(strstr(answer.body, "\"years\":6,\"messages_months\":3,\"journal_years\":1"));
}

/* What `amphi trainer …` prints. */
static enum err run_trainer(const char *verb, char *what, char out[4096])
{
    char verb_text[16], *args[] = {verb_text, what};
    char printed[128];
    snprintf(verb_text, sizeof verb_text, "%s", verb);
    snprintf(printed, sizeof printed, "%s/printed", dir);
    fflush(stdout);
    int before = dup(STDOUT_FILENO), file = open(printed, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(before >= 0 && file >= 0 && dup2(file, STDOUT_FILENO) >= 0);
    enum err e = trainer_command(served_config(), what == NULL ? 1 : 2, args);
    fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    ssize_t n = pread(file, out, 4095, 0);
    out[n > 0 ? n : 0] = '\0';
    close(before);
    close(file);
    return e;
}

static void new_trainer(char *name, char home[128])
{
    char out[4096];
    assert_int_equal(run_trainer("add", name, out), E_OK);
    const char *token = strstr(out, "/home#");
    assert_non_null(token);
    snprintf(home, 128, "%.*s", (int)strcspn(token + 6, "\n"), token + 6);
}

static void trainer_sees_own_classes_only(void **state)
{
    (void)state;
    char anne[128], paul[128], own[128], out[4096], anne_name[] = "MARTIN Anne",
                                                    paul_name[] = "ROY Paul", one[] = "1";
    new_trainer(anne_name, anne); /* while the server runs */
    stop();
    new_trainer(paul_name, paul); /* and while it does not */
    start();
    assert_int_equal(run_trainer("list", NULL, out), E_OK);
    assert_string_equal(out, "1\tactive\tMARTIN Anne\n2\tactive\tROY Paul\n");
    assert_int_equal(ask("GET", "/api/v1/home", anne, NULL), 200);
    assert_string_equal(answer.body,
                        "{\"trainer\":{\"trainer\":1,\"name\":\"MARTIN Anne\"},\"classes\":[]}");
    assert_int_equal(ask("POST", "/api/v1/classes", anne, CLASS_BODY), 201);
    browser_field(answer.body, "id", out, sizeof out);
    snprintf(own, sizeof own, "/api/v1/classes/%.40s", out);
    assert_int_equal(ask("GET", own, anne, NULL), 200);
    assert_non_null(strstr(answer.body, "\"trainers\":[1]"));
    assert_int_equal(ask("GET", own, admin, NULL), 200);
    ask("GET", own, paul, NULL);
    refused(404, "not-found");
    ask("DELETE", own, paul, NULL);
    refused(404, "not-found");
    ask("GET", class_path, anne, NULL);
    refused(404, "not-found");
    assert_int_equal(ask("PATCH", own, anne, "{\"trainers\":[1,2]}"), 200);
    assert_int_equal(ask("GET", own, paul, NULL), 200);
    assert_int_equal(ask("GET", "/api/v1/home", paul, NULL), 200);
    assert_non_null(strstr(answer.body, "\"links\":{\"trainer\":"));
    ask("PATCH", own, anne, "{\"trainers\":[9]}");
    refused(422, "bad-trainer");
    ask("GET", "/api/v1/home", learner, NULL);
    refused(401, "unauthorized");
    ask("GET", "/api/v1/link", anne, NULL);
    refused(401, "unauthorized");
    assert_int_equal(run_trainer("revoke", one, out), E_OK);
    for (unsigned round = 0; round < 2; round++) { /* and after a restart */
        ask("GET", "/api/v1/home", anne, NULL);
        refused(401, "unauthorized");
        stop();
        start();
    }
    assert_int_equal(ask("GET", own, paul, NULL), 200);
}

static void code_of_a_place_says_i_am_here_and_nothing_else(void **state)
{
    (void)state;
    struct guest anne, device;
    char room[128], code[16], body[300], token[128], list[128];
    plan_now();
    assert_int_equal(ask("POST", of_class("/people"), admin,
                         "{\"people\":[{\"family_name\":\"PETIT\",\"given_name\":\"Lucie\"}]}"),
                     201);
    browser_field(answer.body, "token", list, sizeof list);
    assert_int_equal(
        ask("PATCH", class_path, admin, "{\"sites\":[{\"site\":2,\"name\":\"Salle B12\"}]}"), 200);
    read_token("room", room, sizeof room);
    join(&anne, trainer, "Anne");
    assert_non_null(strstr(heard, "\"codes\":[{\"site\":2,\"code\":\""));
    join(&device, room, "Salle B12");
    browser_field(strstr(heard, "\"codes\":"), "code", code, sizeof code);
    snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
    ask("POST", "/api/v1/here", NULL, body);
    refused(422, "bad-name");
    assert_int_equal(ask("POST", "/api/v1/here", list, body), 200);
    assert_non_null(
        strstr(answer.body, "\"site\":{\"site\":2,\"name\":\"Salle B12\"},\"person\":1}"));
    assert_int_equal(count_events("checked-in"), 1);
    assert_int_equal(ask("POST", "/api/v1/here", list, body), 200); /* again is no second event */
    assert_int_equal(count_events("checked-in"), 1);
    snprintf(body, sizeof body,
             "{\"code\":\"%s\",\"family_name\":\"ROY\",\"given_name\":\"Paul\","
             "\"organisation\":\"DRH\"}",
             code);
    assert_int_equal(ask("POST", "/api/v1/here", NULL, body), 200);
    browser_field(answer.body, "person_token", token, sizeof token);
    assert_int_equal(ask("GET", of_class("/attendance"), admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"count\":{\"expected\":1,\"present\":2,\"in_room\":2}"));
    assert_non_null(strstr(answer.body, "\"how\":\"code, non confirm\u00e9\""));
    ask("GET", "/api/v1/link", code, NULL);
    refused(401, "unauthorized");
    close(device.fd);
    close(anne.fd);
    stop();
    start(); /* they sit there still */
    join(&anne, trainer, "Anne");
    assert_non_null(strstr(heard, "Paul ROY"));
    assert_non_null(strstr(heard, "\"connection\":\"room\""));
    close(anne.fd);
    for (unsigned i = 0; i < 5; i++) {
        ask("POST", "/api/v1/here", NULL, "{\"code\":\"000000\"}");
        refused(404, "bad-code");
    }
    ask("POST", "/api/v1/here", NULL, "{\"code\":\"000000\"}");
    refused(429, "too-many");
}

/* True: the bytes stand somewhere in the folder of the server. */
static bool is_on_disk(const char *text)
{
    char command[256];
    snprintf(command, sizeof command, "grep -rqaF '%s' %s/data", text, dir);
    return system(command) == 0; // NOLINT(cert-env33-c,concurrency-mt-unsafe): fixed words
}

static void deleting_a_class_erases_messages_and_keeps_attendance(void **state)
{
    (void)state;
    struct guest anne, karim;
    join(&anne, trainer, "Anne");
    join(&karim, learner, "Karim-le-Grand");
    browser_say(karim.fd, "{\"type\":\"message.send\",\"id\":1,\"key\":\"k\",\"text\":"
                          "\"mot-tres-secret\",\"to\":\"all\"}");
    browser_wait(karim.fd, "ok", heard);
    assert_true(is_on_disk("mot-tres-secret"));
    ask("DELETE", of_class("/attendance"), admin, NULL);
    refused(409, "wrong-state");
    assert_int_equal(ask("DELETE", class_path, admin, NULL), 200);
    assert_non_null(
        strstr(answer.body, "{\"erased\":{\"messages\":1},\"kept\":{\"attendance_until\":\"203"));
    assert_false(is_on_disk("mot-tres-secret"));
    assert_int_equal(browser_wait_close(karim.fd, 2000), 4004);
    for (unsigned round = 0; round < 2; round++) {
        ask("GET", class_path, admin, NULL);
        refused(404, "not-found");
        ask("GET", "/api/v1/link", learner, NULL);
        refused(403, "revoked");
        assert_int_equal(ask("GET", of_class("/attendance"), admin, NULL), 200);
        assert_non_null(strstr(answer.body, "Karim-le-Grand"));
        stop();
        start();
    }
    assert_int_equal(count_events("erased"), 1);
    assert_int_equal(ask("DELETE", of_class("/attendance"), admin, NULL), 200);
    assert_string_equal(answer.body, "{\"erased\":{\"people\":2}}");
    assert_false(is_on_disk("Karim-le-Grand"));
    ask("GET", of_class("/attendance"), admin, NULL);
    refused(404, "not-found");
    close(anne.fd);
    close(karim.fd);
}

static void deleted_message_is_nowhere(void **state)
{
    (void)state;
    struct guest anne;
    join(&anne, trainer, "Anne");
    for (unsigned round = 0; round < 2; round++) { /* numbers begin again after a start */
        browser_say(anne.fd, round == 0 ? "{\"type\":\"message.send\",\"id\":1,\"key\":\"k\","
                                          "\"text\":\"celui-qui-reste\",\"to\":\"all\"}"
                                        : "{\"type\":\"message.send\",\"id\":1,\"key\":\"k\","
                                          "\"text\":\"mot-de-trop\",\"to\":\"all\"}");
        browser_wait(anne.fd, "ok", heard);
        if (round == 1)
            break;
        stop();
        close(anne.fd);
        start();
        join(&anne, trainer, "Anne");
    }
    assert_true(is_on_disk("mot-de-trop"));
    browser_say(anne.fd, "{\"type\":\"message.delete\",\"id\":2,\"message\":1}");
    browser_wait(anne.fd, "ok", heard);
    for (unsigned i = 0; i < 250 && is_on_disk("mot-de-trop"); i++)
        usleep(20000);
    assert_false(is_on_disk("mot-de-trop"));
    assert_true(is_on_disk("celui-qui-reste"));
    close(anne.fd);
}

static void what_was_kept_long_enough_is_erased(void **state)
{
    (void)state;
    struct guest anne;
    join(&anne, trainer, "Anne-la-Grande");
    browser_say(anne.fd, "{\"type\":\"message.send\",\"id\":1,\"key\":\"k\",\"text\":"
                         "\"mot-tres-secret\",\"to\":\"all\"}");
    browser_wait(anne.fd, "ok", heard);
    close(anne.fd);
    assert_int_equal(
        ask("PATCH", class_path, admin,
            "{\"periods\":[{\"from\":\"2015-01-05T09:00:00Z\",\"to\":\"2015-01-05T12:00:00Z\"}]}"),
        200);
    stop();
    years_pass(served_config()->data_dir);
    start();
    for (unsigned i = 0; i < 1500 && ask("GET", class_path, admin, NULL) == 200; i++)
        usleep(200000); /* the look goes over all places of the school */
    refused(404, "not-found");
    for (unsigned i = 0; i < 250 && is_on_disk("mot-tres-secret"); i++)
        usleep(20000);
    assert_false(is_on_disk("mot-tres-secret"));
    assert_false(is_on_disk("Anne-la-Grande"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, served_set_up, served_tear_down)
static const struct CMUnitTest tests[] = {
    CASE(events_of_a_lesson_stand_in_the_log_once_answered),
    CASE(stop_of_the_server_is_a_leave_with_its_reason),
    CASE(killed_server_has_lost_nothing_that_was_answered),
    CASE(list_gives_each_one_a_link_that_is_the_person),
    CASE(list_of_bad_lines_is_refused_whole),
    CASE(spreadsheet_is_a_list_too),
    CASE(open_link_asks_who_comes_and_can_be_switched_off),
    CASE(places_of_a_class_are_kept_with_a_link_each),
    CASE(record_says_who_was_there_and_who_was_not),
    CASE(correction_is_an_event_and_reopening_a_new_version),
    CASE(two_numbers_become_one_person_and_stay_it),
    CASE(notice_is_for_everybody),
    CASE(trainer_sees_own_classes_only),
    CASE(code_of_a_place_says_i_am_here_and_nothing_else),
    CASE(deleting_a_class_erases_messages_and_keeps_attendance),
    CASE(deleted_message_is_nowhere),
    CASE(what_was_kept_long_enough_is_erased),
};
TEST_MAIN(tests)
