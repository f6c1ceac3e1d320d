/* SPDX-License-Identifier: Apache-2.0
 * Carries one connection's bytes between its socket, ICE and DTLS-SRTP; sends canned frames on
 * time, counts gaps in what it receives. A gap is a sequence number below the highest seen that
 * never came: the server's fault on a network without loss. */
#include "client/load/media.h"

#include "sfu/base/mem.h"
#include "sfu/base/seq.h"
#include "sfu/wire/demux.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_fb.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_ext.h"
#include "sfu/wire/vp8.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PT_OPUS = 111,
    PT_VP8 = 96,
    PACKET_MAX = 1500,
    PAYLOAD_MAX =
        1100, /* VP8 bytes a packet: header, descriptor, extension and tag stay below 1200 */
    AUDIO_EVERY = 20000,                /* µs */
    VIDEO_EVERY = 1000000 / CANNED_FPS, /* µs */
    REPORT_EVERY = 1000000,             /* µs */
    LEVEL_SPEAKING = 30,                /* −dBov: RFC 6464 §3 */
};

struct stream_in {
    uint32_t ssrc;
    bool video;
    struct seq_unwrapper seq;
    uint64_t from_ext; /* highest at the mark */
    uint64_t received;
};

struct media {
    int fd;
    struct ice ice;
    struct secure *secure;
    const struct canned *canned;
    bool started; /* the handshake */
    bool sending;
    struct stream_in in[MEDIA_STREAMS];
    unsigned n_in;
    uint32_t audio_ssrc, video_ssrc;
    uint16_t audio_seq, video_seq, picture_id;
    uint32_t audio_ts, video_ts;
    unsigned audio_at, video_at; /* index in the loop */
    usec next_audio, next_video, next_report;
    struct media_counts counts;
};

static struct sockaddr_in6 to_sockaddr(const struct addr *a)
{
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
    memcpy(&sa.sin6_addr, a->ip, sizeof(a->ip));
    return sa;
}

static enum err open_socket(struct media *m)
{
    const int off = 0, size = 1 << 20;
    const struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    m->fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m->fd < 0 || setsockopt(m->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
        return E_IO;
    (void)setsockopt(m->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    return bind(m->fd, (const struct sockaddr *)&any, sizeof(any)) == 0 ? E_OK : E_IO;
}

enum err media_new(struct media **out, const struct media_config *config,
                   const struct remote *remote)
{
    struct media *m = mem_alloc(sizeof(*m));
    if (!m)
        return E_NOMEM;
    m->canned = config->canned;
    m->audio_ssrc = config->audio_ssrc;
    m->video_ssrc = config->video_ssrc;
    m->ice.chosen = -1;
    memcpy(m->ice.remote_ufrag, remote->ufrag, sizeof(remote->ufrag));
    memcpy(m->ice.remote_pwd, remote->pwd, sizeof(remote->pwd));
    memcpy(m->ice.candidates, remote->candidates, sizeof(remote->candidates));
    m->ice.n_candidates = remote->n_candidates;
    strncpy(m->ice.local_ufrag, config->ufrag, sizeof(m->ice.local_ufrag) - 1);
    enum err e = open_socket(m);
    if (e == E_OK)
        e = secure_new(&m->secure, config->identity);
    if (e != E_OK) {
        media_free(m);
        return e;
    }
    *out = m;
    return E_OK;
}

void media_free(struct media *m)
{
    if (!m)
        return;
    if (m->fd >= 0)
        close(m->fd);
    secure_free(m->secure);
    mem_free(m);
}

int media_fd(const struct media *m)
{
    return m->fd;
}

bool media_is_open(const struct media *m)
{
    return secure_is_open(m->secure);
}

static void send_to(const struct media *m, const uint8_t *p, size_t len, const struct addr *to)
{
    const struct sockaddr_in6 sa = to_sockaddr(to);
    (void)(sendto(m->fd, p, len, MSG_DONTWAIT, (const struct sockaddr *)&sa, sizeof(sa)) < 0);
}

static void send_chosen(const struct media *m, const uint8_t *p, size_t len)
{
    if (m->ice.chosen >= 0)
        send_to(m, p, len, &m->ice.candidates[m->ice.chosen]);
}

static void flush_handshake(struct media *m)
{
    uint8_t out[4096];
    const size_t n = secure_poll(m->secure, out, sizeof(out));
    if (n > 0)
        send_chosen(m, out, n);
}

static struct stream_in *stream_of(struct media *m, const struct rtp *r)
{
    for (unsigned i = 0; i < m->n_in; i++)
        if (m->in[i].ssrc == r->ssrc)
            return &m->in[i];
    if (m->n_in == MEDIA_STREAMS || (r->pt != PT_OPUS && r->pt != PT_VP8))
        return NULL;
    struct stream_in *s = &m->in[m->n_in++];
    *s = (struct stream_in){.ssrc = r->ssrc, .video = r->pt == PT_VP8};
    (void)seq_unwrap(&s->seq, r->seq);
    s->from_ext = s->seq.highest_ext - 1;
    return s;
}

static void on_rtp(struct media *m, uint8_t *p, size_t len)
{
    struct rtp r;
    if (secure_unprotect(m->secure, p, &len, false) != E_OK) {
        m->counts.denied++;
        return;
    }
    if (rtp_parse(&r, bytes_of(p, len)) != E_OK)
        return;
    struct stream_in *s = stream_of(m, &r);
    if (s && seq_unwrap(&s->seq, r.seq) > s->from_ext)
        s->received++;
}

/* A keyframe request starts the loop again: its first frame is a keyframe. */
static void on_rtcp(struct media *m, uint8_t *p, size_t len)
{
    struct rtcp_iter it;
    struct rtcp packet;
    if (secure_unprotect(m->secure, p, &len, true) != E_OK ||
        rtcp_iter_init(&it, bytes_of(p, len), true) != E_OK)
        return;
    while (rtcp_next(&it, &packet)) {
        const enum rtcp_fb_kind kind = rtcp_fb_kind(&packet);
        if (kind == RTCP_FB_PLI || kind == RTCP_FB_FIR)
            m->video_at = 0;
    }
}

static void on_datagram(struct media *m, usec now, uint8_t *p, size_t len, const struct addr *from)
{
    switch (demux(bytes_of(p, len))) {
    case DEMUX_STUN:
        if (ice_on_datagram(&m->ice, now, bytes_of(p, len), from) && !m->started) {
            m->started = true;
            secure_start(m->secure);
            flush_handshake(m);
        }
        break;
    case DEMUX_DTLS:
        secure_on_dtls(m->secure, bytes_of(p, len));
        flush_handshake(m);
        break;
    case DEMUX_RTP:
        if (media_is_open(m))
            on_rtp(m, p, len);
        break;
    case DEMUX_RTCP:
        if (media_is_open(m))
            on_rtcp(m, p, len);
        break;
    case DEMUX_UNKNOWN:
    case DEMUX_TURN_CHANNEL:
    case N_DEMUX: break;
    }
}

void media_on_readable(struct media *m, usec now)
{
    enum { BATCH = 32 };
    static uint8_t buffers[BATCH][PACKET_MAX];
    static struct sockaddr_in6 from[BATCH];
    struct iovec iov[BATCH];
    struct mmsghdr in[BATCH];
    int n;
    do {
        for (unsigned i = 0; i < BATCH; i++) {
            iov[i] = (struct iovec){buffers[i], PACKET_MAX};
            in[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                            .msg_namelen = sizeof(from[i]),
                                            .msg_iov = &iov[i],
                                            .msg_iovlen = 1};
        }
        n = recvmmsg(m->fd, in, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++) {
            const struct addr a =
                addr_v6((const uint8_t *)&from[i].sin6_addr, ntohs(from[i].sin6_port));
            on_datagram(m, now, buffers[i], in[i].msg_len, &a);
        }
    } while (n == BATCH);
}

static void send_rtp(struct media *m, const struct rtp_header *h, const struct rtp_ext *ext,
                     struct bytes descriptor, struct bytes payload)
{
    static const struct rtp_ext_ids ids = {.audio_level = 1, .mid = 4};
    uint8_t block[RTP_EXT_BLOCK_MAX], packet[PACKET_MAX];
    struct writer b = writer_over(block, sizeof(block)),
                  w = writer_over(packet, sizeof(packet) - 32);
    struct rtp_header header = *h;

    if (rtp_ext_write(&b, &ids, ext) != E_OK)
        return;
    header.ext_block = bytes_of(block, b.len);
    if (rtp_write_header(&w, &header) != E_OK || writer_put(&w, descriptor) != E_OK ||
        writer_put(&w, payload) != E_OK)
        return;
    size_t len = w.len;
    if (secure_protect(m->secure, packet, &len, false) == E_OK) {
        send_chosen(m, packet, len);
        m->counts.sent++;
    }
}

static void send_audio(struct media *m)
{
    const struct rtp_ext ext = {.has = RTP_EXT_HAS_MID | RTP_EXT_HAS_AUDIO_LEVEL,
                                .mid = bytes_of("0", 1),
                                .audio_level = LEVEL_SPEAKING,
                                .voice = true};
    const struct rtp_header h = {
        .pt = PT_OPUS, .seq = m->audio_seq++, .timestamp = m->audio_ts, .ssrc = m->audio_ssrc};
    send_rtp(m, &h, &ext, bytes_of("", 0), m->canned->audio[m->audio_at]);
    m->audio_at = (m->audio_at + 1) % CANNED_AUDIO;
    m->audio_ts += 960; /* 20 ms at 48 kHz */
}

static void send_frame(struct media *m)
{
    const struct rtp_ext ext = {.has = RTP_EXT_HAS_MID, .mid = bytes_of("1", 1)};
    const struct bytes frame = m->canned->video[m->video_at];
    for (size_t at = 0; at < frame.len; at += PAYLOAD_MAX) {
        const size_t n = frame.len - at < PAYLOAD_MAX ? frame.len - at : PAYLOAD_MAX;
        const struct vp8 v = {.start = at == 0,
                              .has_picture_id = true,
                              .wide_picture_id = true,
                              .picture_id = m->picture_id & 0x7fff};
        uint8_t descriptor[VP8_DESCRIPTOR_MAX];
        struct writer d = writer_over(descriptor, sizeof(descriptor));
        const struct rtp_header h = {.pt = PT_VP8,
                                     .marker = at + n == frame.len,
                                     .seq = m->video_seq++,
                                     .timestamp = m->video_ts,
                                     .ssrc = m->video_ssrc};
        if (vp8_write(&d, &v) == E_OK)
            send_rtp(m, &h, &ext, bytes_of(descriptor, d.len), bytes_of(frame.p + at, n));
    }
    m->video_at = (m->video_at + 1) % CANNED_FRAMES;
    m->video_ts += 90000 / CANNED_FPS;
    m->picture_id++;
}

/* A receiver's report without blocks: the server hears that the path lives (RFC 3550 §6.4.2). */
static void send_report(struct media *m)
{
    uint8_t packet[128];
    struct writer w = writer_over(packet, sizeof(packet) - 32);
    if (rtcp_rr_write(&w, m->audio_ssrc, NULL, 0) != E_OK)
        return;
    size_t len = w.len;
    if (secure_protect(m->secure, packet, &len, true) == E_OK)
        send_chosen(m, packet, len);
}

void media_start_sending(struct media *m, usec now)
{
    m->sending = true;
    m->next_audio = m->next_video = now;
}

void media_on_time(struct media *m, usec now)
{
    uint8_t check[ICE_MESSAGE];
    struct addr to;
    const size_t n = ice_poll(&m->ice, now, check, &to);
    if (n > 0)
        send_to(m, check, n, &to);
    if (!media_is_open(m)) {
        secure_on_time(m->secure);
        flush_handshake(m);
        return;
    }
    if (now >= m->next_report) {
        send_report(m);
        m->next_report = now + REPORT_EVERY;
    }
    while (m->sending && now >= m->next_audio) {
        send_audio(m);
        m->next_audio += AUDIO_EVERY;
    }
    while (m->sending && now >= m->next_video) {
        send_frame(m);
        m->next_video += VIDEO_EVERY;
    }
}

void media_mark(struct media *m)
{
    m->counts = (struct media_counts){0};
    for (unsigned i = 0; i < m->n_in; i++) {
        m->in[i].from_ext = m->in[i].seq.highest_ext;
        m->in[i].received = 0;
    }
}

struct media_counts media_counts(const struct media *m)
{
    struct media_counts c = m->counts;
    for (unsigned i = 0; i < m->n_in; i++) {
        c.received += m->in[i].received;
        c.expected += m->in[i].seq.highest_ext - m->in[i].from_ext;
        *(m->in[i].video ? &c.video : &c.audio) += m->in[i].received;
    }
    return c;
}
