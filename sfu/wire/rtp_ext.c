/* SPDX-License-Identifier: Apache-2.0
 * Walks, reads and writes header extension elements. Decides which form a block needs; which
 * elements a receiver gets is core's. */
#include "sfu/wire/rtp_ext.h"

enum {
    ONE_BYTE_MAX_ID = 14,  /* RFC 8285 §4.2: 15 is reserved */
    ONE_BYTE_MAX_LEN = 16, /* four bits of length − 1 */
    AUDIO_LEVEL_LEN = 1,   /* RFC 6464 §3 */
    ABS_SEND_TIME_LEN = 3,
    TWCC_LEN = 2, /* draft-holmer-rmcat-transport-wide-cc-extensions-01 §2 */
    N_KNOWN = 6
};

enum err rtp_ext_iter_init(struct rtp_ext_iter *it, const struct rtp *r)
{
    bool two_byte = (r->ext_profile & RTP_EXT_TWO_BYTE_MASK) == RTP_EXT_TWO_BYTE;
    if (r->has_ext && !two_byte && r->ext_profile != RTP_EXT_ONE_BYTE)
        return E_UNSUPPORTED;
    *it = (struct rtp_ext_iter){.left = r->ext, .two_byte = two_byte};
    return E_OK;
}

static bool end_walk(struct rtp_ext_iter *it, bool malformed)
{
    it->left = bytes_of(NULL, 0);
    it->malformed = malformed;
    return false;
}

/* Sets id, length of data and length of its head from the bytes at the front; false ends the walk.
 */
static bool read_head(struct rtp_ext_iter *it, uint8_t *id, size_t *len, size_t *head)
{
    const uint8_t *p = it->left.p;
    if (it->two_byte) {
        if (it->left.len < 2)
            return end_walk(it, true);
        *id = p[0];
        *len = p[1];
        *head = 2;
        return true;
    }
    *id = p[0] >> 4;
    *len = (size_t)(p[0] & 0x0F) + 1;
    *head = 1;
    /* RFC 8285 §4.2: id 15, and id 0 with a length, end the walk without being an error. */
    if (*id == 15 || *id == 0)
        return end_walk(it, false);
    return true;
}

bool rtp_ext_next(struct rtp_ext_iter *it, struct rtp_ext_element *out)
{
    while (it->left.len > 0 && it->left.p[0] == 0)
        it->left = bytes_skip(it->left, 1);
    if (it->left.len == 0)
        return false;
    uint8_t id = 0;
    size_t len = 0;
    size_t head = 0;
    if (!read_head(it, &id, &len, &head))
        return false;
    if (it->left.len - head < len)
        return end_walk(it, true);
    *out = (struct rtp_ext_element){.id = id, .data = bytes_of(it->left.p + head, len)};
    it->left = bytes_skip(it->left, head + len);
    return true;
}

/* The bit of the element with this id, 0 when unknown. */
static uint32_t bit_of(const struct rtp_ext_ids *ids, uint8_t id)
{
    const struct {
        uint8_t id;
        uint32_t bit;
    } known[N_KNOWN] = {
        {ids->mid, RTP_EXT_HAS_MID},
        {ids->rid, RTP_EXT_HAS_RID},
        {ids->repaired_rid, RTP_EXT_HAS_REPAIRED_RID},
        {ids->audio_level, RTP_EXT_HAS_AUDIO_LEVEL},
        {ids->abs_send_time, RTP_EXT_HAS_ABS_SEND_TIME},
        {ids->twcc, RTP_EXT_HAS_TWCC},
    };
    for (unsigned i = 0; i < N_KNOWN; i++) {
        if (known[i].id == id)
            return known[i].bit;
    }
    return 0;
}

static bool take_text(struct bytes *to, struct bytes data)
{
    if (data.len == 0)
        return false;
    *to = data;
    return true;
}

static bool take_level(struct rtp_ext *to, struct bytes data)
{
    if (data.len != AUDIO_LEVEL_LEN)
        return false;
    to->voice = (data.p[0] & 0x80) != 0;
    to->audio_level = data.p[0] & 0x7F;
    return true;
}

static bool take_send_time(struct rtp_ext *to, struct bytes data)
{
    if (data.len != ABS_SEND_TIME_LEN)
        return false;
    to->abs_send_time = be24(data.p);
    return true;
}

static bool take_twcc(struct rtp_ext *to, struct bytes data)
{
    if (data.len != TWCC_LEN)
        return false;
    to->twcc_seq = be16(data.p);
    return true;
}

static bool take_element(struct rtp_ext *to, uint32_t bit, struct bytes data)
{
    switch (bit) {
    case RTP_EXT_HAS_MID: return take_text(&to->mid, data);
    case RTP_EXT_HAS_RID: return take_text(&to->rid, data);
    case RTP_EXT_HAS_REPAIRED_RID: return take_text(&to->repaired_rid, data);
    case RTP_EXT_HAS_AUDIO_LEVEL: return take_level(to, data);
    case RTP_EXT_HAS_ABS_SEND_TIME: return take_send_time(to, data);
    case RTP_EXT_HAS_TWCC: return take_twcc(to, data);
    default: return false;
    }
}

enum err rtp_ext_read(struct rtp_ext *out, const struct rtp *r, const struct rtp_ext_ids *ids)
{
    struct rtp_ext_iter it;
    enum err e = rtp_ext_iter_init(&it, r);
    if (e != E_OK)
        return e;
    struct rtp_ext found = {0};
    struct rtp_ext_element el;
    while (rtp_ext_next(&it, &el)) {
        uint32_t bit = bit_of(ids, el.id);
        if (bit != 0 && (found.has & bit) == 0 && take_element(&found, bit, el.data))
            found.has |= bit;
    }
    if (it.malformed)
        return E_MALFORMED;
    *out = found;
    return E_OK;
}

/* What is to be written, in the order of the bits; returns how many. scratch holds the numbers'
 * bytes. */
static size_t gather(struct rtp_ext_element out[N_KNOWN], uint8_t scratch[8],
                     const struct rtp_ext_ids *ids, const struct rtp_ext *ext)
{
    scratch[0] = (uint8_t)((ext->voice ? 0x80 : 0) | ext->audio_level);
    put_be24(scratch + 1, ext->abs_send_time);
    put_be16(scratch + 4, ext->twcc_seq);
    const struct rtp_ext_element all[N_KNOWN] = {
        {ids->mid, ext->mid},
        {ids->rid, ext->rid},
        {ids->repaired_rid, ext->repaired_rid},
        {ids->audio_level, bytes_of(scratch, AUDIO_LEVEL_LEN)},
        {ids->abs_send_time, bytes_of(scratch + 1, ABS_SEND_TIME_LEN)},
        {ids->twcc, bytes_of(scratch + 4, TWCC_LEN)},
    };
    size_t n = 0;
    for (unsigned i = 0; i < N_KNOWN; i++) {
        if (all[i].id != 0 && (ext->has & (1U << i)) != 0)
            out[n++] = all[i];
    }
    return n;
}

static uint8_t *write_element(uint8_t *p, const struct rtp_ext_element *el, bool two_byte)
{
    if (two_byte) {
        *p++ = el->id;
        *p++ = (uint8_t)el->data.len;
    } else {
        *p++ = (uint8_t)((unsigned)el->id << 4 | (unsigned)(el->data.len - 1));
    }
    if (el->data.len > 0)
        memcpy(p, el->data.p, el->data.len);
    return p + el->data.len;
}

enum err rtp_ext_write(struct writer *w, const struct rtp_ext_ids *ids, const struct rtp_ext *ext)
{
    struct rtp_ext_element el[N_KNOWN];
    uint8_t scratch[8];
    if (ext->audio_level > 127)
        return E_RANGE;
    size_t n = gather(el, scratch, ids, ext);
    if (n == 0)
        return E_OK;
    bool two_byte = false;
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        if (el[i].data.len > 255)
            return E_RANGE;
        if (el[i].id > ONE_BYTE_MAX_ID || el[i].data.len == 0 || el[i].data.len > ONE_BYTE_MAX_LEN)
            two_byte = true;
        len += el[i].data.len;
    }
    len += two_byte ? 2 * n : n;
    size_t padded = (len + 3) / 4 * 4;
    uint8_t *p = writer_take(w, 4 + padded);
    if (p == NULL)
        return E_FULL;
    put_be16(p, two_byte ? RTP_EXT_TWO_BYTE : RTP_EXT_ONE_BYTE);
    put_be16(p + 2, (uint16_t)(padded / 4));
    uint8_t *at = p + 4;
    for (size_t i = 0; i < n; i++)
        at = write_element(at, &el[i], two_byte);
    memset(at, 0, padded - len);
    return E_OK;
}
