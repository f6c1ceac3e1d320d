/* SPDX-License-Identifier: Apache-2.0
 * Transport-wide feedback. First byte even: the rest is a feedback body, walked, written again and
 * compared. Odd: the rest is a list of arrivals, written in as many packets as it takes and read
 * back. */
#include "tests/fuzz/replay.h"

#include "sfu/wire/twcc.h"

enum { MAX = 512 }; /* keeps one input near a millisecond */

static struct twcc_received got[MAX];
static uint8_t room[8192];

static struct twcc reread(const struct writer *w)
{
    struct rtcp_iter it;
    struct rtcp p = {0};
    struct twcc t;
    HOLDS(rtcp_iter_init(&it, writer_bytes(w), true) == E_OK);
    HOLDS(rtcp_next(&it, &p));
    HOLDS(twcc_parse(&t, &p) == E_OK);
    return t;
}

/* t says exactly the n received from base_ext on; turn is what 24 bits of reference time cannot
 * say. */
static void says(const struct twcc *t, uint64_t base_ext, const struct twcc_received *want,
                 size_t n)
{
    struct twcc_iter it;
    struct twcc_arrival a;
    size_t i = 0;
    usec turn = 0;
    twcc_iter_init(&it, t);
    for (uint64_t ext = base_ext; twcc_next(&it, &a); ext++) {
        HOLDS(a.seq == (uint16_t)ext);
        HOLDS(a.received == (i < n && want[i].seq_ext == ext));
        if (!a.received)
            continue;
        usec late = want[i].at - a.at; /* rounding plus the turn */
        if (i == 0)
            turn = late / TWCC_TICK_US;
        HOLDS(late >= 0 && late / TWCC_TICK_US == turn);
        i++;
    }
    HOLDS(i == n);
}

static void write_all(uint64_t base_ext, size_t n)
{
    struct twcc_head head = {.base_ext = base_ext};
    for (size_t done = 0; done < n;) {
        struct writer w = writer_over(room, sizeof(room));
        size_t used = 0;
        HOLDS(twcc_write(&w, &head, got + done, n - done, &used) == E_OK);
        HOLDS(used > 0 && used <= n - done);
        struct twcc t = reread(&w);
        says(&t, head.base_ext, got + done, used);
        done += used;
        head.base_ext = got[done - 1].seq_ext + 1;
        if (done < n && got[done].seq_ext - head.base_ext >= TWCC_MAX_WRITTEN)
            head.base_ext = got[done].seq_ext;
        head.feedback_count++;
    }
}

static void read_body(const uint8_t *data, size_t size)
{
    struct rtcp p = {.count = 15, .pt = RTCP_RTPFB, .body = bytes_of(data, size)};
    struct twcc t;
    struct twcc_iter it;
    struct twcc_arrival a;
    if (twcc_parse(&t, &p) != E_OK)
        return;
    uint32_t count = 0;
    size_t n = 0;
    twcc_iter_init(&it, &t);
    /* Shifted so that times are above the origin: the peer's reference may be negative. */
    const usec origin = ((usec)1 << 24) * TWCC_REFERENCE_US;
    for (; twcc_next(&it, &a); count++) {
        if (a.received && n < MAX)
            got[n++] = (struct twcc_received){.seq_ext = 0x10000 + count, .at = a.at + origin};
    }
    HOLDS(count == t.status_count);
    if (n > 0)
        write_all(got[0].seq_ext, n);
}

/* Three bytes an arrival: how many were lost before it, and the time since the one before in 64 µs.
 */
static void write_list(const uint8_t *data, size_t size)
{
    uint64_t ext = 0x10000;
    usec at = USEC_S(3600);
    size_t n = 0;
    for (size_t i = 0; i + 3 <= size && n < MAX; i += 3) {
        ext += data[i] < 128 ? 1U : (uint64_t)(data[i] - 127) * 8;
        at += (usec)(int16_t)be16(data + i + 1) * 64 * 5;
        if (at < 0)
            at = 0;
        got[n++] = (struct twcc_received){.seq_ext = ext, .at = at};
    }
    if (n > 0)
        write_all(got[0].seq_ext, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] % 2 == 0)
        read_body(data + 1, size - 1);
    else
        write_list(data + 1, size - 1);
    return 0;
}
