/* SPDX-License-Identifier: Apache-2.0
 * Decides what reports say and when they are due, and how publishers' clocks lie to the server's.
 * Does not know their bytes, nor what the figures are used for. */
#include "sfu/core/report.h"

#include <assert.h>
#include <string.h>

enum { SECOND_US = 1000000 };

uint64_t report_ntp(usec now)
{
    uint64_t s = (uint64_t)(now / SECOND_US), us = (uint64_t)(now % SECOND_US);
    return s << 32 | (us << 32) / SECOND_US;
}

static int64_t ntp_to_us(uint64_t ntp)
{
    return (int64_t)((ntp >> 32) * SECOND_US + (((ntp & UINT32_MAX) * SECOND_US) >> 32));
}

/* Modulo 2^32; split so that years of microseconds do not overflow. */
static uint32_t us_to_rtp(int64_t us, uint32_t clock_hz)
{
    int64_t s = us / SECOND_US, rest = us % SECOND_US;
    return (uint32_t)((uint64_t)s * clock_hz) + (uint32_t)(rest * (int64_t)clock_hz / SECOND_US);
}

void report_in_init(struct report_in *r, uint32_t ssrc, uint32_t clock_hz)
{
    assert(clock_hz > 0);
    *r = (struct report_in){.ssrc = ssrc, .clock_hz = clock_hz, .due = USEC_NEVER};
}

static void begin_sequence(struct report_in *r, uint64_t seq_ext)
{
    r->started = true;
    r->has_bad = false;
    r->has_transit = false;
    r->base_ext = seq_ext;
    r->highest_ext = seq_ext;
    r->received = 0;
    r->expected_prior = 0;
    r->received_prior = 0;
}

/* RFC 3550 §A.1 update_seq, on unwrapped numbers: a far jump counts only when its next number
 * follows. */
static bool update_seq(struct report_in *r, uint64_t seq_ext)
{
    bool newer = seq_ext > r->highest_ext;
    uint64_t far = newer ? seq_ext - r->highest_ext : r->highest_ext - seq_ext;
    if (newer ? far < REPORT_MAX_DROPOUT : far <= REPORT_MAX_MISORDER) {
        if (newer)
            r->highest_ext = seq_ext;
        r->has_bad = false;
        return true;
    }
    if (!r->has_bad || r->bad_ext != seq_ext) {
        r->has_bad = true;
        r->bad_ext = seq_ext + 1;
        return false;
    }
    begin_sequence(r, seq_ext);
    return true;
}

/* RFC 3550 §A.8. A difference over ten seconds is a lie about time and counts as ten. */
static void update_jitter(struct report_in *r, usec now, uint32_t ts_rtp)
{
    int32_t transit = (int32_t)(us_to_rtp(now, r->clock_hz) - ts_rtp);
    if (r->has_transit) {
        int64_t d = (int32_t)((uint32_t)transit - (uint32_t)r->transit_rtp);
        d = d < 0 ? -d : d;
        int64_t limit = (int64_t)r->clock_hz * 10;
        d = d < limit ? d : limit;
        r->jitter_q4 = (uint32_t)(r->jitter_q4 + d - ((r->jitter_q4 + 8) >> 4));
    }
    r->transit_rtp = transit;
    r->has_transit = true;
}

void report_in_on_packet(struct report_in *r, usec now, uint64_t seq_ext, uint32_t ts_rtp)
{
    if (!r->started)
        begin_sequence(r, seq_ext);
    if (!update_seq(r, seq_ext))
        return;
    r->received++;
    update_jitter(r, now, ts_rtp);
    if (r->due == USEC_NEVER)
        r->due = now + REPORT_FIRST_RR_US;
}

void report_in_on_sr(struct report_in *r, usec now, uint64_t ntp)
{
    r->has_sr = true;
    r->sr_mid_ntp = (uint32_t)(ntp >> 16);
    r->sr_at = now;
}

usec report_in_deadline(const struct report_in *r)
{
    return r->due;
}

/* RFC 3550 §A.3: duplicates can make an interval's loss negative, which reads as none. */
static uint8_t fraction_lost(struct report_in *r, uint64_t expected)
{
    int64_t expected_now = (int64_t)(expected - r->expected_prior);
    int64_t lost_now = expected_now - (int64_t)(r->received - r->received_prior);
    r->expected_prior = expected;
    r->received_prior = r->received;
    if (expected_now <= 0 || lost_now <= 0)
        return 0;
    int64_t fraction = lost_now * 256 / expected_now;
    return (uint8_t)(fraction > 255 ? 255 : fraction);
}

static int32_t clamp_lost(int64_t lost)
{
    const int64_t most = 0x7fffff; /* 24 bits signed: RFC 3550 §6.4.1 */
    if (lost > most)
        return (int32_t)most;
    return lost < -most - 1 ? (int32_t)(-most - 1) : (int32_t)lost;
}

static uint32_t delay_since(usec at, usec now)
{
    int64_t us = now - at < 0xffff * (int64_t)SECOND_US ? now - at : 0xffff * (int64_t)SECOND_US;
    return (uint32_t)(us * 65536 / SECOND_US);
}

bool report_in_take(struct report_in *r, usec now, struct rtcp_report *out)
{
    if (!r->started || r->received == r->received_prior) {
        r->due = USEC_NEVER;
        return false;
    }
    uint64_t expected = r->highest_ext - r->base_ext + 1;
    uint64_t cycles = (r->highest_ext >> 16) - (r->base_ext >> 16);
    *out = (struct rtcp_report){
        .ssrc = r->ssrc,
        .fraction_lost = fraction_lost(r, expected),
        .lost = clamp_lost((int64_t)expected - (int64_t)r->received),
        .highest_seq = (uint32_t)(cycles << 16 | (r->highest_ext & 0xffff)),
        .jitter_rtp = r->jitter_q4 >> 4,
        .lsr = r->has_sr ? r->sr_mid_ntp : 0,
        .dlsr = r->has_sr ? delay_since(r->sr_at, now) : 0,
    };
    r->due = now + REPORT_INTERVAL_US;
    return true;
}

void report_out_init(struct report_out *r, uint32_t ssrc, uint32_t clock_hz)
{
    assert(clock_hz > 0);
    *r = (struct report_out){.ssrc = ssrc, .clock_hz = clock_hz, .due = USEC_NEVER};
}

void report_out_restart(struct report_out *r)
{
    r->started = false;
    r->fresh = false;
    r->sent = 0;
    r->due = USEC_NEVER;
}

void report_out_on_sent(struct report_out *r, usec now, uint32_t ts_rtp, usec capture,
                        uint32_t payload_bytes)
{
    r->packets++;
    r->octets += payload_bytes;
    r->ts_rtp = ts_rtp;
    r->capture = capture;
    r->fresh = true;
    if (!r->started)
        r->due = now;
    else if (r->due == USEC_NEVER)
        r->due = now - r->last > REPORT_INTERVAL_US ? now : r->last + REPORT_INTERVAL_US;
    r->started = true;
}

usec report_out_deadline(const struct report_out *r)
{
    return r->due;
}

bool report_out_poll(struct report_out *r, usec now, struct rtcp_sr *out)
{
    if (now < r->due)
        return false;
    if (!r->fresh && r->sent >= 2) {
        r->due = USEC_NEVER;
        return false;
    }
    *out = (struct rtcp_sr){
        .ssrc = r->ssrc,
        .ntp = report_ntp(now),
        .rtp_timestamp = r->ts_rtp + us_to_rtp(now - r->capture, r->clock_hz),
        .packets = r->packets,
        .octets = r->octets,
    };
    r->due = now + (r->sent == 0 ? REPORT_SECOND_SR_US : REPORT_INTERVAL_US);
    r->sent = r->sent < 2 ? (uint8_t)(r->sent + 1) : r->sent;
    r->last = now;
    r->fresh = false;
    return true;
}

void clock_offset_init(struct clock_offset *o)
{
    memset(o, 0, sizeof(*o));
}

int64_t clock_offset_us(const struct clock_offset *o)
{
    return o->previous_us < o->current_us ? o->previous_us : o->current_us;
}

void clock_offset_on_sr(struct clock_offset *o, usec now, uint64_t ntp)
{
    int64_t offset = now - ntp_to_us(ntp);
    int64_t off = offset - clock_offset_us(o);
    if (!o->known || off > CLOCK_STEP_US || off < -CLOCK_STEP_US) {
        *o = (struct clock_offset){
            .known = true, .previous_us = offset, .current_us = offset, .window_start = now};
        return;
    }
    if (now - o->window_start >= CLOCK_WINDOW_US) {
        o->previous_us = o->current_us;
        o->current_us = offset;
        o->window_start = now;
    } else if (offset < o->current_us) {
        o->current_us = offset;
    }
}

void clock_map_init(struct clock_map *m, uint32_t clock_hz)
{
    assert(clock_hz > 0);
    *m = (struct clock_map){.clock_hz = clock_hz};
}

void clock_map_on_sr(struct clock_map *m, struct clock_offset *o, usec now, uint64_t ntp,
                     uint32_t ts_rtp)
{
    clock_offset_on_sr(o, now, ntp);
    m->known = true;
    m->ntp_us = ntp_to_us(ntp);
    m->ts_rtp = ts_rtp;
}

bool clock_map_rtp_at(const struct clock_map *m, const struct clock_offset *o, usec at,
                      uint32_t *ts_rtp)
{
    if (!m->known || !o->known)
        return false;
    *ts_rtp = m->ts_rtp + us_to_rtp(at - clock_offset_us(o) - m->ntp_us, m->clock_hz);
    return true;
}

usec clock_map_capture(const struct clock_map *m, const struct clock_offset *o, usec now,
                       uint32_t ts_rtp)
{
    if (!m->known || !o->known)
        return now;
    int64_t since_sr = (int32_t)(ts_rtp - m->ts_rtp);
    usec capture = m->ntp_us + clock_offset_us(o) + since_sr * SECOND_US / (int64_t)m->clock_hz;
    return capture > now || now - capture > CLOCK_MAX_AGE_US ? now : capture;
}

bool clock_map_delta(const struct clock_map *from, const struct clock_map *to, uint32_t *delta_rtp)
{
    if (!from->known || !to->known || from->clock_hz != to->clock_hz)
        return false;
    int64_t apart = to->ntp_us - from->ntp_us;
    if (apart > 60 * (int64_t)SECOND_US || apart < -60 * (int64_t)SECOND_US)
        return false; /* a report a minute old says nothing: drift, or a stepped clock */
    *delta_rtp = to->ts_rtp - (from->ts_rtp + us_to_rtp(apart, from->clock_hz));
    return true;
}

bool report_rtt(usec now, uint32_t lsr, uint32_t dlsr, usec *rtt_us)
{
    if (lsr == 0)
        return false;
    int64_t d = (int32_t)((uint32_t)(report_ntp(now) >> 16) - lsr - dlsr);
    int64_t us = d * SECOND_US / 65536;
    if (us < 0 || us > REPORT_MAX_RTT_US)
        return false;
    *rtt_us = us;
    return true;
}

void rtt_init(struct rtt *t)
{
    memset(t, 0, sizeof(*t));
}

/* Smoothed as in RFC 6298 §2, with its 1/8. */
void rtt_on_sample(struct rtt *t, usec rtt_us)
{
    t->smoothed_us = t->known ? t->smoothed_us + (rtt_us - t->smoothed_us) / 8 : rtt_us;
    t->known = true;
}

usec rtt_get(const struct rtt *t, usec otherwise_us)
{
    return t->known ? t->smoothed_us : otherwise_us;
}
