/* explain_files.c -- finds the files that somebody put into a folder and no scanner sees. */
#include "cli/explain_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/file.h"
#include "source/worklist.h"

enum { PATH_ROOM = 4096 };

static void add(void *arg, const char *name, const char *reason)
{
    struct cli_lost_files *files = arg;
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

static int has_another_name(const struct dirent *entry)
{
    return !source_worklist_is_name(entry->d_name);
}

static void find_misnamed(struct cli_lost_files *files, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, has_another_name, alphasort);
    if (count < 0)
        return;
    for (int i = 0; i < count; i++) {
        char path[PATH_ROOM];
        int n = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (n > 0 && (size_t)n < sizeof path && cli_is_dicom(path))
            add(files, entries[i]->d_name, "its name does not end in .wl");
        free(entries[i]);
    }
    free(entries);
}

void cli_lost_files_find(struct source_folder *folder, struct span called_ae, struct cli_lost_files *out)
{
    char path[PATH_ROOM];
    *out = (struct cli_lost_files){ 0 };
    const char *subfolder = source_folder_subfolder(folder, called_ae);
    if (!subfolder)
        return;
    source_folder_set_aside(folder, called_ae, add, out);
    int n = snprintf(path, sizeof path, "%s/%s", source_folder_path(folder), subfolder);
    if (n > 0 && (size_t)n < sizeof path)
        find_misnamed(out, path);
}

void cli_lost_files_free(struct cli_lost_files *files)
{
    for (uint32_t i = 0; i < files->shown; i++) {
        free(files->file[i].name);
        free(files->file[i].reason);
    }
}
