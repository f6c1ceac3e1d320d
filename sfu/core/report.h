/* SPDX-License-Identifier: Apache-2.0
 * Reception statistics and report blocks for what comes in, sender report contents for what goes
 * out, the mapping of publishers' clocks to the server's, and round-trip times (RFC 3550 §6.4,
 * §A.1, §A.3, §A.8). Knows no bytes: the caller writes them with sfu/wire. Thread: worker. Pure.
 * NTP numbers are 32.32 seconds; RTP timestamps 32 bits. */
#ifndef SFU_CORE_REPORT_H
#define SFU_CORE_REPORT_H

#include "sfu/base/usec.h"
#include "sfu/wire/rtcp.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    REPORT_FIRST_RR_US =
        100000, /* Chromium stops sending mid and rid only at the first report: be early */
    REPORT_SECOND_SR_US = 200000,
    REPORT_INTERVAL_US = 1000000,
    REPORT_MAX_DROPOUT = 3000, /* RFC 3550 §A.1 */
    REPORT_MAX_MISORDER = 100, /* RFC 3550 §A.1 */
    REPORT_MAX_RTT_US = 10000000,
    CLOCK_WINDOW_US = 15000000, /* the minimum is over this to twice this: clocks drift */
    CLOCK_STEP_US = 5000000,    /* an offset this far off is a stepped clock, not delay */
    CLOCK_MAX_AGE_US = 10000000 /* capture times further from now are lies or noise */
};

/* The server's clock as NTP: seconds since the shell's origin. RFC 3550 §4 allows an elapsed time.
 */
uint64_t report_ntp(usec now);

/* One incoming SSRC. */
struct report_in {
    uint32_t ssrc, clock_hz;
    bool started;
    uint64_t base_ext, highest_ext, received;
    uint64_t bad_ext; /* RFC 3550 §A.1: the number that would confirm a restart */
    bool has_bad;
    uint64_t expected_prior, received_prior;
    int32_t transit_rtp;
    uint32_t jitter_q4; /* RTP units, 4 fraction bits: RFC 3550 §A.8 */
    bool has_transit, has_sr;
    uint32_t sr_mid_ntp; /* LSR */
    usec sr_at;
    usec due;
};

void report_in_init(struct report_in *r, uint32_t ssrc, uint32_t clock_hz);
void report_in_on_packet(struct report_in *r, usec now, uint64_t seq_ext, uint32_t ts_rtp);
void report_in_on_sr(struct report_in *r, usec now, uint64_t ntp);
/* USEC_NEVER before the first packet, and when nothing came since the last report. */
usec report_in_deadline(const struct report_in *r);
/* Takes the block out, due or not: the interval starts again. False if nothing came since the last.
 */
bool report_in_take(struct report_in *r, usec now, struct rtcp_report *out);

/* One outgoing SSRC. */
struct report_out {
    uint32_t ssrc, clock_hz;
    uint32_t packets, octets; /* modulo 2^32: RFC 3550 §6.4.1 */
    bool started;
    uint32_t ts_rtp; /* with capture: one point of the stream's clock */
    usec capture;    /* on the server's clock */
    bool fresh;      /* something was sent since the last report */
    uint8_t sent;    /* reports since the (re)start, up to 2 */
    usec last, due;
};

void report_out_init(struct report_out *r, uint32_t ssrc, uint32_t clock_hz);
/* Another publication fills the slot: reports are due at once, after 200 ms, then each second. */
void report_out_restart(struct report_out *r);
/* ts_rtp is the output timestamp; capture its capture time on the server's clock
 * (clock_map_capture), or now. */
void report_out_on_sent(struct report_out *r, usec now, uint32_t ts_rtp, usec capture,
                        uint32_t payload_bytes);
/* USEC_NEVER before the first packet, and while nothing is sent. */
usec report_out_deadline(const struct report_out *r);
bool report_out_poll(struct report_out *r, usec now, struct rtcp_sr *out);

/* One publisher's NTP clock against the server's: the smallest delay seen wins. All SSRCs of a
 * publisher share it, which is what keeps its sound and pictures together. */
struct clock_offset {
    bool known;
    int64_t previous_us, current_us; /* minimum of now - ntp over the last and this window */
    usec window_start;
};

void clock_offset_init(struct clock_offset *o);
void clock_offset_on_sr(struct clock_offset *o, usec now, uint64_t ntp);
int64_t
clock_offset_us(const struct clock_offset *o); /* add to the publisher's NTP in microseconds */

/* One incoming SSRC's RTP clock against its publisher's NTP. */
struct clock_map {
    uint32_t clock_hz;
    bool known;
    int64_t ntp_us;
    uint32_t ts_rtp;
};

void clock_map_init(struct clock_map *m, uint32_t clock_hz);
void clock_map_on_sr(struct clock_map *m, struct clock_offset *o, usec now, uint64_t ntp,
                     uint32_t ts_rtp);
/* The stream's RTP timestamp at a time of the server's clock; false before the first SR. */
bool clock_map_rtp_at(const struct clock_map *m, const struct clock_offset *o, usec at,
                      uint32_t *ts_rtp);
/* When ts_rtp was captured, on the server's clock: never later than now; now itself when unknown or
 * not believable. */
usec clock_map_capture(const struct clock_map *m, const struct clock_offset *o, usec now,
                       uint32_t ts_rtp);
/* What to add to a timestamp of `from` for the same instant in `to` (layers of one publication);
 * false if unknown. */
bool clock_map_delta(const struct clock_map *from, const struct clock_map *to, uint32_t *delta_rtp);

/* Round trip from a receiver's block about our SR (RFC 3550 §6.4.1); false if it is absent or a
 * lie. */
bool report_rtt(usec now, uint32_t lsr, uint32_t dlsr, usec *rtt_us);

struct rtt {
    bool known;
    usec smoothed_us;
};

void rtt_init(struct rtt *t);
void rtt_on_sample(struct rtt *t, usec rtt_us);
usec rtt_get(const struct rtt *t, usec otherwise_us);

#endif
