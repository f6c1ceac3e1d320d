/* SPDX-License-Identifier: Apache-2.0
 * The socket's state, for udp.c (in) and udp_send.c (out) alone. Thread: worker. */
#ifndef SFU_IO_UDP_SOCKET_H
#define SFU_IO_UDP_SOCKET_H

#include "sfu/io/udp.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum {
    UDP_CONTROL = 128,  /* bytes of ancillary data of one message */
    UDP_MESSAGES = 256, /* runs of one system call: the kernel takes 1,024 (UIO_MAXIOV) */
};

/* Ancillary data must be aligned for cmsghdr. */
struct udp_control {
    _Alignas(8) uint8_t bytes[UDP_CONTROL];
};

struct udp {
    int fd;
    bool v4_only; /* the machine has no IPv6 */
    uint16_t port;
    uint64_t refused, overflowed;
    struct mmsghdr in[UDP_BATCH];
    struct iovec in_iov[UDP_BATCH];
    struct sockaddr_in6 in_from[UDP_BATCH];
    struct udp_control in_control[UDP_BATCH];
    struct mmsghdr out[UDP_MESSAGES];
    struct sockaddr_in6 out_to[UDP_MESSAGES];
    struct udp_control out_control[UDP_MESSAGES];
    struct iovec out_iov[RUNS_MAX];
    struct runs runs;
    uint8_t buf[UDP_BATCH][UDP_BUFFER];
};

/* Both families fit a sockaddr_in6's room; returns the length to give to the kernel. */
socklen_t udp_to_sockaddr(const struct udp *u, struct sockaddr_in6 *sa, const struct addr *a);

#endif
