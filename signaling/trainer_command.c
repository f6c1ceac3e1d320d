/* SPDX-License-Identifier: Apache-2.0
 * Decides how a trainer gets a link: the secret is made here, printed once, and only its hash goes
 * to the store, which has one writer: a running server, else this command. */
#include "signaling/trainer_command.h"

#include "sfu/adapt/rand.h"
#include "signaling/api/event_view.h"
#include "signaling/secrets.h"
#include "signaling/store/sha256.h"
#include "signaling/token.h"
#include "signaling/trainers.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A server's end of the socket; -1: none runs. */
static int dial(const char *data_dir)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/control.sock", dir);
    bool there = dir >= 0 && fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    if (dir >= 0)
        close(dir);
    if (!there && fd >= 0)
        close(fd);
    return there ? fd : -1;
}

static enum err ask_server(int fd, const char *line, char answer[TRAINER_ANSWER_MAX])
{
    size_t len = 0;
    bool said = dprintf(fd, "%s\n", line) > 0;
    while (said && len < TRAINER_ANSWER_MAX - 1) {
        ssize_t n = read(fd, answer + len, TRAINER_ANSWER_MAX - 1 - len);
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    answer[len] = '\0';
    return said && (len > 0 || strcmp(line, "list") == 0) ? E_OK : E_IO;
}

static enum err pass_class(void *ctx, const struct store_class *c)
{
    (void)ctx;
    (void)c;
    return E_OK;
}

static enum err pass_person(void *ctx, const struct store_person *p)
{
    (void)ctx;
    (void)p;
    return E_OK;
}

static enum err take_trainer(void *ctx, const struct store_trainer *t)
{
    return trainers_put(ctx, t);
}

/* No server: this process is the writer, and holds the lock on the folder meanwhile. */
static enum err ask_store(const char *data_dir, const char *line, char answer[TRAINER_ANSWER_MAX])
{
    struct trainers t;
    struct store *store = NULL;
    struct store_op *op = &(struct store_op){.kind = STORE_PUT_TRAINER, .cookie = 1};
    enum err e = trainers_init(&t);
    const struct store_reader reader = {
        .ctx = &t, .on_class = pass_class, .on_person = pass_person, .on_trainer = take_trainer};
    if (e == E_OK)
        e = store_open(&store, data_dir, (struct log_sink){0}, &reader);
    if (e == E_OK && trainers_ask(&t, line, &op->trainer, answer)) {
        struct store_done done = {.err = E_IO};
        e = store_put(store, op);
        while (e == E_OK && !store_take_done(store, &done))
            usleep(1000);
        e = e == E_OK ? done.err : e;
    }
    store_close(store);
    trainers_fini(&t);
    return e;
}

static enum err ask(const struct config *c, const char *line, char answer[TRAINER_ANSWER_MAX])
{
    enum err e = data_dir_open(c->data_dir);
    int fd = e == E_OK ? dial(c->data_dir) : -1;
    if (e == E_OK && fd >= 0)
        e = ask_server(fd, line, answer);
    else if (e == E_OK)
        e = ask_store(c->data_dir, line, answer);
    if (fd >= 0)
        close(fd);
    if (e != E_OK)
        fprintf(stderr, "amphi: the data directory %s cannot be used (%s)\n", c->data_dir,
                err_name(e));
    else if (strncmp(answer, "error ", 6) == 0) {
        fprintf(stderr, "amphi: %s", answer + 6);
        e = E_STATE;
    }
    return e;
}

static enum err add(const struct config *c, const char *name, char answer[TRAINER_ANSWER_MAX])
{
    char line[TRAINER_LINE_MAX], hash[CHAIN_HASH * 2 + 1], text[TOKEN_TEXT];
    uint8_t digest[CHAIN_HASH];
    struct token t = {.kind = TOKEN_HOME};
    struct token_key key;
    const struct chain_sha256 sha = store_sha256();
    struct bytes secret = bytes_of(t.class_id, sizeof t.class_id);
    enum err e = data_dir_open(c->data_dir);
    if (e == E_OK)
        e = token_key_open(&key, c->data_dir);
    if (e == E_OK)
        e = rand_bytes(t.class_id, sizeof t.class_id);
    if (e == E_OK)
        e = sha.hash(sha.ctx, &secret, 1, digest);
    if (e != E_OK) {
        fprintf(stderr, "amphi: the data directory or its key cannot be used (%s)\n", err_name(e));
        return e;
    }
    hex_write(hash, digest, sizeof digest);
    if (strlen(name) > 500 || strpbrk(name, "\r\n") != NULL) {
        fputs("amphi: a name has 1 to 100 characters\n", stderr);
        return E_STATE;
    }
    snprintf(line, sizeof line, "add %s %s", hash, name);
    e = ask(c, line, answer);
    if (e != E_OK)
        return e;
    t.number = (uint32_t)strtoul(answer + 3, NULL, 10);
    e = token_write(text, &key, &t);
    if (e == E_OK)
        printf("Trainer %u. This link is shown once and opens the home page; keep it secret:\n"
               "%s/home#%s\n",
               (unsigned)t.number, c->public_url, text);
    return e;
}

enum err trainer_command(const struct config *c, int argc, char **argv)
{
    char line[64];
    enum err e = E_MALFORMED;
    char *answer = calloc(1, TRAINER_ANSWER_MAX);
    if (answer == NULL)
        return E_NOMEM;
    if (argc == 2 && strcmp(argv[0], "add") == 0) {
        e = add(c, argv[1], answer);
    } else if (argc == 2 && strcmp(argv[0], "revoke") == 0) {
        snprintf(line, sizeof line, "revoke %.40s", argv[1]);
        e = ask(c, line, answer);
        if (e == E_OK)
            puts("The link no longer works.");
    } else if (argc == 1 && strcmp(argv[0], "list") == 0) {
        e = ask(c, "list", answer);
        if (e == E_OK)
            fputs(answer, stdout);
    }
    free(answer);
    return e;
}
