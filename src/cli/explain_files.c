/* explain_files.c -- finds the files that somebody put into a folder and no scanner sees. */
#include "cli/explain_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "catalog/check.h"
#include "cli/file.h"
#include "dicom/file.h"
#include "source/worklist.h"

enum { PATH_ROOM = 4096, PREAMBLE = 128 };

static void add(struct cli_lost_files *files, const char *name, const char *reason)
{
    files->count++;
    if (files->shown == CLI_FILES_SHOWN)
        return;
    struct cli_lost_file one = { strdup(name), strdup(reason) };
    if (one.name && one.reason) {
        files->file[files->shown++] = one;
        return;
    }
    free(one.name);
    free(one.reason);
}

static bool is_dicom(struct span file)
{
    return file.n >= PREAMBLE + 4 && span_is(span_of(file.p + PREAMBLE, 4), "DICM");
}

/* What a server does with a file, up to the catalog. False with *err. */
static bool can_be_served(struct span file, struct err *err)
{
    struct dicom_parse_options options = { .max_bytes = limits_default.file_bytes, .limits = &limits_default };
    struct dicom_block *block = dicom_file_parse(file, &options, NULL, err);
    bool can = block && catalog_check(dicom_block_set(block), &limits_default, err);
    dicom_block_free(&block);
    return can;
}

static void look_at(struct cli_lost_files *files, const char *path, const char *name)
{
    struct err err = { 0 };
    struct wr file;
    wr_init(&file, (size_t)limits_default.file_bytes + 1);
    bool read = cli_read_file(path, &file, &err);
    if (source_worklist_is_name(name)) {
        if (!read || !can_be_served(wr_done(&file), &err))
            add(files, name, err.what);
    } else if (read && is_dicom(wr_done(&file))) {
        add(files, name, "its name does not end in .wl");
    }
    wr_fini(&file);
}

void cli_lost_files_find(const char *folder, struct cli_lost_files *out)
{
    struct dirent **entries;
    *out = (struct cli_lost_files){ 0 };
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return;
    for (int i = 0; i < count; i++) {
        char path[PATH_ROOM];
        struct stat info;
        int n = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (n > 0 && (size_t)n < sizeof path && stat(path, &info) == 0 && S_ISREG(info.st_mode))
            look_at(out, path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

void cli_lost_files_free(struct cli_lost_files *files)
{
    for (uint32_t i = 0; i < files->shown; i++) {
        free(files->file[i].name);
        free(files->file[i].reason);
    }
}
