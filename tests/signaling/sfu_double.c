/* SPDX-License-Identifier: Apache-2.0
 * A media plane that counts commands and hands out the events a test put in: for tests of the
 * service alone. Whole lessons run against the real one. */
#include "tests/signaling/sfu_double.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct sfu {
    int fd;
};

struct sfu_double sfu_double;

enum err sfu_start(struct sfu **out, const struct sfu_config *config)
{
    (void)config;
    *out = calloc(1, sizeof(struct sfu));
    if (*out == NULL)
        return E_NOMEM;
    (*out)->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return E_OK;
}

void sfu_stop(struct sfu *s)
{
    if (s != NULL)
        close(s->fd);
    free(s);
}

enum err sfu_send(struct sfu *s, const struct sfu_command *command)
{
    (void)s;
    sfu_double.commands[command->kind]++;
    if (command->kind == SFU_RECEIVE_OPEN)
        sfu_double.receive_open = command->receive_open;
    return E_OK;
}

bool sfu_receive(struct sfu *s, struct sfu_event *event)
{
    (void)s, (void)event;
    return false;
}

int sfu_event_fd(const struct sfu *s)
{
    return s->fd;
}

void sfu_fingerprint(const struct sfu *s, uint8_t out[SFU_FINGERPRINT])
{
    (void)s;
    memset(out, 0xab, SFU_FINGERPRINT);
}

size_t sfu_addresses(struct sfu *s, struct addr *out, size_t cap)
{
    (void)s;
    if (cap > 0)
        out[0] = addr_v4((const uint8_t[]){192, 0, 2, 1}, 8443);
    return cap > 0 ? 1 : 0;
}
