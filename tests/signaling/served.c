/* SPDX-License-Identifier: Apache-2.0
 * Starts and stops the service in a thread of its own, as the program does. */
#include "tests/signaling/served.h"

#include "tests/testing.h"

#include "signaling/service.h"
#include "tests/signaling/sfu_double.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

char dir[64], admin[ADMIN_KEY_TEXT], origin[64], class_path[128];
char trainer[128], learner[128], heard[BROWSER_TEXT];
struct browser_answer answer;
unsigned port;
static struct config config;
static struct service *service;
static pthread_t thread;
static pthread_barrier_t ready;

/* Everything of the service lives in this thread, as in the program. */
static void *serve(void *arg)
{
    (void)arg;
    struct sfu *sfu = NULL;
    enum service_part part = SERVICE_MEMORY;
    const struct sfu_config media = {.workers = 1};
    if (sfu_start(&sfu, &media) == E_OK &&
        service_open(&service, &config, sfu, (struct log_sink){0}, &part) == E_OK)
        port = service_port(service);
    pthread_barrier_wait(&ready);
    if (service != NULL) {
        service_run(service);
        service_close(service);
    }
    sfu_stop(sfu);
    return NULL;
}

const struct config *served_config(void)
{
    return &config;
}

void start(void)
{
    char error[CONFIG_ERROR];
    bool made = false;
    config_init(&config);
    snprintf(config.data_dir, sizeof config.data_dir, "%s/data", dir);
    snprintf(config.listen_text, sizeof config.listen_text, "127.0.0.1:0");
    snprintf(config.public_url, sizeof config.public_url, "http://amphi.test");
    assert_int_equal(config_finish(&config, error), E_OK);
    service = NULL;
    assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
    pthread_barrier_wait(&ready);
    assert_non_null(service);
    assert_int_equal(admin_key_open(admin, config.data_dir, &made), E_OK);
    snprintf(origin, sizeof origin, "http://127.0.0.1:%u", port);
}

void stop(void)
{
    if (service != NULL) /* it may never have started: no memory */
        service_stop(service);
    pthread_join(thread, NULL);
}

int ask(const char *method, const char *path, const char *token, const char *body)
{
    browser_ask(port, method, path, token, body, &answer);
    return answer.status;
}

void refused(int status, const char *code)
{
    char got[64];
    assert_int_equal(answer.status, status);
    assert_non_null(strstr(answer.head, "application/problem+json"));
    browser_field(answer.body, "code", got, sizeof got);
    assert_string_equal(got, code);
}

void read_token(const char *role, char *out, size_t cap)
{
    const char *tokens = strstr(answer.body, "\"tokens\":");
    assert_non_null(tokens);
    browser_field(tokens, role, out, cap);
}

int served_set_up(void **state)
{
    (void)state;
    char id[64];
    snprintf(dir, sizeof dir, "/tmp/amphi-service-XXXXXX");
    if (mkdtemp(dir) == NULL || pthread_barrier_init(&ready, NULL, 2) != 0)
        return -1;
    start();
    assert_int_equal(ask("POST", "/api/v1/classes", admin, CLASS_BODY), 201);
    browser_field(answer.body, "id", id, sizeof id);
    snprintf(class_path, sizeof class_path, "/api/v1/classes/%s", id);
    read_token("trainer", trainer, sizeof trainer);
    read_token("learner", learner, sizeof learner);
    return 0;
}

int served_tear_down(void **state)
{
    (void)state;
    char command[128];
    stop();
    pthread_barrier_destroy(&ready);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command); // NOLINT(cert-env33-c,concurrency-mt-unsafe): a fixed command in a test
}

void take_ticket(struct guest *g, const char *link, const char *name)
{
    char body[256], number[16];
    snprintf(body, sizeof body, "{\"name\":\"%s\"}", name);
    assert_int_equal(ask("POST", "/api/v1/tickets", link, name == NULL ? NULL : body), 201);
    browser_field(answer.body, "ticket", g->ticket, sizeof g->ticket);
    browser_field(answer.body, "person_token", g->token, sizeof g->token);
    browser_field(answer.body, "person", number, sizeof number);
    g->person = (unsigned)strtoul(number, NULL, 10);
}

void say_hello(struct guest *g, const char *more)
{
    char text[256];
    g->fd = browser_socket(port, origin, "amphi.v1");
    assert_true(g->fd > 0);
    snprintf(text, sizeof text, "{\"type\":\"hello\",\"ticket\":\"%s\",\"form\":\"desktop\"%s}",
             g->ticket, more);
    browser_say(g->fd, text);
}

void join(struct guest *g, const char *link, const char *name)
{
    take_ticket(g, link, name);
    say_hello(g, "");
    browser_wait(g->fd, "welcome", heard);
    browser_field(heard, "session", g->session, sizeof g->session);
}

/* The number of events of this kind in the class's log. */
unsigned count_events(const char *kind)
{
    char path[160], word[64];
    unsigned n = 0;
    snprintf(path, sizeof path, "%s/events", class_path);
    assert_int_equal(ask("GET", path, admin, NULL), 200);
    snprintf(word, sizeof word, "\"kind\":\"%s\"", kind);
    for (const char *at = strstr(answer.body, word); at != NULL; at = strstr(at + 1, word))
        n++;
    return n;
}

/* What nobody was answered for comes a moment later. */
void wait_events(const char *kind, unsigned n)
{
    for (unsigned i = 0; i < 250 && count_events(kind) < n; i++)
        usleep(20000);
    assert_int_equal(count_events(kind), n);
}
