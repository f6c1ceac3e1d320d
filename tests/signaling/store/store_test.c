/* SPDX-License-Identifier: Apache-2.0
 * What was answered survives: a clean end, and a kill of the writer in the middle of its work. Real
 * SQLite files. */
#include "tests/testing.h"

#include "signaling/store/store.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEEN_MAX = 4096 };

static char dir[64];
static struct store_class classes[SEEN_MAX];
static struct store_person people[SEEN_MAX];
static size_t n_classes, n_people;
static int done_fd;

static enum err see_class(void *ctx, const struct store_class *c)
{
    (void)ctx;
    classes[n_classes++] = *c;
    return E_OK;
}

static enum err see_person(void *ctx, const struct store_person *p)
{
    (void)ctx;
    people[n_people++] = *p;
    return E_OK;
}

static void on_done(void *ctx)
{
    (void)ctx;
    eventfd_write(done_fd, 1);
}

static struct store *open_store(void)
{
    const struct store_reader reader = {.on_class = see_class, .on_person = see_person};
    struct store *s = NULL;
    n_classes = n_people = 0;
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
    snprintf(dir, sizeof dir, "/tmp/amphi-store-XXXXXX");
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

static struct store_op op; /* what is put next */

static struct store_op *class_op(uint8_t id, uint64_t cookie)
{
    memset(&op, 0, sizeof op);
    op.kind = STORE_PUT_CLASS;
    op.cookie = cookie;
    op.class =
        (struct store_class){.id = {id}, .policy = {.camera = ACCESS_OPEN}, .created_ms = id};
    snprintf(op.class.info.title, sizeof op.class.info.title, "Class %u \xc3\xa9", id);
    snprintf(op.class.info.time_zone, sizeof op.class.info.time_zone, "Europe/Paris");
    op.class.info.n_periods = 2;
    for (unsigned i = 0; i < 2; i++) {
        snprintf(op.class.info.periods[i].from, NOTE_INSTANT_MAX, "2026-11-2%uT09:00:00+01:00", i);
        snprintf(op.class.info.periods[i].to, NOTE_INSTANT_MAX, "2026-11-2%uT12:00:00+01:00", i);
    }
    op.class.revocation[ROLE_LEARNER] = 7;
    return &op;
}

static struct store_op *person_op(uint8_t class_id, uint32_t number, uint64_t cookie)
{
    memset(&op, 0, sizeof op);
    op.kind = STORE_PUT_PERSON;
    op.cookie = cookie;
    op.person =
        (struct store_person){.class_id = {class_id}, .number = number, .role = ROLE_MODERATOR};
    snprintf(op.person.name, sizeof op.person.name, "Person %u", number);
    return &op;
}

static void put(struct store *s, const struct store_op *what)
{
    assert_int_equal(store_put(s, what), E_OK);
}

static void classes_and_people_survive_a_restart(void **state)
{
    (void)state;
    struct store *s = open_store();
    put(s, class_op(1, 11));
    put(s, person_op(1, 3, 12));
    assert_int_equal(wait_done(s).err, E_OK);
    assert_int_equal(wait_done(s).cookie, 12);
    store_close(s);
    s = open_store();
    const struct store_class *wanted = &class_op(1, 0)->class;
    assert_int_equal(n_classes, 1);
    assert_string_equal(classes[0].info.title, wanted->info.title);
    assert_int_equal(classes[0].info.n_periods, 2);
    assert_string_equal(classes[0].info.periods[1].to, wanted->info.periods[1].to);
    assert_int_equal(classes[0].revocation[ROLE_LEARNER], 7);
    assert_int_equal(classes[0].policy.camera, ACCESS_OPEN);
    assert_int_equal(n_people, 1);
    assert_int_equal(people[0].number, 3);
    assert_int_equal(people[0].role, ROLE_MODERATOR);
    assert_string_equal(people[0].name, "Person 3");
    store_close(s);
}

static void last_put_wins_and_removal_is_kept(void **state)
{
    (void)state;
    struct store *s = open_store();
    put(s, class_op(1, 0));
    op.class.info.n_periods = 1;
    op.class.ended = true;
    op.class.entrance = ENTRANCE_CLOSED;
    put(s, &op);
    put(s, person_op(1, 3, 0));
    op.person.removed = true;
    op.person.revocation = 1;
    put(s, &op);
    store_close(s); /* commits what waits */
    s = open_store();
    assert_int_equal(n_classes, 1);
    assert_true(classes[0].ended);
    assert_int_equal(classes[0].entrance, ENTRANCE_CLOSED);
    assert_int_equal(classes[0].info.n_periods, 1);
    assert_true(people[0].removed);
    assert_int_equal(people[0].revocation, 1);
    store_close(s);
}

static void deleted_class_takes_its_people_along(void **state)
{
    (void)state;
    struct store *s = open_store();
    put(s, class_op(1, 0));
    put(s, class_op(2, 0));
    put(s, person_op(1, 1, 0));
    put(s, person_op(2, 1, 0));
    class_op(1, 5)->kind = STORE_DELETE_CLASS;
    put(s, &op);
    assert_int_equal(wait_done(s).err, E_OK);
    store_close(s);
    s = open_store();
    assert_int_equal(n_classes, 1);
    assert_int_equal(classes[0].id[0], 2);
    assert_int_equal(n_people, 1);
    assert_int_equal(people[0].class_id[0], 2);
    store_close(s);
}

static void person_of_no_class_fails_alone(void **state)
{
    (void)state;
    struct store *s = open_store();
    put(s, class_op(1, 1));
    put(s, person_op(9, 1, 2));
    put(s, class_op(2, 3));
    for (unsigned i = 0; i < 3; i++) {
        struct store_done done = wait_done(s);
        assert_int_equal(done.err, done.cookie == 2 ? E_IO : E_OK);
    }
    store_close(s);
    s = open_store();
    assert_int_equal(n_classes, 2);
    store_close(s);
}

/* The child puts for ever and writes the number of each answered put to a pipe, until it is killed.
 */
static void write_until_killed(int fd)
{
    struct store *s = open_store();
    put(s, class_op(1, 0));
    for (uint32_t next = 1;; next++) {
        put(s, person_op(1, next, next));
        struct store_done done = wait_done(s);
        uint32_t number = (uint32_t)done.cookie;
        if (done.err != E_OK || write(fd, &number, sizeof number) != (ssize_t)sizeof number)
            _exit(1);
    }
}

static void what_was_answered_survives_a_kill(void **state)
{
    (void)state;
    int fds[2];
    for (unsigned round = 0; round < 3; round++) {
        assert_int_equal(pipe(fds), 0);
        pid_t child = fork();
        if (child == 0)
            write_until_killed(fds[1]);
        close(fds[1]);
        uint32_t answered = 0, number = 0;
        while (answered < 50 + 37 * round &&
               read(fds[0], &number, sizeof number) == (ssize_t)sizeof number)
            answered = number;
        assert_int_equal(kill(child, SIGKILL), 0);
        while (read(fds[0], &number, sizeof number) == (ssize_t)sizeof number)
            answered = number; /* answered before the kill, read after it */
        assert_int_equal(waitpid(child, NULL, 0), child);
        close(fds[0]);
        assert_true(answered >= 50);
        struct store *s = open_store();
        assert_int_equal(n_classes, 1);
        assert_true(n_people >= answered);
        store_close(s);
    }
}

static void file_of_a_later_version_is_refused(void **state)
{
    (void)state;
    store_close(open_store());
    char path[128];
    snprintf(path, sizeof path, "%s/amphi.db", dir);
    int fd = open(path, O_RDWR);
    const uint8_t later[4] = {0, 0, 0, 99}; /* user_version: SQLite file format §1.3, offset 60 */
    assert_int_equal(pwrite(fd, later, sizeof later, 60), sizeof later);
    close(fd);
    struct store *s = NULL;
    const struct store_reader reader = {.on_class = see_class, .on_person = see_person};
    assert_int_equal(store_open(&s, dir, (struct log_sink){0}, &reader), E_UNSUPPORTED);
    assert_null(s);
}

static void database_is_the_owners(void **state)
{
    (void)state;
    store_close(open_store());
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/amphi.db", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 077, 0);
}

static void queue_is_bounded(void **state)
{
    (void)state;
    struct store *s = open_store();
    put(s, class_op(1, 0));
    enum err e = E_OK;
    unsigned n = 0;
    for (; e == E_OK && n < 4 * STORE_QUEUE_MAX; n++) {
        e = store_put(s, person_op(1, 1, n + 1)); /* nobody takes the answers */
    }
    assert_int_equal(e, E_FULL);
    assert_in_range(n, 2, 3 * STORE_QUEUE_MAX);
    store_close(s);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    CASE(classes_and_people_survive_a_restart),
    CASE(last_put_wins_and_removal_is_kept),
    CASE(deleted_class_takes_its_people_along),
    CASE(person_of_no_class_fails_alone),
    CASE(what_was_answered_survives_a_kill),
    CASE(file_of_a_later_version_is_refused),
    CASE(database_is_the_owners),
    CASE(queue_is_bounded),
};
TEST_MAIN(tests)
