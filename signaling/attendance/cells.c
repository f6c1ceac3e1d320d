/* SPDX-License-Identifier: Apache-2.0
 * Decides what one person was in one period: lays all segments over each other, cuts the period at
 * each border, and adds up. A minute counts once: the place before the connection, the connection
 * before what is bridged, a correction before all. */
#include "signaling/attendance/build.h"

#include "sfu/base/mem.h"

enum run_state { RUN_AWAY, RUN_LINK, RUN_CUT, RUN_STOP, RUN_SITE };

struct run {
    struct span at;
    uint8_t state; /* enum run_state */
};

struct edge {
    int64_t at_ms;
    uint32_t segment; /* of this person */
    int32_t step;     /* +1 begins, -1 ends */
};

struct sweep {
    struct build *b;
    const struct presence_segment *segments; /* of this person */
    size_t n;
    struct edge *edges;
    size_t n_edges;
    struct run *runs;
    size_t n_runs;
    int open[N_SEGMENT];
};

enum { UNSYNCED_HOLDS_MS = 3600000 }; /* the clock is looked at each hour */

static int by_time(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    if (x->segment != y->segment)
        return x->segment < y->segment ? -1 : 1;
    return y->step - x->step;
}

static bool covers(const struct presence_segment *s, struct span at)
{
    return s->at.from_ms <= at.from_ms && s->at.to_ms >= at.to_ms;
}

static const struct presence_segment *correction_of(const struct sweep *w, struct span at)
{
    const struct presence_segment *last = NULL;
    if (w->open[SEGMENT_PRESENT] == 0 && w->open[SEGMENT_ABSENT] == 0)
        return NULL;
    for (size_t i = 0; i < w->n; i++) {
        const struct presence_segment *s = &w->segments[i];
        if ((s->kind == SEGMENT_PRESENT || s->kind == SEGMENT_ABSENT) && covers(s, at) &&
            (last == NULL || s->event > last->event))
            last = s;
    }
    return last;
}

static enum run_state state_of(const struct sweep *w, struct span at)
{
    const struct presence_segment *said = correction_of(w, at);
    if (said != NULL && said->kind == SEGMENT_ABSENT)
        return RUN_AWAY;
    if (said != NULL)
        return said->site != 0 ? RUN_SITE : RUN_LINK;
    if (w->open[SEGMENT_SITE] > 0)
        return RUN_SITE;
    if (w->open[SEGMENT_LINK] > 0)
        return RUN_LINK;
    if (w->open[SEGMENT_CUT] > 0)
        return RUN_CUT;
    return w->open[SEGMENT_STOP] > 0 ? RUN_STOP : RUN_AWAY;
}

static void run_add(struct sweep *w, struct span at)
{
    if (span_is_empty(at))
        return;
    enum run_state state = state_of(w, at);
    if (w->n_runs > 0 && w->runs[w->n_runs - 1].state == state)
        w->runs[w->n_runs - 1].at.to_ms = at.to_ms;
    else
        w->runs[w->n_runs++] = (struct run){.at = at, .state = (uint8_t)state};
}

/* The period as a row of runs without a hole: first and last may be away. */
static void sweep_period(struct sweep *w, struct span period)
{
    struct span seen = period;
    if (seen.to_ms > w->b->p->as_of_ms)
        seen.to_ms = w->b->p->as_of_ms;
    memset(w->open, 0, sizeof w->open);
    w->n_edges = w->n_runs = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        struct span at = span_cut(w->segments[i].at, seen);
        if (span_is_empty(at))
            continue;
        w->edges[w->n_edges++] = (struct edge){at.from_ms, i, 1};
        w->edges[w->n_edges++] = (struct edge){at.to_ms, i, -1};
    }
    order(w->edges, w->n_edges, sizeof *w->edges, by_time);
    int64_t from_ms = seen.from_ms;
    for (size_t i = 0; i < w->n_edges; i++) {
        run_add(w, (struct span){from_ms, w->edges[i].at_ms});
        from_ms = w->edges[i].at_ms;
        w->open[w->segments[w->edges[i].segment].kind] += w->edges[i].step;
    }
    run_add(w, (struct span){from_ms, seen.to_ms});
}

static void add_time(struct presence_cell *c, enum run_state as, int64_t ms)
{
    c->present_ms += ms;
    if (as == RUN_SITE)
        c->site_ms += ms;
    else
        c->remote_ms += ms;
}

/* Why somebody went away at this instant. */
static void note_end(const struct sweep *w, struct presence_cell *c, int64_t at_ms)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct presence_segment *s = &w->segments[i];
        if (s->at.to_ms != at_ms)
            continue;
        if (s->end == LOG_LEFT_NETWORK)
            c->notes |= NOTED_NETWORK;
        if (s->end == LOG_LEFT_REMOVED)
            c->notes |= NOTED_REMOVED;
        if (s->end == LOG_LEFT_SERVER_STOP)
            c->notes |= NOTED_STOP;
    }
}

/* What of an absence lies in the pause during which, or just before which, it began. */
static int64_t paused_ms(const struct build *b, struct span away)
{
    int64_t sum = 0;
    for (size_t i = 0; i < b->n_pauses; i++)
        if (away.from_ms >= b->pauses[i].from_ms - b->p->limits.grace_ms)
            sum += span_ms(span_cut(away, b->pauses[i]));
    return sum;
}

static void add_away(const struct sweep *w, struct presence_cell *c, size_t i)
{
    struct span away = w->runs[i].at;
    int64_t paused = paused_ms(w->b, away);
    if (paused > 0) {
        c->notes |= NOTED_PAUSE;
        add_time(c, (enum run_state)w->runs[i - 1].state, paused);
    }
    if (span_ms(away) > paused) {
        c->n_away++;
        c->away_ms += span_ms(away) - paused;
        note_end(w, c, away.from_ms);
    }
}

static void note_stop(const struct sweep *w, struct presence_cell *c, struct span at)
{
    c->notes |= NOTED_STOP;
    for (size_t i = 0; i < w->b->n_restarts; i++)
        if (w->b->restart_ms[i] > at.from_ms && w->b->restart_ms[i] <= at.to_ms)
            c->notes |= NOTED_RESTART;
}

static void add_runs(const struct sweep *w, struct presence_cell *c)
{
    size_t first = 0, last = w->n_runs;
    while (first < last && w->runs[first].state == RUN_AWAY)
        first++;
    while (last > first && w->runs[last - 1].state == RUN_AWAY)
        last--;
    if (first == last)
        return;
    c->first_ms = w->runs[first].at.from_ms;
    c->last_ms = w->runs[last - 1].at.to_ms;
    if (last < w->n_runs)
        note_end(w, c, c->last_ms);
    for (size_t i = first; i < last; i++) {
        const struct run *r = &w->runs[i];
        if (r->state == RUN_AWAY) {
            add_away(w, c, i);
            continue;
        }
        add_time(c, (enum run_state)r->state, span_ms(r->at));
        if (r->state == RUN_CUT)
            c->n_cuts++;
        if (r->state == RUN_STOP)
            note_stop(w, c, r->at);
    }
    if (c->n_cuts > 0)
        c->notes |= NOTED_CUT;
}

static void add_how(const struct sweep *w, struct presence_cell *c, struct span period)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct presence_segment *s = &w->segments[i];
        if (span_is_empty(span_cut(s->at, period)))
            continue;
        if (s->kind == SEGMENT_LINK)
            c->linked = true;
        if (s->kind == SEGMENT_PRESENT || s->kind == SEGMENT_ABSENT) {
            c->notes |= NOTED_CORRECTED;
            c->corrected_by = s->by;
        }
        if (s->kind != SEGMENT_SITE)
            continue;
        c->site = s->site;
        c->how |= s->how;
        c->confirmed_by = s->confirmed_by;
        if (s->by != 0)
            c->ticked_by = s->by;
    }
}

/* When the period really ended: the trainer may end it, or the class, before the plan does. */
static int64_t real_end_ms(const struct build *b, size_t period)
{
    struct span plan = b->p->periods.at[period];
    int64_t end = plan.to_ms, over = b->over_ms[period];
    if (over > plan.from_ms && over < end)
        end = over;
    if (b->ended_ms > plan.from_ms && b->ended_ms < end)
        end = b->ended_ms;
    return end;
}

static void judge(const struct build *b, struct presence_cell *c, size_t period)
{
    const struct presence_limits *limits = &b->p->limits;
    struct span plan = b->p->periods.at[period];
    int64_t end = real_end_ms(b, period);
    c->state = b->p->as_of_ms < plan.from_ms ? CELL_TO_COME
               : b->p->as_of_ms < end        ? CELL_RUNNING
                                             : CELL_OVER;
    bool over = c->state == CELL_OVER, there = c->present_ms > 0;
    c->absent = over && !there;
    c->late = there && c->first_ms > plan.from_ms + limits->late_ms;
    c->early = over && there && c->last_ms < end - limits->early_ms;
    for (size_t i = 0; i < b->n_unsynced; i++)
        if (b->unsynced_ms[i] >= plan.from_ms - UNSYNCED_HOLDS_MS && b->unsynced_ms[i] < plan.to_ms)
            c->notes |= NOTED_CLOCK;
}

/* Corrections that took an event away or moved it: the period they touch says so. */
static void note_corrections(struct build *b)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct log_event *e = &b->events[i];
        uint64_t back = e->number - e->target;
        bool of_event = e->kind == LOG_CORRECTED && !b->is_void[i] &&
                        (e->reason == LOG_CORRECT_VOID || e->reason == LOG_CORRECT_TIME);
        if (!of_event || e->target >= e->number || back > i)
            continue;
        size_t target = i - (size_t)back;
        int period = period_for(&b->p->periods, b->at_ms[target]);
        if (b->events[target].person == 0 || period < 0)
            continue;
        size_t row = people_index(b, b->events[target].person);
        struct presence_cell *c = &b->p->cells[row * PERIOD_MAX + (size_t)period];
        c->notes |= NOTED_CORRECTED;
        c->corrected_by = e->by;
    }
}

static void cells_of_person(struct sweep *w, struct presence_cell row[PERIOD_MAX])
{
    const struct periods *plan = &w->b->p->periods;
    for (size_t i = 0; i < plan->n; i++) {
        if (span_is_empty(plan->at[i]))
            continue;
        sweep_period(w, plan->at[i]);
        add_runs(w, &row[i]);
        add_how(w, &row[i], plan->at[i]);
        judge(w->b, &row[i], i);
    }
}

enum err cells_make(struct build *b)
{
    struct presence *p = b->p;
    enum err e = E_NOMEM;
    struct sweep w = {.b = b};
    p->cells = mem_alloc_array(p->n_people * PERIOD_MAX + 1, sizeof *p->cells);
    w.edges = mem_alloc_array(2 * p->n_segments + 1, sizeof *w.edges);
    w.runs = mem_alloc_array(2 * p->n_segments + 2, sizeof *w.runs);
    if (p->cells == NULL || w.edges == NULL || w.runs == NULL)
        goto out;
    size_t first = 0;
    for (size_t row = 0; row < p->n_people; row++) {
        w.segments = &p->segments[first];
        w.n = 0;
        while (first < p->n_segments && p->segments[first].person == row) {
            first++;
            w.n++;
        }
        cells_of_person(&w, &p->cells[row * PERIOD_MAX]);
    }
    note_corrections(b);
    e = E_OK;
out:
    mem_free(w.edges);
    mem_free(w.runs);
    return e;
}
