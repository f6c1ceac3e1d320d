/* SPDX-License-Identifier: Apache-2.0
 * amphi-recorder: writes one recording that comes over a socket, or lists, verifies and recovers
 * recordings. Decides only which of these. */
#include "recordings/pipeline.h"
#include "recordings/recorder.h"
#include "recordings/recordings.h"
#include "recordings/sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static int usage(void)
{
    (void)fputs("amphi-recorder --socket DESCRIPTOR   write what comes over this socket\n"
                "amphi-recorder --list FOLDER         recordings below it\n"
                "amphi-recorder --verify FOLDER       one recording, file by file\n"
                "amphi-recorder --recover FOLDER      finish what was cut off below it\n",
                stderr);
    return 2;
}

static int record(const char *descriptor)
{
    struct sandbox box;
    struct rlimit none = {0};
    char *end = NULL;
    errno = 0;
    long fd = strtol(descriptor, &end, 10);
    if (errno != 0 || *end != '\0' || fd < 3 || fd > 65535)
        return usage();
    /* The server's end of the socket is what ends a recorder, so that files are finished first. */
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);      /* a file size limit is an error of write, not a death */
    (void)setrlimit(RLIMIT_CORE, &none); /* no voices and faces in core files */
    if (sandbox_enter(&box) != E_OK) {
        (void)fputs("amphi-recorder: the system refuses its locks (seccomp)\n", stderr);
        return 1;
    }
    if (pipeline_library_init() != E_OK) {
        (void)fputs("amphi-recorder: GStreamer's webmmux, appsrc or filesink is missing\n", stderr);
        return 1;
    }
    enum err e = recorder_run((int)fd);
    if (e != E_OK && e != E_GONE)
        (void)fprintf(stderr, "amphi-recorder: ended by %s\n", err_name(e));
    return e == E_OK || e == E_GONE ? 0 : 1;
}

static void print_entry(void *ctx, const struct recordings_entry *e)
{
    (void)ctx;
    (void)printf("%s class=%s state=%s started_ms=%" PRId64 " length_ms=%" PRId64
                 " tracks=%u files=%u bytes=%" PRIu64 "%s\n",
                 e->folder, e->manifest->class_id, manifest_state_name(e->manifest->state),
                 e->manifest->started_wall_ms, e->manifest->end_ms, (unsigned)e->manifest->n_tracks,
                 (unsigned)e->manifest->n_segments, e->bytes, e->in_use ? " in-use" : "");
}

static int list(const char *root)
{
    uint32_t unreadable = 0;
    enum err e = recordings_list(root, print_entry, NULL, &unreadable);
    if (e != E_OK)
        (void)fprintf(stderr, "%s: %s\n", root, err_name(e));
    if (unreadable > 0)
        (void)fprintf(stderr, "%u folders without a manifest\n", (unsigned)unreadable);
    return e == E_OK ? 0 : 1;
}

static void print_fault(void *ctx, const char *file, enum recordings_fault fault)
{
    (void)ctx;
    (void)printf("%s %s\n", file, recordings_fault_text(fault));
}

static int verify(const char *folder)
{
    uint32_t files = 0, faults = 0;
    enum err e = recordings_verify(folder, print_fault, NULL, &files, &faults);
    if (e != E_OK)
        (void)fprintf(stderr, "%s: manifest: %s\n", folder, err_name(e));
    else
        (void)printf("%u files, %u faults\n", (unsigned)files, (unsigned)faults);
    return e == E_OK && faults == 0 ? 0 : 1;
}

static int recover(const char *root)
{
    uint32_t n = 0;
    enum err e = recordings_recover(root, &n);
    (void)printf("%u recovered\n", (unsigned)n);
    if (e != E_OK)
        (void)fprintf(stderr, "%s: %s\n", root, err_name(e));
    return e == E_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage();
    if (strcmp(argv[1], "--socket") == 0)
        return record(argv[2]);
    if (strcmp(argv[1], "--list") == 0)
        return list(argv[2]);
    if (strcmp(argv[1], "--verify") == 0)
        return verify(argv[2]);
    if (strcmp(argv[1], "--recover") == 0)
        return recover(argv[2]);
    return usage();
}
