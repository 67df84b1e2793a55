/* deflate.c -- Deflated Explicit VR Little Endian (PS3.5 A.5): a whole data set as one raw deflate stream. */
#include "dicom/deflate.h"

#define ZLIB_CONST /* zlib only reads its input */
#include <zlib.h>

#include "dicom/write.h"

enum { STEP = 16 * 1024 };

/* Room for the next piece of output: a step, or what the cap leaves. Both directions take it back where it was not
 * filled. */
static uint8_t *next_room(struct wr *out, size_t *n)
{
    size_t left = out->cap - out->n;
    *n = left < STEP ? left : STEP;
    return *n ? wr_room(out, *n) : NULL;
}

bool dicom_deflate(struct span data_set, struct wr *out)
{
    z_stream z = { .next_in = data_set.p, .avail_in = (uInt)data_set.n };
    if (data_set.n > UINT32_MAX || deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, 0) != Z_OK) {
        out->failed = true;
        return false;
    }
    size_t start = out->n;
    int result = Z_OK;
    while (result == Z_OK) {
        size_t room;
        z.next_out = next_room(out, &room);
        z.avail_out = (uInt)room;
        if (!z.next_out) {
            out->failed = true;
            break;
        }
        result = deflate(&z, Z_FINISH);
        wr_truncate(out, out->n - z.avail_out);
    }
    deflateEnd(&z);
    wr_fill(out, 0, (out->n - start) % 2);
    return !out->failed;
}

static bool check_end(const z_stream *z, size_t deflated, uint64_t pos, bool *trailer, struct err *err)
{
    if (z->avail_in > 1)
        return err_set(err, ERR_SYNTAX, pos, 0, "the deflated data set ends, but %u bytes follow it", z->avail_in);
    bool pad = z->avail_in == 1 && deflated % 2 == 0 && *z->next_in == 0;
    *trailer = z->avail_in == 1 && !pad;
    return true;
}

bool dicom_inflate(struct span deflated, uint32_t offset, struct wr *out, bool *trailer, struct err *err)
{
    if (deflated.n > UINT32_MAX)
        return err_set(err, ERR_LIMIT, offset, 0, "a deflated data set of %zu bytes", deflated.n);
    z_stream z = { .next_in = deflated.p, .avail_in = (uInt)deflated.n };
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory to inflate a data set");

    int result = Z_OK;
    while (result == Z_OK) {
        size_t room;
        uint8_t last_one;
        uint8_t *at = next_room(out, &room);
        bool full = !at && !out->failed;
        if (out->failed)
            break;
        /* With the cap reached, a single byte more tells a stream that just fits from one that goes on. */
        z.next_out = full ? &last_one : at;
        z.avail_out = full ? 1 : (uInt)room;
        result = inflate(&z, Z_NO_FLUSH);
        if (full && z.avail_out == 0) {
            result = Z_OK;
            break;
        }
        if (!full)
            wr_truncate(out, out->n - z.avail_out);
    }
    uint64_t pos = offset + z.total_in;
    bool good;
    if (result == Z_STREAM_END)
        good = check_end(&z, deflated.n, pos, trailer, err);
    else if (out->failed || result == Z_MEM_ERROR)
        good = err_set(err, ERR_MEMORY, 0, 0, "no memory to inflate a data set");
    else if (result == Z_OK)
        good = err_set(err, ERR_LIMIT, pos, 0, "the data set inflates to more than %zu bytes", out->cap);
    else if (result == Z_BUF_ERROR)
        good = err_set(err, ERR_SYNTAX, pos, 0, "the deflated data set ends too early");
    else
        good = err_set(err, ERR_SYNTAX, pos, 0, "no deflated data set (%s)", z.msg ? z.msg : "bad data");
    inflateEnd(&z);
    return good;
}
