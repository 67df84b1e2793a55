/* load.c -- open, look, read, look again, parse, check. */
#include "source/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "catalog/check.h"
#include "dicom/file.h"
#include "source/whole.h"

/* A change within this time of another may leave the same time stamp: the kernel's clock for files ticks every 1 to
 * 10 ms. */
enum { STAMP_TICK_US = 20000 };

void source_loader_init(struct source_loader *loader, const struct source_folder_options *options)
{
    *loader = (struct source_loader){ .options = options };
    wr_init(&loader->bytes, (size_t)options->limits->file_bytes + 1);
}

void source_loader_fini(struct source_loader *loader)
{
    wr_fini(&loader->bytes);
}

static enum source_loaded bad_system(struct source_load *out, int error)
{
    snprintf(out->text, sizeof out->text, "cannot be read: %s", strerror(error));
    bool denied = error == EACCES || error == EPERM;
    out->shortage = source_is_shortage(error) ? error : 0;
    out->retry = !denied && error != ELOOP;
    return denied ? LOADED_DENIED : LOADED_BAD;
}

static enum source_loaded bad_kind(struct source_load *out)
{
    snprintf(out->text, sizeof out->text, "is not a regular file");
    return LOADED_BAD;
}

static bool is_unsure(const struct stat *st)
{
    int64_t changed = (int64_t)st->st_ctim.tv_sec * 1000000 + st->st_ctim.tv_nsec / 1000;
    return (int64_t)clock_wall_us() - changed < STAMP_TICK_US;
}

void source_load_describe(struct source_load *load, const struct err *err)
{
    int n = snprintf(load->text, sizeof load->text, "%s", err->what);
    if (err->pos && n > 0)
        snprintf(load->text + n, sizeof load->text - (size_t)n, " (at byte %llu)", (unsigned long long)err->pos);
}

/* What it means for a symbolic link that it is denied: as for any file, or that it leads out of what this process may
 * read at all, whoever asks. */
static enum source_loaded denied_link(const struct source_loader *loader, const struct source_place *place,
                                      const char *name, struct source_load *out)
{
    const struct source_folder_options *options = loader->options;
    char *path = NULL, *target = NULL, shown[256];
    bool leaves = options->may_read && asprintf(&path, "%s/%s", place->path, name) >= 0
                  && !options->may_read(options->may_read_arg, path) && (target = realpath(path, NULL));
    if (leaves)
        snprintf(
            out->text, sizeof out->text,
            "is a symbolic link to %s, outside of the folders that this server may read (see LinkedFolder, Sandbox)",
            log_text(span_str(target), shown, sizeof shown));
    free(path);
    free(target);
    return leaves ? LOADED_BAD : bad_system(out, EACCES);
}

/* All of a file that had `size` bytes a moment ago; false with errno. More than the limit only by one, to be noticed.
 */
static bool read_all(int fd, struct wr *bytes, size_t size, size_t limit)
{
    wr_reset(bytes);
    for (;;) {
        /* one byte more than there should be: fewer that come are all that there are */
        size_t have = bytes->n, room = have > size ? limit + 1 - have : size + 1 - have;
        if (room == 0)
            return true;
        uint8_t *p = wr_room(bytes, room);
        if (!p) {
            errno = ENOMEM;
            return false;
        }
        ssize_t n = read(fd, p, room);
        wr_truncate(bytes, have + (n > 0 ? (size_t)n : 0));
        if (n < 0)
            return false;
        if ((size_t)n < room)
            return true;
    }
}

static enum source_loaded parse(struct source_loader *loader, const char *name, struct source_load *out)
{
    const struct source_folder_options *options = loader->options;
    struct dicom_parse_options parsing = {
        .default_charset = options->default_charset,
        .max_bytes = options->limits->file_bytes,
        .limits = options->limits,
    };
    struct err err = { 0 };
    out->block = dicom_file_parse(wr_done(&loader->bytes), &parsing, &out->used, &err);
    if (out->block && !catalog_check(dicom_block_set(out->block), options->limits, &err))
        dicom_block_free(&out->block);
    if (!out->block) {
        out->shortage = err.code == ERR_MEMORY ? ENOMEM : 0;
        source_load_describe(out, &err);
        return LOADED_BAD;
    }
    struct wr missing;
    wr_init(&missing, sizeof out->text - 64);
    if (catalog_check_complete(dicom_block_set(out->block), &missing))
        snprintf(out->text, sizeof out->text, "lacks %.*s%s", SPAN_FMT(wr_done(&missing)),
                 options->require_complete ? ", and RequireComplete is true" : "");
    wr_fini(&missing);
    if (out->text[0] && options->require_complete) {
        dicom_block_free(&out->block);
        return LOADED_BAD;
    }
    char shown[256];
    if (log_enabled(LOG_TRACE))
        log_line(LOG_TRACE, "source/folder", "%s read, %zu bytes", log_text(span_str(name), shown, sizeof shown),
                 loader->bytes.n);
    return LOADED;
}

static enum source_loaded load_open(struct source_loader *loader, int fd, const struct source_file *file, bool leases,
                                    struct source_load *out)
{
    struct stat st, after;
    size_t limit = loader->options->limits->file_bytes;
    if (fstat(fd, &st) != 0)
        return bad_system(out, errno);
    out->stamp = source_stamp_of(&st);
    out->unsure = is_unsure(&st);
    if (S_ISDIR(st.st_mode) && !file->is_link)
        return LOADED_NOTHING;
    if (!S_ISREG(st.st_mode))
        return bad_kind(out);
    enum source_whole whole = source_file_is_whole(file, fd, &st, leases);
    out->undecided = whole == FILE_UNDECIDED;
    if (whole != FILE_WHOLE)
        return LOADED_LATER;
    bool large = st.st_size > (off_t)limit;
    if (!large && !read_all(fd, &loader->bytes, (size_t)st.st_size, limit))
        return bad_system(out, errno);
    if (large || loader->bytes.n > limit) {
        snprintf(out->text, sizeof out->text, "is larger than %zu bytes", limit);
        return LOADED_BAD;
    }
    if (fstat(fd, &after) != 0)
        return bad_system(out, errno);
    /* Not the time of change: a link to it that is removed meanwhile, as by who publishes with ln and rm, is no harm.
     */
    out->stamp = source_stamp_of(&after);
    if (after.st_mtim.tv_sec != st.st_mtim.tv_sec || after.st_mtim.tv_nsec != st.st_mtim.tv_nsec
        || (size_t)after.st_size != loader->bytes.n) {
        out->undecided = true;
        return LOADED_LATER;
    }
    if (loader->bytes.n == 0) {
        snprintf(out->text, sizeof out->text, "is empty");
        return LOADED_BAD;
    }
    return parse(loader, file->name, out);
}

/* What is to be said of a file that could not be opened. */
static enum source_loaded not_opened(const struct source_loader *loader, const struct source_place *place,
                                     const struct source_file *file, int error, struct source_load *out)
{
    struct stat st;
    if (fstatat(place->fd, file->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? LOADED_NOTHING : bad_system(out, errno);
    out->stamp = source_stamp_of(&st);
    out->unsure = is_unsure(&st);
    if (error == ENXIO) /* a socket */
        return bad_kind(out);
    if (error == EACCES && file->is_link)
        return denied_link(loader, place, file->name, out);
    if (error != ENOENT)
        return bad_system(out, error);
    if (!file->is_link)
        return LOADED_NOTHING; /* removed in between */
    snprintf(out->text, sizeof out->text, "is a symbolic link to nothing");
    return LOADED_BAD;
}

enum source_loaded source_load(struct source_loader *loader, const struct source_place *place, struct source_file *file,
                               struct source_load *out)
{
    /* O_NONBLOCK: a FIFO would keep the thread for ever. */
    const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    memset(out, 0, sizeof *out);
    int fd = openat(place->fd, file->name, flags | O_NOFOLLOW);
    file->is_link = fd < 0 && errno == ELOOP;
    if (file->is_link)
        fd = openat(place->fd, file->name, flags);
    if (fd < 0)
        return not_opened(loader, place, file, errno, out);
    enum source_loaded loaded = load_open(loader, fd, file, !place->polled, out);
    close(fd);
    return loaded;
}
