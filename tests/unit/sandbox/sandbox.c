/* Each trial gives up its rights in a process of its own, and says by its exit code what it found. */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { RIGHT = 0, WRONG = 1 };

/* A test that cannot be made here says so and returns: what cmocka prints of skip() is "not ok", a failure to meson. */
static bool is_instrumented(void)
{
    if (SANDBOX_INSTRUMENTED)
        print_message("# skipped: a program with a sanitizer makes such calls itself\n");
    return SANDBOX_INSTRUMENTED;
}

static bool has_all(void)
{
    if (!sandbox_has_files() || !sandbox_has_calls())
        print_message("# skipped: this kernel lacks Landlock or seccomp\n");
    return sandbox_has_files() && sandbox_has_calls();
}

/* How a process ended that may read `inside` alone, and then does `trial`. */
static int outcome(int (*trial)(void), bool names)
{
    char *path = scratch_make();
    struct sandbox_reach reach = { .names = names };
    struct sandbox_state state;
    assert_true(sandbox_reach_add_around(&reach, "inside/wl", SANDBOX_READ));
    assert_true(sandbox_reach_add(&reach, "outside", SANDBOX_REMOVE));
    pid_t child = fork();
    if (child == 0) {
        sandbox_enter(&reach, &state);
        for (int i = 0; i < SANDBOX_PARTS; i++)
            if (!state.parts[i].on || !*state.parts[i].text)
                _exit(WRONG);
        _exit(trial());
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    sandbox_reach_fini(&reach);
    scratch_remove(path);
    return status;
}

static void expect_right(int (*trial)(void))
{
    if (!has_all())
        return;
    int status = outcome(trial, false);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), RIGHT);
}

/* ---- files ---- */

static bool reads(const char *path)
{
    int fd = open(path, O_RDONLY);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool is_denied(const char *path)
{
    return !reads(path) && errno == EACCES;
}

static int look_around(void)
{
    DIR *dir = opendir("inside/wl");
    bool fine =
        dir && reads("inside/wl/a") && is_denied("outside/b") && is_denied("/etc/passwd") && is_denied("outside");
    return fine ? RIGHT : WRONG;
}

static void files_outside_cannot_be_read(void **state)
{
    (void)state;
    expect_right(look_around);
}

static void a_folder_made_anew_can_be_read(void **state)
{
    (void)state;
    int ready[2], go[2];
    char byte = 0;
    if (!has_all())
        return;
    char *path = scratch_make();
    struct sandbox_reach reach = { 0 };
    assert_true(sandbox_reach_add_around(&reach, "inside/wl", SANDBOX_READ));
    assert_true(pipe(ready) == 0 && pipe(go) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct sandbox_state entered;
        sandbox_enter(&reach, &entered);
        bool told = write(ready[1], "r", 1) == 1 && read(go[0], &byte, 1) == 1;
        _exit(told && reads("inside/wl/new") ? RIGHT : WRONG);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(rename("inside/wl", "inside/old"), 0);
    assert_int_equal(mkdir("inside/wl", 0755), 0);
    assert_true(close(open("inside/wl/new", O_WRONLY | O_CREAT, 0644)) == 0);
    assert_int_equal(write(go[1], "g", 1), 1);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == RIGHT);
    close(ready[0]), close(ready[1]), close(go[0]), close(go[1]);
    sandbox_reach_fini(&reach);
    scratch_remove(path);
}

static int write_files(void)
{
    bool refused = open("inside/wl/a", O_WRONLY) < 0 && open("inside/wl/made", O_RDONLY | O_CREAT, 0644) < 0
                   && open("inside/wl/a", O_RDONLY | O_TRUNC) < 0 && unlink("inside/wl/a") != 0
                   && syscall(SYS_rename, "inside/wl/a", "inside/b") != 0 && mkdir("inside/made", 0755) != 0
                   && syscall(SYS_chmod, "inside/wl/a", 0777) != 0;
    return refused && reads("inside/wl/a") && unlink("outside/b") == 0 ? RIGHT : WRONG;
}

static void nothing_is_written_and_what_was_named_is_removed(void **state)
{
    (void)state;
    if (is_instrumented())
        return;
    expect_right(write_files);
}

/* ---- system calls ---- */

static int call_out(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd < 0 && errno == ENOSYS && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0 && getpid() > 0 ? RIGHT : WRONG;
}

static void a_call_that_is_not_in_the_table_fails_and_harms_nobody(void **state)
{
    (void)state;
    expect_right(call_out);
}

static int make_code(void)
{
    void *fresh = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool refused = fresh == MAP_FAILED && errno == ENOSYS;
    void *plain = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return refused && plain != MAP_FAILED && mprotect(plain, 4096, PROT_READ | PROT_EXEC) != 0 ? RIGHT : WRONG;
}

static int fork_off(void)
{
    return fork() < 0 && errno == ENOSYS ? RIGHT : WRONG;
}

static void nothing_becomes_code_and_no_process_is_made(void **state)
{
    (void)state;
    if (is_instrumented())
        return;
    expect_right(make_code);
    expect_right(fork_off);
}

static void *in_thread(void *arg)
{
    *(bool *)arg = is_denied("outside/b");
    return NULL;
}

static int start_thread(void)
{
    pthread_t thread;
    bool denied = false;
    return pthread_create(&thread, NULL, in_thread, &denied) == 0 && pthread_join(thread, NULL) == 0 && denied ? RIGHT
                                                                                                               : WRONG;
}

static void threads_can_be_started_and_are_held_too(void **state)
{
    (void)state;
    expect_right(start_thread);
}

static int run_a_program(void)
{
    char *const nothing[] = { NULL };
    execve("/bin/true", nothing, nothing);
    return WRONG;
}

static void who_starts_a_program_ends(void **state)
{
    (void)state;
    if (is_instrumented() || !has_all())
        return;
    int status = outcome(run_a_program, false);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static int ask_for_a_name(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return fd >= 0 ? RIGHT : WRONG;
}

static void where_names_are_resolved_there_are_sockets(void **state)
{
    (void)state;
    if (!has_all())
        return;
    int status = outcome(ask_for_a_name, true);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == RIGHT);
}

/* Within the first sandbox the system calls of the second do not exist: as on a kernel that has neither. */
static int enter_twice(void)
{
    struct sandbox_reach reach = { 0 };
    struct sandbox_state state;
    sandbox_enter(&reach, &state);
    bool said =
        strstr(state.parts[SANDBOX_FILES].text, "no Landlock") && strstr(state.parts[SANDBOX_CALLS].text, "no filter");
    return said && !state.parts[SANDBOX_FILES].on && !state.parts[SANDBOX_CALLS].on && reads("inside/wl/a") ? RIGHT
                                                                                                            : WRONG;
}

static void a_kernel_without_them_is_said_to_be_one(void **state)
{
    (void)state;
    if (is_instrumented())
        return;
    expect_right(enter_twice);
}

/* A call has one row that allows it and none that ends the server besides. */
static void each_call_is_in_the_table_once(void **state)
{
    (void)state;
    static const char *const names[] = {
#define CALL(name, reason)                           #name,
#define CALL_IF(name, argument, mask, value, reason) #name,
#define CALL_NAMES(name, reason)                     #name,
#define CALL_FATAL(name, reason)                     #name,
#include "sandbox/calls.def"
    };
    static const char *const reasons[] = {
#define CALL(name, reason)                           reason,
#define CALL_IF(name, argument, mask, value, reason) reason,
#define CALL_NAMES(name, reason)                     reason,
#define CALL_INSTRUMENTED(name, reason)              reason,
#define CALL_FATAL(name, reason)                     reason,
#include "sandbox/calls.def"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(names[i], names[j]);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        assert_true(strlen(reasons[i]) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_outside_cannot_be_read),
        cmocka_unit_test(a_folder_made_anew_can_be_read),
        cmocka_unit_test(nothing_is_written_and_what_was_named_is_removed),
        cmocka_unit_test(a_call_that_is_not_in_the_table_fails_and_harms_nobody),
        cmocka_unit_test(nothing_becomes_code_and_no_process_is_made),
        cmocka_unit_test(threads_can_be_started_and_are_held_too),
        cmocka_unit_test(who_starts_a_program_ends),
        cmocka_unit_test(where_names_are_resolved_there_are_sockets),
        cmocka_unit_test(a_kernel_without_them_is_said_to_be_one),
        cmocka_unit_test(each_call_is_in_the_table_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
