/* SPDX-License-Identifier: Apache-2.0
 * Decides from when to when somebody was connected: each connection that began ends once; short
 * cuts and stops of the server are bridged for who comes back in time. Leaves places to sites.c and
 * the sum to cells.c. */
#include "signaling/attendance/build.h"

struct presence_segment *segment_add(struct build *b, const struct presence_segment *s)
{
    if (b->p->n_segments == b->cap_segments)
        return NULL;
    struct presence_segment *at = &b->p->segments[b->p->n_segments++];
    *at = *s;
    return at;
}

static struct link *link_find(struct build *b, const struct log_event *e)
{
    for (size_t i = 0; i < b->n_links; i++)
        if (b->links[i].number == e->person && b->links[i].device == e->device &&
            b->links[i].state != LINK_GHOST)
            return &b->links[i];
    return NULL;
}

static void link_drop(struct build *b, struct link *l)
{
    *l = b->links[--b->n_links];
}

static void link_close(struct build *b, struct link *l, int64_t at_ms, enum log_left reason)
{
    struct presence_segment *s = &b->p->segments[l->segment];
    s->at.to_ms = at_ms > s->at.from_ms ? at_ms : s->at.from_ms;
    s->end = (uint8_t)reason;
    b->p->people[l->person].leaves++;
}

/* Of one who had gone before the leave was said. */
static enum log_left lost_reason(const struct link *l, enum log_left said)
{
    if (said == LOG_LEFT_REMOVED || said == LOG_LEFT_MOVED || said == LOG_LEFT_SERVER_STOP)
        return said;
    return l->stop ? LOG_LEFT_SERVER_STOP : LOG_LEFT_NETWORK;
}

static bool can_bridge(const struct build *b, const struct link *l, int64_t at_ms)
{
    const struct presence_limits *limits = &b->p->limits;
    int64_t gap_ms = at_ms - l->proof_ms;
    if (!l->stop)
        return gap_ms <= limits->grace_ms;
    return at_ms <= l->deadline_ms && gap_ms <= limits->stop_ms + limits->grace_ms;
}

static void bridge(struct build *b, const struct link *l, size_t i)
{
    const struct presence_segment s = {.at = {l->proof_ms, b->at_ms[i]},
                                       .event = b->events[i].number,
                                       .person = l->person,
                                       .kind = l->stop ? SEGMENT_STOP : SEGMENT_CUT};
    if (!span_is_empty(s.at))
        segment_add(b, &s);
}

static void link_start(struct build *b, struct link *l, size_t i)
{
    const struct log_event *e = &b->events[i];
    int64_t at_ms = b->at_ms[i];
    const struct presence_segment s = {.at = {at_ms, at_ms},
                                       .event = e->number,
                                       .person = l->person,
                                       .device = e->device,
                                       .kind = SEGMENT_LINK};
    l->segment = (uint32_t)b->p->n_segments;
    l->state = LINK_ON;
    l->stop = false;
    l->proof_ms = at_ms;
    segment_add(b, &s);
}

/* Of this person, the one seen last from which `at_ms` is not too late. */
static struct link *best_to_bridge(struct build *b, uint32_t person, int64_t at_ms)
{
    struct link *best = NULL;
    for (size_t i = 0; i < b->n_links; i++) {
        struct link *l = &b->links[i];
        if (l->person != person)
            continue;
        if (l->state == LINK_ON)
            return NULL; /* was never away */
        if (can_bridge(b, l, at_ms) && (best == NULL || l->proof_ms > best->proof_ms))
            best = l;
    }
    return best;
}

static void on_new_link(struct build *b, size_t i, uint32_t person)
{
    struct link *from = best_to_bridge(b, person, b->at_ms[i]);
    if (from != NULL) {
        bridge(b, from, i);
        if (from->state == LINK_LOST)
            link_close(b, from, from->proof_ms, LOG_LEFT_MOVED);
        link_drop(b, from);
    }
    struct link *l = &b->links[b->n_links++];
    *l = (struct link){
        .person = person, .number = b->events[i].person, .device = b->events[i].device};
    link_start(b, l, i);
    b->p->people[person].joins++;
}

static void on_open(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    struct link *l = link_find(b, e);
    if (l != NULL && l->state == LINK_ON) {
        l->proof_ms = b->at_ms[i];
        return;
    }
    if (l != NULL && can_bridge(b, l, b->at_ms[i])) {
        bridge(b, l, i);
        link_start(b, l, i);
        return;
    }
    if (l != NULL) {
        link_close(b, l, l->proof_ms, lost_reason(l, LOG_LEFT_NETWORK));
        link_drop(b, l);
    }
    on_new_link(b, i, people_index(b, e->person));
}

/* One device alone goes on. */
static void on_moved(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    on_open(b, i);
    for (size_t k = b->n_links; k-- > 0;) {
        struct link *l = &b->links[k];
        if (l->number != e->person || l->device == e->device || l->state == LINK_GHOST)
            continue;
        link_close(b, l, l->state == LINK_ON ? b->at_ms[i] : l->proof_ms, LOG_LEFT_MOVED);
        link_drop(b, l);
    }
}

static void prove(struct link *l, int64_t at_ms)
{
    if (l->state == LINK_ON && at_ms > l->proof_ms)
        l->proof_ms = at_ms;
}

static void on_lost(struct build *b, size_t i)
{
    struct link *l = link_find(b, &b->events[i]);
    if (l == NULL || l->state != LINK_ON) {
        b->p->odd++;
        return;
    }
    prove(l, b->at_ms[i] - b->events[i].age_ms);
    b->p->segments[l->segment].at.to_ms = l->proof_ms;
    l->state = LINK_LOST;
}

static void leave_on(struct build *b, struct link *l, size_t i)
{
    const struct log_event *e = &b->events[i];
    if (e->reason != LOG_LEFT_NETWORK)
        prove(l, b->at_ms[i]);
    else if (e->age_ms > 0)
        prove(l, b->at_ms[i] - e->age_ms);
    link_close(b, l, l->proof_ms, (enum log_left)e->reason);
}

static void leave(struct build *b, struct link *l, size_t i)
{
    enum log_left said = (enum log_left)b->events[i].reason;
    if (l->state == LINK_ON)
        leave_on(b, l, i);
    else
        link_close(b, l, l->proof_ms, lost_reason(l, said));
    if (said != LOG_LEFT_SERVER_STOP) {
        link_drop(b, l);
        return;
    }
    l->state = LINK_GHOST;
    l->deadline_ms = l->stop ? l->deadline_ms : INT64_MAX;
    l->stop = true;
}

static void on_left(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    unsigned found = 0;
    for (size_t k = b->n_links; k-- > 0;) {
        struct link *l = &b->links[k];
        if (l->state == LINK_GHOST || l->number != e->person ||
            (e->device != 0 && l->device != e->device))
            continue;
        leave(b, l, i);
        found++;
    }
    if (found == 0 && e->reason != LOG_LEFT_ENDED)
        b->p->odd++;
}

static void on_alive(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    for (size_t k = 0; k < b->n_links; k++) {
        struct link *l = &b->links[k];
        if (e->person != 0 &&
            (l->number != e->person || (e->device != 0 && l->device != e->device)))
            continue;
        prove(l, b->at_ms[i] - e->age_ms);
    }
}

static void link_stop(struct build *b, struct link *l, int64_t deadline_ms)
{
    if (l->state == LINK_ON) {
        b->p->segments[l->segment].at.to_ms = l->proof_ms;
        l->state = LINK_LOST;
    }
    l->stop = true;
    l->deadline_ms = deadline_ms;
}

static void on_stopped(struct build *b, size_t i)
{
    for (size_t k = 0; k < b->n_links; k++) {
        struct link *l = &b->links[k];
        prove(l, b->at_ms[i]);
        if (l->state == LINK_ON)
            link_stop(b, l, INT64_MAX);
    }
}

/* Who was connected, or lost and still in grace, could not come back before now. */
void links_on_start(struct build *b, size_t i)
{
    int64_t grace_ms = b->p->limits.grace_ms;
    for (size_t k = 0; k < b->n_links; k++) {
        struct link *l = &b->links[k];
        bool in_grace = b->last_ms - l->proof_ms <= grace_ms;
        if (l->state == LINK_ON || l->stop || in_grace)
            link_stop(b, l, b->at_ms[i] + grace_ms);
    }
}

static void on_ended(struct build *b, size_t i)
{
    while (b->n_links > 0) {
        struct link *l = &b->links[b->n_links - 1];
        if (l->state == LINK_ON)
            link_close(b, l, b->at_ms[i], LOG_LEFT_ENDED);
        else if (l->state == LINK_LOST)
            link_close(b, l, l->proof_ms, lost_reason(l, LOG_LEFT_ENDED));
        link_drop(b, l);
    }
}

void links_on_event(struct build *b, size_t i)
{
    const struct log_event *e = &b->events[i];
    bool of_person = e->person != 0;
    if (e->kind == LOG_SERVER_STARTED)
        links_on_start(b, i);
    else if (e->kind == LOG_MOVED && of_person)
        on_moved(b, i);
    else if ((e->kind == LOG_ENTERED || e->kind == LOG_BACK) && of_person)
        on_open(b, i);
    else if (e->kind == LOG_LOST)
        on_lost(b, i);
    else if (e->kind == LOG_LEFT)
        on_left(b, i);
    else if (e->kind == LOG_ALIVE)
        on_alive(b, i);
    else if (e->kind == LOG_SERVER_STOPPED)
        on_stopped(b, i);
    else if (e->kind == LOG_CLASS_ENDED)
        on_ended(b, i);
}

void links_finish(struct build *b)
{
    for (size_t k = 0; k < b->n_links; k++) {
        struct link *l = &b->links[k];
        struct presence_person *who = &b->p->people[l->person];
        if (l->state == LINK_GHOST)
            continue;
        if (l->state == LINK_LOST && !can_bridge(b, l, b->p->as_of_ms)) {
            link_close(b, l, l->proof_ms, lost_reason(l, LOG_LEFT_NETWORK));
            continue;
        }
        struct presence_segment *s = &b->p->segments[l->segment];
        s->at.to_ms = l->proof_ms;
        s->open = true;
        who->open++;
        who->here |= l->state == LINK_ON ? HERE_REMOTE : HERE_LOST;
    }
}
