/* SPDX-License-Identifier: Apache-2.0
 * Decides what stands in a class's event log: each event of the lesson and of the server in the
 * words of attendance/event.h, with both clocks. Answers that wait for events leave after their
 * commit. Leaves numbers and the chain to the store. */
#include "signaling/service_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

enum {
    ALIVE_S = 5,     /* with a ping each 10 s no proof of life is older than 15 s */
    CLOCK_S = 3600,  /* how often the clock is looked at */
    CLOCK_OFF = 500, /* ms between our time and a synchronised clock, beyond which ours is set */
};

static int64_t clock_us(clockid_t which)
{
    struct timespec ts;
    clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* "9f3c…-…": hexadecimal digits with hyphens. Zeros when the kernel does not say. */
static void read_boot_id(uint8_t out[LOG_BOOT_ID])
{
    char text[64] = {0};
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file == NULL)
        return;
    size_t len = fread(text, 1, sizeof text - 1, file), n = 0;
    (void)fclose(file);
    for (size_t i = 0; i < len && n < (size_t)LOG_BOOT_ID * 2; i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, text[i]);
        if (text[i] == '\0' || at == NULL)
            continue;
        out[n / 2] = (uint8_t)(out[n / 2] << 4 | (at - digits));
        n++;
    }
}

static bool clock_is_unsynced(void)
{
    struct timex t = {.modes = 0};
    return adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC) != 0;
}

void journal_open(struct service *v)
{
    read_boot_id(v->journal.boot_id);
    v->journal.unsynced = clock_is_unsynced();
    v->journal.clock_due = http_now() + USEC_S(CLOCK_S);
    if (v->journal.unsynced)
        log_warn(&v->log, LOG_SERVER, "the clock of this machine is not synchronised",
                 "fix=\"timedatectl set-ntp true\"");
}

/* Appends; `cookie` 0: the event's own, which an answer may wait for by journal_wait. */
static enum err append(struct school_class *c, struct log_event *e, struct bytes words,
                       uint64_t cookie)
{
    struct service *v = c->service;
    memcpy(e->class_id, c->kept.id, LOG_CLASS_ID);
    memcpy(e->boot_id, v->journal.boot_id, LOG_BOOT_ID);
    e->wall_ms = clock_us(CLOCK_REALTIME) / 1000;
    e->boot_us = clock_us(CLOCK_BOOTTIME);
    struct store_op *op = &(struct store_op){.kind = STORE_APPEND_EVENT};
    op->cookie = cookie != 0 ? cookie : JOURNAL_COOKIE | (v->journal.last + 1);
    op->event = (struct store_event){.event = *e, .words = words};
    enum err err = store_put(v->store, op);
    if (err == E_OK && cookie == 0)
        v->journal.last++;
    if (err != E_OK) {
        v->counts.events_lost++;
        v->journal.refused = true;
        log_error(&v->log, LOG_STORE, "an event was not stored", "class=%s kind=%s err=%s",
                  c->id_text, event_kind_name(e->kind), err_name(err));
    }
    return err;
}

enum err journal_put(struct school_class *c, struct log_event e, char *words, uint64_t cookie)
{
    enum err err = append(c, &e, bytes_of(words, words == NULL ? 0 : strlen(words)), cookie);
    free(words);
    return err;
}

void journal_note(struct school_class *c, struct log_event e, char *words)
{
    if (journal_put(c, e, words, 0) != E_OK)
        return; /* told and counted; an answer that waits for it learns of it by journal_wait */
}

static uint8_t role_to_log(uint8_t role)
{
    static const uint8_t roles[N_ROLE] = {[ROLE_TRAINER] = LOG_ROLE_TRAINER,
                                          [ROLE_MODERATOR] = LOG_ROLE_MODERATOR,
                                          [ROLE_LEARNER] = LOG_ROLE_LEARNER,
                                          [ROLE_ROOM] = LOG_ROLE_ROOM};
    return role < N_ROLE ? roles[role] : LOG_ROLE_NONE;
}

static const uint8_t kinds[N_CLASS_EVENT] = {
    [EVENT_PERSON_ENTERED] = LOG_ENTERED,
    [EVENT_PERSON_LOST] = LOG_LOST,
    [EVENT_PERSON_BACK] = LOG_BACK,
    [EVENT_PERSON_MOVED] = LOG_MOVED,
    [EVENT_PERSON_LEFT] = LOG_LEFT,
    [EVENT_PERSON_REMOVED] = LOG_LEFT,
    [EVENT_ENTRANCE] = LOG_ENTRANCE,
    [EVENT_POLICY] = LOG_POLICY,
    [EVENT_CLASS_ENDED] = LOG_CLASS_ENDED,
    [EVENT_CLASS_REOPENED] = LOG_CLASS_REOPENED,
    [EVENT_PERSON_EXPECTED] = LOG_PERSON_EXPECTED,
    [EVENT_PERSON_DECLARED] = LOG_PERSON_DECLARED,
    [EVENT_PERSON_RENAMED] = LOG_PERSON_RENAMED,
    [EVENT_PERSON_MERGED] = LOG_PERSON_MERGED,
    [EVENT_CHECKED_IN] = LOG_CHECKED_IN,
    [EVENT_CHECKED_OUT] = LOG_CHECKED_OUT,
    [EVENT_LIST_CONFIRMED] = LOG_LIST_CONFIRMED,
    [EVENT_PERIOD_STARTED] = LOG_PERIOD_STARTED,
    [EVENT_PERIOD_ENDED] = LOG_PERIOD_ENDED,
    [EVENT_PAUSE_STARTED] = LOG_PAUSE_STARTED,
    [EVENT_PAUSE_ENDED] = LOG_PAUSE_ENDED,
    [EVENT_MESSAGE_SENT] = LOG_MESSAGE_SENT,
    [EVENT_MESSAGE_DELETED] = LOG_MESSAGE_DELETED,
    [EVENT_MESSAGE_TAKEN] = LOG_MESSAGE_TAKEN,
    [EVENT_MESSAGE_RELEASED] = LOG_MESSAGE_RELEASED,
    [EVENT_MESSAGE_RELAYED] = LOG_MESSAGE_RELAYED,
    [EVENT_MESSAGE_ANSWERED] = LOG_MESSAGE_ANSWERED,
    [EVENT_HAND_RAISED] = LOG_HAND_RAISED,
    [EVENT_HAND_LOWERED] = LOG_HAND_LOWERED,
};

static uint8_t left_to_log(uint8_t reason)
{
    static const uint8_t reasons[] = {[LEFT_LEFT] = LOG_LEFT_LEFT,
                                      [LEFT_NETWORK] = LOG_LEFT_NETWORK,
                                      [LEFT_REMOVED] = LOG_LEFT_REMOVED,
                                      [LEFT_ENDED] = LOG_LEFT_ENDED,
                                      [LEFT_MOVED] = LOG_LEFT_MOVED};
    return reason < sizeof reasons ? reasons[reason] : LOG_LEFT_NONE;
}

static uint8_t policy_bits(const struct school_class *c)
{
    struct policy p = class_policy(c->class);
    return (uint8_t)((p.microphone == ACCESS_OPEN ? 1 : 0) | (p.camera == ACCESS_OPEN ? 2 : 0));
}

/* How long nothing was heard of them. */
static uint32_t silence_ms(const struct school_class *c, uint32_t person)
{
    const struct session *s = session_find(c, person);
    const struct socket *k = s == NULL ? NULL : socket_find(c->service, s->conn);
    usec heard = k != NULL ? k->heard : s != NULL ? s->heard : 0;
    usec silent = heard == 0 ? 0 : (http_now() - heard) / 1000;
    return silent < 0 || silent > UINT32_MAX ? 0 : (uint32_t)silent;
}

static void fill_person(struct log_event *e, struct school_class *c,
                        const struct class_event *event)
{
    e->role = role_to_log(event->role);
    if (e->kind == LOG_ENTERED || e->kind == LOG_LOST || e->kind == LOG_BACK ||
        e->kind == LOG_MOVED || e->kind == LOG_LEFT)
        e->device = event->device;
    if (e->kind == LOG_LOST ||
        (e->kind == LOG_LEFT && event->reason == LEFT_NETWORK && event->kind == EVENT_PERSON_LEFT))
        e->age_ms = silence_ms(c, event->person);
    if (event->kind == EVENT_PERSON_REMOVED)
        e->reason = LOG_LEFT_REMOVED;
    else if (e->kind == LOG_LEFT)
        e->reason = left_to_log(event->reason);
}

static void fill_rest(struct log_event *e, const struct school_class *c,
                      const struct class_event *event)
{
    if (event->kind == EVENT_ENTRANCE)
        e->reason = event->reason == ENTRANCE_CLOSED ? 1 : 0;
    else if (event->kind == EVENT_POLICY)
        e->reason = policy_bits(c);
    else if (event->kind == EVENT_CHECKED_IN)
        e->reason = event->reason == HOW_CODE ? LOG_HOW_CODE : LOG_HOW_TICKED;
    else if (event->kind == EVENT_PERSON_MERGED)
        e->other = event->other;
    else if (event->kind == EVENT_PAUSE_STARTED)
        e->to_ms = event->until_ms;
    if (event->kind == EVENT_CHECKED_IN || event->kind == EVENT_CHECKED_OUT ||
        event->kind == EVENT_LIST_CONFIRMED)
        e->site = event->site;
    if (event->period != 0 && event->kind != EVENT_CHECKED_OUT)
        e->period = event->period;
}

/* The private part; NULL: none. */
static char *words_of(const struct school_class *c, const struct class_event *event)
{
    if (event->kind == EVENT_MESSAGE_SENT)
        return words_of_message(event->text);
    if (event->kind != EVENT_PERSON_EXPECTED && event->kind != EVENT_PERSON_DECLARED &&
        event->kind != EVENT_PERSON_RENAMED)
        return NULL;
    const struct store_person *p = c->naming;
    struct words_person w = {.name = event->name, .organisation = event->organisation};
    if (p != NULL)
        w = (struct words_person){.name = event->name,
                                  .family_name = p->family,
                                  .given_name = p->given,
                                  .organisation = p->organisation,
                                  .email = p->email,
                                  .external_id = p->external_id};
    return words_of_person(&w);
}

/* The removal of somebody who was here has said so by the leave. */
static bool is_said_already(struct school_class *c, const struct class_event *event)
{
    if (event->kind == EVENT_PERSON_LEFT && event->reason == LEFT_REMOVED)
        c->sent_out = event->person;
    if (event->kind != EVENT_PERSON_REMOVED)
        return false;
    bool said = c->sent_out == event->person;
    c->sent_out = 0;
    return said;
}

static void note_clock(struct school_class *c)
{
    if (!c->service->journal.unsynced || c->clock_noted)
        return;
    c->clock_noted = true;
    journal_note(c, (struct log_event){.kind = LOG_CLOCK_UNSYNCED}, NULL);
}

void journal_class_event(struct school_class *c, const struct class_event *event)
{
    if (c->service->journal.stopping || is_said_already(c, event))
        return;
    struct log_event e = {.kind = kinds[event->kind],
                          .person = event->person,
                          .by = event->by,
                          .target = event->message};
    if (event->person != 0)
        fill_person(&e, c, event);
    fill_rest(&e, c, event);
    if (event->kind == EVENT_PERSON_ENTERED)
        note_clock(c);
    journal_note(c, e, words_of(c, event));
}

static void plan_period(struct school_class *c, unsigned at, const struct period *p)
{
    journal_note(c,
                 (struct log_event){.kind = LOG_PERIOD_PLANNED,
                                    .period = (uint16_t)(at + 1),
                                    .from_ms = p == NULL ? 0 : p->from_ms,
                                    .to_ms = p == NULL ? 0 : p->to_ms},
                 NULL);
}

static void plan_sites(struct school_class *c, const struct class_info *before,
                       const struct class_info *now)
{
    for (unsigned i = 0; i < now->n_sites; i++) {
        const struct site *site = &now->sites[i], *old = NULL;
        for (unsigned k = 0; before != NULL && k < before->n_sites; k++)
            if (before->sites[k].site == site->site)
                old = &before->sites[k];
        if (old != NULL && strcmp(old->name, site->name) == 0)
            continue;
        journal_note(c, (struct log_event){.kind = LOG_SITE_OPENED, .site = site->site},
                     words_of_person(&(struct words_person){.name = site->name}));
    }
}

void journal_plan(struct school_class *c, const struct class_info *before)
{
    const struct class_info *now = &c->kept.info;
    if (before == NULL || strcmp(before->title, now->title) != 0 ||
        strcmp(before->time_zone, now->time_zone) != 0)
        journal_note(
            c, (struct log_event){.kind = before == NULL ? LOG_CLASS_OPENED : LOG_CLASS_CHANGED},
            words_of_class(now->title, now->time_zone));
    unsigned old = before == NULL ? 0 : before->n_periods;
    for (unsigned i = 0; i < now->n_periods; i++)
        if (i >= old || before->periods[i].from_ms != now->periods[i].from_ms ||
            before->periods[i].to_ms != now->periods[i].to_ms)
            plan_period(c, i, &now->periods[i]);
    for (unsigned i = now->n_periods; i < old; i++)
        plan_period(c, i, NULL);
    plan_sites(c, before, now);
}

void journal_started(struct service *v)
{
    for (size_t i = 0; i < SCHOOL_MAX; i++) {
        struct school_class *c = v->school.classes[i];
        if (c != NULL && !c->kept.ended)
            journal_note(c, (struct log_event){.kind = LOG_SERVER_STARTED}, NULL);
    }
}

void journal_stopped(struct service *v)
{
    for (size_t i = 0; i < SCHOOL_MAX; i++) {
        struct school_class *c = v->school.classes[i];
        if (c == NULL || c->kept.ended || v->journal.stopping)
            continue;
        for (size_t k = 0; k < c->n_sessions; k++)
            journal_note(c,
                         (struct log_event){.kind = LOG_LEFT,
                                            .reason = LOG_LEFT_SERVER_STOP,
                                            .person = c->sessions[k]->person,
                                            .device = c->sessions[k]->peer},
                         NULL);
        journal_note(c, (struct log_event){.kind = LOG_SERVER_STOPPED}, NULL);
    }
    v->journal.stopping = true;
}

/* One event proves the life of all who are connected: its age is that of the quietest. */
static void say_alive(struct school_class *c)
{
    uint32_t age_ms = 0;
    unsigned connected = 0;
    for (size_t i = 0; i < c->n_sessions; i++) {
        const struct session *s = c->sessions[i];
        if (s->conn == 0)
            continue;
        uint32_t silent = silence_ms(c, s->person);
        age_ms = silent > age_ms ? silent : age_ms;
        connected++;
    }
    if (connected > 0)
        journal_note(c, (struct log_event){.kind = LOG_ALIVE, .age_ms = age_ms}, NULL);
}

/* Once an hour: a clock that lost its source is told; one that found it is taken over. */
static void look_at_clock(struct service *v)
{
    bool was = v->journal.unsynced;
    v->journal.unsynced = clock_is_unsynced();
    if (v->journal.unsynced)
        log_warn(&v->log, LOG_SERVER, "the clock of this machine is not synchronised",
                 "fix=\"timedatectl set-ntp true\"");
    int64_t wall_ms = clock_us(CLOCK_REALTIME) / 1000, off = wall_ms - service_now_ms(v);
    bool set = was && !v->journal.unsynced && (off > CLOCK_OFF || off < -CLOCK_OFF);
    if (set)
        v->wall_ms += off;
    for (size_t i = 0; i < SCHOOL_MAX; i++) {
        struct school_class *c = v->school.classes[i];
        if (c == NULL || c->class == NULL)
            continue;
        if (c->clock_noted && !v->journal.unsynced)
            journal_note(c, (struct log_event){.kind = LOG_CLOCK_SET}, NULL);
        c->clock_noted = false;
        if (c->n_sessions > 0)
            note_clock(c);
    }
}

void journal_tick(struct service *v, usec now)
{
    if (now >= v->journal.clock_due) {
        v->journal.clock_due = now + USEC_S(CLOCK_S);
        look_at_clock(v);
    }
    if (now < v->journal.alive_due)
        return;
    v->journal.alive_due = now + USEC_S(ALIVE_S);
    for (size_t i = 0; i < SCHOOL_MAX; i++)
        if (v->school.classes[i] != NULL && v->school.classes[i]->n_sessions > 0)
            say_alive(v->school.classes[i]);
}

uint64_t journal_mark(struct service *v)
{
    v->journal.refused = false;
    return v->journal.last;
}

bool journal_wait(struct service *v, uint64_t mark, struct journal_answer answer)
{
    struct journal *j = &v->journal;
    bool failed = j->refused;
    if (j->last == mark && !failed)
        return false;
    if (failed || j->n_waiting == JOURNAL_WAITING_MAX) {
        journal_answered(v, &answer, false);
        return true;
    }
    answer.first = mark + 1;
    answer.last = j->last;
    j->waiting[(j->first_waiting + j->n_waiting++) % JOURNAL_WAITING_MAX] = answer;
    return true;
}

void journal_done(struct service *v, const struct store_done *done)
{
    struct journal *j = &v->journal;
    uint64_t number = done->cookie & ~JOURNAL_COOKIE;
    if (done->err != E_OK)
        v->counts.events_lost++;
    for (unsigned i = 0; i < j->n_waiting && done->err != E_OK; i++) {
        struct journal_answer *a = &j->waiting[(j->first_waiting + i) % JOURNAL_WAITING_MAX];
        a->failed = a->failed || (number >= a->first && number <= a->last);
    }
    while (j->n_waiting > 0 && j->waiting[j->first_waiting].last <= number) {
        struct journal_answer a = j->waiting[j->first_waiting];
        j->first_waiting = (j->first_waiting + 1) % JOURNAL_WAITING_MAX;
        j->n_waiting--;
        journal_answered(v, &a, !a.failed);
    }
}
