/* scratch.h -- folders and files to reach, or not to. */
#ifndef MWL_TESTS_UNIT_SANDBOX_SCRATCH_H
#define MWL_TESTS_UNIT_SANDBOX_SCRATCH_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../check.h"
#include "sandbox/sandbox.h"

/* `inside/wl/a` and `outside/b` in a new folder, which becomes the working directory. Its path, with no link in it. */
static inline char *scratch_make(void)
{
    char path[] = "/tmp/mwl-sandbox-XXXXXX";
    assert_non_null(mkdtemp(path));
    assert_int_equal(chdir(path), 0);
    assert_int_equal(mkdir("inside", 0755), 0);
    assert_int_equal(mkdir("inside/wl", 0755), 0);
    assert_int_equal(mkdir("outside", 0755), 0);
    assert_true(close(open("inside/wl/a", O_WRONLY | O_CREAT, 0644)) == 0);
    assert_true(close(open("outside/b", O_WRONLY | O_CREAT, 0644)) == 0);
    return realpath(".", NULL);
}

static inline void scratch_remove(char *path)
{
    char command[4200];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a path of our own */
    free(path);
}

#endif
