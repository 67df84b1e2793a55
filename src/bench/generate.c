/* generate.c -- a folder of generated worklists. */
#include "bench/generate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_file(int folder, const char *name, struct span bytes)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    ssize_t written = write(fd, bytes.p, bytes.n);
    if (close(fd) != 0)
        return false;
    if (written >= 0 && (size_t)written != bytes.n)
        errno = ENOSPC; /* a regular file takes less than all of it only where there is no room */
    return written == (ssize_t)bytes.n;
}

static bool write_all(const struct bench_department *department, int folder, const char *path, struct err *err)
{
    struct wr file;
    wr_init(&file, BENCH_FILE_CAP);
    bool ok = true;
    for (uint32_t number = 0; ok && number < department->count; number++) {
        char name[16];
        snprintf(name, sizeof name, "%08u.wl", number);
        wr_reset(&file);
        bench_entry_write(department, number, &file);
        if (file.failed)
            ok = err_set(err, ERR_MEMORY, 0, 0, "no memory for an entry");
        else if (!write_file(folder, name, wr_done(&file)))
            ok = err_set(err, ERR_IO, 0, 0, "cannot write %s/%s: %s", path, name, strerror(errno));
    }
    wr_fini(&file);
    return ok;
}

bool bench_generate(const struct bench_department *department, const char *path, struct err *err)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, 0, 0, "cannot make the folder %s: %s", path, strerror(errno));
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return err_set(err, ERR_IO, 0, 0, "cannot open the folder %s: %s", path, strerror(errno));
    bool ok = write_all(department, folder, path, err);
    close(folder);
    return ok;
}
