/* SPDX-License-Identifier: Apache-2.0
 * The one message format between `amphi` and `amphi-recorder`, over a Unix SOCK_SEQPACKET pair: one
 * message is one packet, numbers are big-endian, times are microseconds of the boot clock
 * (CLOCK_BOOTTIME). Thread: any. Readers borrow: views point into the packet.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * | version = 1   | type          | flags                         |
 * +---------------+---------------+-------------------------------+
 * | track (0 where the message is about the whole recording)      |
 * +---------------------------------------------------------------+
 * then, by type (u8, u16, u32, u64 in this order, without padding):
 *   START   started boot u64, started wall ms u64, least free bytes u64, least free percent u8,
 *           then three texts, each u16 length + bytes: recording id, class id, directory
 *   OPEN    at u64, person u32, publication u32, kind u8, codec u8
 *   FRAME   captured u64, whole length u32, offset of this part u32, then the bytes of the part
 *   MUTE    at u64; flag MUTED tells which way
 *   CLOSE   at u64
 *   MARK    at u64, number u64
 *   STOP    at u64
 * and back:
 *   STARTED  - (track: the highest number the folder knows, 0 for a new recording)
 *   WRITTEN  up to u64 (capture time)  on the disk for good, after fdatasync
 *   KEYFRAME -                         this video cannot go on without one
 *   LOW_DISK free bytes u64            the recording is being closed
 *   FAILED   reason u8                 of one track, or with track 0 of the recording
 *   CLOSED   -                         the track's file is finished
 *   STOPPED  -                         every file and the manifest are finished */
#ifndef RECORDINGS_FRAME_H
#define RECORDINGS_FRAME_H

#include "sfu/base/bytes.h"
#include "sfu/base/err.h"
#include "sfu/base/usec.h"

#include <stdbool.h>

enum {
    FRAME_VERSION = 1,
    FRAME_HEADER_BYTES = 8,
    FRAME_PART_MAX = 48 * 1024,        /* bytes of a frame in one packet */
    FRAME_MESSAGE_MAX = 50 * 1024,     /* no packet is longer */
    FRAME_BYTES_MAX = 2 * 1024 * 1024, /* a whole frame; a keyframe of a 4K screen is below */
    FRAME_ID_MAX = 64,
    FRAME_DIRECTORY_MAX = 1024,
    FRAME_TRACKS_MAX = 4096 /* tracks of one recording, numbered 1 … 4096 in order of arrival */
};

enum frame_type {
    FRAME_START = 1,
    FRAME_OPEN,
    FRAME_FRAME,
    FRAME_MUTE,
    FRAME_CLOSE,
    FRAME_MARK,
    FRAME_STOP,
    FRAME_STARTED = 65,
    FRAME_WRITTEN,
    FRAME_KEYFRAME,
    FRAME_LOW_DISK,
    FRAME_FAILED,
    FRAME_CLOSED,
    FRAME_STOPPED
};

enum frame_flag {
    FRAME_FLAG_KEY = 1U << 0,   /* FRAME: decodable alone */
    FRAME_FLAG_GAP = 1U << 1,   /* FRAME: something before it is missing */
    FRAME_FLAG_MUTED = 1U << 2, /* MUTE: from now on; without it: until now */
    FRAME_FLAGS_ALL = 7
};

enum frame_kind { FRAME_AUDIO, FRAME_CAMERA, FRAME_SCREEN, N_FRAME_KIND };
enum frame_codec { FRAME_OPUS, FRAME_VP8, FRAME_VP9, N_FRAME_CODEC };
enum frame_reason {
    FRAME_REASON_DISK,  /* the file could not be written */
    FRAME_REASON_MEDIA, /* the container refused it */
    FRAME_REASON_FULL,  /* more tracks or segments than a recording may have */
    FRAME_REASON_BUSY,  /* another recorder has the folder */
    FRAME_REASON_TAKEN, /* the track's number is another's, or the folder is another recording's */
    N_FRAME_REASON
};

struct frame_msg {
    enum frame_type type;
    unsigned flags; /* enum frame_flag */
    uint32_t track;
    usec at; /* capture, opening, mute, written up to: whatever time the type has */
    union {
        struct {
            int64_t wall_ms; /* Unix time at `at` */
            uint64_t min_free_bytes;
            unsigned min_free_percent; /* 0 … 99 */
            struct bytes id, class_id, directory;
        } start;
        struct {
            uint32_t person;
            uint32_t publication;
            enum frame_kind kind;
            enum frame_codec codec;
        } open;
        struct {
            uint32_t whole;     /* length of the whole frame, ≥ 1 */
            uint32_t offset;    /* of this part */
            struct bytes bytes; /* this part, ≥ 1 */
        } frame;
        uint64_t mark;
        uint64_t free_bytes;
        enum frame_reason reason;
    };
};

/* E_MALFORMED: too short or too long, unknown flags, ends where it must not; E_UNSUPPORTED: another
 * version or type; E_RANGE: a number outside its limits. */
MUST_USE enum err frame_read(struct frame_msg *out, struct bytes packet);

/* Appends one message; what was read is written back byte for byte. E_FULL; E_RANGE: not a message
 * that frame_read would take. */
MUST_USE enum err frame_write(struct writer *w, const struct frame_msg *m);

#endif
