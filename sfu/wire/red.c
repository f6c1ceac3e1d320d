/* SPDX-License-Identifier: Apache-2.0
 * Splits a RED payload into its blocks and joins blocks into one. Which blocks a receiver needs is
 * core's. */
#include "sfu/wire/red.h"

enum { BIT_MORE = 0x80 };
enum { OLDER_HEAD = 4, PRIMARY_HEAD = 1 }; /* bytes, RFC 2198 §3 */

/* Reads the block headers; data views are laid out afterwards. Returns the size of all headers, 0
 * on an error. */
static size_t read_heads(struct red *out, struct bytes payload, enum err *e)
{
    size_t at = 0;
    *e = E_MALFORMED;
    for (out->count = 0; at < payload.len; out->count++) {
        if (out->count == RED_MAX_BLOCKS) {
            *e = E_UNSUPPORTED;
            return 0;
        }
        const uint8_t *p = payload.p + at;
        struct red_block *b = &out->blocks[out->count];
        *b = (struct red_block){.pt = p[0] & 0x7F};
        if ((p[0] & BIT_MORE) == 0) {
            out->count++;
            *e = E_OK;
            return at + PRIMARY_HEAD;
        }
        if (payload.len - at < OLDER_HEAD)
            return 0;
        b->offset_rtp = (uint16_t)(be24(p + 1) >> 10);
        b->data.len = be24(p + 1) & RED_MAX_LENGTH;
        at += OLDER_HEAD;
    }
    return 0;
}

enum err red_parse(struct red *out, struct bytes payload)
{
    struct red r;
    enum err e;
    size_t at = read_heads(&r, payload, &e);
    if (e != E_OK)
        return e;
    for (size_t i = 0; i + 1 < r.count; i++) {
        if (payload.len - at < r.blocks[i].data.len)
            return E_MALFORMED;
        r.blocks[i].data.p = payload.p + at;
        at += r.blocks[i].data.len;
    }
    r.blocks[r.count - 1].data = bytes_of(payload.p + at, payload.len - at);
    out->count = r.count;
    memcpy(out->blocks, r.blocks, r.count * sizeof(r.blocks[0]));
    return E_OK;
}

enum err red_unwrap(struct red_block *primary, struct bytes payload)
{
    struct red r;
    enum err e = red_parse(&r, payload);
    if (e == E_OK)
        *primary = r.blocks[r.count - 1];
    return e;
}

static enum err check_limits(const struct red *red, size_t *size)
{
    if (red->count == 0 || red->count > RED_MAX_BLOCKS)
        return E_RANGE;
    *size = (red->count - 1) * OLDER_HEAD + PRIMARY_HEAD;
    for (size_t i = 0; i < red->count; i++) {
        const struct red_block *b = &red->blocks[i];
        bool primary = i + 1 == red->count;
        if (b->pt > 127 || b->offset_rtp > (primary ? 0 : RED_MAX_OFFSET))
            return E_RANGE;
        if (!primary && b->data.len > RED_MAX_LENGTH)
            return E_RANGE;
        *size += b->data.len;
    }
    return E_OK;
}

enum err red_write(struct writer *w, const struct red *red)
{
    size_t size = 0;
    enum err e = check_limits(red, &size);
    if (e != E_OK)
        return e;
    uint8_t *p = writer_take(w, size);
    if (p == NULL)
        return E_FULL;
    for (size_t i = 0; i + 1 < red->count; i++, p += OLDER_HEAD) {
        const struct red_block *b = &red->blocks[i];
        p[0] = (uint8_t)(BIT_MORE | b->pt);
        put_be24(p + 1, (uint32_t)b->offset_rtp << 10 | (uint32_t)b->data.len);
    }
    *p++ = red->blocks[red->count - 1].pt;
    for (size_t i = 0; i < red->count; i++) {
        struct bytes data = red->blocks[i].data;
        if (data.len > 0)
            memcpy(p, data.p, data.len);
        p += data.len;
    }
    return E_OK;
}
