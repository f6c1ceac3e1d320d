/* SPDX-License-Identifier: Apache-2.0
 * Carries one connection's bytes between its socket, ICE and DTLS-SRTP. Of what comes, each packet
 * is counted by its clear header and a sample is decrypted. */
#include "client/load/media.h"

#include "client/load/player.h"
#include "sfu/base/mem.h"
#include "sfu/wire/demux.h"
#include "sfu/wire/rtcp_fb.h"
#include "sfu/wire/rtp.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    IN_MESSAGES = 4,        /* of one system call */
    IN_BYTES = 65536,       /* with UDP_GRO a message carries up to 64 datagrams */
    OUT_PACKETS = 64,       /* of one system call */
    REPORT_EVERY = 1000000, /* µs */
};

struct media {
    int fd;
    struct ice ice;
    struct secure *secure;
    bool started; /* the handshake */
    bool sending;
    unsigned sample, since; /* one in so many; packets since the last */
    struct latency *latency;
    struct tally tally;
    struct player player;
    usec next_report;
    struct media_counts counts;
};

/* Packets of one turn, sent together: a frame is a burst. One thread uses it. */
static struct {
    uint8_t p[OUT_PACKETS][PLAYER_PACKET];
    size_t len[OUT_PACKETS];
    unsigned n;
} batch;

static struct sockaddr_in6 to_sockaddr(const struct addr *a)
{
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_port = htons(a->port)};
    memcpy(&sa.sin6_addr, a->ip, sizeof(a->ip));
    return sa;
}

static enum err open_socket(struct media *m)
{
    const int on = 1, off = 0, size = 1 << 20;
    const struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    m->fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m->fd < 0 || setsockopt(m->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
        return E_IO;
    (void)setsockopt(m->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    (void)setsockopt(m->fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on)); /* a wish */
    return bind(m->fd, (const struct sockaddr *)&any, sizeof(any)) == 0 ? E_OK : E_IO;
}

static void flush_batch(const struct media *m)
{
    struct iovec iov[OUT_PACKETS];
    struct mmsghdr out[OUT_PACKETS];
    if (m->ice.chosen < 0)
        batch.n = 0;
    if (batch.n == 0)
        return;
    struct sockaddr_in6 to = to_sockaddr(&m->ice.candidates[m->ice.chosen]);
    for (unsigned i = 0; i < batch.n; i++) {
        iov[i] = (struct iovec){batch.p[i], batch.len[i]};
        out[i].msg_hdr = (struct msghdr){
            .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov[i], .msg_iovlen = 1};
    }
    (void)(sendmmsg(m->fd, out, batch.n, MSG_DONTWAIT) < 0);
    batch.n = 0;
}

/* The player's sink. */
static void send_rtp(void *ctx, uint8_t *packet, size_t len)
{
    struct media *m = ctx;
    if (secure_protect(m->secure, packet, &len, false) != E_OK)
        return;
    memcpy(batch.p[batch.n], packet, len);
    batch.len[batch.n] = len;
    m->counts.sent++;
    if (++batch.n == OUT_PACKETS)
        flush_batch(m);
}

enum err media_new(struct media **out, const struct media_config *config,
                   const struct remote *remote)
{
    struct media *m = mem_alloc(sizeof(*m));
    if (!m)
        return E_NOMEM;
    m->player = (struct player){.canned = config->canned,
                                .sink = send_rtp,
                                .ctx = m,
                                .audio_ssrc = config->audio_ssrc,
                                .video_ssrc = config->video_ssrc};
    m->sample = config->sample;
    m->latency = config->latency;
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

static usec clock_read(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (usec)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void check(struct media *m, uint8_t *p, size_t len)
{
    struct rtp r;
    usec sent;
    if (secure_unprotect(m->secure, p, &len, false) != E_OK) {
        m->counts.denied++;
        return;
    }
    m->counts.checked++;
    if (m->latency && rtp_parse(&r, bytes_of(p, len)) == E_OK && stamp_read(r.payload, &sent))
        latency_add(m->latency, clock_read() - sent);
}

static void on_rtp(struct media *m, uint8_t *p, size_t len)
{
    if (!tally_on_header(&m->tally, p, len) || ++m->since < m->sample)
        return;
    m->since = 0;
    check(m, p, len);
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
            player_keyframe(&m->player);
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

/* Bytes of each datagram of a message, the last of which may be shorter. */
static size_t segment_of(struct msghdr *h, size_t len)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
        int segment = 0;
        if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO)
            continue;
        memcpy(&segment, CMSG_DATA(c), sizeof(segment));
        return segment > 0 ? (size_t)segment : len;
    }
    return len;
}

static void on_message(struct media *m, usec now, struct msghdr *h, size_t len)
{
    const struct sockaddr_in6 *sa = h->msg_name;
    const struct addr from = addr_v6((const uint8_t *)&sa->sin6_addr, ntohs(sa->sin6_port));
    const size_t segment = segment_of(h, len);
    uint8_t *p = h->msg_iov->iov_base;
    for (size_t at = 0; at < len; at += segment)
        on_datagram(m, now, p + at, len - at < segment ? len - at : segment, &from);
}

void media_on_readable(struct media *m, usec now)
{
    static uint8_t buffers[IN_MESSAGES][IN_BYTES];
    static struct sockaddr_in6 from[IN_MESSAGES];
    _Alignas(8) uint8_t control[IN_MESSAGES][CMSG_SPACE(sizeof(int))];
    struct iovec iov[IN_MESSAGES];
    struct mmsghdr in[IN_MESSAGES];
    int n;
    do {
        for (unsigned i = 0; i < IN_MESSAGES; i++) {
            iov[i] = (struct iovec){buffers[i], IN_BYTES};
            in[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                            .msg_namelen = sizeof(from[i]),
                                            .msg_iov = &iov[i],
                                            .msg_iovlen = 1,
                                            .msg_control = control[i],
                                            .msg_controllen = sizeof(control[i])};
        }
        n = recvmmsg(m->fd, in, IN_MESSAGES, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++)
            on_message(m, now, &in[i].msg_hdr, in[i].msg_len);
    } while (n == IN_MESSAGES);
}

/* A receiver's report, without blocks from a publisher: the server hears that the path lives (RFC
 * 3550 §6.4.2). */
static void send_report(struct media *m)
{
    uint8_t packet[1024];
    struct rtcp_report blocks[TALLY_STREAMS];
    struct writer w = writer_over(packet, sizeof(packet) - PLAYER_TRAILER);
    const unsigned n = tally_report(&m->tally, blocks);
    if (rtcp_rr_write(&w, m->player.audio_ssrc, blocks, n) != E_OK)
        return;
    size_t len = w.len;
    if (secure_protect(m->secure, packet, &len, true) == E_OK)
        send_chosen(m, packet, len);
}

void media_start_sending(struct media *m, usec now)
{
    m->sending = true;
    player_start(&m->player, now);
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
    if (m->sending) {
        player_on_time(&m->player, now);
        flush_batch(m);
    }
}

void media_mark(struct media *m)
{
    m->counts = (struct media_counts){0};
    tally_mark(&m->tally);
}

struct media_counts media_counts(const struct media *m)
{
    struct media_counts c = m->counts;
    tally_add(&m->tally, &c);
    return c;
}
