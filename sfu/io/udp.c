/* SPDX-License-Identifier: Apache-2.0
 * Batched UDP with the local address of every datagram (IP_PKTINFO, RFC 3542 §6.1), so that a reply
 * leaves from the address it came to. Decides nothing about what a datagram is. */
#include "sfu/io/udp_socket.h"

#include "sfu/base/mem.h"
#include "sfu/io/clock.h"

#include <errno.h>
#include <netinet/udp.h>
#include <time.h>
#include <unistd.h>

enum {
    SOCKET_BUFFER =
        4 * 1024 *
        1024, /* bytes; asked for, the kernel may give less: 130 people × a burst of a frame */
};

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

socklen_t udp_to_sockaddr(const struct udp *u, struct sockaddr_in6 *sa, const struct addr *a)
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
    bad |= setsockopt(u->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
    /* Wishes only: a kernel without UDP_GRO or with a lower limit still works. */
    (void)setsockopt(u->fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on));
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
    len = udp_to_sockaddr(u, &sa, &at);
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

uint64_t udp_merged(const struct udp *u)
{
    return u->runs.merged;
}

uint64_t udp_overflowed(const struct udp *u)
{
    return u->overflowed;
}

/* One ancillary item: where the message came to, how it is cut into datagrams, or how many the
 * kernel has dropped so far. */
static void read_control(struct udp *u, usec now, const struct cmsghdr *c, struct udp_in *to)
{
    struct addr *local = &to->path.local;
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
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec came;
        memcpy(&came, CMSG_DATA(c), sizeof(came));
        to->waited = now - (usec)came.tv_sec * 1000000 - came.tv_nsec / 1000;
    } else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
        int segment;
        memcpy(&segment, CMSG_DATA(c), sizeof(segment));
        if (segment > 0)
            to->segment = (size_t)segment;
    }
}

size_t udp_receive(struct udp *u, struct udp_in in[UDP_BATCH])
{
    for (size_t i = 0; i < UDP_BATCH; i++) {
        u->in[i].msg_hdr.msg_namelen = sizeof(u->in_from[i]);
        u->in[i].msg_hdr.msg_controllen = sizeof(u->in_control[i]);
    }
    const int n = recvmmsg(u->fd, u->in, UDP_BATCH, MSG_DONTWAIT, NULL);
    const usec now = clock_wall_usec(); /* the clock the kernel stamps with; only for differences */
    size_t kept = 0;

    for (int i = 0; i < n; i++) {
        struct msghdr *h = &u->in[i].msg_hdr;
        struct udp_in *to = &in[kept];
        *to =
            (struct udp_in){.buf = u->buf[i], .len = u->in[i].msg_len, .segment = u->in[i].msg_len};
        to->path.remote = from_sockaddr(&u->in_from[i]);
        to->path.local.port = u->port;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
            read_control(u, now, c, to);
        if (!(h->msg_flags & MSG_TRUNC) && to->len > 0 && to->segment <= UDP_TAKE_MAX)
            kept++;
    }
    return kept;
}
