/* SPDX-License-Identifier: Apache-2.0
 * Runs of datagrams out in few system calls: one message a run, cut by the kernel (UDP_SEGMENT). A
 * path that refuses runs gets its datagrams one by one from then on. */
#include "sfu/io/udp_socket.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

static void put_control(struct msghdr *h, int level, int type, const void *data, size_t len)
{
    struct cmsghdr *c = (void *)((uint8_t *)h->msg_control + h->msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(len);
    memcpy(CMSG_DATA(c), data, len);
    h->msg_controllen += CMSG_SPACE(len);
}

/* From which local address the message leaves, and how it is cut. */
static void write_control(const struct udp *u, struct msghdr *h, const struct addr *local,
                          const struct run *run)
{
    h->msg_controllen = 0;
    if (u->v4_only || addr_is_v4(local)) {
        struct in_pktinfo info = {0};
        memcpy(&info.ipi_spec_dst, local->ip + 12, 4);
        put_control(h, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
    } else {
        struct in6_pktinfo info = {0};
        memcpy(&info.ipi6_addr, local->ip, 16);
        put_control(h, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
    }
    if (run->count > 1) {
        const uint16_t segment = (uint16_t)run->segment;
        put_control(h, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
    }
}

/* Fills message k with the run's datagrams, whose views stand at iov. */
static void write_message(struct udp *u, size_t k, const struct run *run, const struct path *path,
                          struct iovec *iov)
{
    struct msghdr *h = &u->out[k].msg_hdr;
    *h = (struct msghdr){.msg_name = &u->out_to[k],
                         .msg_namelen = udp_to_sockaddr(u, &u->out_to[k], &path->remote),
                         .msg_iov = iov,
                         .msg_iovlen = run->count,
                         .msg_control = &u->out_control[k]};
    write_control(u, h, &path->local, run);
}

static size_t write_views(const struct runs *r, const struct run *run, const struct udp_out *out,
                          struct iovec *iov)
{
    size_t i = run->first;
    for (size_t k = 0; k < run->count; k++, i = r->next[i]) {
        /* iovec is not const only because it serves both directions. */
        // NOLINTNEXTLINE(performance-no-int-to-ptr): takes the const away, no number is involved
        iov[k] = (struct iovec){.iov_base = (void *)(uintptr_t)out[i].bytes.p,
                                .iov_len = out[i].bytes.len};
    }
    return run->count;
}

/* The path's device cannot cut (EIO: no checksum offload), a segment exceeds its MTU (EMSGSIZE), or
 * the kernel does not know how (EINVAL). */
static bool refuses_runs(int why)
{
    return why == EIO || why == EMSGSIZE || why == EINVAL;
}

static void send_alone(struct udp *u, struct msghdr h, const struct run *run,
                       const struct path *path)
{
    struct iovec *iov = h.msg_iov;
    const struct run single = {.count = 1, .segment = run->segment};
    runs_refuse(&u->runs, run);
    write_control(u, &h, &path->local, &single);
    h.msg_iovlen = 1;
    for (size_t k = 0; k < run->count; k++) {
        ssize_t sent;
        h.msg_iov = &iov[k];
        do
            sent = sendmsg(u->fd, &h, MSG_DONTWAIT);
        while (sent < 0 && errno == EINTR);
        if (sent < 0)
            u->refused++;
    }
}

static void send_batch(struct udp *u, const struct run *run, size_t n, const struct udp_out *out)
{
    size_t done = 0;
    while (done < n) {
        const int sent = sendmmsg(u->fd, u->out + done, (unsigned)(n - done), MSG_DONTWAIT);
        if (sent > 0) {
            done += (size_t)sent;
        } else if (errno != EINTR) {
            /* The first of the rest was refused: go on with the others. */
            if (run[done].count > 1 && refuses_runs(errno))
                send_alone(u, u->out[done].msg_hdr, &run[done], &out[run[done].first].path);
            else
                u->refused += run[done].count;
            done++;
        }
    }
}

static void send_runs(struct udp *u, const struct udp_out *out, size_t n)
{
    struct runs *r = &u->runs;
    size_t views = 0, k = 0;
    runs_build(r, out, n);
    for (size_t i = 0; i < r->n; i++) {
        const struct run *run = &r->run[i];
        struct iovec *iov = &u->out_iov[views];
        views += write_views(r, run, out, iov);
        write_message(u, k, run, &out[run->first].path, iov);
        if (++k == UDP_MESSAGES || i + 1 == r->n) {
            send_batch(u, run + 1 - k, k, out);
            k = 0;
        }
    }
}

void udp_send(struct udp *u, const struct udp_out *out, size_t n)
{
    for (size_t at = 0; at < n; at += RUNS_MAX)
        send_runs(u, out + at, n - at < RUNS_MAX ? n - at : RUNS_MAX);
}
