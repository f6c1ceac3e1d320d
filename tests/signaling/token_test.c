/* SPDX-License-Identifier: Apache-2.0
 * What a token says comes back; no other text is taken for one. */
#include "tests/testing.h"

#include "signaling/token.h"

static const struct token_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};
static const struct token sample = {
    .kind = TOKEN_PERSON, .class_id = {9, 8, 7}, .number = 70000, .revocation = 3};

static void text_of(char out[TOKEN_TEXT])
{
    assert_int_equal(token_write(out, &key, &sample), E_OK);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    char text[TOKEN_TEXT];
    struct token t;
    text_of(text);
    assert_int_equal(token_parse(&t, &key, text), E_OK);
    assert_int_equal(t.kind, sample.kind);
    assert_memory_equal(t.class_id, sample.class_id, TOKEN_CLASS_ID);
    assert_int_equal(t.number, sample.number);
    assert_int_equal(t.revocation, sample.revocation);
}

static void every_changed_character_is_refused(void **state)
{
    (void)state;
    char text[TOKEN_TEXT];
    struct token t;
    text_of(text);
    for (size_t i = 0; i < TOKEN_TEXT - 1; i++) {
        char kept = text[i];
        for (const char *c = "ABab01-_=+ "; *c != '\0'; c++) {
            if (*c == kept)
                continue;
            text[i] = *c;
            assert_int_not_equal(token_parse(&t, &key, text), E_OK);
        }
        text[i] = kept;
    }
}

static void other_lengths_are_refused(void **state)
{
    (void)state;
    char text[TOKEN_TEXT], longer[TOKEN_TEXT + 1];
    struct token t;
    text_of(text);
    snprintf(longer, sizeof longer, "%sA", text);
    assert_int_equal(token_parse(&t, &key, longer), E_MALFORMED);
    text[TOKEN_TEXT - 2] = '\0';
    assert_int_equal(token_parse(&t, &key, text), E_MALFORMED);
    assert_int_equal(token_parse(&t, &key, ""), E_MALFORMED);
}

static void token_of_another_server_is_denied(void **state)
{
    (void)state;
    char text[TOKEN_TEXT];
    struct token t;
    text_of(text);
    assert_int_equal(token_parse(&t, &other_key, text), E_DENIED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_was_written_is_read),
    cmocka_unit_test(every_changed_character_is_refused),
    cmocka_unit_test(other_lengths_are_refused),
    cmocka_unit_test(token_of_another_server_is_denied),
};
TEST_MAIN(tests)
