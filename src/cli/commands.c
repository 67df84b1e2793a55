/* commands.c -- the table of subcommands, and the way to one of them. */
#include <string.h>

#include "cli/command.h"

const struct cli_command *const cli_commands[] = {
    &cli_serve, &cli_create,  &cli_dump,    &cli_check, &cli_config, &cli_echo,
    &cli_find,  &cli_explain, &cli_journal, &cli_bench, NULL,
};

enum { NEAR = 3 }; /* so many letters away, another name is no slip of the fingers any more */

/* "query" of "bench query" */
static const char *last_word(const char *name)
{
    const char *space = strrchr(name, ' ');
    return space ? space + 1 : name;
}

const struct cli_command *cli_command_named(const struct cli_command *const *list, const char *name,
                                            const char **nearest)
{
    uint32_t distance = NEAR;
    *nearest = NULL;
    for (; *list; list++) {
        const char *word = last_word((*list)->name);
        uint32_t d = span_distance(span_str(name), span_str(word));
        if (d == 0)
            return *list;
        if (d < distance) {
            distance = d;
            *nearest = word;
        }
    }
    return NULL;
}
