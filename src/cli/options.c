/* options.c -- arguments one at a time, and the words for those that are wrong. */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum { HELP_CAP = 64 << 10 };

static int say(const struct cli_args *args, int status, const char *fmt, va_list words)
{
    fprintf(stderr, "mwl %s: ", args->command->name);
    vfprintf(stderr, fmt, words);
    fputc('\n', stderr);
    if (status == CLI_USAGE)
        fprintf(stderr, "`mwl %s --help` says what there is.\n", args->command->name);
    return status;
}

int cli_usage(const struct cli_args *args, const char *fmt, ...)
{
    va_list words;
    va_start(words, fmt);
    int status = say(args, CLI_USAGE, fmt, words);
    va_end(words);
    return status;
}

int cli_failure(const struct cli_args *args, const char *fmt, ...)
{
    va_list words;
    va_start(words, fmt);
    int status = say(args, CLI_FAILURE, fmt, words);
    va_end(words);
    return status;
}

int cli_print(const struct cli_args *args, struct span text)
{
    if ((text.n && fwrite(text.p, 1, text.n, stdout) != text.n) || fflush(stdout) != 0)
        return cli_failure(args, "cannot write to standard output: %s", strerror(errno));
    return CLI_OK;
}

static int stop(struct cli_args *args, int status)
{
    args->status = status;
    return CLI_STOP;
}

static int print_help(struct cli_args *args)
{
    struct wr out;
    wr_init(&out, HELP_CAP);
    cli_help(args->command, &out);
    int status = cli_print(args, wr_done(&out));
    wr_fini(&out);
    return stop(args, status);
}

static int unknown(struct cli_args *args, struct span name)
{
    const char *nearest = NULL;
    uint32_t distance = 3;
    for (const struct cli_option *o = args->command->options; o && o->name; o++) {
        uint32_t d = span_distance(name, span_str(o->name));
        if (d < distance) {
            distance = d;
            nearest = o->name;
        }
    }
    return stop(args, nearest
                          ? cli_usage(args, "there is no option --%.*s: did you mean --%s?", SPAN_FMT(name), nearest)
                          : cli_usage(args, "there is no option --%.*s", SPAN_FMT(name)));
}

/* The option at this index, with its value: `attached`, or if that is NULL the next argument. */
static int take(struct cli_args *args, int index, const char *attached)
{
    const struct cli_option *o = &args->command->options[index];
    args->value = NULL;
    if (!o->value)
        return attached ? stop(args, cli_usage(args, "--%s takes no value", o->name)) : index;
    args->value = attached ? attached : *args->rest;
    if (!args->value)
        return stop(args, cli_usage(args, "--%s wants a value: --%s %s", o->name, o->name, o->value));
    if (!attached)
        args->rest++;
    return index;
}

static int take_long(struct cli_args *args, const char *text)
{
    const char *equals = strchr(text, '=');
    struct span name = span_of(text, equals ? (size_t)(equals - text) : strlen(text));
    const struct cli_option *options = args->command->options;
    if (span_is(name, "help"))
        return print_help(args);
    for (int i = 0; options && options[i].name; i++) {
        if (span_is(name, options[i].name))
            return take(args, i, equals ? equals + 1 : NULL);
    }
    return unknown(args, name);
}

/* One letter: -v, or with a value -n VALUE. More than one are a name, as DCMTK has it: -aet TITLE. */
static int take_letter(struct cli_args *args, const char *text)
{
    const struct cli_option *options = args->command->options;
    if (text[1])
        return take_long(args, text);
    if (strcmp(text, "h") == 0)
        return print_help(args);
    for (int i = 0; options && options[i].name; i++) {
        if (options[i].letter && text[0] == options[i].letter)
            return take(args, i, NULL);
    }
    return stop(args, cli_usage(args, "there is no option -%s", text));
}

int cli_next(struct cli_args *args)
{
    if (!args->operands_only && *args->rest && strcmp(*args->rest, "--") == 0) {
        args->operands_only = true;
        args->rest++;
    }
    const char *text = *args->rest;
    if (!text)
        return CLI_END;
    args->rest++;
    if (!args->operands_only && strncmp(text, "--", 2) == 0)
        return take_long(args, text + 2);
    if (!args->operands_only && text[0] == '-' && text[1])
        return take_letter(args, text + 1);
    args->value = text;
    return CLI_OPERAND;
}
