/* SPDX-License-Identifier: Apache-2.0
 * Decides which missing packets to ask for again, and when to stop. Does not know how they are
 * asked for, nor what the packets carry. */
#include "sfu/core/nack.h"

#include <string.h>

enum {
    NACK_MAX_BACK = 3000
}; /* further back is a restarted sender, not a late packet: RFC 3550 §A.1 */

void nack_init(struct nack *n)
{
    memset(n, 0, sizeof(*n));
}

static void drop_oldest(struct nack *n, size_t k)
{
    memmove(n->missing, n->missing + k, (n->count - k) * sizeof(n->missing[0]));
    n->count -= k;
}

static void need_keyframe(struct nack *n, uint64_t lost_ext)
{
    n->keyframe_needed = true;
    if (lost_ext > n->lost_ext)
        n->lost_ext = lost_ext;
}

static void give_up_oldest(struct nack *n, size_t k)
{
    if (k == 0)
        return;
    need_keyframe(n, n->missing[k - 1].seq_ext);
    drop_oldest(n, k);
    n->given_up += k;
}

static enum nack_arrival start_anew(struct nack *n, uint64_t seq_ext)
{
    n->given_up += n->count;
    n->count = 0;
    n->lost_ext = 0; /* the numbers before may have been higher */
    need_keyframe(n, seq_ext - 1);
    n->highest_ext = seq_ext;
    return NACK_FRESH;
}

/* One more packet after every gap below seq_ext. Older gaps have seen at least as many: stop at the
 * first that is settled. */
static void count_later(struct nack *n, usec now, uint64_t seq_ext)
{
    for (size_t i = n->count; i-- > 0;) {
        struct nack_missing *m = &n->missing[i];
        if (m->seq_ext > seq_ext)
            continue;
        if (m->later >= NACK_REORDER_PACKETS)
            return;
        m->later++;
        if (m->later == NACK_REORDER_PACKETS && m->due > now)
            m->due = now;
    }
}

static enum nack_arrival on_newest(struct nack *n, usec now, uint64_t seq_ext)
{
    uint64_t gap = seq_ext - n->highest_ext - 1;
    if (gap > NACK_MAX_MISSING)
        return start_anew(n, seq_ext);
    if (n->count + gap > NACK_MAX_MISSING)
        give_up_oldest(n, n->count + (size_t)gap - NACK_MAX_MISSING);
    for (uint64_t s = n->highest_ext + 1; s < seq_ext; s++)
        n->missing[n->count++] =
            (struct nack_missing){.seq_ext = s, .found = now, .due = now + NACK_REORDER_US};
    n->highest_ext = seq_ext;
    count_later(n, now, seq_ext);
    return NACK_FRESH;
}

enum nack_arrival nack_on_packet(struct nack *n, usec now, uint64_t seq_ext)
{
    if (!n->started) {
        n->started = true;
        n->highest_ext = seq_ext;
        return NACK_FRESH;
    }
    if (seq_ext > n->highest_ext)
        return on_newest(n, now, seq_ext);
    if (n->highest_ext - seq_ext > NACK_MAX_BACK)
        return start_anew(n, seq_ext);
    for (size_t i = n->count; i-- > 0 && n->missing[i].seq_ext >= seq_ext;) {
        if (n->missing[i].seq_ext != seq_ext)
            continue;
        memmove(&n->missing[i], &n->missing[i + 1], (n->count - i - 1) * sizeof(n->missing[0]));
        n->count--;
        n->recovered++;
        count_later(n, now, seq_ext);
        return NACK_RECOVERED;
    }
    return NACK_STALE;
}

void nack_on_keyframe(struct nack *n, uint64_t seq_ext)
{
    size_t k = 0;
    while (k < n->count && n->missing[k].seq_ext < seq_ext)
        k++;
    drop_oldest(n, k);
    if (seq_ext > n->lost_ext)
        n->keyframe_needed = false;
}

/* Each interval is half a base longer than the one before: eight tries take 17.5 bases. */
static usec retry_after(usec rtt_us, uint8_t tries)
{
    usec base = rtt_us > NACK_MIN_RETRY_US ? rtt_us : NACK_MIN_RETRY_US;
    if (base > NACK_WINDOW_US)
        base = NACK_WINDOW_US;
    return base + base * (tries - 1) / 2;
}

static bool is_hopeless(const struct nack_missing *m, usec now)
{
    return now - m->found > NACK_WINDOW_US || (m->tries >= NACK_MAX_TRIES && now >= m->due);
}

size_t nack_poll(struct nack *n, usec now, usec rtt_us, uint64_t *out, size_t max)
{
    size_t asked = 0, kept = 0;
    for (size_t i = 0; i < n->count; i++) {
        struct nack_missing m = n->missing[i];
        if (is_hopeless(&m, now)) {
            n->given_up++;
            need_keyframe(n, m.seq_ext);
            continue;
        }
        if (now >= m.due && asked < max) {
            out[asked++] = m.seq_ext;
            m.tries++;
            m.due = now + retry_after(rtt_us, m.tries);
        }
        n->missing[kept++] = m;
    }
    n->count = kept;
    n->asked += asked;
    return asked;
}

bool nack_take_keyframe_needed(struct nack *n)
{
    bool needed = n->keyframe_needed;
    n->keyframe_needed = false;
    return needed;
}

usec nack_deadline(const struct nack *n)
{
    usec at = USEC_NEVER;
    for (size_t i = 0; i < n->count; i++) {
        usec end = n->missing[i].found + NACK_WINDOW_US + 1;
        usec next = n->missing[i].due < end ? n->missing[i].due : end;
        at = next < at ? next : at;
    }
    return at;
}
