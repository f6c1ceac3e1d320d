/* SPDX-License-Identifier: Apache-2.0
 * Transport-wide feedback as bytes: decides how statuses are packed into chunks and deltas, and
 * whether a peer's packing is sound. Sections are those of
 * draft-holmer-rmcat-transport-wide-cc-extensions-01. */
#include "sfu/wire/twcc.h"

enum { FMT_TWCC = 15 };
enum { FIXED = 16 };                     /* bytes of body before the chunks, §3.1 */
enum { LOST = 0, SMALL = 1, LARGE = 2 }; /* status symbols, §3.1.1; 3 is reserved */
enum {
    RUN_MAX = 0x1FFF,
    ONES = 14,
    TWOS = 7
}; /* statuses in a chunk of each kind, §3.1.3, §3.1.4 */
enum { CHUNK_VECTOR = 0x8000, CHUNK_TWO_BIT = 0x4000 };
enum { TICKS_PER_REFERENCE = TWCC_REFERENCE_US / TWCC_TICK_US };

/* How many statuses a chunk holds when the packet ends with it. */
static uint32_t chunk_capacity(uint16_t chunk)
{
    if ((chunk & CHUNK_VECTOR) == 0)
        return chunk & RUN_MAX;
    return (chunk & CHUNK_TWO_BIT) != 0 ? TWOS : ONES;
}

/* The symbol of a chunk with `left` statuses still to come out of `capacity`. */
static unsigned chunk_symbol(uint16_t chunk, uint32_t capacity, uint32_t left)
{
    if ((chunk & CHUNK_VECTOR) == 0)
        return chunk >> 13 & 3U;
    uint32_t index = capacity - left;
    if ((chunk & CHUNK_TWO_BIT) != 0)
        return (unsigned)chunk >> (2 * (TWOS - 1 - index)) & 3U;
    return (unsigned)chunk >> (ONES - 1 - index) & 1U;
}

/* Bytes of the chunks that cover all statuses, 0 when they do not; adds up the deltas they call
 * for. */
static size_t measure_chunks(struct bytes rest, uint32_t count, size_t *delta_bytes)
{
    size_t at = 0;
    *delta_bytes = 0;
    while (count > 0) {
        if (rest.len - at < 2)
            return 0;
        uint16_t chunk = be16(rest.p + at);
        at += 2;
        uint32_t capacity = chunk_capacity(chunk);
        uint32_t used = capacity < count ? capacity : count;
        if (used == 0)
            return 0;
        if ((chunk & CHUNK_VECTOR) == 0) {
            unsigned symbol = chunk_symbol(chunk, capacity, capacity);
            if (symbol > LARGE)
                return 0;
            *delta_bytes += symbol * (size_t)used; /* SMALL is one byte, LARGE two */
        } else {
            for (uint32_t i = 0; i < used; i++) {
                unsigned symbol = chunk_symbol(chunk, capacity, capacity - i);
                if (symbol > LARGE)
                    return 0;
                *delta_bytes += symbol;
            }
        }
        count -= used;
    }
    return at;
}

/* 24 bits, signed: §3.1, reference time */
static int32_t sign24(uint32_t v)
{
    return (int32_t)(v ^ 0x800000U) - 0x800000;
}

enum err twcc_parse(struct twcc *out, const struct rtcp *packet)
{
    if (packet->pt != RTCP_RTPFB || packet->count != FMT_TWCC)
        return E_UNSUPPORTED;
    struct bytes body = packet->body;
    if (body.len < FIXED)
        return E_MALFORMED;
    struct twcc t = {
        .sender_ssrc = be32(body.p),
        .media_ssrc = be32(body.p + 4),
        .base_seq = be16(body.p + 8),
        .status_count = be16(body.p + 10),
        .reference = sign24(be24(body.p + 12)),
        .feedback_count = body.p[15],
        .rest = bytes_skip(body, FIXED),
    };
    if (t.status_count > TWCC_MAX_READ)
        return E_RANGE;
    size_t delta_bytes = 0;
    size_t chunk_bytes = measure_chunks(t.rest, t.status_count, &delta_bytes);
    if (chunk_bytes == 0 || t.rest.len - chunk_bytes < delta_bytes)
        return E_MALFORMED;
    *out = t;
    return E_OK;
}

void twcc_iter_init(struct twcc_iter *it, const struct twcc *t)
{
    size_t delta_bytes = 0;
    size_t chunk_bytes = measure_chunks(t->rest, t->status_count, &delta_bytes);
    *it = (struct twcc_iter){
        .chunks = bytes_of(t->rest.p, chunk_bytes),
        .deltas = bytes_skip(t->rest, chunk_bytes),
        .left = t->status_count,
        .seq = t->base_seq,
        .at = (usec)t->reference * TWCC_REFERENCE_US,
    };
}

bool twcc_next(struct twcc_iter *it, struct twcc_arrival *out)
{
    if (it->left == 0)
        return false;
    if (it->in_chunk == 0) {
        it->chunk = be16(it->chunks.p);
        it->chunks = bytes_skip(it->chunks, 2);
        it->in_chunk = chunk_capacity(it->chunk);
    }
    unsigned symbol = chunk_symbol(it->chunk, chunk_capacity(it->chunk), it->in_chunk);
    if (symbol == SMALL) {
        it->at += (usec)it->deltas.p[0] * TWCC_TICK_US;
    } else if (symbol == LARGE) {
        it->at += (usec)(int16_t)be16(it->deltas.p) * TWCC_TICK_US;
    }
    it->deltas = bytes_skip(it->deltas, symbol);
    *out = (struct twcc_arrival){.seq = it->seq, .received = symbol != LOST, .at = it->at};
    it->seq++;
    it->in_chunk--;
    it->left--;
    return true;
}

/* What one feedback will say, before it is packed. */
struct plan {
    uint8_t symbols[TWCC_MAX_WRITTEN];
    uint32_t count; /* statuses */
    size_t used;    /* received packets among them */
    int64_t reference;
    size_t delta_bytes;
};

/* Rounds towards −∞, so that times before the origin keep their order. */
static int64_t floor_div(int64_t v, int64_t by)
{
    return v / by - (v % by < 0 ? 1 : 0);
}

static enum err make_plan(struct plan *plan, const struct twcc_head *head,
                          const struct twcc_received *received, size_t n)
{
    if (n == 0)
        return E_RANGE;
    plan->count = 0;
    plan->used = 0;
    plan->delta_bytes = 0;
    plan->reference = floor_div(received[0].at, TWCC_REFERENCE_US);
    uint64_t next_ext = head->base_ext;
    int64_t tick = plan->reference * TICKS_PER_REFERENCE;
    for (size_t i = 0; i < n; i++) {
        if (received[i].seq_ext < next_ext)
            return E_RANGE;
        uint64_t lost = received[i].seq_ext - next_ext;
        if (lost >= TWCC_MAX_WRITTEN - plan->count)
            break;
        int64_t arrived = floor_div(received[i].at, TWCC_TICK_US);
        int64_t delta = arrived - tick;
        if (delta < INT16_MIN || delta > INT16_MAX)
            break;
        uint8_t symbol = delta >= 0 && delta <= UINT8_MAX ? SMALL : LARGE;
        memset(plan->symbols + plan->count, LOST, (size_t)lost);
        plan->count += (uint32_t)lost;
        plan->symbols[plan->count++] = symbol;
        plan->delta_bytes += symbol;
        plan->used++;
        tick = arrived;
        next_ext = received[i].seq_ext + 1;
    }
    return plan->used > 0 ? E_OK : E_RANGE;
}

/* The chunk for the statuses at the front and how many it covers. A run wins where it covers at
 * least what a vector would; one-bit vectors win while no large delta is near. */
static uint16_t pack_chunk(const uint8_t *symbols, uint32_t left, uint32_t *covers)
{
    uint32_t run = 1;
    while (run < left && run < RUN_MAX && symbols[run] == symbols[0])
        run++;
    uint32_t ones = 0;
    while (ones < left && ones < ONES && symbols[ones] != LARGE)
        ones++;
    bool fits_ones = ones == ONES || ones == left;
    uint32_t vector = fits_ones ? ones : (left < TWOS ? left : TWOS);
    if (run >= vector) {
        *covers = run;
        return (uint16_t)((uint32_t)symbols[0] << 13 | run);
    }
    *covers = vector;
    uint32_t bits = 0;
    for (uint32_t i = 0; i < vector; i++)
        bits |= fits_ones ? (uint32_t)symbols[i] << (ONES - 1 - i)
                          : (uint32_t)symbols[i] << (2 * (TWOS - 1 - i));
    return (uint16_t)(CHUNK_VECTOR | (fits_ones ? 0 : CHUNK_TWO_BIT) | bits);
}

/* Writes all chunks, or with p NULL only counts them; returns their bytes. */
static size_t pack_chunks(uint8_t *p, const struct plan *plan)
{
    size_t len = 0;
    for (uint32_t at = 0; at < plan->count;) {
        uint32_t covers;
        uint16_t chunk = pack_chunk(plan->symbols + at, plan->count - at, &covers);
        if (p != NULL)
            put_be16(p + len, chunk);
        len += 2;
        at += covers;
    }
    return len;
}

static void pack_deltas(uint8_t *p, const struct plan *plan, const struct twcc_received *received)
{
    int64_t tick = plan->reference * TICKS_PER_REFERENCE;
    for (size_t i = 0; i < plan->used; i++) {
        int64_t arrived = floor_div(received[i].at, TWCC_TICK_US);
        int64_t delta = arrived - tick;
        if (delta >= 0 && delta <= UINT8_MAX) {
            *p++ = (uint8_t)delta;
        } else {
            put_be16(p, (uint16_t)delta);
            p += 2;
        }
        tick = arrived;
    }
}

enum err twcc_write(struct writer *w, const struct twcc_head *head,
                    const struct twcc_received *received, size_t n, size_t *used)
{
    struct plan plan;
    enum err e = make_plan(&plan, head, received, n);
    if (e != E_OK)
        return e;
    size_t chunk_bytes = pack_chunks(NULL, &plan);
    size_t exact = RTCP_HEADER + FIXED + chunk_bytes + plan.delta_bytes;
    size_t padded = (exact + 3) / 4 * 4;
    uint8_t *p = rtcp_write_packet(w, FMT_TWCC, RTCP_RTPFB, padded);
    if (p == NULL)
        return E_FULL;
    put_be32(p, head->sender_ssrc);
    put_be32(p + 4, head->media_ssrc);
    put_be16(p + 8, (uint16_t)head->base_ext);
    put_be16(p + 10, (uint16_t)plan.count);
    put_be24(p + 12, (uint32_t)plan.reference & 0xFFFFFFU);
    p[15] = head->feedback_count;
    pack_chunks(p + FIXED, &plan);
    pack_deltas(p + FIXED + chunk_bytes, &plan, received);
    memset(p + FIXED + chunk_bytes + plan.delta_bytes, 0, padded - exact);
    *used = plan.used;
    return E_OK;
}
