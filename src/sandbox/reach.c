/* reach.c -- the list of places that stay reachable, by their paths without links. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox/sandbox.h"

/* Takes the path. */
static bool add(struct sandbox_reach *reach, char *real, unsigned rights)
{
    for (uint32_t i = 0; i < reach->count; i++) {
        if (strcmp(reach->places[i].path, real) == 0) {
            reach->places[i].rights |= rights;
            free(real);
            return true;
        }
    }
    if (reach->count == SANDBOX_PLACES) {
        free(real);
        return false;
    }
    reach->places[reach->count].path = real;
    reach->places[reach->count++].rights = rights;
    return true;
}

bool sandbox_reach_add(struct sandbox_reach *reach, const char *path, unsigned rights)
{
    char *real = realpath(path, NULL);
    return real ? add(reach, real, rights) : true;
}

/* The folder in which a path stands; the caller's. NULL: no memory. */
static char *folder_of(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n ? strndup(path, n) : strdup(".");
}

/* Whether another file system begins at a folder. */
static bool is_mounted(const char *folder)
{
    struct stat here, above;
    char *up = NULL;
    bool mounted = asprintf(&up, "%s/..", folder) >= 0 && stat(folder, &here) == 0 && stat(up, &above) == 0
                   && here.st_dev != above.st_dev;
    free(up);
    return mounted;
}

/* The folder around another one on which a file system is mounted: who mounts it once more makes it another folder. Not
 * as far up as "/", around which nothing would be left to keep out. */
static char *around_mount(char *folder)
{
    char *real = folder ? realpath(folder, NULL) : NULL;
    char *above = real && is_mounted(real) ? folder_of(real) : NULL;
    if (above && strcmp(above, "/") != 0) {
        free(folder);
        folder = above;
    } else {
        free(above);
    }
    free(real);
    return folder;
}

static bool add_folder_of(struct sandbox_reach *reach, const char *path, unsigned rights)
{
    char *folder = around_mount(folder_of(path));
    bool added = folder && sandbox_reach_add(reach, folder, rights);
    free(folder);
    return added;
}

bool sandbox_reach_add_around(struct sandbox_reach *reach, const char *path, unsigned rights)
{
    char *real = realpath(path, NULL);
    /* The folder of ".", or of "worklists/..", is that of what it means. */
    const char *last = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    bool is_dots = strcmp(last, "") == 0 || strcmp(last, ".") == 0 || strcmp(last, "..") == 0;
    bool added = (real && is_dots && last != path + strlen(path)) || add_folder_of(reach, path, rights);
    added = added && (!real || add_folder_of(reach, real, rights));
    free(real);
    return added;
}

static bool is_below(const char *path, const char *place)
{
    size_t n = strlen(place);
    if (strcmp(place, "/") == 0)
        return true;
    return strncmp(path, place, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

bool sandbox_reach_has(const struct sandbox_reach *reach, const char *path)
{
    char *real = realpath(path, NULL);
    bool has = !real;
    for (uint32_t i = 0; i < reach->count && !has; i++)
        has = (reach->places[i].rights & SANDBOX_READ) && is_below(real, reach->places[i].path);
    free(real);
    return has;
}

void sandbox_reach_fini(struct sandbox_reach *reach)
{
    for (uint32_t i = 0; i < reach->count; i++)
        free(reach->places[i].path);
    *reach = (struct sandbox_reach){ 0 };
}
