/* SPDX-License-Identifier: Apache-2.0
 * GStreamer as a WebM writer. Decides which of its elements may be used; when and what is written
 * is the recorder's. */
#include "recordings/pipeline.h"

#include "sfu/base/mem.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <stdatomic.h>
#include <stdio.h>

enum {
    TIMES = 4096,         /* frames on the way whose arrival is remembered; power of two */
    CLUSTER_MAX_S = 5,    /* a repair loses no more index than this */
    OPUS_HEAD_BYTES = 19, /* RFC 7845 §5.1 */
    OPUS_PRE_SKIP = 312   /* samples at 48 kHz, what libopus encoders delay by */
};

/* The whole of GStreamer that this program may touch. */
static const char *const allowed[] = {"pipeline", "appsrc", "webmmux", "filesink"};
static const char *const plugins[] = {"libgstcoreelements.so", "libgstapp.so", "libgstmatroska.so"};

struct pipeline {
    GstElement *top;    /* owned */
    GstElement *source; /* borrowed from top */
    GstBus *bus;        /* owned */
    enum pipeline_state state;
    usec arrived[TIMES];         /* boot time of frame n at n % TIMES; recorder's thread */
    uint64_t put;                /* frames, recorder's thread */
    atomic_uint_fast64_t taken;  /* frames that left the queue; writing thread */
    atomic_int_fast64_t written; /* position; writing thread writes */
};

enum err pipeline_library_init(void)
{
    GError *failed = NULL;
    /* No registry file, no scan of every plugin of the system, no helper process. */
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    (void)g_setenv("GST_PLUGIN_SYSTEM_PATH_1_0", "", TRUE);
    (void)g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    gst_registry_fork_set_enabled(FALSE);
    if (!gst_init_check(NULL, NULL, &failed)) {
        g_clear_error(&failed);
        return E_IO;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(plugins); i++) {
        char path[512];
        (void)snprintf(path, sizeof(path), "%s/%s", AMPHI_GST_PLUGINS, plugins[i]);
        GstPlugin *loaded = gst_plugin_load_file(path, NULL);
        if (loaded == NULL)
            return E_IO;
        gst_object_unref(loaded);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++) {
        GstElementFactory *f = gst_element_factory_find(allowed[i]);
        if (f == NULL)
            return E_IO;
        gst_object_unref(f);
    }
    return E_OK;
}

static GstElement *make(const char *factory)
{
    for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
        if (strcmp(allowed[i], factory) == 0)
            return gst_element_factory_make(factory, NULL);
    return NULL;
}

/* Identification header of Opus, RFC 7845 §5.1, which the container keeps as CodecPrivate. */
static GstBuffer *opus_head(unsigned channels)
{
    uint8_t h[OPUS_HEAD_BYTES] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, (uint8_t)channels};
    h[10] = OPUS_PRE_SKIP & 0xff;
    h[11] = OPUS_PRE_SKIP >> 8;
    h[12] = 48000 & 0xff; /* little-endian, information only */
    h[13] = 48000 >> 8;
    return gst_buffer_new_memdup(h, sizeof(h));
}

static GstCaps *caps_of(const struct pipeline_format *f)
{
    if (f->codec != FRAME_OPUS)
        return gst_caps_new_simple(f->codec == FRAME_VP8 ? "video/x-vp8" : "video/x-vp9", "width",
                                   G_TYPE_INT, (int)f->picture.width, "height", G_TYPE_INT,
                                   (int)f->picture.height, "framerate", GST_TYPE_FRACTION, 0, 1,
                                   NULL);
    GstCaps *caps =
        gst_caps_new_simple("audio/x-opus", "rate", G_TYPE_INT, 48000, "channels", G_TYPE_INT,
                            (int)f->channels, "channel-mapping-family", G_TYPE_INT, 0, NULL);
    GstBuffer *head = opus_head(f->channels);
    GValue list = G_VALUE_INIT;
    GValue one = G_VALUE_INIT;
    (void)g_value_init(&list, GST_TYPE_ARRAY);
    (void)g_value_init(&one, GST_TYPE_BUFFER);
    gst_value_set_buffer(&one, head);
    gst_value_array_append_value(&list, &one);
    gst_caps_set_value(caps, "streamheader", &list);
    g_value_unset(&one);
    g_value_unset(&list);
    gst_buffer_unref(head);
    return caps;
}

/* Writing thread: a frame leaves appsrc. The one before it is with the file by then, since the
 * container writes what it is given before it takes the next. */
static GstPadProbeReturn on_taken(GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
    struct pipeline *p = data;
    GstBuffer *b = GST_PAD_PROBE_INFO_BUFFER(info);
    (void)pad;
    if (GST_BUFFER_OFFSET_IS_VALID(b))
        atomic_store_explicit(&p->written, (int_fast64_t)GST_BUFFER_OFFSET(b) - 1,
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&p->taken, 1, memory_order_relaxed);
    return GST_PAD_PROBE_OK;
}

static bool build(struct pipeline *p, const char *path, const struct pipeline_format *format)
{
    GstElement *mux = make("webmmux");
    GstElement *sink = make("filesink");
    p->top = make("pipeline");
    p->source = make("appsrc");
    if (p->top == NULL || p->source == NULL || mux == NULL || sink == NULL)
        return false;
    GstCaps *caps = caps_of(format);
    g_object_set(p->source, "caps", caps, "format", GST_FORMAT_TIME, "block", FALSE, "max-bytes",
                 (guint64)0, "emit-signals", FALSE, NULL);
    gst_caps_unref(caps);
    g_object_set(mux, "max-cluster-duration", (gint64)CLUSTER_MAX_S * GST_SECOND, "writing-app",
                 "Amphi", NULL);
    g_object_set(sink, "location", path, "buffer-mode", 2 /* unbuffered */, "sync", FALSE, "async",
                 FALSE, "enable-last-sample", FALSE, NULL);
    gst_bin_add_many(GST_BIN(p->top), p->source, mux, sink, NULL);
    p->bus = gst_element_get_bus(p->top);
    GstPad *pad = gst_element_get_static_pad(p->source, "src");
    (void)gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_taken, p, NULL);
    gst_object_unref(pad);
    const char *input = format->codec == FRAME_OPUS ? "audio_%u" : "video_%u";
    return gst_element_link_pads(p->source, "src", mux, input) && gst_element_link(mux, sink) &&
           gst_element_set_state(p->top, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

struct pipeline *pipeline_new(const char *path, const struct pipeline_format *format)
{
    struct pipeline *p = mem_alloc(sizeof(*p));
    if (p == NULL)
        return NULL;
    atomic_init(&p->taken, 0);
    atomic_init(&p->written, -1);
    if (build(p, path, format))
        return p;
    pipeline_free(p);
    return NULL;
}

void pipeline_free(struct pipeline *p)
{
    if (p == NULL)
        return;
    if (p->top != NULL)
        (void)gst_element_set_state(p->top, GST_STATE_NULL);
    if (p->bus != NULL)
        gst_object_unref(p->bus);
    if (p->top != NULL)
        gst_object_unref(p->top);
    mem_free(p);
}

bool pipeline_behind(const struct pipeline *p, usec now)
{
    uint64_t taken = atomic_load_explicit(&p->taken, memory_order_relaxed);
    if (taken >= p->put)
        return false;
    return p->put - taken >= TIMES || now - p->arrived[taken % TIMES] > PIPELINE_QUEUE_US ||
           gst_app_src_get_current_level_bytes(GST_APP_SRC(p->source)) > PIPELINE_QUEUE_BYTES;
}

enum err pipeline_put(struct pipeline *p, const struct pipeline_frame *f)
{
    if (p->state != PIPELINE_RUNS)
        return E_IO;
    GstBuffer *b = gst_buffer_new_memdup(f->bytes.p, f->bytes.len);
    GST_BUFFER_PTS(b) = (GstClockTime)f->position * GST_USECOND;
    GST_BUFFER_DURATION(b) =
        f->duration > 0 ? (GstClockTime)f->duration * GST_USECOND : GST_CLOCK_TIME_NONE;
    GST_BUFFER_OFFSET(b) = (guint64)f->position;
    if (!f->key)
        GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DELTA_UNIT);
    p->arrived[p->put % TIMES] = f->now;
    p->put++;
    return gst_app_src_push_buffer(GST_APP_SRC(p->source), b) == GST_FLOW_OK ? E_OK : E_IO;
}

void pipeline_end(struct pipeline *p)
{
    (void)gst_app_src_end_of_stream(GST_APP_SRC(p->source));
}

enum pipeline_state pipeline_state(struct pipeline *p)
{
    GstMessage *m;
    while (p->state == PIPELINE_RUNS && (m = gst_bus_pop(p->bus)) != NULL) {
        if (GST_MESSAGE_TYPE(m) == GST_MESSAGE_EOS)
            p->state = PIPELINE_ENDED;
        if (GST_MESSAGE_TYPE(m) == GST_MESSAGE_ERROR)
            p->state = PIPELINE_FAILED;
        gst_message_unref(m);
    }
    return p->state;
}

usec pipeline_written(const struct pipeline *p)
{
    return atomic_load_explicit(&p->written, memory_order_relaxed);
}
