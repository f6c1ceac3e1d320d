/* SPDX-License-Identifier: Apache-2.0
 * Takes from the process what a recorder does not need, so that a flaw of a media library finds
 * neither network nor programs to start. Thread: the only one. */
#ifndef RECORDINGS_SANDBOX_H
#define RECORDINGS_SANDBOX_H

#include "sfu/base/err.h"

#include <stdbool.h>

struct sandbox {
    bool no_new_privileges; /* set-uid files give nothing */
    bool own_network;       /* a network namespace without an interface */
    bool filtered; /* seccomp: no new sockets, programs, namespaces, traced processes, io_uring */
};

/* Every lock that the system offers; what it refused is false in *out (own_network where user
 * namespaces are forbidden). All capabilities are dropped. E_IO: without the filter the recorder
 * must not run. Files already open stay open. */
MUST_USE enum err sandbox_enter(struct sandbox *out);

#endif
