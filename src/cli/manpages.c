/* manpages.c -- a step of the build: writes the manual page of mwl and of each command into a folder.
 *
 *     manpages FOLDER PAGE...
 *
 * The build has to know the names of what it installs, so they are given, and have to be those of the table. */
#include <stdio.h>
#include <string.h>

#include "cli/options.h"

enum { PAGE_CAP = 1 << 20, PATH_CAP = 4096 };

static bool write_page(const char *folder, const char *name, const struct cli_command *command)
{
    char path[PATH_CAP];
    struct wr page;
    wr_init(&page, PAGE_CAP);
    cli_man(command, &page);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    bool ok = file && !page.failed && fwrite(page.p, 1, page.n, file) == page.n;
    if (file)
        ok = fclose(file) == 0 && ok;
    wr_fini(&page);
    if (!ok)
        fprintf(stderr, "manpages: cannot write %s\n", path);
    return ok;
}

/* The page at `i` of those that there have to be: that of mwl, then those of the commands. */
static bool next_page(const char *folder, int i, const char *name)
{
    const struct cli_command *command = i ? cli_commands[i - 1] : NULL;
    char wanted[PATH_CAP] = "";
    if (command || i == 0)
        snprintf(wanted, sizeof wanted, "mwl%s%s.1", command ? "-" : "", command ? command->name : "");
    if (!name || strcmp(wanted, name) != 0) {
        fprintf(stderr, "manpages: the build installs %s where the table of commands has %s\n", name ? name : "nothing",
                *wanted ? wanted : "nothing");
        return false;
    }
    return write_page(folder, name, command);
}

int main(int argc, char **argv)
{
    int commands = 0;
    while (cli_commands[commands])
        commands++;
    if (argc < 2)
        return CLI_USAGE;
    for (int i = 0; i < commands + 1 || i < argc - 2; i++) {
        if (!next_page(argv[1], i <= commands ? i : commands + 1, i < argc - 2 ? argv[i + 2] : NULL))
            return CLI_FAILURE;
    }
    return CLI_OK;
}
