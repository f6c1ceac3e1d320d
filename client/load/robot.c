/* SPDX-License-Identifier: Apache-2.0
 * What a robot says when (signaling/PROTOCOL.md §3, §4): hello, receive connection, then its
 * publication. */
#include "client/load/robot.h"

#include "sfu/base/mem.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum { CREDENTIAL = 32 };

struct robot {
    struct robot_config config;
    struct link *link;
    struct media *receive, *send;
    char ufrag[CREDENTIAL], pwd[CREDENTIAL];
    uint32_t ssrc;
    bool welcome, may_publish, publishing, asked, failed;
    usec now, started, in_at;
};

static void say(struct robot *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct robot *r, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (link_send(r->link, text) != E_OK)
        r->failed = true;
}

static void say_sdp(struct robot *r, const char *head, const char *sdp, json_t *tracks)
{
    json_t *message = json_pack("{s:s, s:i, s:s}", "type", head, "generation", 1, "sdp", sdp);
    if (tracks)
        json_object_set_new(message, "tracks", tracks);
    char *text = json_dumps(message, JSON_COMPACT);
    if (!text || link_send(r->link, text) != E_OK)
        r->failed = true;
    free(text);
    json_decref(message);
}

static struct own own_of(const struct robot *r)
{
    return (struct own){.ufrag = r->ufrag,
                        .pwd = r->pwd,
                        .fingerprint = secure_identity_fingerprint(r->config.identity),
                        .audio_ssrc = r->ssrc,
                        .video_ssrc = r->ssrc + 1};
}

static struct media *open_media(struct robot *r, const char *sdp, struct remote *remote,
                                bool sending)
{
    const struct media_config config = {.identity = r->config.identity,
                                        .canned = sending ? r->config.canned : NULL,
                                        .ufrag = r->ufrag,
                                        .audio_ssrc = r->ssrc,
                                        .video_ssrc = r->ssrc + 1,
                                        .sample = r->config.sample,
                                        .latency = r->config.latency};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = r};
    struct media *m = NULL;
    if (!sdp || remote_parse(remote, sdp) != E_OK || media_new(&m, &config, remote) != E_OK ||
        epoll_ctl(r->config.epoll, EPOLL_CTL_ADD, media_fd(m), &event) != 0)
        r->failed = true;
    return m;
}

static void on_offer(struct robot *r, const json_t *message)
{
    static char answer[LOAD_SDP_MAX];
    struct remote remote;
    const struct own own = own_of(r);
    media_free(r->receive);
    r->receive = open_media(r, json_string_value(json_object_get(message, "sdp")), &remote, false);
    if (!r->receive || answer_write(answer, &own, &remote) != E_OK)
        r->failed = true;
    else
        say_sdp(r, "media.answer", answer, NULL);
}

static void on_published(struct robot *r, const json_t *message)
{
    struct remote remote;
    media_free(r->send);
    r->send = open_media(r, json_string_value(json_object_get(message, "sdp")), &remote, true);
}

static void on_welcome(struct robot *r)
{
    r->welcome = true;
    say(r, "{\"type\":\"media.open\",\"restart\":false}");
    if (r->config.trainer) {
        say(r, "{\"type\":\"policy.set\",\"microphone\":\"open\",\"camera\":\"open\"}");
        r->may_publish = true;
    }
}

static void ask_to_publish(struct robot *r)
{
    static char offer[LOAD_SDP_MAX];
    const struct own own = own_of(r);
    if (!r->config.canned || r->asked || !r->may_publish || !r->welcome)
        return;
    r->asked = true;
    if (offer_write(offer, &own) != E_OK)
        r->failed = true;
    else
        say_sdp(r, "media.publish", offer,
                json_pack("[{s:s, s:s}, {s:s, s:s}]", "mid", "0", "source", "microphone", "mid",
                          "1", "source", "camera"));
}

static bool policy_is_open(const json_t *policy)
{
    const char *microphone = json_string_value(json_object_get(policy, "microphone"));
    return microphone && strcmp(microphone, "open") == 0;
}

static void on_message(void *ctx, const char *text)
{
    struct robot *r = ctx;
    json_t *m = json_loads(text, 0, NULL);
    const char *type = json_string_value(json_object_get(m, "type"));
    if (!type) {
        r->failed = true;
    } else if (strcmp(type, "welcome") == 0) {
        r->may_publish = policy_is_open(json_object_get(json_object_get(m, "class"), "policy"));
        on_welcome(r);
    } else if (strcmp(type, "policy.changed") == 0) {
        r->may_publish = r->may_publish || policy_is_open(json_object_get(m, "policy"));
    } else if (strcmp(type, "ping") == 0) {
        say(r, "{\"type\":\"pong\",\"nonce\":\"%s\"}",
            json_string_value(json_object_get(m, "nonce")));
    } else if (strcmp(type, "media.offer") == 0) {
        on_offer(r, m);
    } else if (strcmp(type, "media.published") == 0) {
        on_published(r, m);
    } else if (strcmp(type, "fault") == 0) {
        fprintf(stderr, "robot %u: fault %s\n", r->config.number,
                json_string_value(json_object_get(m, "code")));
        r->failed = true;
    }
    json_decref(m);
}

static void on_closed(void *ctx, const char *why)
{
    struct robot *r = ctx;
    fprintf(stderr, "robot %u: link %s\n", r->config.number, why);
    r->failed = true;
}

enum err robot_new(struct robot **out, const struct robot_config *config)
{
    char name[32];
    struct robot *r = mem_alloc(sizeof(*r));
    if (!r)
        return E_NOMEM;
    const struct link_handler handler = {
        .ctx = r, .on_message = on_message, .on_closed = on_closed};
    r->config = *config;
    r->ssrc = 0x10000000U + config->number * 16;
    snprintf(r->ufrag, sizeof(r->ufrag), "robot%u", config->number);
    snprintf(r->pwd, sizeof(r->pwd), "robot-password-%08u", config->number);
    snprintf(name, sizeof(name), "Robot %02u", config->number);
    const enum err e = link_open(&r->link, config->links, config->token, name, &handler);
    if (e != E_OK) {
        robot_free(r);
        return e;
    }
    *out = r;
    return E_OK;
}

void robot_free(struct robot *r)
{
    if (!r)
        return;
    link_free(r->link);
    media_free(r->receive);
    media_free(r->send);
    mem_free(r);
}

void robot_on_readable(struct robot *r, usec now)
{
    if (r->receive)
        media_on_readable(r->receive, now);
    if (r->send)
        media_on_readable(r->send, now);
}

void robot_on_time(struct robot *r, usec now)
{
    if (r->started == 0)
        r->started = now;
    ask_to_publish(r);
    if (r->receive)
        media_on_time(r->receive, now);
    if (r->send)
        media_on_time(r->send, now);
    if (r->send && !r->publishing && media_is_open(r->send)) {
        r->publishing = true;
        say(r, "{\"type\":\"publish\",\"source\":\"microphone\",\"on\":true}");
        say(r, "{\"type\":\"publish\",\"source\":\"camera\",\"on\":true}");
        media_start_sending(r->send, now);
    }
    if (r->in_at == 0 && robot_is_in(r))
        r->in_at = now;
}

bool robot_is_in(const struct robot *r)
{
    return r->receive && media_is_open(r->receive) && (!r->config.canned || r->publishing);
}

bool robot_has_failed(const struct robot *r)
{
    return r->failed;
}

usec robot_joined_after(const struct robot *r)
{
    return r->in_at - r->started;
}

void robot_mark(struct robot *r)
{
    if (r->receive)
        media_mark(r->receive);
    if (r->send)
        media_mark(r->send);
}

struct media_counts robot_counts(const struct robot *r)
{
    struct media_counts c = {0};
    if (r->receive)
        c = media_counts(r->receive);
    if (r->send)
        c.sent = media_counts(r->send).sent;
    return c;
}
