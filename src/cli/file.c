/* file.c -- a temporary name, fsync(), rename(), and fsync() of the folder: after a loss of power, too, the file is
 * whole or not there. */
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dicom/file.h"

enum { CHUNK = 64 << 10, NAMES = 100 };

static bool fail(struct err *err, const char *path, const char *what)
{
    return err_set(err, ERR_IO, 0, 0, "%s: %s: %s", path, what, strerror(errno));
}

/* `err` does not name the file. */
static bool read_all(int fd, struct wr *out, struct err *err)
{
    uint8_t *chunk = malloc(CHUNK);
    ssize_t got = 0;
    while (chunk && !out->failed && ((got = read(fd, chunk, CHUNK)) > 0 || (got < 0 && errno == EINTR))) {
        if (got > 0)
            wr_bytes(out, chunk, (size_t)got);
    }
    free(chunk);
    if (!chunk || got < 0)
        return err_set(err, ERR_IO, 0, 0, "cannot be read: %s", strerror(errno));
    return !out->failed || err_set(err, ERR_LIMIT, 0, 0, "is larger than %zu bytes", out->cap);
}

static bool read_path(const char *path, int flags, struct wr *out, struct err *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return err_set(err, ERR_IO, 0, 0, "cannot be opened: %s", strerror(errno));
    bool is_read = flags & O_NONBLOCK && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
                       ? err_set(err, ERR_IO, 0, 0, "is not a regular file")
                       : read_all(fd, out, err);
    close(fd);
    return is_read;
}

bool cli_read_file(const char *path, struct wr *out, struct err *err)
{
    struct err why = { 0 };
    bool is_input = strcmp(path, "-") == 0;
    return (is_input ? read_all(STDIN_FILENO, out, &why) : read_path(path, 0, out, &why))
           || err_set(err, why.code, 0, 0, "%s: %s", is_input ? "standard input" : path, why.what);
}

bool cli_read_regular(const char *path, struct wr *out, struct err *err)
{
    return read_path(path, O_NONBLOCK, out, err); /* so that a FIFO is not waited for */
}

bool cli_is_dicom(const char *path)
{
    uint8_t head[DICOM_FILE_PREFIX_MAX];
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) /* to open a FIFO is to wait */
        return false;
    FILE *file = fopen(path, "rbe");
    size_t n = file ? fread(head, 1, sizeof head, file) : 0;
    if (file)
        fclose(file);
    return dicom_file_prefix(span_of(head, n)) > 0;
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.n) {
        ssize_t put = write(fd, bytes.p, bytes.n);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            bytes = span_of(bytes.p + put, bytes.n - (size_t)put);
    }
    return fsync(fd) == 0;
}

/* A new file in the folder, under a name that nobody serves; one that a killed process left there is passed by. */
static int open_temporary(int folder, char *name, size_t room)
{
    int fd = -1;
    for (int i = 0; i < NAMES && fd < 0; i++) {
        snprintf(name, room, ".mwl-create-%ld-%d.part", (long)getpid(), i);
        fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

/* Gives it its name; link() does so on file systems that cannot refuse to replace. */
static bool give_name(int folder, const char *temporary, const char *name, bool replace)
{
    if (replace)
        return renameat(folder, temporary, folder, name) == 0;
    if (renameat2(folder, temporary, folder, name, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (linkat(folder, temporary, folder, name, 0) != 0)
        return false;
    unlinkat(folder, temporary, 0);
    return true;
}

/* What is there that must not be replaced; NULL: nothing, or an ordinary file. */
static const char *obstacle(int folder, const char *name)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISREG(st.st_mode))
        return NULL;
    return S_ISDIR(st.st_mode) ? "a folder" : S_ISLNK(st.st_mode) ? "a symbolic link" : "no ordinary file";
}

static bool put(int folder, const char *path, const char *name, struct span bytes, bool replace, struct err *err)
{
    char temporary[64];
    const char *what = obstacle(folder, name);
    if (what)
        return err_set(err, ERR_IO, 0, 0, "%s: is %s: choose another name", path, what);
    int fd = open_temporary(folder, temporary, sizeof temporary);
    if (fd < 0)
        return fail(err, path, "no file can be made in its folder");
    bool is_written = write_all(fd, bytes);
    if (!is_written)
        fail(err, path, "cannot be written");
    is_written = (close(fd) == 0 || fail(err, path, "cannot be written")) && is_written;
    if (is_written && !give_name(folder, temporary, name, replace)) {
        bool exists = errno == EEXIST;
        is_written = exists ? err_set(err, ERR_IO, 0, 0, "%s: the file exists, and is kept without --force", path)
                            : fail(err, path, "cannot be renamed to");
    }
    if (!is_written)
        unlinkat(folder, temporary, 0);
    return is_written;
}

bool cli_put_file(const char *path, struct span bytes, bool replace, struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *folder_path = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    int folder = folder_path ? open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder_path);
    if (folder < 0)
        return fail(err, path, "its folder cannot be opened");
    bool is_put = put(folder, path, name, bytes, replace, err);
    if (is_put && fsync(folder) != 0)
        is_put = fail(err, path, "the folder cannot be written to the disk");
    close(folder);
    return is_put;
}
