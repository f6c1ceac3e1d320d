/* SPDX-License-Identifier: Apache-2.0
 * Frames of a browser: what is read, what is refused and with which fault. The kinds themselves:
 * examples_test.c. */
#include "tests/testing.h"

#include "signaling/json.h"

#include <stdlib.h>

/* Decodes and forgets: the fault alone. */
static enum fault fault_of(const char *text, struct msg *m)
{
    struct json_doc *doc = NULL;
    enum fault f = json_read(m, &doc, bytes_of(text, strlen(text)));
    assert_int_equal(doc != NULL, f == FAULT_NONE);
    json_doc_free(doc);
    return f;
}

static void is_bad(const char *text)
{
    struct msg m;
    enum fault f = fault_of(text, &m);
    if (f != FAULT_BAD_MESSAGE)
        fail_msg("%s gives %s", text, fault_name(f));
}

static void what_is_not_an_object_is_refused(void **state)
{
    (void)state;
    is_bad("");
    is_bad("x");
    is_bad("[]");
    is_bad("null");
    is_bad("{");
    is_bad("{}");
    is_bad("{\"type\":\"leave\"}x");
    is_bad("{\"type\":1}");
    is_bad("{\"type\":\"leave\",\"type\":\"leave\"}");
    is_bad("{\"type\":\"pong\",\"nonce\":\"\xff\"}");
    is_bad("{\"type\":\"pong\",\"nonce\":\"\xc0\xaf\"}");
}

static void unknown_types_are_told_apart_and_unknown_fields_ignored(void **state)
{
    (void)state;
    struct msg m;
    assert_int_equal(fault_of("{\"type\":\"poll.open\",\"id\":4}", &m), FAULT_UNKNOWN_TYPE);
    assert_true(m.has_id);
    assert_int_equal(m.id, 4);
    assert_int_equal(fault_of("{\"type\":\"leave\",\"mood\":{\"a\":[1,2]}}", &m), FAULT_NONE);
}

static void types_and_ranges_are_strict(void **state)
{
    (void)state;
    is_bad("{\"type\":\"leave\",\"id\":\"1\"}");
    is_bad("{\"type\":\"leave\",\"id\":1.0}");
    is_bad("{\"type\":\"leave\",\"id\":-1}");
    is_bad("{\"type\":\"leave\",\"id\":9007199254740992}");
    is_bad("{\"type\":\"person.remove\"}");
    is_bad("{\"type\":\"person.remove\",\"person\":0}");
    is_bad("{\"type\":\"person.remove\",\"person\":4294967296}");
    is_bad("{\"type\":\"person.remove\",\"person\":true}");
    is_bad("{\"type\":\"hand.lower\",\"person\":null}");
    is_bad("{\"type\":\"rights.set\",\"person\":1,\"microphone\":1}");
    is_bad("{\"type\":\"policy.set\",\"microphone\":\"closed\"}");
    is_bad("{\"type\":\"entrance.set\"}");
    is_bad("{\"type\":\"message.delete\",\"message\":0}");
    is_bad("{\"type\":\"media.open\",\"restart\":0}");
    is_bad("{\"type\":\"media.close\",\"connection\":\"both\"}");
    is_bad("{\"type\":\"media.answer\",\"generation\":0,\"sdp\":\"v=0\"}");
    is_bad("{\"type\":\"media.publish\",\"generation\":1,\"sdp\":\"v=0\"}");
    is_bad("{\"type\":\"media.publish\",\"generation\":1,\"sdp\":\"v=0\",\"tracks\":[{}]}");
    is_bad("{\"type\":\"publish\",\"source\":\"desk\",\"on\":true}");
    is_bad("{\"type\":\"publish\",\"source\":\"camera\"}");
    is_bad(
        "{\"type\":\"view.set\",\"tiles\":3,\"pinned\":null,\"economy\":false,\"hidden\":false}");
    is_bad("{\"type\":\"view.set\",\"tiles\":1,\"pinned\":0,\"economy\":false,\"hidden\":false}");
    is_bad("{\"type\":\"hello\",\"ticket\":\"a\",\"form\":\"watch\"}");
    is_bad(
        "{\"type\":\"hello\",\"ticket\":\"a\",\"form\":\"phone\",\"resume\":{\"session\":\"s\"}}");
}

static enum fault send_fault(const char *text)
{
    struct msg m;
    char *frame = malloc(strlen(text) + 128);
    assert_non_null(frame);
    sprintf(frame, "{\"type\":\"message.send\",\"key\":\"k\",\"to\":\"all\",\"text\":\"%s\"}",
            text);
    enum fault f = fault_of(frame, &m);
    free(frame);
    return f;
}

static void places_periods_and_people_are_in_range(void **state)
{
    (void)state;
    is_bad("{\"type\":\"site.tick\",\"person\":1}");
    is_bad("{\"type\":\"site.tick\",\"person\":1,\"site\":0}");
    is_bad("{\"type\":\"site.tick\",\"person\":1,\"site\":17}");
    is_bad("{\"type\":\"site.tick\",\"person\":0,\"site\":1}");
    is_bad("{\"type\":\"site.confirm\",\"site\":1,\"period\":0}");
    is_bad("{\"type\":\"site.confirm\",\"site\":1,\"period\":21}");
    is_bad("{\"type\":\"pause.set\"}");
    is_bad("{\"type\":\"pause.set\",\"until\":-1}");
    is_bad("{\"type\":\"pause.set\",\"until\":\"12:30\"}");
    is_bad("{\"type\":\"person.merge\",\"from\":1}");
    is_bad("{\"type\":\"message.take\"}");
    struct msg m;
    struct json_doc *doc = NULL;
    static const char out[] = "{\"type\":\"site.tick\",\"person\":1,\"site\":null}";
    assert_int_equal(json_read(&m, &doc, bytes_of(out, strlen(out))), FAULT_NONE);
    assert_int_equal(m.tick.site, 0);
    json_doc_free(doc);
    static const char over[] = "{\"type\":\"pause.set\",\"until\":null}";
    assert_int_equal(json_read(&m, &doc, bytes_of(over, strlen(over))), FAULT_NONE);
    assert_true(m.until_ms == 0);
    json_doc_free(doc);
}

/* A trainer's welcome, and the one of a learner who must not even see that there is a list. */
static void duties_are_written_for_those_who_have_them(void **state)
{
    (void)state;
    static const struct class_info info = {.title = "T", .time_zone = "Europe/Paris"};
    const struct note_expected awaited = {12, "Lucie PETIT", "Mairie de Lyon"};
    const struct note_relay taken = {.message = 4, .by = 2, .state = RELAY_TAKEN, .since_ms = 5};
    const struct note_code code = {.site = 1, .code = "K7M2QX", .until_ms = 6};
    struct note n = {.kind = NOTE_WELCOME,
                     .welcome = {.session = "s",
                                 .info = &info,
                                 .pause_ms = 9,
                                 .moderates = true,
                                 .shows_codes = true,
                                 .n_expected = 1,
                                 .n_relay = 1,
                                 .n_codes = 1,
                                 .expected = &awaited,
                                 .relay = &taken,
                                 .codes = &code}};
    size_t len = 0;
    char *text = json_write(&n, &len);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"expected\":[{\"person\":12,\"name\":\"Lucie PETIT\","
                                 "\"organisation\":\"Mairie de Lyon\"}]"));
    assert_non_null(
        strstr(text, "\"relay\":[{\"message\":4,\"state\":\"taken\",\"by\":2,\"since\":5}]"));
    assert_non_null(strstr(text, "\"codes\":[{\"site\":1,\"code\":\"K7M2QX\",\"until\":6}]"));
    assert_non_null(strstr(text, "\"pause\":9"));
    json_text_free(text);
    n.welcome.moderates = n.welcome.shows_codes = false;
    text = json_write(&n, &len);
    assert_non_null(text);
    assert_null(strstr(text, "expected"));
    assert_null(strstr(text, "codes"));
    assert_null(strstr(text, "relay"));
    json_text_free(text);
}

static void a_message_has_at_most_4000_characters_whatever_their_bytes(void **state)
{
    (void)state;
    char *text = calloc(1, 4 * 4001 + 1);
    assert_non_null(text);
    for (int i = 0; i < 4000; i++)
        memcpy(text + 4 * i, "\xf0\x9f\x99\x82", 4);
    assert_int_equal(send_fault(text), FAULT_NONE);
    memcpy(text + 4 * 4000, "a", 2);
    assert_int_equal(send_fault(text), FAULT_TOO_LONG);
    free(text);
    assert_int_equal(send_fault(""), FAULT_BAD_MESSAGE);
}

static void control_characters_but_newline_and_tab_are_refused(void **state)
{
    (void)state;
    assert_int_equal(send_fault("a\\nb\\tc"), FAULT_NONE);
    assert_int_equal(send_fault("a\\rb"), FAULT_BAD_MESSAGE);
    assert_int_equal(send_fault("a\\u0000b"), FAULT_BAD_MESSAGE);
    assert_int_equal(send_fault("a\\u001bb"), FAULT_BAD_MESSAGE);
    assert_int_equal(send_fault("a\\u007fb"), FAULT_BAD_MESSAGE);
    assert_int_equal(send_fault("a\\u0085b"), FAULT_BAD_MESSAGE);
}

/* {"type":"leave","x":[[[…]]]} of n arrays: n + 1 levels. */
static enum fault nested_fault(size_t n)
{
    struct msg m;
    char frame[256] = "{\"type\":\"leave\",\"x\":";
    size_t at = strlen(frame);
    memset(frame + at, '[', n);
    memset(frame + at + n, ']', n);
    strcpy(frame + at + 2 * n, "}");
    return fault_of(frame, &m);
}

static void sixteen_levels_are_read_and_seventeen_are_not(void **state)
{
    (void)state;
    assert_int_equal(nested_fault(15), FAULT_NONE);
    assert_int_equal(nested_fault(16), FAULT_BAD_MESSAGE);
    struct msg m;
    assert_int_equal(fault_of("{\"type\":\"leave\",\"x\":\"[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"}", &m),
                     FAULT_NONE);
}

static void more_than_512_keys_or_64_kib_are_refused(void **state)
{
    (void)state;
    struct msg m;
    char *frame = calloc(1, 80000);
    assert_non_null(frame);
    size_t at = (size_t)sprintf(frame, "{\"type\":\"leave\"");
    for (int i = 0; i < 511; i++)
        at += (size_t)sprintf(frame + at, ",\"k%d\":1", i);
    strcpy(frame + at, "}");
    assert_int_equal(fault_of(frame, &m), FAULT_NONE);
    strcpy(frame + at, ",\"more\":1}");
    assert_int_equal(fault_of(frame, &m), FAULT_BAD_MESSAGE);
    memset(frame, ' ', 65536);
    strcpy(frame + 65536 - 16, "{\"type\":\"leave\"}");
    assert_int_equal(fault_of(frame, &m), FAULT_NONE);
    memset(frame, ' ', 65537);
    strcpy(frame + 65537 - 16, "{\"type\":\"leave\"}");
    assert_int_equal(fault_of(frame, &m), FAULT_BAD_MESSAGE);
    free(frame);
}

static void more_tracks_than_lines_are_too_many(void **state)
{
    (void)state;
    struct msg m;
    char frame[4096];
    size_t at = (size_t)sprintf(
        frame, "{\"type\":\"media.publish\",\"generation\":1,\"sdp\":\"v=0\",\"tracks\":[");
    for (int i = 0; i < 33; i++)
        at += (size_t)sprintf(frame + at, "%s{\"mid\":\"%d\",\"source\":\"camera\"}",
                              i > 0 ? "," : "", i);
    strcpy(frame + at, "]}");
    assert_int_equal(fault_of(frame, &m), FAULT_TOO_MANY);
}

static void names_go_both_ways(void **state)
{
    (void)state;
    for (unsigned i = 0; i < N_MSG; i++)
        assert_int_equal(msg_kind_of(bytes_of(msg_kind_name(i), strlen(msg_kind_name(i)))), i);
    for (unsigned i = 0; i < N_NOTE; i++)
        assert_int_equal(note_kind_of(bytes_of(note_kind_name(i), strlen(note_kind_name(i)))), i);
    assert_int_equal(msg_kind_of(bytes_of("hell", 4)), N_MSG);
    for (unsigned i = 0; i < N_FAULT; i++)
        assert_string_not_equal(fault_name(i), "?");
}

static void rfc3629_3_counts_characters_and_refuses_other_bytes(void **state)
{
    (void)state;
    assert_int_equal(text_length(bytes_of("é€🙂", 9), NULL), 3);
    assert_int_equal(text_length(bytes_of("", 0), NULL), 0);
    static const char *const bad[] = {"\x80",         "\xc1\x81",         "\xe0\x80\x80",
                                      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
                                      "\xe2\x82"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(text_length(bytes_of(bad[i], strlen(bad[i])), NULL), SIZE_MAX);
    assert_int_equal(text_length(bytes_of("a\nb", 3), NULL), SIZE_MAX);
    assert_int_equal(text_length(bytes_of("a\nb", 3), "\n"), 3);
    assert_int_equal(text_length(bytes_of("a\0b", 3), "\n"), SIZE_MAX);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_not_an_object_is_refused),
    cmocka_unit_test(unknown_types_are_told_apart_and_unknown_fields_ignored),
    cmocka_unit_test(types_and_ranges_are_strict),
    cmocka_unit_test(a_message_has_at_most_4000_characters_whatever_their_bytes),
    cmocka_unit_test(places_periods_and_people_are_in_range),
    cmocka_unit_test(duties_are_written_for_those_who_have_them),
    cmocka_unit_test(control_characters_but_newline_and_tab_are_refused),
    cmocka_unit_test(sixteen_levels_are_read_and_seventeen_are_not),
    cmocka_unit_test(more_than_512_keys_or_64_kib_are_refused),
    cmocka_unit_test(more_tracks_than_lines_are_too_many),
    cmocka_unit_test(names_go_both_ways),
    cmocka_unit_test(rfc3629_3_counts_characters_and_refuses_other_bytes),
};

TEST_MAIN(tests)
