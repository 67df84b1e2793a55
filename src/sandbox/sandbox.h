/* sandbox.h -- what a process gives up for good, so that whoever takes it over through a fault in it gets little.
 *
 * Three parts, each by its own means of the kernel, each of which may be missing: no new privileges (prctl(2)), files
 * (Landlock, Linux 5.13) and system calls (seccomp, the table calls.def). A part that cannot be had is no reason not to
 * serve patients; the state says which are on, for the log and for people.
 *
 * All of it holds for the calling thread and those that it starts: enter before the first one is started. Whatever is
 * loaded on demand must have been used once by then, since nothing executable can be mapped afterwards. */
#ifndef MWL_SANDBOX_SANDBOX_H
#define MWL_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a sanitizer, or the measuring of coverage, is built into the program: it then reads and writes files and
 * makes system calls that the program itself never does. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(MWL_COVERAGE)
#define SANDBOX_INSTRUMENTED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANDBOX_INSTRUMENTED true
#endif
#endif
#ifndef SANDBOX_INSTRUMENTED
#define SANDBOX_INSTRUMENTED false
#endif

enum { SANDBOX_PLACES = 64 };

/* What may be done below a place. */
enum {
    SANDBOX_READ = 1,    /* read files, list folders */
    SANDBOX_REMOVE = 2,  /* remove files */
    SANDBOX_WRITE = 4,   /* make and write files and folders */
    SANDBOX_EXECUTE = 8, /* run programs */
};

/* What must stay reachable. All zeros is nothing. */
struct sandbox_reach {
    struct {
        char *path; /* absolute, without symbolic links; owned */
        unsigned rights;
    } places[SANDBOX_PLACES];
    uint32_t count;
    bool names; /* of hosts are resolved: sockets to ask for them may be made */
};

/* Adds what stands at `path` with all that is below it; what does not exist is left out. False: no memory, or no room.
 */
bool sandbox_reach_add(struct sandbox_reach *reach, const char *path, unsigned rights);

/* Adds the folder in which `path` stands, and that of what it leads to if it is a symbolic link. `path` itself need not
 * exist. What is there may be replaced, or come later, and is reachable all the same; also where a file system is
 * mounted on that folder anew, unless it is right below "/". */
bool sandbox_reach_add_around(struct sandbox_reach *reach, const char *path, unsigned rights);

/* Whether what stands at `path`, behind all links, may be read; true if nothing does. */
bool sandbox_reach_has(const struct sandbox_reach *reach, const char *path);

void sandbox_reach_fini(struct sandbox_reach *reach);

enum sandbox_part { SANDBOX_PRIVILEGES, SANDBOX_FILES, SANDBOX_CALLS, SANDBOX_PARTS };

struct sandbox_state {
    struct {
        bool on;
        char text[512]; /* what it keeps out, or why it is off */
    } parts[SANDBOX_PARTS];
};

/* The name of a part, for people. */
const char *sandbox_part_name(enum sandbox_part part);

/* Gives up everything else. There is no way back. */
void sandbox_enter(const struct sandbox_reach *reach, struct sandbox_state *state);

/* Whether the kernel has them; nothing is given up. */
bool sandbox_has_files(void);
bool sandbox_has_calls(void);

#endif
