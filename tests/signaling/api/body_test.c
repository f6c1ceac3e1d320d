/* SPDX-License-Identifier: Apache-2.0
 * Bodies of the REST interface: what is taken, and the code for what is not. */
#include "tests/testing.h"

#include "signaling/api/body.h"

#include <stdlib.h>

static struct class_body body;

#define PERIOD "{\"from\":\"2026-11-23T09:00:00+01:00\",\"to\":\"2026-11-23T12:30:00+01:00\"}"
#define LATER  "{\"from\":\"2026-11-23T11:30:00Z\",\"to\":\"2026-11-23T12:30:00Z\"}"

static const char *post(const char *text)
{
    struct problem wrong = {.status = 0};
    class_body_parse(&body, &wrong, bytes_of(text, strlen(text)), true);
    return wrong.status == 0 ? "" : wrong.code;
}

static const char *patch(const char *text)
{
    struct problem wrong = {.status = 0};
    class_body_parse(&body, &wrong, bytes_of(text, strlen(text)), false);
    return wrong.status == 0 ? "" : wrong.code;
}

#define CLASS(periods) "{\"title\":\"A\",\"time_zone\":\"Europe/Paris\"," periods "}"

static void class_of_the_page_is_taken(void **state)
{
    (void)state;
    assert_string_equal(post(CLASS("\"periods\":[" PERIOD "," LATER "]")), "");
    assert_int_equal(body.info.n_periods, 2);
    assert_int_equal(body.policy.microphone, ACCESS_REQUEST);
    assert_int_equal(body.policy.camera, ACCESS_OPEN);
    assert_string_equal(
        post(CLASS("\"starts_at\":\"2026-11-23T09:00:00Z\",\"ends_at\":\"2026-11-23T10:00:00Z\"")),
        "");
    assert_int_equal(body.info.n_periods, 1);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    assert_string_equal(post("{\"time_zone\":\"UTC\",\"periods\":[" PERIOD "]}"), "bad-title");
    assert_string_equal(post("{\"title\":\"A\",\"periods\":[" PERIOD "]}"), "bad-zone");
    assert_string_equal(post("{\"title\":\"A\",\"time_zone\":\"UTC\"}"), "bad-period");
}

static void wrong_values_have_their_code(void **state)
{
    (void)state;
    assert_string_equal(post(CLASS("\"periods\":[]")), "bad-period");
    assert_string_equal(post(CLASS("\"periods\":[" LATER "," PERIOD "]")), "bad-period");
    assert_string_equal(post(CLASS("\"periods\":[" PERIOD "," PERIOD "]")), "bad-period");
    assert_string_equal(post(CLASS("\"periods\":[{\"from\":\"x\",\"to\":\"y\"}]")), "bad-period");
    assert_string_equal(
        post(CLASS("\"periods\":[" PERIOD "],\"starts_at\":\"2026-11-23T09:00:00Z\"")),
        "bad-period");
    assert_string_equal(post(CLASS("\"periods\":[" PERIOD "],\"colour\":1")), "unknown-field");
    assert_string_equal(post(CLASS("\"periods\":[" PERIOD "],\"revoke\":\"trainer\"")),
                        "unknown-field");
    assert_string_equal(post(CLASS("\"periods\":[" PERIOD "],\"policy\":{\"camera\":\"closed\"}")),
                        "unknown-field");
    assert_string_equal(
        post("{\"title\":\"A\\u0007\",\"time_zone\":\"UTC\",\"periods\":[" PERIOD "]}"),
        "bad-title");
    assert_string_equal(post("{\"title\":\"\",\"time_zone\":\"UTC\",\"periods\":[" PERIOD "]}"),
                        "bad-title");
    assert_string_equal(post("{\"title\":\"A\",\"time_zone\":\"../UTC\",\"periods\":[" PERIOD "]}"),
                        "bad-zone");
}

static void title_has_two_hundred_characters_at_most(void **state)
{
    (void)state;
    char text[2000], title[801] = "";
    for (unsigned i = 0; i < 200; i++)
        strcat(title, "\xc3\xa9");
    snprintf(text, sizeof text, "{\"title\":\"%s\"}", title);
    assert_string_equal(patch(text), "");
    snprintf(text, sizeof text, "{\"title\":\"%sx\"}", title);
    assert_string_equal(patch(text), "bad-title");
}

static void what_is_not_one_object_is_bad_json(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "x",
                                      "[]",
                                      "null",
                                      "{\"title\":\"A\"",
                                      "{\"title\":1,\"title\":2}",
                                      "{\"title\":\"A\"} x",
                                      "{\"title\":\"\xff\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(patch(bad[i]), "bad-json");
    char deep[256];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    assert_string_equal(patch(deep), "bad-json");
}

static void patch_takes_what_is_there(void **state)
{
    (void)state;
    assert_string_equal(patch("{}"), "");
    assert_false(body.has_title);
    assert_string_equal(patch("{\"policy\":{\"microphone\":\"open\"},\"revoke\":\"room\"}"), "");
    assert_true(body.has_microphone);
    assert_false(body.has_camera);
    assert_int_equal(body.revoke, ROLE_ROOM);
    assert_string_equal(patch("{\"revoke\":\"king\"}"), "unknown-field");
}

static void ticket_bodies_are_read(void **state)
{
    (void)state;
    struct ticket_body t;
    struct problem wrong = {.status = 0};
    const char *text = "{\"name\": \"Anne MARTIN\", \"person_token\": null}";
    ticket_body_parse(&t, &wrong, bytes_of(text, strlen(text)));
    assert_int_equal(wrong.status, 0);
    assert_string_equal(t.name, "Anne MARTIN");
    assert_string_equal(t.person_token, "");
    text = "{\"name\": \"a\\u0007b\"}";
    ticket_body_parse(&t, &wrong, bytes_of(text, strlen(text)));
    assert_string_equal(wrong.code, "bad-name");
    wrong.status = 0;
    ticket_body_parse(&t, &wrong, bytes_of("", 0));
    assert_int_equal(wrong.status, 0);
}

static void problem_has_the_fields_of_rfc9457_3(void **state)
{
    (void)state;
    struct problem p = {.status = 422, .code = "bad-period"};
    snprintf(p.detail, sizeof p.detail, "periods[0].to is not after from");
    char *text = problem_write(&p);
    assert_string_equal(
        text, "{\"type\":\"about:blank\",\"title\":\"The periods are not accepted\",\"status\":422,"
              "\"detail\":\"periods[0].to is not after from\",\"code\":\"bad-period\"}");
    free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(class_of_the_page_is_taken),
    cmocka_unit_test(what_is_missing_is_named),
    cmocka_unit_test(wrong_values_have_their_code),
    cmocka_unit_test(title_has_two_hundred_characters_at_most),
    cmocka_unit_test(what_is_not_one_object_is_bad_json),
    cmocka_unit_test(patch_takes_what_is_there),
    cmocka_unit_test(ticket_bodies_are_read),
    cmocka_unit_test(problem_has_the_fields_of_rfc9457_3),
};
TEST_MAIN(tests)
