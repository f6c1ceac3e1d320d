/* SPDX-License-Identifier: Apache-2.0
 * Keys are made once, read by their owner only, and compared with a negative answer for everything
 * else. */
#include "tests/testing.h"

#include "signaling/secrets.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/amphi-secrets-XXXXXX");
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"token.key", "admin.key", "self-signed.crt",
                                        "self-signed.key"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    return rmdir(dir);
}

static mode_t mode_of(const char *name)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void keys_are_made_once_and_are_the_owners(void **state)
{
    (void)state;
    struct token_key one, two;
    char key[ADMIN_KEY_TEXT], again[ADMIN_KEY_TEXT];
    bool made = false;
    assert_int_equal(token_key_open(&one, dir), E_OK);
    assert_int_equal(token_key_open(&two, dir), E_OK);
    assert_memory_equal(&one, &two, sizeof one);
    assert_int_equal(admin_key_open(key, dir, &made), E_OK);
    assert_true(made);
    assert_int_equal(admin_key_open(again, dir, &made), E_OK);
    assert_false(made);
    assert_string_equal(key, again);
    assert_int_equal(mode_of("token.key"), 0600);
    assert_int_equal(mode_of("admin.key"), 0600);
}

static void key_that_others_may_read_is_refused(void **state)
{
    (void)state;
    struct token_key key;
    char path[128];
    assert_int_equal(token_key_open(&key, dir), E_OK);
    snprintf(path, sizeof path, "%s/token.key", dir);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(token_key_open(&key, dir), E_DENIED);
}

static void empty_or_short_key_is_refused(void **state)
{
    (void)state;
    struct token_key key;
    char path[128], admin[ADMIN_KEY_TEXT];
    bool made = false;
    assert_int_equal(token_key_open(&key, dir), E_OK);
    assert_int_equal(admin_key_open(admin, dir, &made), E_OK);
    snprintf(path, sizeof path, "%s/token.key", dir);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(token_key_open(&key, dir), E_MALFORMED);
    snprintf(path, sizeof path, "%s/admin.key", dir);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(admin_key_open(admin, dir, &made), E_MALFORMED);
}

static void wrong_admin_keys_are_refused(void **state)
{
    (void)state;
    char key[ADMIN_KEY_TEXT], wrong[ADMIN_KEY_TEXT + 8];
    bool made = false;
    assert_int_equal(admin_key_open(key, dir, &made), E_OK);
    assert_true(admin_key_matches(key, key));
    assert_false(admin_key_matches(key, ""));
    for (size_t i = 0; i < ADMIN_KEY_TEXT - 1; i++) {
        memcpy(wrong, key, sizeof key);
        wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
        assert_false(admin_key_matches(key, wrong));
        memcpy(wrong, key, sizeof key);
        wrong[i] = '\0'; /* a beginning of it */
        assert_false(admin_key_matches(key, wrong));
    }
    snprintf(wrong, sizeof wrong, "%sx", key);
    assert_false(admin_key_matches(key, wrong));
}

static void directory_open_to_others_is_refused(void **state)
{
    (void)state;
    char deep[128];
    assert_int_equal(data_dir_open(dir), E_OK);
    assert_int_equal(chmod(dir, 0755), 0);
    assert_int_equal(data_dir_open(dir), E_DENIED);
    assert_int_equal(chmod(dir, 0700), 0);
    snprintf(deep, sizeof deep, "%s/a/b", dir);
    assert_int_equal(data_dir_open(deep), E_OK);
    assert_int_equal(mode_of("a/b"), 0700);
    assert_int_equal(rmdir(deep), 0);
    snprintf(deep, sizeof deep, "%s/a", dir);
    assert_int_equal(rmdir(deep), 0);
}

static void self_signed_certificate_is_written_for_the_owner(void **state)
{
    (void)state;
    char cert[SECRET_PATH], key[SECRET_PATH];
    assert_int_equal(self_signed_make(dir, "amphi.example", cert, key), E_OK);
    assert_int_equal(self_signed_make(dir, "192.0.2.1", cert, key), E_OK);
    assert_int_equal(mode_of("self-signed.key"), 0600);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    CASE(keys_are_made_once_and_are_the_owners),
    CASE(key_that_others_may_read_is_refused),
    CASE(empty_or_short_key_is_refused),
    CASE(wrong_admin_keys_are_refused),
    CASE(directory_open_to_others_is_refused),
    CASE(self_signed_certificate_is_written_for_the_owner),
};
TEST_MAIN(tests)
