/* SPDX-License-Identifier: Apache-2.0
 * Takes the original sequence number off a retransmission, or puts it on. Nothing else. */
#include "sfu/wire/rtx.h"

enum err rtx_parse(struct rtx *out, struct bytes payload)
{
    if (payload.len == 0)
        return E_NOTFOUND;
    if (payload.len < RTX_OSN)
        return E_MALFORMED;
    *out = (struct rtx){.osn = be16(payload.p), .payload = bytes_skip(payload, RTX_OSN)};
    return E_OK;
}

enum err rtx_write(struct writer *w, const struct rtx *rtx)
{
    uint8_t *p = writer_take(w, RTX_OSN + rtx->payload.len);
    if (p == NULL)
        return E_FULL;
    put_be16(p, rtx->osn);
    if (rtx->payload.len > 0)
        memcpy(p + RTX_OSN, rtx->payload.p, rtx->payload.len);
    return E_OK;
}
