/* SPDX-License-Identifier: Apache-2.0
 * The writer thread: takes all that waits, commits it as one, then says so. While it waits for the
 * disk the next batch gathers, so that a commit serves many and none waits longer than two of them.
 * A put that fails alone does not take the others with it. */
#include "signaling/store/sqlite.h"
#include "signaling/store/store.h"

#include "sfu/base/mem.h"

#include <pthread.h>
#include <string.h>

enum { BATCH_MAX = 256 };

struct cell {
    struct store_op *op; /* owned */
    enum err err;
    uint64_t number;
};

struct store {
    struct sqlite *q; /* writer's once the thread runs */
    struct log_sink log;
    pthread_t thread;
    bool started;
    bool scrub; /* the writer's: words were taken away, their copies are still in the journal */
    pthread_mutex_t lock;
    pthread_cond_t filled;
    /* under lock */
    struct cell waiting[STORE_QUEUE_MAX];
    unsigned first, count;
    struct store_done done[STORE_QUEUE_MAX * 2];
    unsigned done_first, done_count;
    unsigned in_work; /* taken by the writer, not yet answered */
    bool closing;
    void (*wake)(void *ctx);
    void *wake_ctx;
};

/* Returns how many; 0: closing and nothing is left. */
static unsigned take_batch(struct store *s, struct cell batch[BATCH_MAX])
{
    unsigned n = 0;
    pthread_mutex_lock(&s->lock);
    while (s->count == 0 && !s->closing)
        pthread_cond_wait(&s->filled, &s->lock);
    while (n < BATCH_MAX && s->count > 0) {
        batch[n++] = (struct cell){.op = s->waiting[s->first].op};
        s->first = (s->first + 1) % STORE_QUEUE_MAX;
        s->count--;
    }
    s->in_work = n;
    pthread_mutex_unlock(&s->lock);
    return n;
}

static enum err commit_some(struct store *s, struct cell *batch, unsigned n)
{
    enum err e = sqlite_begin(s->q);
    for (unsigned i = 0; i < n && e == E_OK; i++)
        e = sqlite_apply(s->q, batch[i].op, &batch[i].number);
    if (e == E_OK)
        e = sqlite_commit(s->q);
    if (e != E_OK)
        sqlite_rollback(s->q);
    return e;
}

static bool takes_words_away(const struct cell *cell)
{
    uint8_t kind = cell->op->kind;
    return cell->err == E_OK &&
           (kind == STORE_ERASE_WORDS || kind == STORE_DELETE_LOG || kind == STORE_DELETE_CLASS);
}

/* What was erased is answered once the journal has no copy of it. */
static void scrub_batch(struct store *s, struct cell *batch, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        s->scrub = s->scrub || takes_words_away(&batch[i]);
    enum err e = s->scrub ? sqlite_scrub(s->q) : E_OK;
    s->scrub = e != E_OK;
    if (e == E_OK)
        return;
    log_warn(&s->log, LOG_STORE, "erased, but the journal could not be emptied yet", "err=%s",
             err_name(e));
    for (unsigned i = 0; i < n; i++)
        if (takes_words_away(&batch[i]) && batch[i].op->kind != STORE_DELETE_CLASS)
            batch[i].err = E_AGAIN;
}

static void commit_batch(struct store *s, struct cell *batch, unsigned n)
{
    enum err all = commit_some(s, batch, n);
    for (unsigned i = 0; i < n; i++) {
        batch[i].err = all == E_OK || n == 1 ? all : commit_some(s, &batch[i], 1);
        if (batch[i].err != E_OK)
            log_error(&s->log, LOG_STORE, "not stored", "kind=%u", batch[i].op->kind);
    }
    scrub_batch(s, batch, n);
}

static void answer_batch(struct store *s, struct cell *batch, unsigned n)
{
    pthread_mutex_lock(&s->lock);
    unsigned answers = 0;
    for (unsigned i = 0; i < n; i++) {
        if (batch[i].op->cookie == 0)
            continue;
        unsigned at = (s->done_first + s->done_count++) % (STORE_QUEUE_MAX * 2);
        s->done[at] = (struct store_done){
            .cookie = batch[i].op->cookie, .err = batch[i].err, .number = batch[i].number};
        answers++;
    }
    s->in_work = 0;
    if (answers > 0 && s->wake != NULL)
        s->wake(
            s->wake_ctx); /* under the lock: after store_on_done(NULL) nobody is woken any more */
    pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < n; i++)
        mem_free(batch[i].op);
}

static void *writer(void *arg)
{
    struct store *s = arg;
    struct cell *batch = mem_alloc_array(BATCH_MAX, sizeof *batch);
    if (batch == NULL)
        return NULL;
    for (unsigned n = take_batch(s, batch); n > 0; n = take_batch(s, batch)) {
        commit_batch(s, batch, n);
        answer_batch(s, batch, n);
    }
    mem_free(batch);
    return NULL;
}

enum err store_open(struct store **out, const char *dir, struct log_sink log,
                    const struct store_reader *reader)
{
    *out = NULL;
    struct store *s = mem_alloc(sizeof *s);
    if (s == NULL)
        return E_NOMEM;
    s->log = log;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->filled, NULL);
    const char *why = "";
    enum err e = sqlite_open(&s->q, dir, &why);
    if (e != E_OK)
        log_error(&log, LOG_STORE, "cannot open the store", "why=\"%s\"", why);
    if (e == E_OK)
        e = sqlite_read(s->q, reader);
    if (e == E_OK)
        e = sqlite_check_logs(s->q, reader, &log);
    if (e == E_OK && pthread_create(&s->thread, NULL, writer, s) != 0)
        e = E_IO;
    if (e != E_OK) {
        store_close(s);
        return e;
    }
    s->started = true;
    *out = s;
    return E_OK;
}

void store_on_done(struct store *s, void (*wake)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&s->lock);
    s->wake = wake;
    s->wake_ctx = ctx;
    pthread_mutex_unlock(&s->lock);
}

/* With the words behind it, where there are any. */
static enum err op_copy(struct store_op **out, const struct store_op *op)
{
    size_t words = op->kind == STORE_APPEND_EVENT ? op->event.words.len : 0;
    *out = NULL;
    if (words > STORE_WORDS_MAX)
        return E_RANGE;
    struct store_op *copy = mem_alloc(sizeof *copy + words);
    if (copy == NULL)
        return E_NOMEM;
    *copy = *op;
    if (words > 0) {
        memcpy(copy + 1, op->event.words.p, words);
        copy->event.words = bytes_of(copy + 1, words);
    }
    *out = copy;
    return E_OK;
}

enum err store_put(struct store *s, const struct store_op *op)
{
    struct store_op *copy = NULL;
    enum err e = op_copy(&copy, op);
    if (e != E_OK)
        return e;
    pthread_mutex_lock(&s->lock);
    /* The answers have room for all that wait: nothing is put while twice as many would be pending.
     */
    bool full =
        s->count == STORE_QUEUE_MAX || s->count + s->in_work + s->done_count >= STORE_QUEUE_MAX * 2;
    e = s->closing ? E_STATE : full ? E_FULL : E_OK;
    if (e == E_OK) {
        s->waiting[(s->first + s->count++) % STORE_QUEUE_MAX].op = copy;
        pthread_cond_signal(&s->filled);
    }
    pthread_mutex_unlock(&s->lock);
    if (e != E_OK)
        mem_free(copy);
    return e;
}

bool store_take_done(struct store *s, struct store_done *out)
{
    pthread_mutex_lock(&s->lock);
    bool have = s->done_count > 0;
    if (have) {
        *out = s->done[s->done_first];
        s->done_first = (s->done_first + 1) % (STORE_QUEUE_MAX * 2);
        s->done_count--;
    }
    pthread_mutex_unlock(&s->lock);
    return have;
}

unsigned store_waiting(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    unsigned n = s->count + s->in_work;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    if (s->started) {
        pthread_mutex_lock(&s->lock);
        s->closing = true;
        pthread_cond_signal(&s->filled);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    sqlite_close(s->q);
    pthread_cond_destroy(&s->filled);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}
