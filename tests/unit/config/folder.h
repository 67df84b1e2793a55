/* folder.h -- a temporary folder with files in it, as setup and teardown of a test. */
#ifndef MWL_TESTS_UNIT_CONFIG_FOLDER_H
#define MWL_TESTS_UNIT_CONFIG_FOLDER_H

#include <stdio.h>
#include <unistd.h>

/* Enters a new folder, so that a test and its errors name files without their path. */
static inline int folder_enter(void **state)
{
    char path[] = "/tmp/mwl-config-XXXXXX";
    *state = mkdtemp(path) ? strdup(path) : NULL;
    return *state ? chdir(*state) : -1;
}

static inline int folder_leave(void **state)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
    free(*state);
    return chdir("/") || system(command);
}

static inline void folder_put(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) < 0, 0);
    assert_int_equal(fclose(file), 0);
}

#endif
