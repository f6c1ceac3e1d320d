/* SPDX-License-Identifier: Apache-2.0
 * Prints what this machine asks of any server, in ns of CPU a packet: AES-128-GCM with a key per
 * destination (OpenSSL's EVP; ours beside it), then sending over loopback by several ways. Pin it
 * to core 0. One JSON line a figure. */
#include "sfu/adapt/crypt.h"
#include "sfu/base/bytes.h"
#include "sfu/base/mem.h"

#include <openssl/evp.h>

#include <arpa/inet.h>
#include <netinet/udp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX = 300, CAP = 1500, MESSAGES = 64, RUN_MAX = 16 };

struct destination {
    int fd; /* of the receiver */
    struct sockaddr_in6 at;
    struct crypt *crypt;
    EVP_CIPHER_CTX *evp;
    uint64_t index;
};

static struct destination to[MAX];
static uint8_t packets[MESSAGES][RUN_MAX][CAP];
static int out_fd;

static void must(int ok)
{
    if (!ok)
        abort();
}

static double cpu_ns(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e9 +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e3;
}

static void open_destination(struct destination *d, unsigned i, bool gro)
{
    const int on = 1, size = 1 << 20;
    struct crypt_keys keys;
    socklen_t len = sizeof(d->at);
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &any.sin6_addr);
    d->fd = socket(AF_INET6, SOCK_DGRAM, 0);
    must(d->fd >= 0 && bind(d->fd, (struct sockaddr *)&any, sizeof(any)) == 0);
    must(getsockname(d->fd, (struct sockaddr *)&d->at, &len) == 0);
    must(setsockopt(d->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0);
    if (gro)
        must(setsockopt(d->fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on)) == 0);
    memset(&keys, (int)i + 1, sizeof(keys));
    keys.profile = CRYPT_GCM_128;
    must(crypt_new(&d->crypt, &keys, CRYPT_SERVER) == E_OK);
    d->index = 1;
    d->evp = EVP_CIPHER_CTX_new();
    must(EVP_EncryptInit_ex(d->evp, EVP_aes_128_gcm(), NULL, keys.server_key, NULL) == 1);
}

/* The receivers, in a process of their own on the second core: packets that nobody takes would be
 * dropped, and cheap. */
static pid_t start_reader(unsigned n)
{
    static uint8_t room[65536];
    struct epoll_event events[64];
    cpu_set_t cpus;
    const pid_t child = fork();
    must(child >= 0);
    if (child > 0)
        return child;
    CPU_ZERO(&cpus);
    CPU_SET(1, &cpus);
    (void)sched_setaffinity(0, sizeof(cpus), &cpus); /* a wish: one core also works */
    const int poll = epoll_create1(0);
    for (unsigned i = 0; i < n; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.fd = to[i].fd};
        must(epoll_ctl(poll, EPOLL_CTL_ADD, to[i].fd, &e) == 0);
    }
    for (;;) {
        const int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; i++)
            while (recv(events[i].data.fd, room, sizeof(room), MSG_DONTWAIT) > 0)
                ;
    }
}

static void close_all(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        close(to[i].fd);
        crypt_free(to[i].crypt);
        EVP_CIPHER_CTX_free(to[i].evp);
    }
    close(out_fd);
}

static void encrypt_evp(struct destination *d, uint8_t *p, size_t len)
{
    uint8_t iv[12] = {0};
    int n;
    put_be32(iv + 8, (uint32_t)d->index);
    must(EVP_EncryptInit_ex(d->evp, NULL, NULL, NULL, iv) == 1 &&
         EVP_EncryptUpdate(d->evp, NULL, &n, p, 12) == 1 &&
         EVP_EncryptUpdate(d->evp, p + 12, &n, p + 12, (int)len - 12) == 1 &&
         EVP_EncryptFinal_ex(d->evp, p + len, &n) == 1 &&
         EVP_CIPHER_CTX_ctrl(d->evp, EVP_CTRL_AEAD_GET_TAG, 16, p + len) == 1);
}

static size_t make(struct destination *d, uint8_t *p, size_t bytes, bool ours)
{
    size_t len = bytes - 16; /* the tag is of the size */
    memset(p, 0, 12);
    p[0] = 0x80;
    p[1] = 96;
    p[11] = 1;
    put_be16(p + 2, (uint16_t)d->index);
    if (ours)
        must(crypt_protect_rtp(d->crypt, p, &len, CAP, d->index) == E_OK);
    else
        encrypt_evp(d, p, len);
    d->index++;
    return bytes;
}

struct way {
    const char *name;
    unsigned destinations, run; /* packets to one destination in one message */
    size_t bytes;
    bool ours, send, one_a_call, gro;
};

static size_t fill(const struct way *w, unsigned at, unsigned n, struct mmsghdr *out,
                   struct iovec *iov)
{
    static _Alignas(8) uint8_t control[MESSAGES][CMSG_SPACE(sizeof(uint16_t))];
    for (unsigned i = 0; i < n; i++) {
        struct destination *d = &to[(at + i) % w->destinations];
        struct iovec *views = &iov[i * RUN_MAX];
        for (unsigned k = 0; k < w->run; k++)
            views[k] = (struct iovec){packets[i][k], make(d, packets[i][k], w->bytes, w->ours)};
        out[i].msg_hdr = (struct msghdr){.msg_name = &d->at,
                                         .msg_namelen = sizeof(d->at),
                                         .msg_iov = views,
                                         .msg_iovlen = w->run};
        if (w->run == 1)
            continue;
        const uint16_t segment = (uint16_t)w->bytes;
        out[i].msg_hdr.msg_control = control[i];
        out[i].msg_hdr.msg_controllen = sizeof(control[i]);
        struct cmsghdr *c = CMSG_FIRSTHDR(&out[i].msg_hdr);
        c->cmsg_level = IPPROTO_UDP;
        c->cmsg_type = UDP_SEGMENT;
        c->cmsg_len = CMSG_LEN(sizeof(segment));
        memcpy(CMSG_DATA(c), &segment, sizeof(segment));
    }
    return n;
}

/* ns of CPU a packet over about `total` packets. */
static double measure(const struct way *w, unsigned total)
{
    static struct mmsghdr out[MESSAGES];
    static struct iovec iov[MESSAGES * RUN_MAX];
    unsigned done = 0;
    out_fd = socket(AF_INET6, SOCK_DGRAM, 0);
    for (unsigned i = 0; i < w->destinations; i++)
        open_destination(&to[i], i, w->gro);
    const pid_t reader = w->send ? start_reader(w->destinations) : 0;
    const double start = cpu_ns();
    for (unsigned at = 0; done < total; at = (at + MESSAGES) % w->destinations) {
        fill(w, at, MESSAGES, out, iov);
        if (w->send && w->one_a_call)
            for (unsigned i = 0; i < MESSAGES; i++)
                must(sendmsg(out_fd, &out[i].msg_hdr, 0) > 0);
        else if (w->send)
            for (int sent = 0; sent < MESSAGES;)
                sent += sendmmsg(out_fd, out + sent, (unsigned)(MESSAGES - sent), 0);
        done += MESSAGES * w->run;
    }
    const double ns = (cpu_ns() - start) / done;
    if (reader > 0) {
        kill(reader, SIGKILL);
        waitpid(reader, NULL, 0);
    }
    close_all(w->destinations);
    return ns;
}

int main(int argc, char **argv)
{
    static const struct way ways[] = {
        {.name = "encrypt 1200", .destinations = 64, .run = 1, .bytes = 1200},
        {.name = "encrypt 112", .destinations = 64, .run = 1, .bytes = 112},
        {.name = "encrypt 1200, ours", .destinations = 64, .run = 1, .bytes = 1200, .ours = true},
        {.name = "encrypt 112, ours", .destinations = 64, .run = 1, .bytes = 112, .ours = true},
        {.name = "sendmsg 1200",
         .destinations = 64,
         .run = 1,
         .bytes = 1200,
         .send = true,
         .one_a_call = true},
        {.name = "sendmmsg 1200", .destinations = 64, .run = 1, .bytes = 1200, .send = true},
        {.name = "segments-4 1200", .destinations = 64, .run = 4, .bytes = 1200, .send = true},
        {.name = "segments-4 1200, ours",
         .destinations = 64,
         .run = 4,
         .bytes = 1200,
         .ours = true,
         .send = true},
        {.name = "segments-4 1200, gro",
         .destinations = 64,
         .run = 4,
         .bytes = 1200,
         .send = true,
         .gro = true},
        {.name = "segments-16 1200", .destinations = 64, .run = 16, .bytes = 1200, .send = true},
        {.name = "segments-16 1200, gro",
         .destinations = 64,
         .run = 16,
         .bytes = 1200,
         .send = true,
         .gro = true},
        {.name = "sendmmsg 112 to 300", .destinations = 300, .run = 1, .bytes = 112, .send = true},
        {.name = "sendmmsg 112 to 300, ours",
         .destinations = 300,
         .run = 1,
         .bytes = 112,
         .ours = true,
         .send = true},
    };
    const unsigned total = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200000;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        printf("{\"what\":\"%s\",\"ns\":%.0f}\n", ways[i].name, measure(&ways[i], total));
    return 0;
}
