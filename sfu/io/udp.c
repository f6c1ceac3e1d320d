/* SPDX-License-Identifier: Apache-2.0
 * Batched UDP with the local address of every datagram (IP_PKTINFO, RFC 3542 §6.1), so that a reply
 * leaves from the address it came to. Decides nothing about what a datagram is. */
#include "sfu/io/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sfu/base/mem.h"

enum {
    CONTROL_BYTES = 128,
    SOCKET_BUFFER =
        4 * 1024 *
        1024, /* bytes; asked for, the kernel may give less: 130 people × a burst of a frame */
};

/* Ancillary data must be aligned for cmsghdr. */
struct control {
    _Alignas(8) uint8_t bytes[CONTROL_BYTES];
};

struct udp {
    int fd;
    bool v4_only; /* the machine has no IPv6 */
    uint16_t port;
    uint64_t refused, overflowed;
    struct mmsghdr in[UDP_BATCH], out[UDP_BATCH];
    struct iovec in_iov[UDP_BATCH], out_iov[UDP_BATCH];
    struct sockaddr_in6 in_from[UDP_BATCH], out_to[UDP_BATCH];
    struct control in_control[UDP_BATCH], out_control[UDP_BATCH];
    uint8_t buf[UDP_BATCH][UDP_BUFFER];
};

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* Both families fit a sockaddr_in6's room; returns the length to give to the kernel. */
static socklen_t to_sockaddr(const struct udp *u, struct sockaddr_in6 *sa, const struct addr *a)
{
    memset(sa, 0, sizeof(*sa));
    if (u->v4_only) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(a->port)};
        memcpy(&v4.sin_addr, a->ip + 12, 4);
        memcpy(sa, &v4, sizeof(v4));
        return sizeof(v4);
    }
    sa->sin6_family = AF_INET6;
    sa->sin6_port = htons(a->port);
    memcpy(&sa->sin6_addr, a->ip, 16);
    return sizeof(*sa);
}

static struct addr from_sockaddr(const struct sockaddr_in6 *sa)
{
    struct addr a = {.port = ntohs(sa->sin6_port)};
    if (sa->sin6_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, sa, sizeof(v4));
        memcpy(a.ip, mapped_prefix, sizeof(mapped_prefix));
        memcpy(a.ip + 12, &v4.sin_addr, 4);
    } else {
        memcpy(a.ip, &sa->sin6_addr, 16);
    }
    return a;
}

static enum err set_options(const struct udp *u)
{
    const int on = 1, off = 0, size = SOCKET_BUFFER;
    int bad = setsockopt(u->fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));

    if (u->v4_only) {
        bad |= setsockopt(u->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
    } else {
        bad |= setsockopt(u->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
        bad |= setsockopt(u->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
        bad |= setsockopt(u->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
    }
    bad |= setsockopt(u->fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
    /* Wishes only: a kernel with a lower limit still works. */
    (void)setsockopt(u->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    (void)setsockopt(u->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    return bad ? E_IO : E_OK;
}

static enum err open_socket(struct udp *u, const struct addr *listen)
{
    struct sockaddr_in6 sa;
    socklen_t len = sizeof(sa);
    struct addr at = *listen;

    u->fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (u->fd < 0 && errno == EAFNOSUPPORT) {
        u->v4_only = true;
        u->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
    if (u->fd < 0 || set_options(u) != E_OK)
        return E_IO;
    if (addr_is_unspecified(&at))
        memset(at.ip, 0, sizeof(at.ip)); /* 0.0.0.0 would bind IPv4 alone */
    len = to_sockaddr(u, &sa, &at);
    if (bind(u->fd, (struct sockaddr *)&sa, len) != 0)
        return E_IO;
    len = sizeof(sa);
    if (getsockname(u->fd, (struct sockaddr *)&sa, &len) != 0)
        return E_IO;
    u->port = from_sockaddr(&sa).port;
    return E_OK;
}

static void prepare(struct udp *u)
{
    for (size_t i = 0; i < UDP_BATCH; i++) {
        u->in_iov[i] = (struct iovec){.iov_base = u->buf[i], .iov_len = UDP_BUFFER};
        u->in[i].msg_hdr = (struct msghdr){.msg_name = &u->in_from[i],
                                           .msg_iov = &u->in_iov[i],
                                           .msg_iovlen = 1,
                                           .msg_control = &u->in_control[i]};
        u->out[i].msg_hdr = (struct msghdr){.msg_name = &u->out_to[i],
                                            .msg_iov = &u->out_iov[i],
                                            .msg_iovlen = 1,
                                            .msg_control = &u->out_control[i]};
    }
}

enum err udp_open(struct udp **out, const struct addr *listen)
{
    struct udp *u = mem_alloc(sizeof(*u));
    if (!u)
        return E_NOMEM;
    const enum err e = open_socket(u, listen);
    if (e != E_OK) {
        udp_close(u);
        return e;
    }
    prepare(u);
    *out = u;
    return E_OK;
}

void udp_close(struct udp *u)
{
    if (!u)
        return;
    if (u->fd >= 0)
        close(u->fd);
    mem_free(u);
}

int udp_fd(const struct udp *u)
{
    return u->fd;
}

uint16_t udp_port(const struct udp *u)
{
    return u->port;
}

uint64_t udp_refused(const struct udp *u)
{
    return u->refused;
}

uint64_t udp_overflowed(const struct udp *u)
{
    return u->overflowed;
}

/* One ancillary item: where the datagram came to, or how many the kernel has dropped so far. */
static void read_control(struct udp *u, const struct cmsghdr *c, struct addr *local)
{
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo info;
        memcpy(&info, CMSG_DATA(c), sizeof(info));
        memcpy(local->ip, &info.ipi6_addr, 16);
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo info;
        memcpy(&info, CMSG_DATA(c), sizeof(info));
        memcpy(local->ip, mapped_prefix, sizeof(mapped_prefix));
        memcpy(local->ip + 12, &info.ipi_addr, 4);
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
        uint32_t dropped;
        memcpy(&dropped, CMSG_DATA(c), sizeof(dropped));
        u->overflowed += (uint32_t)(dropped - (uint32_t)u->overflowed);
    }
}

size_t udp_receive(struct udp *u, struct udp_in in[UDP_BATCH])
{
    for (size_t i = 0; i < UDP_BATCH; i++) {
        u->in[i].msg_hdr.msg_namelen = sizeof(u->in_from[i]);
        u->in[i].msg_hdr.msg_controllen = sizeof(u->in_control[i]);
    }
    const int n = recvmmsg(u->fd, u->in, UDP_BATCH, MSG_DONTWAIT, NULL);
    size_t kept = 0;

    for (int i = 0; i < n; i++) {
        struct msghdr *h = &u->in[i].msg_hdr;
        if ((h->msg_flags & MSG_TRUNC) || u->in[i].msg_len > UDP_TAKE_MAX)
            continue;
        struct udp_in *to = &in[kept++];
        *to = (struct udp_in){.buf = u->buf[i], .len = u->in[i].msg_len};
        to->path.remote = from_sockaddr(&u->in_from[i]);
        to->path.local.port = u->port;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
            read_control(u, c, &to->path.local);
    }
    return kept;
}

/* Says from which local address the datagram leaves. */
static void write_control(const struct udp *u, struct msghdr *h, struct control *control,
                          const struct addr *local)
{
    memset(control, 0, sizeof(*control));
    h->msg_control = control;
    h->msg_controllen = sizeof(*control);
    struct cmsghdr *c = CMSG_FIRSTHDR(h);
    if (u->v4_only || addr_is_v4(local)) {
        struct in_pktinfo info = {0};
        memcpy(&info.ipi_spec_dst, local->ip + 12, 4);
        c->cmsg_level = IPPROTO_IP;
        c->cmsg_type = IP_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof(info));
        memcpy(CMSG_DATA(c), &info, sizeof(info));
        h->msg_controllen = CMSG_SPACE(sizeof(info));
    } else {
        struct in6_pktinfo info = {0};
        memcpy(&info.ipi6_addr, local->ip, 16);
        c->cmsg_level = IPPROTO_IPV6;
        c->cmsg_type = IPV6_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof(info));
        memcpy(CMSG_DATA(c), &info, sizeof(info));
        h->msg_controllen = CMSG_SPACE(sizeof(info));
    }
}

static void send_batch(struct udp *u, size_t n)
{
    size_t done = 0;
    while (done < n) {
        const int sent = sendmmsg(u->fd, u->out + done, (unsigned)(n - done), MSG_DONTWAIT);
        if (sent > 0) {
            done += (size_t)sent;
        } else if (errno != EINTR) {
            /* The first of the rest was refused: drop it, go on with the others. */
            u->refused++;
            done++;
        }
    }
}

void udp_send(struct udp *u, const struct udp_out *out, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        u->out[k].msg_hdr.msg_namelen = to_sockaddr(u, &u->out_to[k], &out[i].path.remote);
        /* recvmmsg buffers are ours to write; iovec is not const only because it serves both
         * directions. */
        u->out_iov[k].iov_base = (void *)(uintptr_t)out[i].bytes.p;
        u->out_iov[k].iov_len = out[i].bytes.len;
        write_control(u, &u->out[k].msg_hdr, &u->out_control[k], &out[i].path.local);
        if (++k == UDP_BATCH) {
            send_batch(u, k);
            k = 0;
        }
    }
    if (k > 0)
        send_batch(u, k);
}
