/* SPDX-License-Identifier: Apache-2.0
 * The stored log: numbered and chained in order, read while it is written, whole after a kill,
 * erased without a trace, and found out when somebody edits the file. Real SQLite files, a real
 * SIGKILL. */
#include "tests/testing.h"

#include "signaling/store/event_reader.h"
#include "signaling/store/schema/schema.h"
#include "signaling/store/store.h"

#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLS = 3, ACKS_MAX = 200000, SEEN_MAX = 200000 };

static char dir[64];
static int done_fd;
static struct store_chain chains[8];
static size_t n_chains;

static unsigned n_classes;

static enum err see_class(void *ctx, const struct store_class *c)
{
    (void)ctx;
    (void)c;
    n_classes++;
    return E_OK;
}

static enum err see_person(void *ctx, const struct store_person *p)
{
    (void)ctx;
    (void)p;
    return E_OK;
}

static void see_chain(void *ctx, const struct store_chain *c)
{
    (void)ctx;
    chains[n_chains++] = *c;
}

static void on_done(void *ctx)
{
    (void)ctx;
    eventfd_write(done_fd, 1);
}

static struct store *open_store(void)
{
    const struct store_reader reader = {
        .on_class = see_class, .on_person = see_person, .on_chain = see_chain};
    struct store *s = NULL;
    n_chains = n_classes = 0;
    assert_int_equal(store_open(&s, dir, (struct log_sink){0}, &reader), E_OK);
    store_on_done(s, on_done, NULL);
    return s;
}

static struct store_done wait_done(struct store *s)
{
    struct store_done done = {0};
    while (!store_take_done(s, &done)) {
        struct pollfd p = {.fd = done_fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 10000), 1);
        eventfd_t n = 0;
        eventfd_read(done_fd, &n);
    }
    return done;
}

static int set_up(void **state)
{
    (void)state;
    done_fd = eventfd(0, EFD_NONBLOCK);
    snprintf(dir, sizeof dir, "/tmp/amphi-events-XXXXXX");
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"amphi.db", "amphi.db-wal", "amphi.db-shm"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    close(done_fd);
    return rmdir(dir);
}

static enum err append(struct store *s, uint8_t class_id, uint32_t person, const char *words,
                       uint64_t cookie)
{
    const struct store_op op = {.kind = STORE_APPEND_EVENT,
                                .cookie = cookie,
                                .event = {.event = {.class_id = {class_id},
                                                    .kind = LOG_MESSAGE_SENT,
                                                    .person = person,
                                                    .target = cookie},
                                          .words = bytes_of(words, strlen(words))}};
    return store_put(s, &op);
}

static uint64_t append_now(struct store *s, uint8_t class_id, uint32_t person, const char *words)
{
    assert_int_equal(append(s, class_id, person, words, 1), E_OK);
    struct store_done done = wait_done(s);
    assert_int_equal(done.err, E_OK);
    return done.number;
}

static void put_class(struct store *s, uint8_t class_id, bool ended)
{
    static struct store_op op;
    memset(&op, 0, sizeof op);
    op.kind = STORE_PUT_CLASS;
    op.cookie = 1;
    op.class.id[0] = class_id;
    op.class.ended = ended;
    assert_int_equal(store_put(s, &op), E_OK);
    assert_int_equal(wait_done(s).err, E_OK);
}

static struct stored_event seen[SEEN_MAX];
static char seen_words[64];
static size_t n_seen;

static enum err see_event(void *ctx, const struct stored_event *e)
{
    (void)ctx;
    assert_true(n_seen < SEEN_MAX);
    seen[n_seen++] = *e;
    snprintf(seen_words, sizeof seen_words, "%.*s", (int)e->words.len, (const char *)e->words.p);
    return E_OK;
}

/* The whole log after a number, page by page. */
static void read_log(uint8_t class_id, uint64_t after)
{
    struct event_reader *r = NULL;
    assert_int_equal(event_reader_open(&r, dir), E_OK);
    n_seen = 0;
    for (size_t before = SEEN_MAX; n_seen != before;) {
        const struct event_query query = {.class_id = {class_id},
                                          .after =
                                              n_seen > 0 ? seen[n_seen - 1].event.number : after,
                                          .max = EVENT_PAGE_MAX};
        before = n_seen;
        assert_int_equal(event_reader_read(r, &query, see_event, NULL), E_OK);
    }
    event_reader_close(r);
}

static uint64_t first_bad(uint8_t class_id)
{
    struct event_reader *r = NULL;
    struct chain_verifier v;
    const uint8_t id[STORE_CLASS_ID] = {class_id};
    assert_int_equal(event_reader_open(&r, dir), E_OK);
    enum err e = event_reader_verify(r, id, &v);
    event_reader_close(r);
    assert_int_equal(e, v.first_bad == 0 ? E_OK : E_MALFORMED);
    return v.first_bad;
}

static void numbers_run_from_one_in_each_class(void **state)
{
    (void)state;
    struct store *s = open_store();
    put_class(s, 1, false);
    for (uint64_t i = 1; i <= 5; i++) {
        assert_int_equal(append_now(s, 1, 7, "{\"text\":\"a\"}"), i);
        assert_int_equal(append_now(s, 2, 7, ""), i);
    }
    read_log(1, 2); /* while the writer is open */
    assert_int_equal(n_seen, 3);
    assert_int_equal(seen[0].event.number, 3);
    assert_string_equal(seen_words, "{\"text\":\"a\"}");
    assert_false(seen[0].erased);
    read_log(2, 0);
    assert_int_equal(n_seen, 5);
    assert_false(seen[0].erased);
    store_close(s);
    s = open_store();
    assert_int_equal(n_chains, 1); /* class 2 is not there */
    assert_int_equal(chains[0].number, 5);
    assert_int_equal(chains[0].first_bad, 0);
    assert_int_equal(append_now(s, 1, 7, ""), 6);
    store_close(s);
    assert_int_equal(first_bad(1), 0);
    assert_int_equal(first_bad(2), 0);
    assert_int_equal(first_bad(3), 0);
}

static void words_without_measure_are_refused(void **state)
{
    (void)state;
    static char words[STORE_WORDS_MAX + 2];
    memset(words, 'a', STORE_WORDS_MAX + 1);
    struct store *s = open_store();
    assert_int_equal(append(s, 1, 1, words, 1), E_RANGE);
    words[STORE_WORDS_MAX] = '\0';
    assert_int_equal(append_now(s, 1, 1, words), 1);
    store_close(s);
}

static void second_server_on_one_folder_is_refused(void **state)
{
    (void)state;
    struct store *s = open_store(), *other = NULL;
    const struct store_reader reader = {.on_class = see_class, .on_person = see_person};
    assert_int_equal(store_open(&other, dir, (struct log_sink){0}, &reader), E_IO);
    store_close(s);
    s = open_store();
    store_close(s);
}

/* How often the bytes stand in any file of the folder. */
static unsigned count_in_files(const char *text)
{
    static const char *const names[] = {"amphi.db", "amphi.db-wal", "amphi.db-shm"};
    unsigned found = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        int fd = open(path, O_RDONLY);
        off_t len = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
        uint8_t *data = malloc((size_t)len + 1);
        assert_non_null(data);
        assert_int_equal(fd >= 0 ? pread(fd, data, (size_t)len, 0) : 0, len);
        const uint8_t *at = data;
        while ((at = memmem(at, (size_t)(data + len - at), text, strlen(text))) != NULL) {
            found++;
            at += strlen(text);
        }
        free(data);
        if (fd >= 0)
            close(fd);
    }
    return found;
}

static void erase(struct store *s, uint32_t person, uint64_t number)
{
    const struct store_op op = {.kind = STORE_ERASE_WORDS,
                                .cookie = 2,
                                .erase = {.class_id = {1}, .person = person, .number = number}};
    assert_int_equal(store_put(s, &op), E_OK);
    assert_int_equal(wait_done(s).err, E_OK);
}

/* Short words, words over many pages, and many between them. */
static void fill(struct store *s)
{
    static char longer[9000];
    memset(longer, 'x', sizeof longer - 1);
    memcpy(longer, "SECRET-LONG", 11);
    memcpy(longer + 8000, "SECRET-LONG", 11);
    for (int i = 0; i < 300; i++) {
        append_now(s, 1, 7, i % 50 == 10 ? longer : "{\"text\":\"SECRET-SHORT\"}");
        append_now(s, 1, 8, "{\"text\":\"KEPT-WORDS\"}");
    }
}

static void erased_words_are_in_no_file_and_the_chain_holds(void **state)
{
    (void)state;
    struct store *s = open_store();
    put_class(s, 1, false);
    fill(s);
    assert_true(count_in_files("SECRET-SHORT") >= 100);
    assert_true(count_in_files("SECRET-LONG") >= 5);
    erase(s, 7, 0);
    assert_int_equal(count_in_files("SECRET"), 0);
    assert_true(count_in_files("KEPT-WORDS") >= 300);
    uint64_t one = append_now(s, 1, 8, "{\"text\":\"ONE-MESSAGE\"}");
    append_now(s, 1, 8, "{\"text\":\"ANOTHER\"}");
    erase(s, 0, one);
    assert_int_equal(count_in_files("ONE-MESSAGE"), 0);
    assert_int_equal(first_bad(1), 0);
    read_log(1, one - 1);
    assert_int_equal(n_seen, 2);
    assert_true(seen[0].erased);
    assert_false(seen[1].erased);
    store_close(s);
    assert_int_equal(count_in_files("SECRET"), 0);
    assert_int_equal(count_in_files("ONE-MESSAGE"), 0);
    s = open_store();
    assert_int_equal(chains[0].first_bad, 0);
    store_close(s);
}

static void deleted_log_is_gone_whole(void **state)
{
    (void)state;
    struct store *s = open_store();
    append_now(s, 1, 7, "GOING");
    append_now(s, 2, 7, "STAYING");
    const struct store_op op = {.kind = STORE_DELETE_LOG, .cookie = 2, .erase = {.class_id = {1}}};
    assert_int_equal(store_put(s, &op), E_OK);
    assert_int_equal(wait_done(s).err, E_OK);
    assert_int_equal(count_in_files("GOING"), 0);
    read_log(1, 0);
    assert_int_equal(n_seen, 0);
    read_log(2, 0);
    assert_int_equal(n_seen, 1);
    store_close(s);
}

static void edit(const char *text)
{
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/amphi.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db) > 0, 1);
    sqlite3_close(db);
}

static void edited_file_is_found_out_at_start(void **state)
{
    (void)state;
    static const struct {
        const char *edit;
        uint64_t bad;
    } edits[] = {
        {"UPDATE event SET public=(SELECT public FROM event WHERE number=2) WHERE number=4", 4},
        {"UPDATE event_private SET words=CAST('other' AS BLOB) WHERE event=(SELECT id FROM event "
         "WHERE number=3)",
         3},
        {"UPDATE event SET hash=zeroblob(32) WHERE number=6", 6},
        {"DELETE FROM event WHERE number=5", 5},
        {"DELETE FROM event WHERE number=10", 10},
        {"UPDATE chain SET number=9", 9},
        {"UPDATE event SET number=CASE number WHEN 7 THEN -8 WHEN 8 THEN -7 ELSE number END; "
         "UPDATE event SET number=-number WHERE number<0",
         7},
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct store *s = open_store();
        put_class(s, 1, false);
        for (int k = 0; k < 10; k++)
            append_now(s, 1, 7, "{}");
        store_close(s);
        edit(edits[i].edit);
        s = open_store();
        assert_int_equal(n_chains, 1);
        assert_int_equal(chains[0].first_bad, edits[i].bad);
        store_close(s);
        assert_int_equal(first_bad(1), edits[i].bad);
        tear_down(NULL);
        assert_int_equal(set_up(NULL), 0);
    }
}

static void file_of_the_first_version_keeps_its_classes(void **state)
{
    (void)state;
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/amphi.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema_steps[0], NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO class VALUES (CAST('0123456789abcdef' AS BLOB), 'Old', "
                     "'Europe/Paris', 0, 0, 0, 1, 0, 0, 0, 0, 5); PRAGMA user_version=1",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    struct store *s = open_store();
    assert_int_equal(n_classes, 1);
    assert_int_equal(append_now(s, 1, 7, "{}"), 1);
    store_close(s);
    s = open_store();
    assert_int_equal(n_classes, 1);
    store_close(s);
    read_log(1, 0);
    assert_int_equal(n_seen, 1);
}

struct ack {
    uint64_t cookie, number;
};

/* The child: appends without pause to two classes, says each answer. */
static void write_until_killed(int fd)
{
    struct store *s = open_store();
    uint64_t cookie = 0;
    for (;;) {
        for (int i = 0; i < 40; i++) {
            cookie++;
            if (append(s, (uint8_t)(1 + cookie % 2), 7, "{\"text\":\"x\"}", cookie) != E_OK)
                cookie--;
        }
        struct store_done done;
        while (store_take_done(s, &done)) {
            const struct ack ack = {done.cookie, done.number};
            if (done.err != E_OK || write(fd, &ack, sizeof ack) != sizeof ack)
                _exit(1);
        }
    }
}

static struct ack acks[ACKS_MAX];

static size_t read_acks(int fd)
{
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n < ACKS_MAX;) {
        got = read(fd, &acks[n], sizeof acks[n]);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got == sizeof acks[n])
            n++;
    }
    return n;
}

/* What was put is numbered 1, 2, 3 … in its target; what is stored must be a beginning of it. */
static void check_after_kill(size_t n_acks)
{
    uint64_t most[2] = {0, 0};
    for (size_t i = 0; i < n_acks; i++)
        if (acks[i].cookie > most[acks[i].cookie % 2])
            most[acks[i].cookie % 2] = acks[i].cookie;
    for (unsigned odd = 0; odd < 2; odd++) {
        assert_int_equal(first_bad((uint8_t)(1 + odd)), 0);
        read_log((uint8_t)(1 + odd), 0);
        assert_true(most[odd] == 0 || (n_seen > 0 && seen[n_seen - 1].event.target >= most[odd]));
        for (size_t i = 0; i < n_seen; i++) {
            assert_int_equal(seen[i].event.number, i + 1);
            assert_int_equal(seen[i].event.target, 2 * i + (odd == 1 ? 1 : 2));
        }
        for (size_t i = 0; i < n_acks; i++)
            if (acks[i].cookie % 2 == odd)
                assert_int_equal(seen[acks[i].number - 1].event.target, acks[i].cookie);
    }
}

static void nothing_answered_is_lost_doubled_or_invented_by_a_kill(void **state)
{
    (void)state;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    unsigned seed = (unsigned)now.tv_nsec;
    print_message("seed %u\n", seed);
    size_t all = 0;
    for (int round = 0; round < KILLS; round++) {
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(fds[0]);
            write_until_killed(fds[1]);
        }
        close(fds[1]);
        pid_t killer = fork();
        assert_true(killer >= 0);
        if (killer == 0) {
            close(fds[0]);
            usleep(100000 + (unsigned)rand_r(&seed) % 400000);
            kill(child, SIGKILL);
            _exit(0);
        }
        rand_r(&seed);
        size_t n = read_acks(fds[0]); /* ends with the child */
        close(fds[0]);
        waitpid(killer, NULL, 0);
        waitpid(child, NULL, 0);
        print_message("%zu answers\n", n);
        check_after_kill(n);
        all += n;
        tear_down(NULL);
        assert_int_equal(set_up(NULL), 0);
    }
    assert_true(all > 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(numbers_run_from_one_in_each_class, set_up, tear_down),
    cmocka_unit_test_setup_teardown(words_without_measure_are_refused, set_up, tear_down),
    cmocka_unit_test_setup_teardown(second_server_on_one_folder_is_refused, set_up, tear_down),
    cmocka_unit_test_setup_teardown(erased_words_are_in_no_file_and_the_chain_holds, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(deleted_log_is_gone_whole, set_up, tear_down),
    cmocka_unit_test_setup_teardown(edited_file_is_found_out_at_start, set_up, tear_down),
    cmocka_unit_test_setup_teardown(file_of_the_first_version_keeps_its_classes, set_up, tear_down),
    cmocka_unit_test_setup_teardown(nothing_answered_is_lost_doubled_or_invented_by_a_kill, set_up,
                                    tear_down),
};

TEST_MAIN(tests)
