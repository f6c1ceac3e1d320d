/* SPDX-License-Identifier: Apache-2.0
 * Just enough of HTTP/1.1 and RFC 6455 to be a client of the service in its tests. */
#include "tests/signaling/browser.h"

#include "tests/testing.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

int browser_connect(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Bytes read, 0 at the end, -1 when nothing came in time. */
static ssize_t read_some(int fd, void *out, size_t cap, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, timeout_ms) != 1)
        return -1;
    ssize_t n = recv(fd, out, cap, 0);
    return n < 0 ? 0 : n;
}

static void send_all(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* closed by the other side: the test sees it when it reads */
        p += n;
        len -= (size_t)n;
    }
}

static void read_head(int fd, struct browser_answer *out)
{
    size_t n = 0;
    memset(out->head, 0, sizeof out->head);
    while (n + 1 < sizeof out->head && strstr(out->head, "\r\n\r\n") == NULL) {
        if (read_some(fd, out->head + n, 1, PATIENCE_MS) != 1)
            break;
        n++;
    }
    out->status = strncmp(out->head, "HTTP/1.", 7) == 0 ? (int)strtol(out->head + 9, NULL, 10) : 0;
}

static void read_answer(int fd, struct browser_answer *out)
{
    read_head(fd, out);
    memset(out->body, 0, sizeof out->body);
    const char *length = strcasestr(out->head, "content-length: ");
    size_t want = length == NULL ? 0 : (size_t)strtoul(length + 16, NULL, 10);
    assert_true(want < sizeof out->body);
    for (size_t have = 0; have < want;) {
        ssize_t n = read_some(fd, out->body + have, want - have, PATIENCE_MS);
        if (n <= 0)
            return;
        have += (size_t)n;
    }
}

void browser_raw(unsigned port, const char *bytes, size_t len, struct browser_answer *out)
{
    int fd = browser_connect(port);
    send_all(fd, bytes, len);
    read_answer(fd, out);
    close(fd);
}

void browser_ask(unsigned port, const char *method, const char *path, const char *token,
                 const char *body, struct browser_answer *out)
{
    static char text[8192];
    int n = snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s%s%s", method,
                     path, port, token != NULL ? "Authorization: Bearer " : "",
                     token != NULL ? token : "", token != NULL ? "\r\n" : "");
    if (body != NULL)
        n += snprintf(text + n, sizeof text - (size_t)n, "Content-Length: %zu\r\n\r\n%s",
                      strlen(body), body);
    else
        n += snprintf(text + n, sizeof text - (size_t)n, "\r\n");
    assert_true((size_t)n < sizeof text);
    browser_raw(port, text, (size_t)n, out);
}

int browser_socket(unsigned port, const char *origin, const char *subprotocol)
{
    char text[1024];
    static struct browser_answer answer;
    int n = snprintf(text, sizeof text,
                     "GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: "
                     "Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
                     "13\r\n%s%s%s%s%s%s\r\n",
                     port, origin != NULL ? "Origin: " : "", origin != NULL ? origin : "",
                     origin != NULL ? "\r\n" : "",
                     subprotocol != NULL ? "Sec-WebSocket-Protocol: " : "",
                     subprotocol != NULL ? subprotocol : "", subprotocol != NULL ? "\r\n" : "");
    int fd = browser_connect(port);
    send_all(fd, text, (size_t)n);
    read_head(fd, &answer);
    if (answer.status == 101)
        return fd;
    close(fd);
    return -answer.status;
}

static void send_frame(int fd, unsigned char first, const char *text, size_t len)
{
    size_t n = 0;
    unsigned char *frame = malloc(len + 14);
    assert_non_null(frame);
    frame[n++] = first;
    if (len < 126) {
        frame[n++] = (unsigned char)(0x80 | len);
    } else if (len < 65536) {
        frame[n++] = 0x80 | 126;
        frame[n++] = (unsigned char)(len >> 8);
        frame[n++] = (unsigned char)len;
    } else {
        frame[n++] = 0x80 | 127;
        for (int shift = 56; shift >= 0; shift -= 8)
            frame[n++] = (unsigned char)((uint64_t)len >> shift);
    }
    memset(frame + n, 0, 4); /* a mask of 0 leaves the text as it is */
    n += 4;
    memcpy(frame + n, text, len);
    send_all(fd, frame, n + len);
    free(frame);
}

void browser_say(int fd, const char *text)
{
    send_frame(fd, 0x81, text, strlen(text)); /* RFC 6455 §5.2: final, text */
}

void browser_say_in_pieces(int fd, const char *text, size_t piece)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        unsigned char first = (unsigned char)((at == 0 ? 1 : 0) | (at + n == len ? 0x80 : 0));
        send_frame(fd, first, text + at, n);
    }
}

static bool read_exact(int fd, unsigned char *out, size_t len, int timeout_ms)
{
    for (size_t have = 0; have < len;) {
        ssize_t n = read_some(fd, out + have, len - have, timeout_ms);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

int browser_hear(int fd, char out[BROWSER_TEXT], int timeout_ms)
{
    unsigned char head[10];
    ssize_t first = read_some(fd, head, 1, timeout_ms);
    if (first <= 0)
        return first < 0 ? -1 : 0;
    if (!read_exact(fd, head + 1, 1, PATIENCE_MS))
        return 0;
    size_t len = head[1] & 127;
    if (len == 126) {
        if (!read_exact(fd, head + 2, 2, PATIENCE_MS))
            return 0;
        len = (size_t)head[2] << 8 | head[3];
    }
    assert_true(len < BROWSER_TEXT && len != 127);
    if (!read_exact(fd, (unsigned char *)out, len, PATIENCE_MS))
        return 0;
    out[len] = '\0';
    if ((head[0] & 15) != 8) /* RFC 6455 §5.5.1: close */
        return 1;
    return len < 2 ? -1005 : -((unsigned char)out[0] << 8 | (unsigned char)out[1]);
}

void browser_wait(int fd, const char *type, char out[BROWSER_TEXT])
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"type\":\"%s\"", type);
    for (;;) {
        int heard = browser_hear(fd, out, PATIENCE_MS);
        if (heard != 1)
            fail_msg("no %s, but %d", type, heard);
        if (strstr(out, wanted) != NULL)
            return;
    }
}

int browser_wait_close(int fd, int timeout_ms)
{
    static char text[BROWSER_TEXT];
    int heard = 1;
    while (heard == 1)
        heard = browser_hear(fd, text, timeout_ms);
    if (heard == -1)
        fail_msg("not closed in %d ms", timeout_ms);
    return -heard;
}

void browser_field(const char *json, const char *name, char *out, size_t cap)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\":", name);
    const char *at = strstr(json, wanted);
    if (at == NULL)
        fail_msg("no %s in %.200s", name, json);
    at += strlen(wanted);
    bool quoted = *at == '"';
    at += quoted ? 1 : 0;
    size_t len = strcspn(at, quoted ? "\"" : ",}]");
    assert_true(len < cap);
    memcpy(out, at, len);
    out[len] = '\0';
}
