/* path.c -- tell a folder of worklists from a configuration by the names of files. */
#include "config/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

bool config_path_ends(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcasecmp(name + n - m, ending) == 0;
}

static enum config_path_kind none(struct err *err, const char *path)
{
    err_set(err, ERR_IO, 0, 0, "%s: cannot be read: %s", path, strerror(errno));
    return CONFIG_PATH_NONE;
}

static bool is_file(DIR *folder, const char *name)
{
    struct stat st;
    return fstatat(dirfd(folder), name, &st, 0) != 0 || !S_ISDIR(st.st_mode);
}

static enum config_path_kind kind_of_folder(const char *path, struct err *err)
{
    DIR *folder = opendir(path);
    if (!folder)
        return none(err, path);
    enum config_path_kind kind = CONFIG_PATH_WORKLISTS;
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (config_path_ends(entry->d_name, ".wl")) {
            kind = CONFIG_PATH_WORKLISTS;
            break;
        }
        if (kind == CONFIG_PATH_WORKLISTS && config_path_ends(entry->d_name, ".json") && is_file(folder, entry->d_name))
            kind = CONFIG_PATH_CONFIGURATION;
    }
    closedir(folder);
    return kind;
}

enum config_path_kind config_path_kind(const char *path, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return none(err, path);
    if (S_ISDIR(st.st_mode))
        return kind_of_folder(path, err);
    if (config_path_ends(path, ".json"))
        return CONFIG_PATH_CONFIGURATION;
    err_set(err, ERR_CONFIG, 0, 0,
            "%s: is a file: name the folder of the worklist files, or a configuration, whose name ends in .json", path);
    return CONFIG_PATH_NONE;
}
