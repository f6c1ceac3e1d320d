/* SPDX-License-Identifier: Apache-2.0
 * DIR/control.sock, by which `amphi trainer` speaks with a running server: only the owner of the
 * folder reaches it. Looked at with each tick, one caller at a time, nothing here ever blocks. What
 * a line does is decided in trainers.c. */
#include "signaling/service_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_S = 2 }; /* for the line of a caller */

enum err control_open(struct service *v)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    char path[SECRET_PATH];
    enum err e = E_IO;
    v->control.listen = v->control.caller = -1;
    snprintf(path, sizeof path, "%s/control.sock", v->config->data_dir);
    /* The folder by its descriptor: a path may be longer than an address of a socket. */
    int dir = open(v->config->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/control.sock", dir);
    mode_t before = umask(0177);
    if (dir >= 0 && fd >= 0 && (unlink(path) == 0 || access(path, F_OK) != 0) &&
        bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0) {
        v->control.listen = fd;
        e = E_OK;
    }
    umask(before);
    if (dir >= 0)
        close(dir);
    if (e != E_OK && fd >= 0)
        close(fd);
    return e;
}

static void hang_up(struct service *v)
{
    close(v->control.caller);
    v->control.caller = -1;
}

void control_close(struct service *v)
{
    if (v->control.listen < 0)
        return;
    char path[SECRET_PATH];
    snprintf(path, sizeof path, "%s/control.sock", v->config->data_dir);
    if (v->control.caller >= 0)
        hang_up(v);
    close(v->control.listen);
    if (unlink(path) != 0)
        log_warn(&v->log, LOG_SERVER, "control.sock could not be taken away", "dir=%s",
                 v->config->data_dir);
}

static void say(struct service *v, const char *text)
{
    size_t len = strlen(text);
    if (send(v->control.caller, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)len)
        log_warn(&v->log, LOG_SERVER, "a caller of control.sock did not listen", "bytes=%zu", len);
    hang_up(v);
}

/* The store answers it under this cookie: control_stored. */
static void keep(struct service *v, const struct store_trainer *changed, const char *answer)
{
    struct store_op *op = &(struct store_op){.kind = STORE_PUT_TRAINER, .cookie = CONTROL_COOKIE};
    op->trainer = *changed;
    if (trainers_put(&v->trainers, changed) != E_OK || store_put(v->store, op) != E_OK) {
        say(v, "error the store could not keep it\n");
        return;
    }
    v->control.waits = true;
    snprintf(v->control.answer, sizeof v->control.answer, "%s", answer);
}

void control_stored(struct service *v, const struct store_done *done)
{
    v->control.waits = false;
    if (v->control.caller >= 0)
        say(v, done->err == E_OK ? v->control.answer : "error the store could not keep it\n");
}

static void read_line(struct service *v)
{
    char line[TRAINER_LINE_MAX];
    ssize_t n = recv(v->control.caller, line, sizeof line - 1, MSG_DONTWAIT);
    char *end = n > 0 ? memchr(line, '\n', (size_t)n) : NULL;
    if (end == NULL) {
        if (n >= 0 || http_now() - v->control.since > USEC_S(PATIENCE_S))
            hang_up(v);
        return;
    }
    *end = '\0';
    struct store_trainer changed;
    char *answer = malloc(TRAINER_ANSWER_MAX);
    if (answer == NULL)
        hang_up(v);
    else if (trainers_ask(&v->trainers, line, &changed, answer))
        keep(v, &changed, answer);
    else
        say(v, answer);
    free(answer);
}

void control_tick(struct service *v)
{
    if (v->control.listen < 0 || v->control.waits)
        return;
    if (v->control.caller < 0) {
        v->control.caller = accept4(v->control.listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        v->control.since = http_now();
    }
    if (v->control.caller >= 0)
        read_line(v);
}
