/* SPDX-License-Identifier: Apache-2.0
 * The program amphi: reads the command line and the configuration, starts the media plane and the
 * service, ends on SIGTERM or SIGINT. Decides the order of start and end, and the exit codes. */
#include "sfu/adapt/versions.h"
#include "sfu/sfu.h"
#include "signaling/config.h"
#include "signaling/http/http.h"
#include "signaling/json.h"
#include "signaling/log_stderr.h"
#include "signaling/service.h"
#include "signaling/store/store.h"
#include "signaling/trainer_command.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#ifndef AMPHI_VERSION
#define AMPHI_VERSION "0"
#endif

enum exit_code {
    EXIT_FINE = 0,
    EXIT_INTERNAL = 1, /* out of memory and the like */
    EXIT_USAGE = 2,    /* the command line */
    EXIT_CONFIG = 3,   /* the configuration */
    EXIT_DATA = 4,     /* the data directory or a key in it */
    EXIT_STORE = 5,    /* the database */
    EXIT_LISTEN = 6,   /* the HTTP address or its certificate */
    EXIT_MEDIA = 7,    /* the media address */
    EXIT_UNSAFE = 8,   /* a library with known holes */
};

enum { FILES_MAX = 65536 };

static const char usage[] =
    "amphi [--config FILE] [--data DIR] [--listen ADDR:PORT] [--media ADDR:PORT] [--self-signed]\n"
    "      --check-config     read the configuration, say what is wrong with it, end\n"
    "      --print-defaults   print every setting with its default, end\n"
    "      --version          print this version and those of the libraries, end\n"
    "amphi [--config FILE] [--data DIR] trainer add 'NOM Prénom' | revoke NUMBER | list\n"
    "      a trainer's link to the home page, printed once; works while the server runs\n"
    "Exit codes: 0 fine, 1 internal, 2 command line, 3 configuration, 4 data directory or keys, 5 "
    "database,\n"
    "6 HTTP address or certificate, 7 media address, 8 a library with known holes.\n";

struct options {
    const char *config, *data, *listen, *media;
    bool self_signed, check_config, print_defaults, version, help;
};

/* False: wrong, and told by getopt. */
static bool options_read(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},   {"data", required_argument, NULL, 'd'},
        {"listen", required_argument, NULL, 'l'},   {"media", required_argument, NULL, 'm'},
        {"self-signed", no_argument, NULL, 's'},    {"check-config", no_argument, NULL, 'k'},
        {"print-defaults", no_argument, NULL, 'p'}, {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0}};
    for (;;) {
        int c =
            getopt_long(argc, argv, "", known, NULL); // NOLINT(concurrency-mt-unsafe): no threads
        if (c == -1)
            return optind == argc || strcmp(argv[optind], "trainer") == 0;
        switch (c) {
        case 'c': o->config = optarg; break;
        case 'd': o->data = optarg; break;
        case 'l': o->listen = optarg; break;
        case 'm': o->media = optarg; break;
        case 's': o->self_signed = true; break;
        case 'k': o->check_config = true; break;
        case 'p': o->print_defaults = true; break;
        case 'v': o->version = true; break;
        case 'h': o->help = true; break;
        default: return false;
        }
    }
}

static enum err take(char out[CONFIG_TEXT], const char *value, char error[CONFIG_ERROR])
{
    if (value == NULL)
        return E_OK;
    if (strlen(value) >= CONFIG_TEXT) {
        snprintf(error, CONFIG_ERROR, "an option is too long");
        return E_MALFORMED;
    }
    memcpy(out, value, strlen(value) + 1);
    return E_OK;
}

static enum err configure(struct config *c, const struct options *o, char error[CONFIG_ERROR])
{
    config_init(c);
    enum err e = o->config != NULL ? config_load(c, o->config, error) : E_OK;
    if (e == E_OK)
        e = take(c->data_dir, o->data, error);
    if (e == E_OK)
        e = take(c->listen_text, o->listen, error);
    if (e == E_OK)
        e = take(c->media_text, o->media, error);
    if (o->self_signed)
        c->self_signed = true;
    return e == E_OK ? config_finish(c, error) : e;
}

/* Keys must not reach a core file; sockets need descriptors. */
static void harden(void)
{
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    umask(0077);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    signal(SIGPIPE, SIG_IGN);
}

/* Waits for the signal to end in a thread of its own: what stops the loop may then take a lock. */
static void *wait_for_end(void *arg)
{
    sigset_t set;
    int which = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigwait(&set, &which);
    service_stop(arg);
    return NULL;
}

static enum exit_code serve(const struct config *c, struct sfu *sfu, struct log_sink log)
{
    static const enum exit_code codes[] = {[SERVICE_DATA] = EXIT_DATA,
                                           [SERVICE_STORE] = EXIT_STORE,
                                           [SERVICE_LISTEN] = EXIT_LISTEN,
                                           [SERVICE_MEMORY] = EXIT_INTERNAL};
    struct service *service = NULL;
    enum service_part part = SERVICE_MEMORY;
    if (service_open(&service, c, sfu, log, &part) != E_OK)
        return codes[part];
    pthread_t waiter;
    if (pthread_create(&waiter, NULL, wait_for_end, service) != 0) {
        service_close(service);
        return EXIT_INTERNAL;
    }
    log_info(&log, LOG_SERVER, "ready", "version=%s port=%u media=%u", AMPHI_VERSION,
             service_port(service), c->media.port);
    service_run(service);
    log_info(&log, LOG_SERVER, "stopping", "why=signal");
    pthread_kill(waiter, SIGINT); /* when the loop ended by itself, nothing else ends the wait */
    pthread_join(waiter, NULL);
    service_close(service);
    log_info(&log, LOG_SERVER, "stopped", "clean=yes");
    return EXIT_FINE;
}

static enum exit_code run(const struct config *c)
{
    struct log_sink log = log_stderr_sink(c->log);
    if (versions_check() != E_OK) {
        log_error(&log, LOG_SERVER, "this OpenSSL has known holes; 3.0.22 or later is needed",
                  "see=--version");
        return EXIT_UNSAFE;
    }
    harden();
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigaddset(&end, SIGINT);
    pthread_sigmask(SIG_BLOCK, &end, NULL); /* inherited by every thread; one waits for them */

    struct sfu *sfu = NULL;
    const struct sfu_config media = {.workers = c->workers, .listen = c->media, .log = log};
    enum err e = sfu_start(&sfu, &media);
    if (e != E_OK) {
        log_error(&log, LOG_MEDIA, "cannot start the media plane", "port=%u err=%s", c->media.port,
                  err_name(e));
        return EXIT_MEDIA;
    }
    enum exit_code code = serve(c, sfu, log);
    sfu_stop(sfu);
    return code;
}

static int print_version(void)
{
    char libraries[512];
    versions_write(libraries, sizeof libraries);
    printf("amphi %s\n%s", AMPHI_VERSION, libraries);
    printf("libwebsockets %s\nSQLite %s\njansson %s\nGLib %s\n", http_library_version(),
           store_library_version(), json_library_version(), config_library_version());
    if (versions_check() == E_OK)
        return EXIT_FINE;
    fprintf(stderr, "This OpenSSL has known holes; Amphi does not start with it.\n");
    return EXIT_UNSAFE;
}

static int teach(const struct config *c, int argc, char **argv)
{
    umask(0077);
    signal(SIGPIPE, SIG_IGN);
    enum err e = trainer_command(c, argc, argv);
    if (e == E_MALFORMED) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    return e == E_OK ? EXIT_FINE : e == E_STATE ? EXIT_INTERNAL : EXIT_DATA;
}

int main(int argc, char **argv)
{
    struct options o = {.config = NULL};
    if (!options_read(&o, argc, argv)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (o.help || o.print_defaults) {
        fputs(o.help ? usage : config_defaults(), stdout);
        return EXIT_FINE;
    }
    if (o.version)
        return print_version();
    static struct config c; /* large */
    char error[CONFIG_ERROR];
    if (configure(&c, &o, error) != E_OK) {
        fprintf(stderr, "amphi: %s%s%s\n", o.config != NULL ? o.config : "",
                o.config != NULL ? ": " : "", error);
        return EXIT_CONFIG;
    }
    if (o.check_config) {
        puts("The configuration is fine.");
        return EXIT_FINE;
    }
    return optind < argc ? teach(&c, argc - optind - 1, argv + optind + 1) : (int)run(&c);
}
