/* SPDX-License-Identifier: Apache-2.0
 * log.c: levels, the bounded and harmless line, and masking. */
#include "sfu/base/log.h"

#include "testing.h"

struct seen {
    int lines;
    struct log_line last;
    char fields[LOG_FIELDS_MAX];
};

static void remember(void *ctx, const struct log_line *line)
{
    struct seen *seen = ctx;
    seen->lines++;
    seen->last = *line;
    snprintf(seen->fields, sizeof(seen->fields), "%s", line->fields);
}

static void lines_up_to_the_level_arrive(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct log_sink sink = {.write = remember, .ctx = &seen, .level = LOG_LEVEL_WARN};
    log_info(&sink, LOG_PEER, "state", "peer=%d", 1);
    assert_int_equal(seen.lines, 0);
    log_warn(&sink, LOG_PEER, "state", "peer=%d from=%s", 1, "new");
    assert_int_equal(seen.lines, 1);
    assert_int_equal(seen.last.level, LOG_LEVEL_WARN);
    assert_int_equal(seen.last.topic, LOG_PEER);
    assert_string_equal(seen.last.message, "state");
    assert_string_equal(seen.fields, "peer=1 from=new");
    log_error(&sink, LOG_IO, "full", "queue=%s", "out");
    assert_int_equal(seen.lines, 2);
}

static void a_missing_sink_drops_the_line(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct log_sink no_function = {.ctx = &seen, .level = LOG_LEVEL_DEBUG};
    log_error(NULL, LOG_PEER, "state", "peer=%d", 1);
    log_error(&no_function, LOG_PEER, "state", "peer=%d", 1);
    assert_int_equal(seen.lines, 0);
}

static void control_bytes_cannot_forge_a_line(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct log_sink sink = {.write = remember, .ctx = &seen, .level = LOG_LEVEL_DEBUG};
    log_debug(&sink, LOG_PEER, "state", "mid=%s", "a\nerror \x1b[31m\x7f é");
    assert_string_equal(seen.fields, "mid=a?error ?[31m? é");
}

static void long_fields_are_cut(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct log_sink sink = {.write = remember, .ctx = &seen, .level = LOG_LEVEL_DEBUG};
    char text[2 * LOG_FIELDS_MAX];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_debug(&sink, LOG_PEER, "state", "%s", text);
    assert_int_equal(strlen(seen.fields), LOG_FIELDS_MAX - 1);
}

static void pii_shows_the_length_alone(void **state)
{
    (void)state;
    assert_string_equal(pii("Alice"), "***(5)");
    assert_string_equal(pii(""), "***(0)");
    assert_string_equal(pii(NULL), "none");
}

static void levels_and_topics_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < N_LOG_TOPIC; i++)
        assert_string_not_equal(log_topic_name((enum log_topic)i), "unknown");
    for (int i = 0; i < N_LOG_LEVEL; i++)
        assert_string_not_equal(log_level_name((enum log_level)i), "unknown");
    assert_string_equal(log_topic_name(N_LOG_TOPIC), "unknown");
    assert_string_equal(log_level_name(N_LOG_LEVEL), "unknown");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(lines_up_to_the_level_arrive),
    cmocka_unit_test(a_missing_sink_drops_the_line),
    cmocka_unit_test(control_bytes_cannot_forge_a_line),
    cmocka_unit_test(long_fields_are_cut),
    cmocka_unit_test(pii_shows_the_length_alone),
    cmocka_unit_test(levels_and_topics_have_names),
};
TEST_MAIN(tests)
