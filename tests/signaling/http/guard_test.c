/* SPDX-License-Identifier: Apache-2.0
 * Nothing but HTTP/1.1 and WebSocket, within limits: against the real libwebsockets on a loopback
 * port. */
#include "tests/testing.h"

#include "signaling/http/http.h"
#include "tests/signaling/browser.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct http *http;
static pthread_t thread;
static unsigned port;
static char dir[64], origin[64];
static struct browser_answer answer;
static char heard[BROWSER_TEXT];

static void on_request(void *ctx, const struct http_request *r)
{
    (void)ctx;
    const struct http_response echo = {.status = 200, .type = "text/plain", .body = r->body};
    http_answer(http, r->id, &echo);
}

static void on_opened(void *ctx, uint32_t conn, const struct http_peer *peer)
{
    (void)ctx, (void)conn, (void)peer;
}

static void on_text(void *ctx, uint32_t conn, struct bytes text)
{
    (void)ctx;
    if (text.len >= 5 && memcmp(text.p, "trust", 5) == 0)
        http_ws_trust(http, conn);
    if (text.len >= 5 && memcmp(text.p, "close", 5) == 0)
        http_ws_close(http, conn, 4003);
    char number[32];
    struct http_text *t =
        http_text_new(number, (size_t)snprintf(number, sizeof number, "%zu", text.len));
    http_ws_send(http, conn, t);
    http_text_unref(t);
}

static void on_closed(void *ctx, uint32_t conn)
{
    (void)ctx, (void)conn;
}

static void on_woken(void *ctx)
{
    (void)ctx;
}

static void on_tick(void *ctx, usec now)
{
    (void)ctx, (void)now;
}

static void *serve(void *arg)
{
    http_run(arg);
    return NULL;
}

static void write_page(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int set_up(void **state)
{
    (void)state;
    char path[128];
    snprintf(dir, sizeof dir, "/tmp/amphi-http-XXXXXX");
    if (mkdtemp(dir) == NULL)
        return -1;
    write_page("index.html", "<!doctype html>");
    write_page("secret.key", "secret");
    snprintf(path, sizeof path, "%s/assets", dir);
    mkdir(path, 0700);
    write_page("assets/app-1a2b.js", "js");
    snprintf(path, sizeof path, "%s/out.txt", dir);
    if (symlink("/etc/passwd", path) != 0)
        return -1;
    const struct http_config config = {
        .listen = addr_v4((const uint8_t[]){127, 0, 0, 1}, 0),
        .public_url = "http://amphi.test:1234",
        .client_dir = dir,
        .sockets_an_address = 20,
        .watch_fd = -1,
        .handlers = {on_request, on_opened, on_text, on_closed, on_woken, on_tick},
    };
    if (http_new(&http, &config) != E_OK)
        return -1;
    port = http_port(http);
    snprintf(origin, sizeof origin, "http://127.0.0.1:%u", port);
    return pthread_create(&thread, NULL, serve, http);
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"index.html", "secret.key", "assets/app-1a2b.js",
                                        "out.txt"};
    char path[128];
    http_stop(http);
    pthread_join(thread, NULL);
    http_free(http);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/assets", dir);
    rmdir(path);
    return rmdir(dir);
}

static void raw(const char *text)
{
    browser_raw(port, text, strlen(text), &answer);
}

static void h2c_upgrade_is_refused(void **state)
{
    (void)state;
    raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
    assert_int_not_equal(answer.status, 101);
    assert_null(strstr(answer.head, "h2c"));
    raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n");
    assert_int_not_equal(answer.status, 101);
    raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert_int_not_equal(answer.status, 200);
}

/* Closed at once, without an answer. */
static bool is_hung_up_on(const char *text)
{
    char c = 0;
    int fd = browser_connect(port);
    send(fd, text, strlen(text), MSG_NOSIGNAL);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    bool closed = poll(&p, 1, 2000) == 1 && recv(fd, &c, 1, 0) <= 0;
    close(fd);
    return closed;
}

static void connect_and_trace_are_refused(void **state)
{
    (void)state;
    assert_true(is_hung_up_on("CONNECT x HTTP/1.1\r\n\r\nraw bytes"));
    assert_true(is_hung_up_on("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\nraw"));
    raw("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_not_equal(answer.status, 200);
    raw("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(answer.status, 405);
    raw("PUT /api/v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
    assert_int_equal(answer.status, 405);
}

static void only_our_origins_may_open_a_socket(void **state)
{
    (void)state;
    char same[64], near_one[64];
    snprintf(same, sizeof same, "http://localhost:%u", port);
    const char *good[] = {origin, same, "http://amphi.test:1234"};
    for (size_t i = 0; i < 3; i++) {
        int fd = browser_socket(port, good[i], "amphi.v1");
        assert_true(fd > 0);
        close(fd);
    }
    static const char *const bad[] = {NULL,
                                      "",
                                      "null",
                                      "http://evil.example",
                                      "http://amphi.test",
                                      "https://amphi.test:1234",
                                      "http://amphi.test:1234/",
                                      "http://amphi.test:12345",
                                      "HTTP://amphi.test:1234",
                                      "http://amphi.test:1234.evil.example",
                                      "http://amphi.test:1234 http://evil.example",
                                      "http://[::1]:1234"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(browser_socket(port, bad[i], "amphi.v1"), -403);
    snprintf(near_one, sizeof near_one, "http://127.0.0.1:%u", port + 1);
    assert_int_equal(browser_socket(port, near_one, "amphi.v1"), -403);
}

static void only_our_subprotocol_may_open_a_socket(void **state)
{
    (void)state;
    static const char *const bad[] = {NULL,       "http",           "watched",
                                      "amphi.v2", "amphi.v1, http", "AMPHI.V1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(browser_socket(port, origin, bad[i]), -400);
}

static void every_page_has_its_security_headers(void **state)
{
    (void)state;
    static const char *const wanted[] = {"content-security-policy: default-src 'none'",
                                         "frame-ancestors 'none'",
                                         "x-content-type-options: nosniff",
                                         "referrer-policy: no-referrer",
                                         "cross-origin-opener-policy: same-origin",
                                         "permissions-policy: camera=(self)",
                                         "connect-src 'self' ws://amphi.test:1234"};
    static const char *const paths[] = {"/", "/join", "/api/v1/x", "/nowhere"};
    for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
        browser_ask(port, "GET", paths[p], NULL, NULL, &answer);
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
            assert_non_null(strstr(answer.head, wanted[i]));
        assert_null(strstr(answer.head, "unsafe-"));
    }
}

static void hashed_files_are_kept_and_others_asked_again(void **state)
{
    (void)state;
    char etag[64], text[256];
    browser_ask(port, "GET", "/assets/app-1a2b.js", NULL, NULL, &answer);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.head, "text/javascript"));
    assert_non_null(strstr(answer.head, "immutable"));
    browser_ask(port, "GET", "/join", NULL, NULL, &answer);
    assert_string_equal(answer.body, "<!doctype html>");
    assert_non_null(strstr(answer.head, "no-cache"));
    const char *at = strstr(answer.head, "etag: ");
    assert_non_null(at);
    snprintf(etag, sizeof etag, "%.18s", at + 6);
    int n =
        snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: %s\r\n\r\n", etag);
    browser_raw(port, text, (size_t)n, &answer);
    assert_int_equal(answer.status, 304);
}

static void nothing_outside_the_table_is_served(void **state)
{
    (void)state;
    static const char *const paths[] = {"/secret.key",
                                        "/out.txt",
                                        "/../index.html/../secret.key",
                                        "/assets",
                                        "/..%2f..%2fetc/passwd",
                                        "/assets/../../etc/passwd",
                                        "//etc/passwd"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        browser_ask(port, "GET", paths[i], NULL, NULL, &answer);
        assert_int_not_equal(answer.status, 200);
    }
}

static void bodies_have_a_limit_and_a_length(void **state)
{
    (void)state;
    static char text[80000];
    int n = snprintf(text, sizeof text,
                     "POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
    memset(text + n, 'x', 60000);
    browser_raw(port, text, (size_t)n + 60000, &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(strlen(answer.body), 60000);
    n = snprintf(text, sizeof text,
                 "POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");
    browser_raw(port, text, (size_t)n, &answer);
    assert_int_equal(answer.status, 413);
    raw("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n");
    assert_int_equal(answer.status, 413);
    raw("POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
    assert_int_equal(answer.status, 411);
}

static void say_in_pieces(int fd, const char *text)
{
    browser_say_in_pieces(fd, text, 10000);
}

static void frames_have_a_limit_also_in_fragments(void **state)
{
    (void)state;
    static char text[70000];
    memset(text, 'x', sizeof text);
    for (unsigned pieces = 0; pieces < 2; pieces++) {
        int fd = browser_socket(port, origin, "amphi.v1");
        void (*say)(int fd, const char *text) = pieces ? say_in_pieces : browser_say;
        text[65536] = '\0';
        say(fd, text);
        assert_int_equal(browser_hear(fd, heard, 2000), 1);
        assert_string_equal(heard, "65536");
        text[65536] = 'x';
        text[65537] = '\0';
        say(fd, text);
        assert_int_equal(browser_wait_close(fd, 3000), 4002);
        close(fd);
    }
}

static void close_code_follows_what_was_queued(void **state)
{
    (void)state;
    int fd = browser_socket(port, origin, "amphi.v1");
    browser_say(fd, "close");
    assert_int_equal(browser_hear(fd, heard, 2000), 1);
    assert_int_equal(browser_wait_close(fd, 2000), 4003);
    close(fd);
}

static double seconds_until_closed(int fd, const char *trickle)
{
    usec start = http_now();
    for (int i = 0; i < 15; i++) {
        static char any[512];
        struct timeval limit = {.tv_sec = 1};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ssize_t n = recv(fd, any, sizeof any, 0);
        if (n >= 0 || errno != EAGAIN)
            break;
        if (trickle != NULL)
            send(fd, trickle, 1, MSG_NOSIGNAL);
    }
    close(fd);
    return (double)(http_now() - start) / 1e6;
}

static void slow_header_is_closed_after_ten_seconds(void **state)
{
    (void)state;
    int fd = browser_connect(port);
    assert_int_equal(send(fd, "GET / HTTP/1.1\r\nX: ", 19, MSG_NOSIGNAL), 19);
    double s = seconds_until_closed(fd, "a");
    assert_true(s > 8 && s < 12);
}

static void socket_without_hello_is_closed_after_five_seconds(void **state)
{
    (void)state;
    int silent = browser_socket(port, origin, "amphi.v1"),
        known = browser_socket(port, origin, "amphi.v1");
    browser_say(known, "trust");
    assert_int_equal(browser_hear(known, heard, 2000), 1);
    double s = seconds_until_closed(silent, NULL);
    assert_true(s > 4 && s < 7);
    browser_say(known, "still here");
    assert_int_equal(browser_hear(known, heard, 2000), 1);
    close(known);
}

static void twenty_first_silent_connection_closes_the_oldest(void **state)
{
    (void)state;
    int fds[25];
    for (size_t i = 0; i < 25; i++)
        fds[i] = browser_connect(port);
    usleep(2000000);
    unsigned closed = 0;
    for (size_t i = 0; i < 25; i++) {
        char c = 0;
        bool gone = recv(fds[i], &c, 1, MSG_DONTWAIT) == 0;
        closed += gone ? 1 : 0;
        assert_true(gone == (i < 5));
        close(fds[i]);
    }
    assert_int_equal(closed, 5);
    browser_ask(port, "GET", "/", NULL, NULL, &answer);
    assert_int_equal(answer.status, 200);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    CASE(h2c_upgrade_is_refused),
    CASE(connect_and_trace_are_refused),
    CASE(only_our_origins_may_open_a_socket),
    CASE(only_our_subprotocol_may_open_a_socket),
    CASE(every_page_has_its_security_headers),
    CASE(hashed_files_are_kept_and_others_asked_again),
    CASE(nothing_outside_the_table_is_served),
    CASE(bodies_have_a_limit_and_a_length),
    CASE(frames_have_a_limit_also_in_fragments),
    CASE(close_code_follows_what_was_queued),
    CASE(slow_header_is_closed_after_ten_seconds),
    CASE(socket_without_hello_is_closed_after_five_seconds),
    CASE(twenty_first_silent_connection_closes_the_oldest),
};
TEST_MAIN(tests)
