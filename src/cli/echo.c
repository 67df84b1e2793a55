/* echo.c -- `mwl echo`: asks a DICOM server whether it is there (C-ECHO). */
#include <stdio.h>

#include "base/clock.h"
#include "cli/peer.h"

enum { REPEAT_MAX = 1000000 };

enum { OPTION_REPEAT = CLI_PEER_OPTIONS };

static const struct cli_option options[] = {
#define PEER(id, name, letter, value, text) [CLI_PEER_##id] = { name, letter, value, text },
#include "cli/peer.def"
#undef PEER
    [OPTION_REPEAT] = { "repeat", 'n', "N", "Ask so often on one association, and print the time of each." },
    { 0 },
};

static int echo(const struct cli_args *args, const struct client_options *to, uint32_t repeat)
{
    struct err err = { 0 };
    struct client *client = client_new(to, &err);
    bool good = client;
    for (uint32_t i = 0; good && i < repeat; i++) {
        uint64_t start = clock_mono_us();
        good = client_echo(client, &err);
        if (good && repeat > 1)
            printf("%u: %.3f ms\n", i + 1, (double)(clock_mono_us() - start) / 1000);
    }
    good = good && client_release(client, &err);
    client_free(&client);
    if (fflush(stdout) != 0)
        return cli_failure(args, "cannot write to standard output");
    return good ? CLI_OK : cli_failure(args, "%s", err.what);
}

static int run(struct cli_args *args)
{
    static const enum dicom_syntax implicit[] = { SYNTAX_IMPLICIT_LE };
    struct client_options to = cli_peer_defaults();
    uint32_t repeat = 1;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        if (got != OPTION_REPEAT && !cli_peer_take(args, got, &to))
            return args->status;
        if (got == OPTION_REPEAT && !cli_peer_number(args->value, REPEAT_MAX, &repeat))
            return cli_usage(args, "--repeat wants a number from 1 to %d, not %s", REPEAT_MAX, args->value);
    }
    if (!cli_peer_given(args, &to))
        return args->status;
    to.service = UID_Verification;
    to.syntaxes = implicit;
    to.syntax_count = 1;
    return echo(args, &to, repeat);
}

const struct cli_command cli_echo = {
    .name = "echo",
    .operands = "HOST PORT",
    .summary = "Ask a DICOM server whether it is there (C-ECHO)",
    .text = "Says nothing if it is. HOST is a name, or an IPv4 or IPv6 address.\n",
    .statuses = "0 if the server has answered, 1 after saying why it has not, 2 if the arguments are wrong.",
    .options = options,
    .run = run,
};
