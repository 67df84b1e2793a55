/* serve.c -- `mwl serve`: a folder of worklists for every scanner that asks. */
#include <stdio.h>

#include "base/log.h"
#include "cli/options.h"
#include "server/server.h"

enum { LISTEN_MAX = 16 };

enum { OPTION_CONFIG, OPTION_LISTEN, OPTION_LISTEN_TLS, OPTION_CONTROL, OPTION_CHECK, OPTION_VERBOSE };

static const struct cli_option options[] = {
    [OPTION_CONFIG] = { "config", 0, NULL, "Take PATH for a configuration, whatever it holds." },
    [OPTION_LISTEN] = { "listen", 'l', "ADDRESS:PORT",
                        "Listen there, and nowhere else; may be given several times. Port 0 takes a free one. Without "
                        "it: "
                        "port 4242 of this machine alone, or what the configuration says." },
    [OPTION_LISTEN_TLS] = { "listen-tls", 0, "ADDRESS:PORT",
                            "The same for DICOM over TLS, in place of DicomTlsPort; the configuration has the "
                            "certificates." },
    [OPTION_CONTROL] = { "control", 0, "SOCKET",
                         "Make the socket of which `mwl journal` asks there, and not where ControlSocket says." },
    [OPTION_CHECK] = { "check", 0, NULL,
                       "Do not serve: read the configuration, scripts and files as a server would, print which "
                       "protections "
                       "are active on this machine, and end." },
    [OPTION_VERBOSE] = { "verbose", 'v', NULL, "Log every association, and every query with all its values." },
    { 0 },
};

static int serve(struct cli_args *args, const struct server_options *server)
{
    struct err err = { 0 };
    return server_run(server, &err) ? CLI_OK : cli_failure(args, "%s", err.what);
}

static int check(struct cli_args *args, const struct server_options *server)
{
    enum { TEXT_MAX = 64 * 1024 };
    struct wr out;
    struct err err = { 0 };
    wr_init(&out, TEXT_MAX);
    bool fine = server_check(server, &out, &err);
    if (fine)
        printf("%.*s", SPAN_FMT(wr_done(&out)));
    wr_fini(&out);
    return fine ? CLI_OK : cli_failure(args, "%s", err.what);
}

static bool take_address(struct cli_args *args, const char *name, struct net_address *list, uint32_t *count)
{
    struct err err = { 0 };
    if (*count == LISTEN_MAX)
        args->status = cli_usage(args, "more than %d times --%s", LISTEN_MAX, name);
    else if (!net_address_parse(args->value, &list[*count], &err))
        args->status = cli_usage(args, "%s", err.what);
    else
        ++*count;
    return args->status == CLI_OK;
}

static int run(struct cli_args *args)
{
    struct net_address listen[LISTEN_MAX], listen_tls[LISTEN_MAX];
    struct server_options server = { .listen = listen, .listen_tls = listen_tls };
    bool only_check = false;
    for (int got; (got = cli_next(args)) != CLI_END;) {
        switch (got) {
        case OPTION_CONFIG:
            server.force_config = true;
            break;
        case OPTION_LISTEN:
            if (!take_address(args, "listen", listen, &server.listen_count))
                return args->status;
            break;
        case OPTION_LISTEN_TLS:
            if (!take_address(args, "listen-tls", listen_tls, &server.listen_tls_count))
                return args->status;
            break;
        case OPTION_CONTROL:
            server.control = args->value;
            break;
        case OPTION_CHECK:
            only_check = true;
            break;
        case OPTION_VERBOSE:
            log_set_level(LOG_TRACE);
            break;
        case CLI_OPERAND:
            if (server.path)
                return cli_usage(args, "one PATH, not two: %s and %s", server.path, args->value);
            server.path = args->value;
            break;
        default:
            return args->status;
        }
    }
    if (!server.path)
        return cli_usage(args, "which PATH? A folder of worklist files, or a configuration");
    return only_check ? check(args, &server) : serve(args, &server);
}

const struct cli_command cli_serve = {
    .name = "serve",
    .operands = "PATH",
    .summary = "Serve a folder of worklist files to scanners (DICOM Modality Worklist)",
    .text = "PATH is a folder of .wl files: served on port 4242 to programs on this machine, with no configuration.\n"
            "Or it is a configuration in Orthanc's form: a .json file, or a folder that holds .json files and no .wl.\n"
            "\n"
            "SIGTERM and SIGINT finish the running queries and end; SIGHUP reads the configuration again.\n",
    .options = options,
    .run = run,
};
