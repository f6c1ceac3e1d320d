/* SPDX-License-Identifier: Apache-2.0
 * PROTOCOL.md §2 is the contract too: its example requests are accepted by the real service, and
 * its answers have the fields that the examples show. */
#include "tests/signaling/served.h"

#include "testing.h"

#include <jansson.h>

#include <stdlib.h>

static char page[128 * 1024]; /* PROTOCOL.md, ended by 0 */

static void read_page(void)
{
    FILE *f = fopen(TEST_DATA "/../../signaling/PROTOCOL.md", "rbe");
    assert_non_null(f);
    const size_t n = fread(page, 1, sizeof page - 1, f);
    fclose(f);
    assert_in_range(n, 1, sizeof page - 2);
    page[n] = '\0';
}

/* The block after this marker; owned by the caller. */
static json_t *example(const char *what)
{
    char marker[128];
    snprintf(marker, sizeof marker, "<!-- example: http %s -->\n```json\n", what);
    const char *from = strstr(page, marker);
    assert_non_null(from);
    from += strlen(marker);
    const char *end = strstr(from, "\n```");
    assert_non_null(end);
    json_t *value = json_loadb(from, (size_t)(end - from), 0, NULL);
    assert_non_null(value);
    return value;
}

/* The service's answer has at least the fields of the example. */
static void answers_like(const char *what)
{
    json_t *want = example(what), *got = json_loads(answer.body, 0, NULL), *value;
    const char *key;
    assert_non_null(got);
    json_object_foreach(want, key, value)
    {
        if (json_object_get(got, key) == NULL)
            fail_msg("%s: the answer has no %s", what, key);
    }
    json_decref(want);
    json_decref(got);
}

static void ask_as_in(const char *what, const char *path, const char *token, int status)
{
    char name[128];
    snprintf(name, sizeof name, "%s request", what);
    json_t *request = example(name);
    char *body = json_dumps(request, JSON_COMPACT);
    assert_non_null(body);
    assert_int_equal(ask("POST", path, token, body), status);
    free(body);
    json_decref(request);
    snprintf(name, sizeof name, "%s response", what);
    answers_like(name);
}

static void example_class_is_made(void **state)
{
    (void)state;
    ask_as_in("POST /api/v1/classes", "/api/v1/classes", admin, 201);
}

static void example_people_are_expected(void **state)
{
    char path[160];
    (void)state;
    snprintf(path, sizeof path, "%s/people", class_path);
    ask_as_in("POST /api/v1/classes/{id}/people", path, admin, 201);
    assert_int_equal(ask("GET", path, admin, NULL), 200);
    answers_like("GET /api/v1/classes/{id}/people response");
}

static void example_link_and_ticket_answer(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/api/v1/link", learner, NULL), 200);
    answers_like("GET /api/v1/link response");
    ask_as_in("POST /api/v1/tickets", "/api/v1/tickets", learner, 201);
}

static void example_events_are_listed(void **state)
{
    char path[160];
    (void)state;
    snprintf(path, sizeof path, "%s/events", class_path);
    assert_int_equal(ask("GET", path, admin, NULL), 200);
    answers_like("GET /api/v1/classes/{id}/events response");
}

static int set_up(void **state)
{
    read_page();
    return served_set_up(state);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(example_class_is_made, set_up, served_tear_down),
    cmocka_unit_test_setup_teardown(example_people_are_expected, set_up, served_tear_down),
    cmocka_unit_test_setup_teardown(example_link_and_ticket_answer, set_up, served_tear_down),
    cmocka_unit_test_setup_teardown(example_events_are_listed, set_up, served_tear_down),
};

TEST_MAIN(tests)
