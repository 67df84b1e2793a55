/* journal_print.c -- a record of the journal, for people. */
#include "cli/journal_print.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "cli/control.h"
#include "dimse/status.h"
#include "text/print.h"

static uint64_t number_of(const json_t *record, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(record, name));
}

bool cli_journal_is_query(const json_t *record)
{
    return strcmp(cli_control_text(record, "kind"), "query") == 0;
}

/* What a scanner says may be anything, and a terminal obeys some of it. */
static void put_text(struct wr *out, struct span text)
{
    while (text.n) {
        struct span before = text;
        uint32_t c = utf8_next(&text);
        if (c != UTF8_BAD && utf8_is_harmless(c))
            wr_span(out, span_of(before.p, before.n - text.n));
        else
            wr_fmt(out, "\\x%02X", before.p[0]);
    }
}

/* "2026-11-24 08:58:03" by the clock of this machine, as the log has it; the journal's own is UTC. */
static void put_time(struct wr *out, const char *utc)
{
    char text[32];
    struct tm tm = { 0 };
    bool known = strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm) != NULL;
    time_t seconds = timegm(&tm);
    known = known && localtime_r(&seconds, &tm) && strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    wr_str(out, known ? text : "?");
}

static void put_head(const json_t *record, struct wr *out)
{
    wr_fmt(out, "%6llu  ", (unsigned long long)number_of(record, "number"));
    put_time(out, cli_control_text(record, "time"));
    wr_str(out, "  ");
    put_text(out, span_str(cli_control_text(record, "callingAet")));
    wr_str(out, "@");
    put_text(out, span_str(cli_control_text(record, "address")));
    wr_str(out, "  ");
}

static void put_result(const json_t *record, struct wr *out)
{
    uint64_t us = number_of(record, "microseconds");
    const char *status = cli_control_text(record, "status");
    wr_fmt(out, "%llu of %llu entries, %s%s, %llu.%llu ms", (unsigned long long)number_of(record, "answers"),
           (unsigned long long)number_of(record, "entries"), *status ? "status " : "", *status ? status : "cut off",
           (unsigned long long)us / 1000, (unsigned long long)us / 100 % 10);
}

void cli_journal_put_line(const json_t *record, struct wr *out)
{
    put_head(record, out);
    if (cli_journal_is_query(record)) {
        put_result(record, out);
        wr_str(out, ": ");
        put_text(out, span_str(cli_control_text(record, "keys")));
        wr_str(out, "\n");
        return;
    }
    const char *ended = cli_control_text(record, "ended");
    wr_str(out, "association with ");
    put_text(out, span_str(cli_control_text(record, "calledAet")));
    wr_str(out, ": ");
    put_text(out, span_str(*ended ? ended : "stands"));
    wr_str(out, "\n");
}

static void put_lines(struct wr *out, const char *title, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        wr_fmt(out, "%-14s ", title);
        put_text(out, span_of(text, n));
        wr_str(out, "\n");
        text += n + (text[n] == '\n');
        title = "";
    }
}

static void put_identifier(const json_t *record, struct wr *out)
{
    struct wr identifier, text;
    struct err err = { 0 };
    struct text_print_options print = { .limits = &limits_default };
    wr_init(&identifier, limits_default.identifier_bytes);
    wr_init(&text, CLI_JOURNAL_CAP);
    enum dicom_syntax syntax = dicom_syntax_from_uid(span_str(cli_control_text(record, "transferSyntax")));
    if (syntax < SYNTAX_COUNT && cli_control_identifier(record, &identifier, &err)
        && text_print_data_set(wr_done(&identifier), syntax, &print, &text, &err)) {
        wr_span(out, wr_done(&text));
    } else {
        wr_str(out, "\n");
        put_text(out, span_str(cli_control_text(record, "keys")));
        wr_fmt(out, "\n%s\n", err.what);
    }
    wr_fini(&text);
    wr_fini(&identifier);
}

static void put_query(const json_t *record, struct wr *out)
{
    const char *status = cli_control_text(record, "status");
    wr_fmt(out, "%-14s ", "result");
    put_result(record, out);
    if (*status)
        wr_fmt(out, ", %s", dimse_status_text((uint16_t)strtoul(status, NULL, 16)));
    wr_str(out, "\n");
    put_lines(out, "comment", cli_control_text(record, "comment"));
    put_lines(out, "added", cli_control_text(record, "changed"));
    wr_fmt(out, "%-14s %llu\n", "association", (unsigned long long)number_of(record, "association"));
    put_identifier(record, out);
}

void cli_journal_put_record(const json_t *record, struct wr *out)
{
    wr_fmt(out, "%-14s %llu\n", cli_journal_is_query(record) ? "query" : "association",
           (unsigned long long)number_of(record, "number"));
    wr_fmt(out, "%-14s ", "time");
    put_time(out, cli_control_text(record, "time"));
    wr_str(out, "\n");
    put_lines(out, "caller", cli_control_text(record, "callingAet"));
    put_lines(out, "address", cli_control_text(record, "address"));
    put_lines(out, "called", cli_control_text(record, "calledAet"));
    if (cli_journal_is_query(record)) {
        put_query(record, out);
        return;
    }
    const char *ended = cli_control_text(record, "ended");
    put_lines(out, "implementation", cli_control_text(record, "implementationClassUID"));
    put_lines(out, "version", cli_control_text(record, "implementationVersion"));
    put_lines(out, "contexts", cli_control_text(record, "contexts"));
    put_lines(out, "end", *ended ? ended : "it stands");
}
