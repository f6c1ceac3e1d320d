/* SPDX-License-Identifier: Apache-2.0
 * Starts an amphi-recorder. When, and how often again, is the caller's. */
#include "recordings/launch.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHILD_FD = 3 };

static enum err spawn(pid_t *pid, const char *program, int theirs)
{
    char *const argv[] = {(char[]){"amphi-recorder"}, (char[]){"--socket"}, (char[]){"3"}, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawnattr_init(&attr);
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&actions, theirs, CHILD_FD);
    (void)posix_spawn_file_actions_addclosefrom_np(&actions, CHILD_FD + 1);
    /* A group of its own: Ctrl-C at a terminal ends the server, the recorder ends after it. */
    (void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
    int failed = posix_spawn(pid, program, &actions, &attr, argv, environ);
    (void)posix_spawnattr_destroy(&attr);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? E_OK : E_IO;
}

enum err launch_recorder(struct launch *out, const char *program)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return E_IO;
    enum err e = E_OK;
    int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, CHILD_FD + 1); /* dup2 onto itself keeps cloexec */
    (void)close(pair[1]);
    if (theirs < 0)
        e = E_IO;
    if (e == E_OK)
        e = spawn(&out->pid, program, theirs);
    if (theirs >= 0)
        (void)close(theirs);
    out->fd = pair[0];
    if (e != E_OK)
        (void)close(pair[0]);
    return e;
}
