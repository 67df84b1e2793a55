/* pass.c -- blocks as the server has them, in the order in which it would have made them. */
#include "bench/pass.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/wr.h"
#include "dicom/file.h"
#include "dicom/parse.h"

struct blocks {
    struct dicom_block **p; /* owned */
    size_t count, room;
};

static int is_worklist(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 3 && strcmp(entry->d_name + n - 3, ".wl") == 0;
}

static bool read_file(const char *folder, const char *name, struct wr *bytes, struct err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rbe");
    if (!file)
        return err_set(err, ERR_IO, 0, 0, "cannot read %s: %s", path, strerror(errno));
    wr_reset(bytes);
    uint8_t piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
        wr_bytes(bytes, piece, n);
    bool ok = !ferror(file) && !bytes->failed;
    fclose(file);
    return ok || err_set(err, ERR_IO, 0, 0, "cannot read all of %s", path);
}

static bool keep(struct blocks *blocks, struct span bytes, const char *name, struct err *err)
{
    const struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    if (blocks->count == blocks->room) {
        size_t room = blocks->room ? 2 * blocks->room : 1024;
        struct dicom_block **p = realloc(blocks->p, room * sizeof(struct dicom_block *));
        if (!p)
            return err_set(err, ERR_MEMORY, 0, 0, "no memory for more worklists");
        blocks->p = p;
        blocks->room = room;
    }
    struct err bad = { 0 };
    struct dicom_block *block = dicom_file_parse(bytes, &options, NULL, &bad);
    if (!block)
        return err_set(err, bad.code, bad.pos, bad.tag, "%s: %s", name, bad.what);
    blocks->p[blocks->count++] = block;
    return true;
}

static bool load(const char *folder, struct blocks *blocks, struct err *err)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_worklist, alphasort);
    if (count < 0)
        return err_set(err, ERR_IO, 0, 0, "cannot read the folder %s: %s", folder, strerror(errno));
    struct wr bytes;
    wr_init(&bytes, limits_default.file_bytes);
    bool ok = true;
    for (int i = 0; i < count; i++) {
        ok = ok && read_file(folder, names[i]->d_name, &bytes, err)
             && keep(blocks, wr_done(&bytes), names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    wr_fini(&bytes);
    return ok && (blocks->count || err_set(err, ERR_IO, 0, 0, "%s holds no *.wl", folder));
}

static uint64_t add_up(const struct dicom_block *block)
{
    uint64_t sum = 0, word;
    size_t n = dicom_block_size(block), at = 0;
    const uint8_t *p = (const uint8_t *)block;
    for (; n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, p + at, sizeof word);
        sum += word;
    }
    for (; at < n; at++)
        sum += p[at];
    return sum;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The median of `count` passes. */
static uint64_t pass(const struct blocks *blocks, uint64_t *times, uint32_t count, uint64_t *sum)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t start = now_ns();
        for (size_t b = 0; b < blocks->count; b++)
            *sum += add_up(blocks->p[b]);
        times[i] = now_ns() - start;
    }
    qsort(times, count, sizeof *times, by_value);
    return times[count / 2];
}

bool bench_pass_run(const char *folder, uint32_t count, struct bench_pass *out, struct err *err)
{
    struct blocks blocks = { NULL, 0, 0 };
    *out = (struct bench_pass){ .files = 0 };
    uint64_t *times = calloc((size_t)count + 1, sizeof *times);
    if (!times)
        return err_set(err, ERR_MEMORY, 0, 0, "no memory for %u times", count);
    bool ok = load(folder, &blocks, err);
    out->files = blocks.count;
    if (ok)
        out->median_ns = pass(&blocks, times, count, &out->sum);
    for (size_t b = 0; b < blocks.count; b++) {
        out->bytes += dicom_block_size(blocks.p[b]);
        dicom_block_free(&blocks.p[b]);
    }
    free(blocks.p);
    free(times);
    return ok;
}
