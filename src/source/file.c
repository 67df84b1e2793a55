/* file.c -- stamps, and the table over the C library's balanced tree. */
#include "source/file.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct source_stamp source_stamp_of(const struct stat *st)
{
    return (struct source_stamp){ st->st_dev, st->st_ino, st->st_size, st->st_mtim, st->st_ctim };
}

static bool time_eq(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool source_stamp_eq(const struct source_stamp *a, const struct source_stamp *b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size && time_eq(a->mtime, b->mtime)
           && time_eq(a->ctime, b->ctime);
}

static int by_name(const void *a, const void *b)
{
    const struct source_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

struct source_file *source_files_get(struct source_files *files, const char *name)
{
    size_t length = strlen(name) + 1;
    struct source_file *file = calloc(1, sizeof *file + length);
    if (!file)
        return NULL;
    file->name = memcpy(file + 1, name, length);
    struct source_file **node = tsearch(file, &files->root, by_name);
    if (!node || *node != file)
        free(file);
    return node ? *node : NULL;
}

static void file_free(void *file)
{
    free(((struct source_file *)file)->reason);
    free(file);
}

void source_files_forget(struct source_files *files, struct source_file *file)
{
    tdelete(file, &files->root, by_name);
    file_free(file);
}

struct visitor {
    void (*visit)(void *arg, struct source_file *file);
    void *arg;
};

static void visit_node(const void *node, VISIT which, void *arg)
{
    const struct visitor *visitor = arg;
    if (which == leaf || which == postorder) /* each node once, in order */
        visitor->visit(visitor->arg, *(struct source_file *const *)node);
}

void source_files_each(const struct source_files *files, void (*visit)(void *arg, struct source_file *file), void *arg)
{
    struct visitor visitor = { visit, arg };
    twalk_r(files->root, visit_node, &visitor);
}

void source_files_fini(struct source_files *files)
{
    tdestroy(files->root, file_free);
    files->root = NULL;
}
