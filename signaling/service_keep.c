/* SPDX-License-Identifier: Apache-2.0
 * Decides how long what is kept: messages and attendance are erased when their time is over, or
 * when somebody asks. The public part of a log and its chain stay. */
#include "signaling/service_state.h"

#include <string.h>
#include <time.h>

enum { FIRST_S = 2, DAY_S = 24 * 3600, MONTH_S = 2629746 /* a twelfth of a Gregorian year */ };

static enum err count_message(void *ctx, const struct stored_event *e)
{
    struct keep_count *n = ctx;
    n->last = e->event.number;
    n->messages += e->event.kind == LOG_MESSAGE_SENT && !e->erased ? 1 : 0;
    n->attended = n->attended || e->event.kind == LOG_ENTERED || e->event.kind == LOG_CHECKED_IN ||
                  e->event.kind == LOG_PERSON_EXPECTED;
    return E_OK;
}

enum err keep_read(struct service *v, const struct school_class *c, struct keep_count *out)
{
    struct event_query what = {.max = EVENT_PAGE_MAX};
    enum err e = E_OK;
    *out = (struct keep_count){.messages = 0};
    memcpy(what.class_id, c->kept.id, sizeof what.class_id);
    do {
        what.after = out->last;
        e = event_reader_read(v->events, &what, count_message, out);
    } while (e == E_OK && out->last > what.after);
    return e;
}

static enum err erase(struct school_class *c, uint8_t kind, uint64_t cookie)
{
    struct store_op *op = &(struct store_op){.kind = STORE_ERASE_WORDS, .cookie = cookie};
    op->erase = (struct store_erase){.kind = kind};
    memcpy(op->erase.class_id, c->kept.id, sizeof op->erase.class_id);
    enum err e = journal_put(c, (struct log_event){.kind = LOG_ERASED, .reason = kind}, NULL, 0);
    return e == E_OK ? store_put(c->service->store, op) : e;
}

enum err keep_erase_messages(struct school_class *c, uint64_t cookie)
{
    return erase(c, LOG_MESSAGE_SENT, cookie);
}

enum err keep_erase_attendance(struct school_class *c, uint64_t cookie)
{
    struct store_op *op = &(struct store_op){.kind = STORE_DELETE_CLASS, .cookie = cookie};
    memcpy(op->class.id, c->kept.id, sizeof op->class.id);
    enum err e = erase(c, 0, 0);
    return e == E_OK ? store_put(c->service->store, op) : e;
}

void keep_erase_message(struct school_class *c, uint32_t message)
{
    struct store_op *op = &(struct store_op){.kind = STORE_ERASE_WORDS};
    op->erase = (struct store_erase){.kind = LOG_MESSAGE_SENT, .target = message};
    memcpy(op->erase.class_id, c->kept.id, sizeof op->erase.class_id);
    if (store_put(c->service->store, op) == E_OK)
        return;
    c->service->counts.store_refused++;
    log_error(&c->service->log, LOG_STORE, "a deleted message was not erased",
              "class=%s message=%u", c->id_text, message);
}

/* The end of the last period, or of the class's making when it has none. */
static int64_t over_s(const struct school_class *c)
{
    const struct class_info *info = &c->kept.info;
    int64_t last = info->n_periods == 0 ? 0 : info->periods[info->n_periods - 1].to_ms;
    return (last > c->kept.created_ms ? last : c->kept.created_ms) / 1000;
}

static int64_t attendance_until_s(const struct service *v, const struct school_class *c)
{
    return over_s(c) + (int64_t)v->config->attendance_years * 12 * MONTH_S;
}

void keep_until(const struct service *v, const struct school_class *c, char out[KEEP_DATE])
{
    struct tm t;
    time_t at = (time_t)attendance_until_s(v, c);
    if (gmtime_r(&at, &t) == NULL || strftime(out, KEEP_DATE, "%Y-%m-%d", &t) == 0)
        out[0] = '\0';
}

static void look_at(struct service *v, struct school_class *c)
{
    int64_t now_s = service_now_ms(v) / 1000;
    struct keep_count n;
    if (c->n_sessions > 0 || now_s < over_s(c) + (int64_t)v->config->messages_months * MONTH_S)
        return;
    if (now_s >= attendance_until_s(v, c)) {
        if (keep_erase_attendance(c, 0) == E_OK) {
            v->keep.classes++;
            lesson_close(v, c);
        }
    } else if (keep_read(v, c, &n) == E_OK && n.messages > 0 && keep_erase_messages(c, 0) == E_OK) {
        v->keep.messages += n.messages;
    }
}

/* One class a tick, so that nobody waits for it. */
void keep_tick(struct service *v, usec now)
{
    if (v->keep.due == 0)
        v->keep.due = now + USEC_S(FIRST_S);
    if (now < v->keep.due)
        return;
    struct school_class *c = v->school.classes[v->keep.at];
    if (c != NULL && c->class != NULL)
        look_at(v, c);
    if (++v->keep.at < SCHOOL_MAX)
        return;
    log_info(&v->log, LOG_STORE, "what was kept long enough is erased", "classes=%u messages=%u",
             v->keep.classes, v->keep.messages);
    v->keep = (struct keep){.due = now + USEC_S(DAY_S)};
}
