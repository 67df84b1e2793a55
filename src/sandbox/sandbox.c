/* sandbox.c -- the three parts, in the order in which they must come. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "sandbox/inside.h"

const char *sandbox_part_name(enum sandbox_part part)
{
    static const char *const names[SANDBOX_PARTS] = { "no new privileges", "files", "system calls" };
    return names[part];
}

void sandbox_enter(const struct sandbox_reach *reach, struct sandbox_state *state)
{
    *state = (struct sandbox_state){ 0 };
    char *text = state->parts[SANDBOX_PRIVILEGES].text;
    size_t room = sizeof state->parts[SANDBOX_PRIVILEGES].text;
    /* Without it a program that is set-user-ID could be started with the restrictions of this one, and be fooled. */
    state->parts[SANDBOX_PRIVILEGES].on = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (state->parts[SANDBOX_PRIVILEGES].on)
        snprintf(text, room, "no program that is started may have more rights");
    else
        snprintf(text, room, "this kernel refuses it: %s", strerror(errno));
    state->parts[SANDBOX_FILES].on = sandbox_limit_files(reach, state->parts[SANDBOX_FILES].text, room);
    state->parts[SANDBOX_CALLS].on = sandbox_limit_calls(reach, state->parts[SANDBOX_CALLS].text, room);
}
