/* SPDX-License-Identifier: Apache-2.0
 * Decides which arrivals to report to a sending peer, and when. Does not know the bytes of a
 * report, nor what the sender makes of it. */
#include "sfu/core/twcc_recv.h"

#include <string.h>

enum { EMPTY, FRESH, REPORTED };

void twcc_recv_init(struct twcc_recv *t)
{
    memset(t, 0, sizeof(*t));
}

static size_t slot(uint64_t seq_ext)
{
    return seq_ext & (TWCC_RECV_WINDOW - 1);
}

static void find_lowest(struct twcc_recv *t, uint64_t from_ext)
{
    if (t->fresh == 0)
        return;
    while (t->state[slot(from_ext)] != FRESH)
        from_ext++;
    t->lowest_ext = from_ext;
}

/* Moves the window up to seq_ext; what falls out unreported stays unreported. */
static void advance(struct twcc_recv *t, uint64_t seq_ext)
{
    uint64_t steps = seq_ext - t->highest_ext;
    if (steps > TWCC_RECV_WINDOW)
        steps = TWCC_RECV_WINDOW;
    for (uint64_t i = 0; i < steps; i++) {
        uint8_t *s = &t->state[slot(seq_ext - i)];
        t->fresh -= *s == FRESH ? 1U : 0U;
        *s = EMPTY;
    }
    t->highest_ext = seq_ext;
    uint64_t bottom = seq_ext >= TWCC_RECV_WINDOW ? seq_ext - TWCC_RECV_WINDOW + 1 : 0;
    if (t->lowest_ext < bottom)
        find_lowest(t, bottom);
}

void twcc_recv_on_packet(struct twcc_recv *t, usec now, uint64_t seq_ext)
{
    if (!t->started) {
        t->started = true;
        t->highest_ext = seq_ext;
        t->next_ext = seq_ext;
    }
    if (seq_ext > t->highest_ext)
        advance(t, seq_ext);
    if (t->highest_ext - seq_ext >= TWCC_RECV_WINDOW || t->state[slot(seq_ext)] != EMPTY) {
        t->stale++;
        return;
    }
    t->state[slot(seq_ext)] = FRESH;
    t->arrival[slot(seq_ext)] = now;
    if (t->fresh == 0)
        t->fresh_since = now;
    if (t->fresh == 0 || seq_ext < t->lowest_ext)
        t->lowest_ext = seq_ext;
    t->fresh++;
}

/* The run from the lowest fresh number up to the next that was reported, or as far as one message
 * reaches. */
static void fill(struct twcc_recv *t, struct twcc_recv_feedback *out)
{
    uint64_t first = t->lowest_ext;
    out->base_ext = first;
    if (t->next_ext < first)
        out->base_ext =
            first - t->next_ext > TWCC_RECV_MAX_LEAD ? first - TWCC_RECV_MAX_LEAD : t->next_ext;
    out->n = 0;
    usec before = t->arrival[slot(first)];
    for (uint64_t s = first; s <= t->highest_ext && s - first < TWCC_RECV_MAX_COUNT; s++) {
        usec arrival = t->arrival[slot(s)];
        if (t->state[slot(s)] == EMPTY)
            continue;
        if (t->state[slot(s)] == REPORTED || arrival - before > TWCC_RECV_MAX_DELTA_US ||
            before - arrival > TWCC_RECV_MAX_DELTA_US)
            break;
        out->received[out->n++] = (struct twcc_received){.seq_ext = s, .at = arrival};
        t->state[slot(s)] = REPORTED;
        before = arrival;
    }
}

bool twcc_recv_poll(struct twcc_recv *t, usec now, struct twcc_recv_feedback *out)
{
    if (t->fresh == 0 || now < twcc_recv_deadline(t)) {
        t->draining = false;
        return false;
    }
    fill(t, out);
    out->feedback_count = t->feedback_count++;
    t->fresh -= out->n;
    uint64_t end = out->received[out->n - 1].seq_ext + 1;
    if (end > t->next_ext)
        t->next_ext = end;
    find_lowest(t, end);
    t->draining = t->fresh > 0;
    return true;
}

usec twcc_recv_deadline(const struct twcc_recv *t)
{
    if (t->fresh == 0)
        return USEC_NEVER;
    if (t->draining)
        return t->fresh_since;
    return t->fresh_since +
           (t->fresh >= TWCC_RECV_EAGER_COUNT ? TWCC_RECV_SHORT_US : TWCC_RECV_LONG_US);
}
