/* peer.c -- the arguments that say which server is called, and how. */
#include "cli/peer.h"

#include <stdlib.h>

enum { SECONDS = 10, SECONDS_MAX = 86400, AE_MAX = 16, PDU_LEAST = 4096, PDU_MOST = 65536, PORT_MAX = 65535 };

struct client_options cli_peer_defaults(void)
{
    return (struct client_options){ .called_ae = "ANY-SCP",
                                    .calling_ae = "MWL",
                                    .connect_ms = SECONDS * 1000,
                                    .associate_ms = SECONDS * 1000,
                                    .answer_ms = SECONDS * 1000 };
}

bool cli_peer_number(const char *text, uint32_t most, uint32_t *out)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || v < 1 || v > most)
        return false;
    *out = (uint32_t)v;
    return true;
}

static int take_title(const struct cli_args *args, const char **title)
{
    const char *text = args->value;
    size_t n = strlen(text);
    if (n > AE_MAX || !text[strspn(text, " ")] || strchr(text, '\\') || !span_is_ascii(span_str(text)))
        return cli_usage(args, "\"%s\" is no AE title: 1 to 16 ASCII characters, no backslash", text);
    *title = text;
    return CLI_OK;
}

static int take_seconds(const struct cli_args *args, const char *name, uint32_t *ms)
{
    uint32_t seconds;
    if (!cli_peer_number(args->value, SECONDS_MAX, &seconds))
        return cli_usage(args, "--%s wants seconds from 1 to %d, not %s", name, SECONDS_MAX, args->value);
    *ms = seconds * 1000;
    return CLI_OK;
}

static int take_operand(const struct cli_args *args, struct client_options *to)
{
    if (!to->host) {
        to->host = args->value;
        return CLI_OK;
    }
    uint32_t port;
    if (to->port)
        return cli_usage(args, "HOST and PORT are all: what is %s?", args->value);
    if (!cli_peer_number(args->value, PORT_MAX, &port))
        return cli_usage(args, "%s is no port: 1 to %d", args->value, PORT_MAX);
    to->port = (uint16_t)port;
    return CLI_OK;
}

static void take_tls(const struct cli_args *args, int got, struct client_tls *to)
{
    to->wanted = true;
    if (got == CLI_PEER_TLS_CERT)
        to->certificate = args->value;
    else if (got == CLI_PEER_TLS_KEY)
        to->private_key = args->value;
    else if (got == CLI_PEER_TLS_CA)
        to->trusted = args->value;
    else if (got == CLI_PEER_TLS_NAME)
        to->name = args->value;
    else if (got == CLI_PEER_TLS_NO_VERIFY)
        to->unverified = true;
}

static int take(const struct cli_args *args, int got, struct client_options *to)
{
    int status;
    switch (got) {
    case CLI_OPERAND:
        return take_operand(args, to);
    case CLI_PEER_AET:
    case CLI_PEER_AETITLE:
        return take_title(args, &to->calling_ae);
    case CLI_PEER_AEC:
    case CLI_PEER_CALL:
        return take_title(args, &to->called_ae);
    case CLI_PEER_TIMEOUT:
        status = take_seconds(args, "timeout", &to->answer_ms);
        to->connect_ms = to->associate_ms = to->answer_ms;
        return status;
    case CLI_PEER_TO:
        return take_seconds(args, "to", &to->connect_ms);
    case CLI_PEER_TA:
        return take_seconds(args, "ta", &to->associate_ms);
    case CLI_PEER_TD:
        return take_seconds(args, "td", &to->answer_ms);
    case CLI_PEER_TLS:
    case CLI_PEER_TLS_CERT:
    case CLI_PEER_TLS_KEY:
    case CLI_PEER_TLS_CA:
    case CLI_PEER_TLS_NAME:
    case CLI_PEER_TLS_NO_VERIFY:
        take_tls(args, got, &to->tls);
        return CLI_OK;
    case CLI_PEER_PDU:
    case CLI_PEER_MAX_PDU:
        if (!cli_peer_number(args->value, PDU_MOST, &to->pdu_bytes) || to->pdu_bytes < PDU_LEAST)
            return cli_usage(args, "a PDU has %d to %d bytes, not %s", PDU_LEAST, PDU_MOST, args->value);
        return CLI_OK;
    default:
        return CLI_OK;
    }
}

bool cli_peer_take(struct cli_args *args, int got, struct client_options *to)
{
    if (got != CLI_STOP)
        args->status = take(args, got, to);
    return got != CLI_STOP && args->status == CLI_OK;
}

bool cli_peer_given(struct cli_args *args, const struct client_options *to)
{
    const struct client_tls *tls = &to->tls;
    if (!to->port)
        args->status = cli_usage(args, "which server? HOST and PORT");
    else if (!tls->certificate != !tls->private_key)
        args->status = cli_usage(args, "--tls-cert and --tls-key need each other");
    else if (tls->unverified && (tls->trusted || tls->name))
        args->status =
            cli_usage(args, "--tls-no-verify takes any certificate: --tls-ca and --tls-name say nothing then");
    return args->status == CLI_OK;
}
