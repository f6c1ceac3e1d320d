/* SPDX-License-Identifier: Apache-2.0
 * The service whole, but for the media plane: real HTTP, WebSockets and SQLite on a loopback port.
 */
#include "tests/testing.h"

#include "signaling/http/http.h"
#include "tests/signaling/served.h"
#include "tests/signaling/sfu_double.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static void class_is_made_and_read(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", "/api/v1/classes", admin, CLASS_BODY), 201);
    assert_non_null(strstr(answer.head, "location: /api/v1/classes/"));
    assert_non_null(strstr(answer.body, "\"trainer\":\"http://amphi.test/join#A"));
    assert_int_equal(ask("GET", class_path, admin, NULL), 200);
    assert_non_null(strstr(answer.body, "Accueillir le public"));
    assert_int_equal(ask("PATCH", class_path, admin, "{\"title\":\"Autre\"}"), 200);
    assert_int_equal(ask("GET", class_path, admin, NULL), 200);
    assert_non_null(strstr(answer.body, "\"title\":\"Autre\""));
    assert_int_equal(ask("DELETE", class_path, admin, NULL), 204);
    ask("GET", class_path, admin, NULL);
    refused(404, "not-found");
    ask("POST", "/api/v1/classes", admin, "{\"title\":1}");
    refused(422, "bad-title");
    ask("PUT", "/api/v1/classes", admin, "{}");
    assert_int_equal(answer.status, 405);
}

static void nothing_is_done_without_the_admin_key(void **state)
{
    (void)state;
    const char *wrong[] = {NULL, "", "x", trainer};
    for (size_t i = 0; i < 2; i++) {
        ask("POST", "/api/v1/classes", wrong[i], CLASS_BODY);
        refused(401, "unauthorized");
        ask("DELETE", class_path, wrong[i + 2], NULL);
        refused(401, "unauthorized");
        ask("GET", class_path, wrong[i + 2], NULL);
        refused(401, "unauthorized");
    }
    assert_int_equal(ask("GET", class_path, admin, NULL), 200);
}

static void link_says_what_it_gives(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/api/v1/link", learner, NULL), 200);
    assert_non_null(strstr(answer.body,
                           "\"role\":\"learner\",\"may\":{\"microphone\":false,\"camera\":true,"
                           "\"screen\":false},\"person\":null"));
    assert_null(strstr(answer.body, "\"id\""));
    assert_int_equal(ask("GET", "/api/v1/link", trainer, NULL), 200);
    assert_non_null(strstr(answer.body, "\"screen\":true"));
    ask("GET", "/api/v1/link", "AQH8Y3tncGIlthOZCBaklZA8AAAAAgAAAACpCc1B9lvOeTSbyVJeHiJa", NULL);
    refused(401, "unauthorized");
}

static void withdrawn_link_is_refused_and_the_new_one_works(void **state)
{
    (void)state;
    char fresh[128];
    assert_int_equal(ask("PATCH", class_path, admin, "{\"revoke\":\"learner\"}"), 200);
    read_token("learner", fresh, sizeof fresh);
    ask("GET", "/api/v1/link", learner, NULL);
    refused(403, "revoked");
    assert_int_equal(ask("GET", "/api/v1/link", fresh, NULL), 200);
    assert_int_equal(ask("GET", "/api/v1/link", trainer, NULL), 200);
}

static void ticket_opens_one_socket_only(void **state)
{
    (void)state;
    struct guest anne, thief;
    join(&anne, learner, "Anne");
    thief = anne;
    say_hello(&thief, "");
    assert_int_equal(browser_wait_close(thief.fd, 2000), 4001);
    browser_say(anne.fd, "{\"type\":\"hand.raise\",\"id\":1}");
    browser_wait(anne.fd, "ok", heard);
    close(anne.fd);
    close(thief.fd);
}

static void first_message_must_be_hello(void **state)
{
    (void)state;
    int fd = browser_socket(port, origin, "amphi.v1");
    browser_say(fd, "{\"type\":\"hand.raise\",\"id\":1}");
    assert_int_equal(browser_wait_close(fd, 2000), 4002);
    close(fd);
}

static void restart_keeps_class_links_and_people(void **state)
{
    (void)state;
    struct guest anne, again;
    join(&anne, learner, "Anne");
    stop();
    assert_int_equal(browser_wait_close(anne.fd, 2000), 1001);
    close(anne.fd);
    start();
    assert_int_equal(ask("GET", "/api/v1/link", learner, NULL), 200);
    assert_int_equal(ask("GET", "/api/v1/link", anne.token, NULL), 200);
    assert_int_equal(ask("POST", "/api/v1/tickets", anne.token, NULL), 201);
    browser_field(answer.body, "ticket", again.ticket, sizeof again.ticket);
    say_hello(&again, "");
    browser_wait(again.fd, "welcome", heard);
    assert_non_null(strstr(heard, "\"name\":\"Anne\""));
    close(again.fd);
    struct guest karim;
    take_ticket(&karim, learner, "Karim");
    assert_int_equal(karim.person, anne.person + 1);
}

static void missed_deltas_come_after_a_break(void **state)
{
    (void)state;
    struct guest anne, karim;
    char body[64], more[128], seq[24];
    join(&anne, trainer, "Anne");
    join(&karim, learner, "Karim");
    browser_field(heard, "seq", seq, sizeof seq);
    close(karim.fd);
    browser_wait(anne.fd, "person.changed", heard);
    assert_non_null(strstr(heard, "\"lost\""));
    browser_say(anne.fd,
                "{\"type\":\"message.send\",\"key\":\"k1\",\"text\":\"un\",\"to\":\"all\"}");
    browser_wait(anne.fd, "message.added", heard);
    snprintf(body, sizeof body, "{}");
    assert_int_equal(ask("POST", "/api/v1/tickets", karim.token, body), 201);
    browser_field(answer.body, "ticket", karim.ticket, sizeof karim.ticket);
    snprintf(more, sizeof more, ",\"resume\":{\"session\":\"%s\",\"seq\":%s}", karim.session, seq);
    say_hello(&karim, more);
    assert_int_equal(browser_hear(karim.fd, heard, 2000), 1);
    assert_non_null(strstr(heard, "\"type\":\"resumed\""));
    browser_wait(karim.fd, "message.added", heard);
    assert_non_null(strstr(heard, "\"text\":\"un\""));
    browser_wait(anne.fd, "person.changed", heard);
    assert_non_null(strstr(heard, "\"ok\""));
    close(anne.fd);
    close(karim.fd);
}

static void removed_person_is_out_within_a_second_and_stays_out(void **state)
{
    (void)state;
    struct guest anne, karim;
    char text[256];
    join(&anne, trainer, "Anne");
    join(&karim, learner, "Karim");
    unsigned left = sfu_double.commands[SFU_PEER_LEAVE];
    snprintf(text, sizeof text, "{\"type\":\"person.remove\",\"id\":1,\"person\":%u}",
             karim.person);
    usec start_at = http_now();
    browser_say(anne.fd, text);
    browser_wait(karim.fd, "you.removed", heard);
    assert_int_equal(browser_wait_close(karim.fd, 1000), 4003);
    assert_true(http_now() - start_at < USEC_S(1));
    assert_int_equal(sfu_double.commands[SFU_PEER_LEAVE], left + 1);
    close(karim.fd);
    for (unsigned round = 0; round < 2; round++) { /* and after a restart as well */
        ask("POST", "/api/v1/tickets", karim.token, NULL);
        refused(403, "removed");
        snprintf(text, sizeof text, "{\"name\":\"Karim\",\"person_token\":\"%s\"}", karim.token);
        ask("POST", "/api/v1/tickets", learner, text);
        refused(403, "removed");
        if (round == 0) {
            stop();
            close(anne.fd);
            start();
        }
    }
}

static void second_page_of_a_person_takes_over(void **state)
{
    (void)state;
    struct guest anne, again;
    char body[256];
    join(&anne, learner, "Anne");
    snprintf(body, sizeof body, "{\"name\":\"Anne\",\"person_token\":\"%s\"}", anne.token);
    assert_int_equal(ask("POST", "/api/v1/tickets", learner, body), 201);
    again = anne;
    browser_field(answer.body, "ticket", again.ticket, sizeof again.ticket);
    say_hello(&again, "");
    browser_wait(again.fd, "welcome", heard);
    browser_wait(anne.fd, "you.moved", heard);
    assert_int_equal(browser_wait_close(anne.fd, 2000), 4005);
    browser_say(again.fd, "{\"type\":\"hand.raise\",\"id\":1}");
    browser_wait(again.fd, "ok", heard);
    close(anne.fd);
    close(again.fd);
}

static void closed_entrance_and_ended_class_say_so(void **state)
{
    (void)state;
    struct guest anne, karim;
    join(&anne, trainer, "Anne");
    join(&karim, learner, "Karim");
    browser_say(anne.fd, "{\"type\":\"entrance.set\",\"id\":1,\"entrance\":\"closed\"}");
    browser_wait(karim.fd, "entrance.changed", heard);
    ask("POST", "/api/v1/tickets", learner, "{\"name\":\"Lucie\"}");
    refused(403, "entrance-closed");
    assert_int_equal(ask("POST", "/api/v1/tickets", karim.token, NULL), 201);
    assert_int_equal(ask("POST", "/api/v1/classes/x/end", admin, NULL), 404);
    char path[160];
    snprintf(path, sizeof path, "%s/end", class_path);
    assert_int_equal(ask("POST", path, admin, NULL), 200);
    assert_int_equal(browser_wait_close(karim.fd, 2000), 4004);
    assert_int_equal(browser_wait_close(anne.fd, 2000), 4004);
    ask("POST", "/api/v1/tickets", karim.token, NULL);
    refused(410, "class-ended");
    close(anne.fd);
    close(karim.fd);
}

static void bad_names_are_refused(void **state)
{
    (void)state;
    ask("POST", "/api/v1/tickets", learner, "{\"name\":\"\"}");
    refused(422, "bad-name");
    ask("POST", "/api/v1/tickets", learner, "{}");
    refused(422, "bad-name");
    ask("POST", "/api/v1/tickets", learner, "{\"name\":\"a\\u0000\"}");
    refused(400, "bad-json");
    ask("POST", "/api/v1/tickets", learner, "[");
    refused(400, "bad-json");
}

static void trainer_who_ends_the_class_is_answered_first(void **state)
{
    (void)state;
    struct guest anne;
    join(&anne, trainer, "Anne");
    browser_say(anne.fd, "{\"type\":\"class.end\",\"id\":9}");
    browser_wait(anne.fd, "ok", heard);
    assert_int_equal(browser_wait_close(anne.fd, 2000), 4004);
    close(anne.fd);
}

static void offer_has_the_slots_of_the_form(void **state)
{
    (void)state;
    struct guest anne;
    join(&anne, learner, "Anne");
    browser_say(anne.fd, "{\"type\":\"media.open\",\"id\":1,\"restart\":true}");
    browser_wait(anne.fd, "media.offer", heard);
    assert_non_null(strstr(heard, "\"fresh\":true"));
    assert_non_null(strstr(heard, "a=ice-lite"));
    assert_non_null(strstr(heard, "192.0.2.1"));
    assert_non_null(strstr(heard, "127.0.0.1 8443"));
    browser_wait(anne.fd, "ok", heard);
    unsigned audio = 0;
    for (unsigned i = 0; i < sfu_double.receive_open.n_slots; i++)
        audio += sfu_double.receive_open.slots[i].media == SFU_AUDIO ? 1 : 0;
    assert_int_equal(sfu_double.receive_open.n_slots, 9);
    assert_int_equal(audio, 5);
    assert_int_equal(sfu_double.receive_open.ice.ufrag[0], sfu_worker_letter(0));
    assert_true(strlen(sfu_double.receive_open.ice.pwd) >= 22);
    browser_say(anne.fd,
                "{\"type\":\"media.answer\",\"id\":2,\"generation\":1,\"sdp\":\"v=0\\r\\n\"}");
    browser_wait(anne.fd, "fault", heard);
    assert_non_null(strstr(heard, "bad-sdp"));
    browser_say(anne.fd,
                "{\"type\":\"media.answer\",\"id\":3,\"generation\":7,\"sdp\":\"v=0\\r\\n\"}");
    browser_wait(anne.fd, "ok", heard);
    close(anne.fd);
}

static void flood_is_told_and_closed_while_others_are_served(void **state)
{
    (void)state;
    struct guest anne, karim;
    join(&anne, trainer, "Anne");
    join(&karim, learner, "Karim");
    usec start_at = http_now();
    while (http_now() - start_at < USEC_S(7)) {
        struct pollfd p = {.fd = karim.fd, .events = POLLIN};
        for (unsigned i = 0; i < 20; i++)
            browser_say(karim.fd, "{\"type\":\"pong\",\"nonce\":\"a\"}");
        if (poll(&p, 1, 20) == 1 && browser_hear(karim.fd, heard, 100) == -4006)
            break;
    }
    assert_true(http_now() - start_at < USEC_S(7));
    start_at = http_now();
    browser_say(anne.fd, "{\"type\":\"hand.raise\",\"id\":1}");
    browser_wait(anne.fd, "ok", heard);
    assert_true(http_now() - start_at < USEC_MS(100));
    close(anne.fd);
    close(karim.fd);
}

/* A whole ministry leaves through one address: wrong tokens are slowed, valid links are not. */
static void hundred_and_thirty_valid_joins_pass_beside_a_thousand_false_ones(void **state)
{
    (void)state;
    static struct guest guests[130];
    unsigned refused_401 = 0, refused_429 = 0;
    usec start_at = http_now();
    for (unsigned i = 0; i < 130; i++) {
        char name[32];
        for (unsigned j = 0; j < 8 && refused_401 + refused_429 < 1000; j++) {
            ask("GET", "/api/v1/link", "AQHwrong", NULL);
            refused_401 += answer.status == 401 ? 1 : 0;
            refused_429 += answer.status == 429 ? 1 : 0;
        }
        snprintf(name, sizeof name, "Person %u", i);
        join(&guests[i], learner, name);
    }
    usec took = http_now() - start_at;
    assert_true(took < USEC_S(10));
    assert_int_equal(refused_401 + refused_429, 1000);
    assert_in_range(refused_401, 10, 12);
    assert_non_null(strstr(answer.head, "201"));
    for (unsigned i = 0; i < 130; i++) /* all are still in */
        browser_say(guests[i].fd, "{\"type\":\"hand.raise\",\"id\":77}");
    for (unsigned i = 0; i < 130; i++) {
        browser_wait(guests[i].fd, "ok", heard);
        close(guests[i].fd);
    }
    ask("GET", "/api/v1/link", "AQHwrong", NULL);
    refused(429, "too-many");
    assert_non_null(strstr(answer.head, "retry-after: "));
}

static void metrics_are_for_this_machine_or_the_key(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/healthz", NULL, NULL), 200);
    assert_string_equal(answer.body, "{\"status\":\"ok\"}");
    assert_int_equal(ask("GET", "/metrics", NULL, NULL), 200);
    assert_non_null(strstr(answer.body, "# TYPE amphi_classes gauge\namphi_classes 1\n"));
    static const char behind_proxy[] =
        "GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n";
    browser_raw(port, behind_proxy, sizeof behind_proxy - 1, &answer);
    refused(401, "unauthorized");
}

static void people_are_listed_with_their_presence(void **state)
{
    (void)state;
    struct guest anne, karim;
    char path[160];
    join(&anne, trainer, "Anne MARTIN");
    take_ticket(&karim, learner, "Karim");
    snprintf(path, sizeof path, "%s/people", class_path);
    assert_int_equal(ask("GET", path, admin, NULL), 200);
    assert_non_null(strstr(answer.body, "{\"people\":[{\"person\":1,\"name\":\"Anne MARTIN\","
                                        "\"role\":\"trainer\",\"identity\":\"role\","
                                        "\"present\":true,\"link\":"));
    assert_non_null(strstr(answer.body, "{\"person\":2,\"name\":\"Karim\",\"role\":\"learner\","
                                        "\"identity\":\"role\",\"present\":false,"));
    close(anne.fd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, served_set_up, served_tear_down)
static const struct CMUnitTest tests[] = {
    CASE(class_is_made_and_read),
    CASE(nothing_is_done_without_the_admin_key),
    CASE(link_says_what_it_gives),
    CASE(withdrawn_link_is_refused_and_the_new_one_works),
    CASE(ticket_opens_one_socket_only),
    CASE(first_message_must_be_hello),
    CASE(restart_keeps_class_links_and_people),
    CASE(missed_deltas_come_after_a_break),
    CASE(removed_person_is_out_within_a_second_and_stays_out),
    CASE(second_page_of_a_person_takes_over),
    CASE(closed_entrance_and_ended_class_say_so),
    CASE(bad_names_are_refused),
    CASE(trainer_who_ends_the_class_is_answered_first),
    CASE(offer_has_the_slots_of_the_form),
    CASE(flood_is_told_and_closed_while_others_are_served),
    CASE(hundred_and_thirty_valid_joins_pass_beside_a_thousand_false_ones),
    CASE(metrics_are_for_this_machine_or_the_key),
    CASE(people_are_listed_with_their_presence),
};
TEST_MAIN(tests)
